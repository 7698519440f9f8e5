"""`manage.py route_events`: one pass of the router (CONTRACT §2)."""

from django.core.management.base import BaseCommand

from linkage.tasks import route_events


class Command(BaseCommand):
    """Routes every event that is due."""

    help = "分流到期事件：按清单生成推送。可随时运行，可与后台进程同时运行。"

    def handle(self, **options: object) -> None:
        """Prints how many events were looked at."""
        self.stdout.write(f"已处理 {route_events()} 个事件。")
