"""Kinds of notices in the few groups a person chooses channels for."""

from dataclasses import dataclass

from shenguan.notify.models import Message

SMS, EMAIL = Message.Channel.SMS.value, Message.Channel.EMAIL.value


@dataclass(frozen=True)
class Group:
    """What a person can choose about, and the channels that are on until then."""

    code: str
    name: str
    note: str
    channels: frozenset[str]


WORK = Group("work", "推送、反馈与答复", "新到的推送，收到的反馈和答复", frozenset({SMS, EMAIL}))
REMINDER = Group("reminder", "临期提醒", "快到期的待办、到期日有调整", frozenset({SMS}))
DUTY = Group("duty", "职责与清单", "职责异议、未对应事项、监管依据变动", frozenset({SMS}))
SYSTEM = Group("system", "运行情况", "投递、分流、网关的异常", frozenset({SMS}))
DIGEST = Group("digest", "每日摘要", "工作日开始时的待办、今日到期和超期件数", frozenset({SMS, EMAIL}))
GROUPS = (WORK, REMINDER, DUTY, SYSTEM, DIGEST)

_BY_KIND = {
    "push.returned": DUTY,
    "push.due_soon": REMINDER,
    "push.overdue": REMINDER,
    "push.due_moved": REMINDER,
    "law.changed": DUTY,
    "policy.changed": DUTY,
    "digest": DIGEST,
}
_BY_PREFIX = {
    "objection": DUTY,
    "unmapped": DUTY,
    "list": DUTY,
    "report": DUTY,
    "delivery": SYSTEM,
    "routing": SYSTEM,
    "gateway": SYSTEM,
    "reconciliation": SYSTEM,
}


def group_of(kind: str) -> Group:
    """The group of a kind; WORK for kinds nobody sorted."""
    return _BY_KIND.get(kind) or _BY_PREFIX.get(kind.partition(".")[0], WORK)
