"""`manage.py deliver_due`: one pass of the deliverer (CONTRACT §2)."""

from django.core.management.base import BaseCommand

from linkage.tasks import deliver_due


class Command(BaseCommand):
    """Delivers every push that is due to departments' own systems."""

    help = "投递到期推送到各部门业务系统。可随时运行，可与后台进程同时运行。"

    def handle(self, **options: object) -> None:
        """Prints how many attempts were made."""
        self.stdout.write(f"已投递 {deliver_due()} 次。")
