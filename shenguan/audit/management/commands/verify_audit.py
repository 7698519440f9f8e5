"""Proves the audit chain (CONTRACT §2)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from shenguan.audit.verification import verify_chain


class Command(BaseCommand):
    """Exit 0 and the numbers, or exit 1 and the first broken row."""

    help = "核验审计链：逐条重算摘要与链值，发现第一处断裂即报告并以 1 退出。"

    def handle(self, *args: Any, **options: Any) -> None:
        """Walks the chain once. Raises CommandError when it does not hold."""
        verdict = verify_chain()
        if verdict.broken:
            raise CommandError(
                f"审计链断裂：{verdict.broken.row}，{verdict.broken.reason}。此前 {verdict.sealed} 条完整，"
                f"尚未封存 {verdict.unsealed} 条。"
            )
        self.stdout.write(f"审计链完整：已封存 {verdict.sealed} 条，末链值 {verdict.chain_hash}。")
        self.stdout.write(f"尚未封存 {verdict.unsealed} 条。")
