"""What cells refer to: departments, offices, people, items … read once per import and found by code or name."""

import re
from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from typing import TypeVar

from django.db.models import Model

from approvals.models import ApprovalItem
from credit.models import CreditRecord, Measure, Subject
from linkage.imports.problems import CellError
from linkage.models import BasisPaper, EscalationLadder
from shenguan.identifiers.text import normalise
from shenguan.org.models import Department, Law, Office, Region, Staff
from shenguan.privacy.cipher import keyed_hash
from supervision.models import SupervisionItem

Found = TypeVar("Found", bound=Model)

BRACKETED = re.compile(r"[（(][^（）()]*[）)]?")
BODY = re.compile(r"[A-Z]+(-[A-Z]+)*|.+(局|委|厅|部|署|办|院|会|队|所|站|处|科|股|中心|机构|部门|政府)")


class Lookups:
    """The rows cells may refer to. Made anew for every import, so it never shows what another import changed."""

    def __init__(self) -> None:
        self.notes: list[str] = []  # decisions worth telling, e.g. which of several departments was taken

    def region(self, raw: str) -> Region:
        """A division by code (2 to 12 digits) or name."""
        found = self._regions.get(region_code(raw)) or self._regions.get(raw.strip())
        if found is None:
            raise CellError(f"没有行政区划“{raw}”，请先导入行政区划。")
        return found

    def region_or_new(self, raw: str) -> Region:
        """A division, or an unsaved one for a code nobody knows yet: a first import starts with departments."""
        code = region_code(raw)
        if code not in self._regions and re.fullmatch(r"\d{6}|\d{12}", code):
            self._regions[code] = Region(code=code)
        return self.region(raw)

    def department(self, raw: str) -> Department:
        """A department by code, name or short name. Several in one cell: the first one known is taken and told."""
        whole = self._departments.get(raw.strip())
        if whole is not None:
            return whole
        named = department_names(raw)
        known = [self._departments[name] for name in named if name in self._departments]
        if not known:
            raise CellError(f"没有部门“{raw}”，请先导入部门或核对编码。")
        if len(set(known)) > 1:
            self.notes.append(f"“{raw}”写了多个部门，以“{known[0].name}”为准。")
        return known[0]

    def only_department(self, raw: str) -> Department:
        """A department where the list allows exactly one."""
        if raw.strip() not in self._departments and len(department_names(raw)) > 1:
            raise CellError(f"“{raw}”写了多个部门，此列只能写一个，请拆成多行。")
        return self.department(raw)

    def departments(self, raw: str) -> list[Department]:
        """Several departments, each known."""
        return [self._one(self._departments, name, "部门") for name in department_names(raw)]

    def office(self, raw: str) -> Office:
        """An office by code, or by a name that only one office has."""
        return self._one(self._offices, raw, "科室")

    def staff(self, raw: str) -> Staff:
        """A person by login name, or by a name that only one person has."""
        return self._one(self._staff, raw, "人员")

    def approval_item(self, raw: str) -> ApprovalItem:
        """An approval item by code."""
        return self._one(self._approval_items, raw, "审批事项")

    def supervision_item(self, raw: str) -> SupervisionItem:
        """A supervision item by code."""
        return self._one(self._supervision_items, raw, "监管事项")

    def supervision_items(self, raw: str) -> list[SupervisionItem]:
        """Several supervision items by code."""
        return [
            self._one(self._supervision_items, part, "监管事项") for part in re.split(r"[|、；;，,\s]+", raw) if part
        ]

    def basis_paper(self, raw: str) -> BasisPaper:
        """A paper between two departments by its number."""
        return self._one(self._basis_papers, raw, "权责依据文书")

    def ladder(self, raw: str) -> EscalationLadder:
        """A ladder for pushes by its name."""
        return self._one(self._ladders, raw, "催办规则")

    def subject(self, raw: str) -> Subject:
        """A subject by the source's code, 统一社会信用代码 or 公民身份号码."""
        value = normalise(raw)
        found = self._subjects.get(value) or self._subjects.get(keyed_hash(value))
        if found is None:
            raise CellError(f"没有主体“{raw}”，请先导入主体或核对代码。")
        return found

    def measure(self, raw: str) -> Measure:
        """A published measure by code."""
        return self._one(self._measures, raw, "惩戒措施")

    def credit_record(self, raw: str) -> CreditRecord:
        """A credit record by number."""
        return self._one(self._credit_records, raw, "信用记录")

    def law_category(self, name: str) -> str:
        """法律, 行政法规 … of a registered law; empty when the register does not hold it."""
        return self._laws.get(name, "")

    def knows_department(self, name: str) -> bool:
        """Whether a department answers to this code, name or short name."""
        return name in self._departments

    def _one(self, rows: dict[str, Found], raw: str, noun: str) -> Found:
        found = rows.get(raw.strip()) or rows.get("".join(raw.split()))
        if found is None:
            raise CellError(f"没有{noun}“{raw}”，请先导入{noun}或核对编码。")
        return found

    @cached_property
    def _regions(self) -> dict[str, Region]:
        return _by(Region.objects.all(), "code", "name")

    @cached_property
    def _departments(self) -> dict[str, Department]:
        return _by(Department.objects.select_related("region"), "code", "name", "short_name")

    @cached_property
    def _offices(self) -> dict[str, Office]:
        return _by(Office.objects.select_related("department"), "code", "name")

    @cached_property
    def _staff(self) -> dict[str, Staff]:
        return _by(Staff.objects.defer("mobile", "email", "password"), "username", "name")

    @cached_property
    def _approval_items(self) -> dict[str, ApprovalItem]:
        return _by(ApprovalItem.objects.all(), "code")

    @cached_property
    def _supervision_items(self) -> dict[str, SupervisionItem]:
        return _by(SupervisionItem.objects.all(), "code")

    @cached_property
    def _basis_papers(self) -> dict[str, BasisPaper]:
        return _by(BasisPaper.objects.all(), "number")

    @cached_property
    def _ladders(self) -> dict[str, EscalationLadder]:
        return _by(EscalationLadder.objects.filter(purpose=EscalationLadder.Purpose.PUSH), "name")

    @cached_property
    def _subjects(self) -> dict[str, Subject]:
        fields = ("id", "kind", "name", "source_code", "uscc", "id_hash")
        return _by(Subject.objects.only(*fields), "source_code", "uscc", "id_hash")

    @cached_property
    def _measures(self) -> dict[str, Measure]:
        return _by(Measure.objects.all(), "code")

    @cached_property
    def _credit_records(self) -> dict[str, CreditRecord]:
        return _by(CreditRecord.objects.only("id", "number", "subject_id"), "number")

    @cached_property
    def _laws(self) -> dict[str, str]:
        return dict(Law.objects.values_list("name", "category"))


def region_code(raw: str) -> str:
    """A division code in the length we keep: 6 digits down to the county, 12 below (R7.07)."""
    value = normalise(raw)
    if not value.isdecimal():
        return value
    if len(value) in (2, 4):
        return value.ljust(6, "0")
    if len(value) == 9:
        return value.ljust(12, "0")
    return value[:6] if len(value) == 12 and value.endswith("000000") else value


def department_names(raw: str) -> list[str]:
    """The departments named in a cell, remarks in brackets left out: "甲局（…）；乙局（…）" names two.

    A comma divides only full names: "县级以上工商、市场监管部门" is one description and stays whole. Behind a blank
    lists put the office ("富民县公安局 行政审批办"), which is no part of the name.
    """
    names: list[str] = []
    for group in re.split(r"[|\n]", BRACKETED.sub("", raw)):
        whole = group.strip(" ）)")
        parts = [_without_office(part) for part in re.split(r"[、；;，,/]", whole) if part.strip()]
        names += parts if all(BODY.fullmatch(part) for part in parts) else [whole]
    return list(dict.fromkeys(name for name in names if name))


def _without_office(name: str) -> str:
    first = name.split(maxsplit=1)[0]
    return first if BODY.fullmatch(first) else "".join(name.split())


def _by(rows: Iterable[Found], *fields: str) -> dict[str, Found]:
    """Rows by the values of these fields. Earlier fields win; a value two rows share in a later field finds neither."""
    found: dict[str, Found] = {}
    kept = list(rows)
    for field in fields:
        values = [getattr(row, field) for row in kept]
        times = Counter(values)
        for value, row in zip(values, kept, strict=True):
            if value and times[value] == 1:
                found.setdefault(value, row)
    return found
