"""Staff (人员): the people who sign in. Roles are rows, permissions follow from roles."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.functional import cached_property

from shenguan.access.roles import ROLE_PERMISSIONS, THREE_OFFICERS, Permission, Role
from shenguan.privacy.fields import EncryptedTextField


class StaffManager(BaseUserManager["Staff"]):
    """Looks staff up by login name."""

    def create_user(self, username: str, password: str | None = None, **fields: object) -> "Staff":
        """A new account; without a password nobody can sign in with it."""
        staff = self.model(username=username, **fields)
        staff.set_password(password)
        staff.save()
        return staff


class Staff(AbstractBaseUser):
    """One person of one department. Leavers keep their row and lose their access."""

    class Status(models.TextChoices):
        ON_DUTY = "on_duty", "在职"
        AWAY = "away", "离岗"

    username = models.CharField("登录名", max_length=40, unique=True)
    name = models.CharField("姓名", max_length=40)
    department = models.ForeignKey("org.Department", models.PROTECT, related_name="staff")
    office = models.ForeignKey("org.Office", models.PROTECT, null=True, blank=True, related_name="staff")
    position = models.CharField("职务", max_length=60, blank=True)
    mobile = EncryptedTextField("手机", blank=True)
    email = EncryptedTextField("邮箱", blank=True)
    enforcement_number = models.CharField("执法证号", max_length=20, blank=True)
    status = models.CharField("状态", max_length=10, choices=Status.choices, default=Status.ON_DUTY)
    password_changed_at = models.DateTimeField("密码修改时间", null=True, blank=True)
    single_keys = models.BooleanField("启用单键快捷键", default=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = StaffManager()

    class Meta:
        ordering = ["username"]
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=["on_duty", "away"]), name="staff_status_is_known")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        """People who left cannot sign in (RULES R11.05)."""
        return self.status == self.Status.ON_DUTY

    @cached_property
    def role_codes(self) -> frozenset[str]:
        """The codes of this person's roles; one query (none after prefetching `roles`), kept for the request."""
        return frozenset(held.role for held in self.roles.all())

    @cached_property
    def permissions(self) -> frozenset[Permission]:
        """Everything this person's roles allow."""
        return frozenset().union(*(ROLE_PERMISSIONS[Role(code)] for code in self.role_codes))

    def may(self, permission: Permission) -> bool:
        """The only question asked about a right: does one of the roles carry it?"""
        return permission in self.permissions


class StaffRole(models.Model):
    """One role held by one person."""

    staff = models.ForeignKey(Staff, models.CASCADE, related_name="roles")
    role = models.CharField("角色", max_length=30, choices=Role.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["staff", "role"], name="one_row_per_staff_role"),
            # 三员分立 (RULES R11.05): whoever writes the row, nobody ends up with two of the three
            models.UniqueConstraint(
                fields=["staff"],
                condition=models.Q(role__in=sorted(THREE_OFFICERS)),
                name="one_of_the_three_officers",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.staff} {self.get_role_display()}"
