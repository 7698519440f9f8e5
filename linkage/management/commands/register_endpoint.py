"""`manage.py register_endpoint DEPT URL [--allow-http]`: where a department wants its pushes (CONTRACT §2)."""

import json

from django.core.management.base import BaseCommand, CommandError, CommandParser

from linkage.actions import endpoints
from shenguan.access.actors import Actor
from shenguan.org.models import Department
from shenguan.refusals import Refusal


class Command(BaseCommand):
    """Registers a webhook and prints its signing secret, once, as one JSON line."""

    help = "登记部门业务系统的接收地址，并输出签名密钥（只显示这一次）。再次登记会更换地址并轮换密钥。"

    def add_arguments(self, parser: CommandParser) -> None:
        """DEPT, URL and the operator's word for plain http."""
        parser.add_argument("department", metavar="DEPT", help="部门编码")
        parser.add_argument("url", metavar="URL", help="接收地址，https:// 开头")
        parser.add_argument("--allow-http", action="store_true", help="允许 http 及内网地址")

    def handle(self, *, department: str, url: str, allow_http: bool, **options: object) -> None:
        """Prints one JSON line. Raises CommandError for an unknown department or a forbidden address."""
        found = Department.objects.filter(code=department).first()
        if found is None:
            raise CommandError(f"没有编码为“{department}”的部门。")
        try:
            endpoint = endpoints.register(
                by=Actor.system("register_endpoint"), department=found, url=url, allow_http=allow_http
            )
        except Refusal as refusal:
            raise CommandError(refusal.message) from refusal
        answer = {"department": found.code, "url": endpoint.url, "secret": endpoint.secret}
        self.stdout.write(json.dumps(answer, ensure_ascii=False))
