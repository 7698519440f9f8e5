"""Who acts: a person, a machine client of a department, or the system itself. Every action takes one as `by`."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from shenguan.access.roles import Permission
from shenguan.refusals import NotAllowed

if TYPE_CHECKING:
    from shenguan.access.models import MachineClient
    from shenguan.org.models import Department, Staff


@dataclass(frozen=True)
class Actor:
    """The doer of an action, as audit and events record it."""

    kind: Literal["staff", "client", "system"]
    key: str  # login name, client id or name of the periodic job
    name: str  # what people read
    department: "Department | None" = None
    staff: "Staff | None" = None
    ip: str = ""

    @classmethod
    def of_staff(cls, staff: "Staff", ip: str = "") -> "Actor":
        """A signed-in person."""
        return cls("staff", staff.username, staff.name, staff.department, staff, ip)

    @classmethod
    def of_client(cls, client: "MachineClient", ip: str = "") -> "Actor":
        """A department's system."""
        return cls("client", client.client_id, client.name, client.department, None, ip)

    @classmethod
    def system(cls, job: str) -> "Actor":
        """A periodic job or a consequence the rules demand."""
        return cls("system", job, "系统")

    def require(self, permission: Permission) -> None:
        """Raises NotAllowed unless this actor holds the right. Machine clients are held to scopes by the API."""
        if self.kind == "staff" and (self.staff is None or not self.staff.may(permission)):
            raise NotAllowed(f"您的岗位没有“{permission.label}”权限，请联系本单位系统管理员。")
