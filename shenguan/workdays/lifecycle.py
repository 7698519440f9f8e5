"""What may happen to a deadline."""

from shenguan.lifecycle import Table, move
from shenguan.workdays.models import Deadline

_OPEN = [Deadline.State.OPEN]

DEADLINE: Table = {
    "pause": move("暂停计时", _OPEN, None),
    "resume": move("恢复计时", _OPEN, None),
    "extend": move("延长时限", _OPEN, None),
    "meet": move("办结", _OPEN, Deadline.State.MET),
    "cancel": move("终止计时", _OPEN, Deadline.State.CANCELLED),
}
