"""Texts of short messages. Providers register texts beforehand, so every text has a code and fixed wording."""

from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True)
class Template:
    """A registered text. `label` is what one such message is called when several are merged into one."""

    code: str
    text: str
    label: str = "消息"
    subject: str = ""  # of the mail; other mails take the title of the notice

    def render(self, **variables: str) -> str:
        """The message with the platform's signature in front, as providers demand."""
        return f"【{settings.CITY_NAME}审管联动】" + self.text.format(**variables).strip()


GENERAL = Template("general", "{title}。{body}")
BUNDLE = Template("bundle", "您有 {total} 条{what}{due}。请登录平台查看。", "合并消息", "您有 {total} 条{what}")
DIGEST = Template(
    "digest",
    "今日待办：未办结 {open} 件，今日到期 {today} 件，已超期 {overdue} 件。{news}请登录平台办理。",
    "每日摘要",
    "今日待办：今日到期 {today} 件，已超期 {overdue} 件",
)
TEMPLATES = {
    "push.received": Template(
        "push_received", "新的联动推送：{title}。{body}请登录平台查看并按期办理。{code}", "新的联动推送"
    ),
    "push.returned": Template("push_returned", "职责异议待裁定：{title}。{body}{code}", "待裁定的职责异议"),
    "push.overdue": Template("push_overdue", "联动事项已超期：{title}。{body}请立即办理。{code}", "超期提醒"),
    "push.due_soon": Template("push_due_soon", "联动事项即将到期：{title}。{body}{code}", "临期提醒"),
    "push.withdrawal": Template(
        "push_withdrawal", "审批部门撤回推送：{title}。{body}请登录平台查看。{code}", "推送撤回"
    ),
    "feedback.received": Template(
        "feedback_received", "收到监管反馈：{title}。{body}请登录平台答复。{code}", "待答复的监管反馈"
    ),
    "answer.received": Template("answer_received", "审批部门已答复：{title}。{body}{code}", "审批部门的答复"),
    "approval.accepted": Template("approval_accepted", "您的申请已受理：{title}。{body}"),
    "approval.corrections": Template("approval_corrections", "您的申请需要补正：{title}。{body}"),
    "approval.refused": Template("approval_refused", "您的申请不予受理：{title}。{body}"),
    "approval.concluded": Template("approval_concluded", "您的申请已办结：{title}。{body}"),
}
# Kept within the hours and merged even when they are urgent: what has been late for days is not news at midnight.
REMINDERS = frozenset({"push.due_soon", "push.overdue", "push.due_moved"})


def template_for(kind: str) -> Template:
    """The text registered for a kind of notice; GENERAL for kinds without one of their own."""
    return TEMPLATES.get(kind, GENERAL)
