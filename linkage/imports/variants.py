"""业务办理项: the variants of an item, with clocks of their own."""

from collections.abc import Iterable

from approvals.models import ApprovalItem, ItemVariant
from linkage.imports import cells
from linkage.imports.kinds import Column, Kind, Values
from linkage.imports.lookups import Lookups
from linkage.imports.problems import Problem


def check(values: Values, _lookups: Lookups) -> Iterable[Problem]:
    """The code begins with the item's (R7.08), and the promise stays within the law (R1.06)."""
    if not values["code"].startswith(values["item"].code):
        yield Problem("业务办理项编码", f"应以事项编码“{values['item'].code}”开头。")
    if values["promised_days"] > values["statutory_days"]:
        yield Problem("承诺时限(工作日)", f"承诺时限不得超过法定时限（{values['statutory_days']} 个工作日）。")


KIND = Kind(
    name="variants",
    title="业务办理项",
    model=ItemVariant,
    columns=(
        Column("code", "业务办理项编码", cells.code, required=True),
        Column("item", "事项编码", refers=Lookups.approval_item, required=True),
        Column("kind", "业务办理项", cells.choice(ItemVariant.Kind), ("办理类型",), required=True),
        Column("name", "名称", aliases=("业务办理项名称",), required=True),
        Column("handling", "办件类型", cells.choice(ApprovalItem.Handling), required=True),
        Column("statutory_days", "法定时限(工作日)", cells.working_days, ("法定时限",), required=True),
        Column("promised_days", "承诺时限(工作日)", cells.working_days, ("承诺时限",), required=True),
        Column("needs_survey", "需现场踏勘", cells.yes_no, default=False),
        Column("has_fee", "是否缴费", cells.yes_no, ("是否收费",), default=False),
    ),
    key=("code",),
    check=check,
    unique=(("item", "kind"),),
)
