"""主体: the parties that apply and are inspected; organisations by 统一社会信用代码, persons by 公民身份号码."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from credit.models import Subject
from linkage.imports import cells, store
from linkage.imports.kinds import Column, Draft, Kind, Run, Values
from linkage.imports.lookups import Lookups
from linkage.imports.problems import CellError, Problem
from shenguan.identifiers.pinyin import initials
from shenguan.privacy.cipher import keyed_hash


def check(values: Values, _lookups: Lookups) -> Iterable[Problem]:
    """Exactly one identifier, of the kind the subject has, valid by its own rule (R7.01, R7.05)."""
    heading, number = _identifier(values)
    if not number:
        yield Problem(heading, "不能为空。")
        return
    try:
        cells.id_number(number) if _is_person(values) else cells.organisation_code(number)
    except CellError as error:
        yield Problem(heading, str(error))
    if _is_person(values) and values["uscc"]:
        yield Problem("统一社会信用代码", "自然人没有统一社会信用代码，应留空。")
    document = values["document_number"]
    if not _is_person(values) and values["uscc"] and document and document != values["uscc"]:
        yield Problem("证件号码", "与统一社会信用代码不一致。")


def build(values: Values, _run: Run) -> Sequence[Subject]:
    """The subject with its identifier in the one place it belongs."""
    fields = {name: value for name, value in values.items() if name not in KIND.beside}
    _, number = _identifier(values)
    if _is_person(values):
        number = cells.id_number(number)
        fields |= {"uscc": None, "id_number": number, "id_hash": keyed_hash(number)}
    else:
        fields["uscc"] = cells.organisation_code(number)
    fields["name_initials"] = initials(values["name"])
    return [Subject(**fields)]


def save(kind: Kind, drafts: Sequence[Draft], run: Run) -> None:
    """Persons are known by their number's keyed hash, organisations by their code."""
    persons = [draft for draft in drafts if _is_person(draft.values)]
    organisations = [draft for draft in drafts if not _is_person(draft.values)]
    by_hash = replace(kind, key=("id_hash",), columns=(*kind.columns, Column("id_hash", "证件号码")))
    store.save(by_hash, persons, run)
    store.save(kind, organisations, run)


def _is_person(values: Values) -> bool:
    return values["kind"] == Subject.Kind.PERSON


def _identifier(values: Values) -> tuple[str, str]:
    """The heading to blame and the number as given."""
    if _is_person(values):
        return "证件号码", values["document_number"]
    return "统一社会信用代码", values["uscc"] or values["document_number"]


KIND = Kind(
    name="subjects",
    title="主体",
    model=Subject,
    columns=(
        Column("source_code", "主体编码", cells.code),
        Column("name", "主体名称", aliases=("名称", "相对人名称"), required=True),
        Column("kind", "主体类型", cells.choice(Subject.Kind), ("相对人类别",), required=True),
        Column("uscc", "统一社会信用代码", cells.code, ("信用代码",)),
        Column("document_number", "证件号码", cells.code, ("身份证号", "公民身份号码")),
        Column("legal_representative", "法定代表人或经营者", aliases=("法定代表人",)),
        Column("legal_representative_id", "法定代表人证件号码", cells.id_number),
        Column("contact", "联系人"),
        Column("phone", "联系电话", cells.phone, ("电话",)),
        Column("region", "行政区划", refers=Lookups.region, default=None),
        Column("registered_address", "注册地址", aliases=("住所",)),
        Column("business_address", "经营地址", aliases=("经营场所",)),
        Column("industry", "所属行业"),
        Column("established_on", "成立日期", cells.day, default=None),
        Column("status", "存续状态", cells.choice(Subject.Status), default=Subject.Status.ACTIVE),
        Column("risk_grade", "信用风险等级", cells.one_of(*Subject.RiskGrade.values)),
        Column("public_grade", "公共信用综合评价", cells.choice(Subject.PublicGrade)),
        Column("graded_on", "评价日期", cells.day, default=None),
    ),
    key=("uscc",),
    check=check,
    build=build,
    store=save,
    derived={"name_initials": "name", "id_number": "document_number"},
    beside=("document_number", "uscc"),
    ignored=("证件类型",),
)
