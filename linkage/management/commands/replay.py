"""`manage.py replay --recipient DEPT [--since T] [--until T] [--dead]`: old pushes again, same ids (CONTRACT §2)."""

from datetime import datetime

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from linkage.actions import replays
from shenguan.access.actors import Actor
from shenguan.org.models import Department
from shenguan.refusals import Refusal


class Command(BaseCommand):
    """Queues new deliveries for old pushes."""

    help = "补发：为一个部门收到的推送重新排队投递，事件标识不变，接收方可据此去重。"

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose pushes, from when, and whether only those that never arrived."""
        parser.add_argument("--recipient", required=True, metavar="DEPT", help="部门编码")
        parser.add_argument("--since", metavar="T", help="只补发此时间之后的推送，如 2026-11-20T09:00")
        parser.add_argument("--until", metavar="T", help="只补发此时间之前的推送")
        parser.add_argument("--dead", action="store_true", help="只补发投递失败的推送")

    def handle(self, *, recipient: str, since: str | None, until: str | None, dead: bool, **options: object) -> None:
        """Prints how many were queued. Raises CommandError for an unknown department or an unreadable time."""
        department = Department.objects.filter(code=recipient).first()
        if department is None:
            raise CommandError(f"没有编码为“{recipient}”的部门。")
        try:
            queued = replays.replay(
                by=Actor.system("replay"),
                recipient=department,
                since=_moment(since),
                until=_moment(until),
                dead=dead,
            )
        except Refusal as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write(f"已排队补发 {queued} 条。")


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = parse_datetime(text if "T" in text or " " in text else f"{text}T00:00")
    except ValueError:
        moment = None
    if moment is None:
        raise CommandError(f"时间“{text}”无法识别，请写成 2026-11-20T09:00。")
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)
