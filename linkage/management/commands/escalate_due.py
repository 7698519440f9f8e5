"""`manage.py escalate_due`: one pass of reminders and escalation (CONTRACT §2)."""

from django.core.management.base import BaseCommand

from linkage.tasks import escalate_due


class Command(BaseCommand):
    """Tells people of clocks that run out or have."""

    help = "临期提醒与超期提级。可随时运行，可与后台进程同时运行；每个时限每一级只提醒一次。"

    def handle(self, **options: object) -> None:
        """Prints how many clocks were told of."""
        self.stdout.write(f"已提醒 {escalate_due()} 项。")
