"""The demo city's exchange contracts: one each way for every department."""

from datetime import date, datetime, time

from linkage.imports import cells
from linkage.models import ExchangeContract, ListVersion
from shenguan.access.actors import Actor
from shenguan.org.models import Department

C = ExchangeContract
REPORTED = [str(kind) for kind in C.REPORTED]
PUSHED = [str(kind) for kind in C.Kind.values if kind not in REPORTED]
SUFFIX = {C.Direction.TO_DEPARTMENT: "A", C.Direction.FROM_DEPARTMENT: "B"}
COMMON = {
    "edition": 1,
    "status": C.Status.IN_FORCE,
    "procedure": "按审管联动事项清单逐件交换；数据有误的 10 个工作日内核对更正",
    "limit_days": 0,
    "frequency": C.Frequency.REAL_TIME,
    "confidentiality": C.Confidentiality.INTERNAL,
    "proposed_by": "演示数据",
    "confirmed_by": "演示数据",
}
TERMS = {
    C.Direction.TO_DEPARTMENT: {
        "kinds": PUSHED,
        "modes": [C.Mode.PORTAL, C.Mode.WEBHOOK, C.Mode.API],
        "data_items": "办件编号、审批事项、监管事项、相对人名称及统一社会信用代码、证照编号和有效期、办理时限",
        "purpose": "审批后的事中事后监管，监管结果的核实与答复",
    },
    C.Direction.FROM_DEPARTMENT: {
        "kinds": REPORTED,
        "modes": [C.Mode.PORTAL, C.Mode.API],
        "data_items": "办件受理与办结、证照变动、检查结果、处罚决定、线索、信用记录",
        "purpose": "监管结果反馈审批部门，归集为信用记录，受理环节信用核查",
    },
}


def agree(by: Actor) -> int:
    """Contracts in force since the list is, for departments without any; how many were made. A second run makes none.

    Not the actions: nobody stands at both ends of a demo city, and it is shown as running.
    """
    version = ListVersion.objects.exclude(effective_from=None).order_by("effective_from").first()
    if version is None or version.effective_from is None:
        return 0
    first_day: date = version.effective_from
    at = datetime.combine(first_day, time(9), cells.OFFICE_ZONE)
    known = set(C.objects.values_list("department_id", "direction"))
    rows = [
        C(
            department=department,
            direction=direction,
            number=f"GX-{department.code}-{SUFFIX[direction]}",
            valid_from=first_day,
            proposed_at=at,
            confirmed_at=at,
            **COMMON,
            **terms,
        )
        for department in Department.objects.filter(is_active=True)
        for direction, terms in TERMS.items()
        if (department.pk, str(direction)) not in known
    ]
    return len(C.objects.bulk_create(rows))
