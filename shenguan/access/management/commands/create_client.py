"""`create_client DEPT --scopes "…"`: a machine client's id and secret, printed once as one JSON line (CONTRACT §2)."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from shenguan.access.actions.clients import create_client
from shenguan.access.actors import Actor
from shenguan.org.models import Department
from shenguan.refusals import Refusal


class Command(BaseCommand):
    """Parses, calls the action, prints the secret that nobody can read again."""

    help = "为部门自建系统创建接口客户端；编号与密钥只显示这一次。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """DEPT and --scopes."""
        parser.add_argument("department", metavar="DEPT", help="部门编码")
        parser.add_argument("--scopes", required=True, help="授权范围，以空格分隔")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError with one Chinese line when the department or a scope is unknown."""
        department = Department.objects.filter(code=options["department"]).first()
        if department is None:
            raise CommandError(f"没有编码为 {options['department']} 的部门，请先导入部门。")
        try:
            client, secret = create_client(
                department=department, scopes=options["scopes"].split(), by=Actor.system("create_client")
            )
        except Refusal as refusal:
            raise CommandError(refusal.message) from refusal
        answer = {
            "client_id": client.client_id,
            "client_secret": secret,
            "department": department.code,
            "scopes": client.allowed_scopes,
        }
        self.stdout.write(json.dumps(answer, ensure_ascii=False))
