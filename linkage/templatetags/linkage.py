"""Words and badges for pushes and journal entries on linkage pages."""

from collections.abc import Iterable
from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from credit.models import CreditCheck, Subject
from linkage import policies, wording
from linkage.models import Card, Discrepancy, LadderVersion, LinkageEntry, ListVersion, Push
from linkage.selectors import editor
from linkage.selectors.editor import Line
from linkage.selectors.reconciliation import Cell
from shenguan.ui.templatetags.sg import icon, tag
from shenguan.workdays import calendar

register = template.Library()

SIDES = {"approval": "ap", "application": "ap", "permit": "ap", "credit": "cr"}
STEP_ICONS = {"push": "send", "finding": "flag", "inspection": "clipboard-check", "credit": "shield-check"}


@register.simple_tag
def push_kind(push: Push) -> str:
    """受理推送, 监管反馈 …; a proposal says which, a case told from outside the portal says how it came in."""
    label = wording.VIA.get(push.payload.get("via", ""), "") + wording.kind_label(push.kind)
    proposal = push.payload.get("proposal", "")
    return f"{label}（{policies.PROPOSALS[proposal]}）" if proposal in policies.PROPOSALS and proposal else label


@register.simple_tag
def push_badge(push: Push) -> SafeString:
    """How the push came into somebody's hands: 推送即认领 with its time, claimed by whom, or still to be claimed."""
    if push.direction == Push.Direction.REVERSE:
        return _claimed("arrow-back-up", str(push.sender), push.pushed_at)
    if push.status == Push.Status.WAITING_CLAIM:
        return tag("wn", "message-2", "待协商认领")
    if push.claim_mode == LinkageEntry.ClaimMode.AUTO:
        return _claimed("checks", "推送即认领", push.claimed_at or push.pushed_at)
    return _claimed("check", f"{push.claimed_by} 认领", push.claimed_at or push.pushed_at)


def _claimed(icon_name: str, text: str, at: datetime | None) -> SafeString:
    return format_html('<span class="clm">{}{}　<time>{}</time></span>', icon(icon_name), text, short_time(at))


@register.filter
def short_time(at: datetime | None) -> str:
    """11-17 09:52 in office time; empty for none."""
    return timezone.localtime(at).strftime("%m-%d %H:%M") if at else ""


@register.simple_tag
def push_flags(push: Push) -> SafeString:
    """What the credit check said about the party, and its risk: at most one label each."""
    parts = []
    if push.credit_flag == CreditCheck.PushFlag.FOCUS:
        parts.append(tag("dg", "ban", "失信"))
    elif push.credit_flag == CreditCheck.PushFlag.NOTICE:
        parts.append(tag("wn", "alert-triangle", "信用提示"))
    elif push.credit_flag == CreditCheck.PushFlag.RECHECK:
        parts.append(tag("mute", "circle-dashed", "信用待补查"))
    elif push.credit_flag == CreditCheck.PushFlag.OBJECTION:
        parts.append(tag("mute", "message-2", "信用异议中"))
    if push.subject and push.subject.risk_grade == Subject.RiskGrade.D:
        parts.append(tag("dg", "flag", "高风险"))
    return format_html_join("", "{}", ((part,) for part in parts))


@register.simple_tag
def push_state(push: Push) -> SafeString:
    """The state of a push as a label."""
    tones = {
        Push.Status.WAITING_CLAIM: ("wn", "message-2"),
        Push.Status.WAITING_ANSWER: ("wn", "hourglass"),
        Push.Status.OBJECTED: ("dg", "flag"),
        Push.Status.FED_BACK: ("wn", "arrow-back-up"),
        Push.Status.CLAIMED: ("sv", "checks"),
        Push.Status.ANSWERED: ("ok", "circle-check"),
        Push.Status.CLOSED: ("ok", "circle-check"),
        Push.Status.REROUTED: ("mute", "arrow-right"),
        Push.Status.MERGED: ("mute", "arrow-right"),
        Push.Status.WITHDRAWN: ("mute", "arrow-back-up"),
    }
    tone, name = tones[Push.Status(push.status)]
    read = "、已阅" if push.read_at and push.status == Push.Status.CLAIMED else ""
    return tag(tone, name, f"{push.get_status_display()}{read}")


@register.simple_tag
def card_tag(card: Card) -> SafeString:
    """黄牌, 红牌 or 提级 as a label."""
    tone = "wn" if card.level == Card.Level.YELLOW else "dg"
    return tag(tone, "flag", card.get_level_display())


@register.filter
def told_words(tells: Iterable[str]) -> str:
    """Whom a step of a ladder tells, as people read it."""
    return "、".join(str(LadderVersion.Told(word).label) for word in tells)


@register.simple_tag
def gap_state(row: Discrepancy) -> SafeString:
    """The state of a discrepancy as a label; one that is gone says so."""
    tones = {
        Discrepancy.State.OPEN: ("dg", "alert-triangle"),
        Discrepancy.State.REPAIRED: ("wn", "hourglass"),
        Discrepancy.State.EXPLAINED: ("mute", "message-2"),
        Discrepancy.State.VANISHED: ("ok", "circle-check"),
    }
    tone, name = tones[Discrepancy.State(row.state)]
    if row.state == Discrepancy.State.REPAIRED and row.gone_at:
        return tag("ok", "circle-check", "已修复")
    return tag(tone, name, row.get_state_display())


@register.simple_tag
def day_cell(cell: Cell) -> SafeString:
    """One department and day of the matrix as a label."""
    tone, name = cell.tone
    return tag(tone, name, cell.words)


@register.filter
def event_side(kind: str) -> str:
    """Which side of the house an entry of the timeline belongs to: ap, sv or cr."""
    return SIDES.get(kind.split(".", maxsplit=1)[0], "sv")


@register.filter
def event_icon(kind: str) -> str:
    """The icon of a timeline entry."""
    return STEP_ICONS.get(kind.split(".", maxsplit=1)[0], "check")


@register.filter
def outcome_label(outcome: str) -> str:
    """The words of an answer."""
    return policies.ANSWER_OUTCOMES.get(outcome, outcome)


@register.filter
def claimed_words(at: datetime, claim_mode: str) -> str:
    """推送即认领 11-17 09:52, or 已认领 with the time of somebody's claim."""
    words = "推送即认领" if claim_mode == LinkageEntry.ClaimMode.AUTO else "已认领"
    return f"{words} {short_time(at)}"


@register.filter
def step_label(step: str) -> str:
    """The words of a next step."""
    return str(Push.NextStep(step).label)


@register.filter
def value_words(value: object, field: str) -> str:
    """A field of a row of the list as people read it."""
    if value in (None, ""):
        return "双随机" if field == "first_check_days" else "—"
    if field == "stages" and isinstance(value, list):
        return "、".join(LinkageEntry.Stage(stage).label for stage in value)
    if isinstance(value, list):
        return "、".join(map(str, value))
    choices = dict(getattr(LinkageEntry._meta.get_field(field), "choices", None) or ())
    return str(choices.get(value, value))


@register.filter
def standing(version: ListVersion) -> str:
    """草稿, 待生效, 现行 or 已失效 today."""
    return version.standing(calendar.today())


@register.simple_tag
def standing_tag(version: ListVersion) -> SafeString:
    """The same as a label."""
    text = standing(version)
    tones = {"草稿": ("wn", "pencil"), "待生效": ("ap", "clock"), "现行": ("ok", "circle-check")}
    return tag(*tones.get(text, ("mute", "history")), text)


@register.simple_tag
def marked(line: Line, value: object) -> SafeString:
    """A value of a whole row that was added (ins) or removed (del)."""
    if line.state == editor.ADDED:
        return format_html("<ins>{}</ins>", value)
    return format_html("<del>{}</del>", value) if line.state == editor.REMOVED else format_html("{}", value)


@register.simple_tag
def changed(line: Line, field: str) -> SafeString:
    """A field of a row: before and after where it differs from the published version."""
    change = line.changes.get(field)
    if change is None:
        return marked(line, value_words(getattr(line.entry, field), field))
    old, new = value_words(change.old, field), value_words(change.new, field)
    return format_html("<del>{}</del> <ins>{}</ins>", old, new)
