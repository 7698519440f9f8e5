"""What several handlers ask about a case."""

from approvals.models import Application
from linkage.actions import moves
from linkage.models import Push
from shenguan.events.models import Event
from shenguan.refusals import Refusal


class UnroutableError(Refusal):
    """The event names something that does not exist. It stays pending and shows this sentence."""

    def __init__(self, message: str) -> None:
        super().__init__("unroutable", message)


class WaitsForError(Refusal):
    """The event must be routed after another one that is still pending."""

    def __init__(self, message: str) -> None:
        super().__init__("waits_for", message)


def needed(application: Application | None, event: Event) -> Application:
    """The case of an event that cannot do without one. Raises UnroutableError."""
    if application is None:
        raise UnroutableError(f"事件所指办件“{event.case_number}”不存在。")
    return application


def duty_pushes(application: Application) -> list[Push]:
    """The pushes by which departments supervise the holder of this case, locked with the case."""
    moves.lock_case(application.pk)
    return list(
        Push.objects.duties()
        .filter(application=application, payload__result="granted")
        .with_everything()
        .order_by("id")
    )


def by_number(number: str) -> Push | None:
    """The push of this number, locked with its case; None for no number or an unknown one."""
    known = Push.objects.filter(number=number).first() if number else None
    return moves.lock(known) if known else None
