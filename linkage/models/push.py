"""A push (推送): one event brought before one department. The row itself is the in-portal inbox entry."""

from django.db import models

from approvals.models import Application
from credit.models import Subject
from shenguan.access import scope
from shenguan.org.models import Staff


class PushQuerySet(models.QuerySet["Push"]):
    """Named questions about pushes."""

    def visible_to(self, staff: Staff) -> "PushQuerySet":
        """The recipient department's inbox; coordinators see the whole city."""
        return self if scope.sees_all(staff) else self.filter(department_id=staff.department_id)

    def with_everything(self) -> "PushQuerySet":
        """With all rows an action on a push looks at, in one query."""
        return self.select_related(
            "event",
            "application__item",
            "application__variant",
            "application__department",
            "subject",
            "department",
            "sender",
            "office",
            "owner",
            "assignee",
            "entry",
            "supervision_item",
            "list_version",
            "deadline",
        )

    def open(self) -> "PushQuerySet":
        """Something is still to be done by the recipient."""
        return self.filter(is_open=True)

    def forward(self) -> "PushQuerySet":
        """From approval to supervision."""
        return self.filter(direction=Push.Direction.FORWARD)

    def reverse_direction(self) -> "PushQuerySet":
        """From supervision back to approval."""
        return self.filter(direction=Push.Direction.REVERSE)

    def duties(self) -> "PushQuerySet":
        """Concluded approvals that still are somebody's duty: who got them supervises the holder."""
        return self.forward().filter(kind="approval.concluded").exclude(status__in=Push.GONE)


class Push(models.Model):
    """One department is told one fact and owes a next step by `due_on`; `owner` is the named person."""

    class Direction(models.TextChoices):
        FORWARD = "forward", "审批→监管"
        REVERSE = "reverse", "监管→审批"

    class Status(models.TextChoices):
        WAITING_CLAIM = "waiting_claim", "待认领"
        CLAIMED = "claimed", "已认领"  # forward: in hand, first check or watch runs
        OBJECTED = "objected", "职责异议中"  # the duty stays here until decided
        REROUTED = "rerouted", "已改派其他部门"
        WAITING_ANSWER = "waiting_answer", "待答复"  # reverse
        ANSWERED = "answered", "已答复"
        FED_BACK = "fed_back", "已反馈"  # forward: an abnormal result went back, waiting for the answer
        CLOSED = "closed", "已办结"
        MERGED = "merged", "已并入重复推送"
        WITHDRAWN = "withdrawn", "审批部门已撤回"

    GONE = frozenset({Status.REROUTED, Status.MERGED, Status.WITHDRAWN})  # not this department's to do any more

    class NextStep(models.TextChoices):
        CLAIM = "claim", "认领"
        READ = "read", "签阅"  # accepted-stage pushes: know and prepare
        FIRST_CHECK = "first_check", "首次检查"
        COMMITMENT_CHECK = "commitment_check", "承诺核查"
        RECHECK = "recheck", "整改复查"
        ANSWER = "answer", "答复"
        AWAIT = "await", "等待对方"  # the conclusion of the case, an arbitration, an answer
        NONE = "none", "无"

    # db_index=False: the unique constraints and indexes below begin with these two
    event = models.ForeignKey("events.Event", models.PROTECT, related_name="pushes", db_index=False)
    # Neither behind a change of law, a consultation or a freeze: `case_number` is then the number of that thread.
    application = models.ForeignKey("approvals.Application", models.PROTECT, null=True, related_name="pushes")
    subject = models.ForeignKey("credit.Subject", models.PROTECT, null=True, related_name="pushes")
    # recipient
    department = models.ForeignKey("org.Department", models.PROTECT, related_name="pushes", db_index=False)
    sender = models.ForeignKey("org.Department", models.PROTECT, related_name="sent_pushes")
    office = models.ForeignKey("org.Office", models.PROTECT, null=True, related_name="+")
    owner = models.ForeignKey("org.Staff", models.PROTECT, related_name="owned_pushes")  # never nobody
    assignee = models.ForeignKey("org.Staff", models.PROTECT, null=True, related_name="assigned_pushes")
    entry = models.ForeignKey("linkage.LinkageEntry", models.PROTECT, null=True, related_name="pushes")
    list_version = models.ForeignKey("linkage.ListVersion", models.PROTECT, null=True, related_name="pushes")
    supervision_item = models.ForeignKey(
        "supervision.SupervisionItem", models.PROTECT, null=True, related_name="pushes"
    )
    answers_push = models.ForeignKey("self", models.PROTECT, null=True, related_name="replies")  # reverse → forward
    deadline = models.ForeignKey("workdays.Deadline", models.PROTECT, null=True, related_name="+")  # running clock

    number = models.CharField("推送编号", max_length=40, unique=True)
    sequence = models.PositiveBigIntegerField("接收序号")  # per recipient, without gaps
    direction = models.CharField("方向", max_length=10, choices=Direction.choices)
    kind = models.CharField("类型", max_length=40)  # event kind, CONTRACT §4
    case_number = models.CharField("办件编号", max_length=60, db_index=True)
    status = models.CharField("状态", max_length=20, choices=Status.choices)
    next_step = models.CharField("待办", max_length=20, choices=NextStep.choices)
    is_open = models.BooleanField(default=True)  # drives the partial indexes of open work
    claim_mode = models.CharField("认领方式", max_length=10, blank=True)
    credit_flag = models.CharField("信用标记", max_length=10, blank=True)
    by_commitment = models.BooleanField("告知承诺", default=False)
    is_backlog = models.BooleanField("历史遗留", default=False)  # from before the cut-over: no clock, no card
    payload = models.JSONField("推送内容", default=dict)  # the event's payload at push time, no ID number, no phone
    message = models.TextField("事由", blank=True)  # reverse: what was found; answers: the decision
    claimed_by = models.CharField("认领人", max_length=60, blank=True)
    answer_outcome = models.CharField("答复结果", max_length=30, blank=True)
    answer_text = models.TextField("答复内容", blank=True)
    answered_by = models.CharField("答复人", max_length=60, blank=True)
    version = models.PositiveIntegerField(default=1)

    due_on = models.DateField("到期日", null=True)  # copy of the running clock for sorting
    pushed_at = models.DateTimeField("推送时间")
    claimed_at = models.DateTimeField("认领时间", null=True)
    read_at = models.DateTimeField("签阅时间", null=True)
    answered_at = models.DateTimeField("答复时间", null=True)
    closed_at = models.DateTimeField("办结时间", null=True)

    objects = PushQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            # One push per event, department and supervision item, however often routing runs (R10.13).
            models.UniqueConstraint(
                fields=["event", "department", "supervision_item"], name="one_push_per_event_and_item"
            ),
            models.UniqueConstraint(
                fields=["event", "department"],
                condition=models.Q(supervision_item__isnull=True),
                name="one_push_per_event_without_item",
            ),
            models.UniqueConstraint(fields=["department", "sequence"], name="gapless_place_per_recipient"),
            models.CheckConstraint(
                condition=models.Q(claimed_by="", claimed_at__isnull=True)
                | (~models.Q(claimed_by="") & models.Q(claimed_at__isnull=False)),
                name="claimed_by_with_time",
            ),
            models.CheckConstraint(
                condition=models.Q(answered_by="", answered_at__isnull=True)
                | (~models.Q(answered_by="") & models.Q(answered_at__isnull=False)),
                name="answered_by_with_time",
            ),
            models.CheckConstraint(
                condition=models.Q(application__isnull=True) | models.Q(subject__isnull=False),
                name="case_push_has_a_party",
            ),
        ]
        indexes = [
            models.Index(
                fields=["department", "due_on", "id"], condition=models.Q(is_open=True), name="inbox_open_by_due"
            ),
            models.Index(fields=["department", "-id"], name="inbox_all"),
            models.Index(fields=["due_on"], condition=models.Q(is_open=True), name="open_pushes_due"),  # escalation
            models.Index(fields=["department", "pushed_at"], name="pushes_of_a_day"),  # day sheets, statements
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_forward(self) -> bool:
        """From approval to supervision."""
        return self.direction == self.Direction.FORWARD

    @property
    def case(self) -> Application:
        """The case behind the push. Raises ValueError for a push that belongs to none."""
        if self.application is None:
            raise ValueError(f"push {self.number} belongs to no case")
        return self.application

    @property
    def party(self) -> Subject:
        """Whom the push is about. Raises ValueError for a push that is about nobody."""
        if self.subject is None:
            raise ValueError(f"push {self.number} is about no party")
        return self.subject

    @property
    def heading(self) -> str:
        """What the push is about, in a line: the party, else the title of the notice."""
        return self.subject.name if self.subject else self.payload.get("title", "")

    @property
    def shown_heading(self) -> str:
        """The same for lists and sheets that more people read: a person's name masked."""
        return self.subject.shown_name if self.subject else self.payload.get("title", "")

    @property
    def topic(self) -> str:
        """The second line: the item of the case, else what the notice says it is about."""
        return str(self.application.variant) if self.application else self.payload.get("item_name", "")

    @property
    def handler(self) -> Staff:
        """Who works on it now: the person it was assigned to, else the named owner."""
        return self.assignee or self.owner
