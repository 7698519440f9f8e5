"""The rules of each list: a demo row with one mistake is rejected, its nearest lawful neighbour is not."""

import pytest

from approvals.models import ApprovalItem, ItemMaterial, PackageMember
from credit.models import CreditRecord, Subject
from linkage.imports.catalogue import KINDS
from linkage.imports.kinds import Outcome
from linkage.imports.materials import is_catch_all
from linkage.imports.problems import FileRefused
from linkage.imports.reader import heading_key
from linkage.models import LinkageEntry, ListVersion
from shenguan.access.roles import Role
from shenguan.org.models import Staff
from supervision.models import AnnualPlan
from tests.fixtures_demo import DemoCity
from tests.linkage.imports.lists import FILES, demo_row, demo_rows, load, reasons

pytestmark = pytest.mark.usefixtures("demo_city")

FIRE_SAFETY = "439901160010"  # commitment on a safety matter, provided for by 消防法 15
OPEN_COMMITMENT = {
    "可告知承诺": "是",
    "告知承诺依据": "《中华人民共和国旅游法》第二十八条",
    "承诺核查期限(工作日)": "40",
    "直接关系安全": "否",
    "重大风险排除": "无",
}


def rejected(kind: str, row: dict[str, str], **changes: str) -> list[str]:
    """The reasons against a row with these changes."""
    return reasons(load(kind, [{**row, **changes}]))


@pytest.mark.parametrize(
    ("kind", "changes", "words"),
    [
        ("departments", {"统一社会信用代码": "11439900MBYJ000189"}, "校验位不符"),
        ("departments", {"行政区划": "43999"}, "没有行政区划“43999”"),
        ("departments", {"上级部门": "SPJ"}, "不能是本部门自己"),
        ("departments", {"上级部门": "WUJU"}, "上级“WUJU”不存在"),
        ("departments", {"层级": "乡级"}, "应为：市级、县级"),
        ("offices", {"部门编码": "WUJU"}, "没有部门“WUJU”"),
        ("offices", {"办公电话": "6181001"}, "不是电话号码"),
        ("staff", {"科室编码": "SCJG-07"}, "不属于部门“云州市行政审批服务局”"),
        ("staff", {"角色": "局长"}, "“局长”不在可选项内"),
        ("staff", {"角色": "系统管理员|安全管理员"}, "三员分立"),
        ("staff", {"手机": "1380000"}, "不是电话号码"),
        ("staff", {"邮箱": "li@example"}, "不是邮箱地址"),
        ("approval-items", {"主管部门": "WUJU"}, "没有部门“WUJU”"),
        ("approval-items", {"审批科室": "SCJG-07"}, "不属于实施部门"),
        ("approval-items", {"承诺时限(工作日)": "4"}, "不得超过法定时限（3 个工作日）"),
        ("approval-items", {"实施编码": "11439900MBYJ0001893439901010010"}, "前 18 位有误"),
        ("approval-items", {"实施编码": "11439900MBYJ0001883439901010020"}, "与事项编码“439901010010”不一致"),
        ("approval-items", {"延续提前天数": "30"}, "应同时填写"),
        ("variants", {"事项编码": "439901010020"}, "应以事项编码“439901010020”开头"),
        ("variants", {"承诺时限(工作日)": "4"}, "不得超过法定时限"),
        ("variants", {"业务办理项编码": "43990101001009"}, "已被"),
        ("materials", {"事项编码": "439999999999"}, "没有审批事项“439999999999”"),
        ("materials", {"材料名称": "法律法规规定的其他材料"}, "兜底表述"),
        ("supervision-items", {"责任科室": "SPJ-02"}, "不属于监管部门"),
        ("supervision-items", {"年度频次": "A:3|B:1|C:2|D:4"}, "不得少于"),
        ("checklists", {"判定": "合格|尚可"}, "“尚可”不在可选项内"),
        ("linkage", {"审批责任科室": "SCJG-07"}, "不属于该事项的实施部门"),
        ("linkage", {"审批联络人": "jianganping"}, "不是审批责任科室所在部门的人员"),
        ("linkage", {"监管部门": "WJW"}, "不由“云州市卫生健康委员会”承担"),
        ("linkage", {"监管部门": "SCJG|WJW"}, "请拆成多行"),
        ("linkage", {"监管责任科室": "SPJ-02"}, "不属于监管部门"),
        ("linkage", {"监管联络人": "cengyanan"}, "不是监管部门“云州市市场监督管理局”的人员"),
        ("linkage", {"监管联络人": "wumingshi"}, "没有人员“wumingshi”"),
        ("linkage", {"认领时限(工作日)": "2"}, "认领时限应为 0"),
        ("linkage", {"审批事项名称": "食品经营许可"}, "的事项名称“企业登记（设立、变更、注销）”不一致"),
        ("linkage", {"生效日期": "2026-02-30"}, "不存在"),
        ("packages", {"适用情形": ""}, "必须写明适用情形"),
        ("packages", {"综合许可证名称": ""}, "必须写明综合许可证名称"),
        ("packages", {"前置事项编码": "439901010040"}, "不在本套餐内"),
        ("packages", {"套餐承诺时限(工作日)": "0"}, "少于前后置各事项承诺时限之和"),
        ("subjects", {"统一社会信用代码": "91439902MAYX000175"}, "校验位不符"),
        ("subjects", {"证件号码": "91439902MAYX00025Y"}, "与统一社会信用代码不一致"),
        ("subjects", {"成立日期": "2021-13-18"}, "不存在"),
        ("credit-records", {"主体编码": "ZT999"}, "没有主体“ZT999”"),
        ("credit-records", {"主体名称": "别的公司"}, "不一致"),
        ("credit-records", {"修复日期": "2026-08-01"}, "修复状态为“已修复”时必须填写"),
        ("credit-records", {"公示日期": "2026-06-14"}, "早于决定日期"),
        ("credit-records", {"再申请限制截止": "2027-06-15"}, "必须写明限制依据"),
        ("measures", {"分组": "D"}, "应为：A、B、C"),
        ("joint-measures", {"关联信用记录": "XY20260001"}, "不是该惩戒对象的"),
        ("joint-measures", {"责任人员姓名": "汪静怡"}, "为“单位”时应留空"),
        ("plans", {"计划户数": "3859"}, "应为 3860 户"),
        ("plans", {"结束日期": "2026-01-01"}, "早于开始日期"),
        ("clues", {"被反映对象": "别的饭店"}, "不一致"),
        ("clues", {"接收时间": "2026-11-31 09:00"}, "不是存在的时间"),
        ("laws", {"施行日期": "昨天"}, "不是日期"),
        ("regions", {"行政区划代码": "43990"}, "应为 6 位或 12 位"),
    ],
)
def test_it_rejects_a_row_with_one_mistake(kind: str, changes: dict[str, str], words: str) -> None:
    assert words in " ".join(rejected(kind, demo_row(kind), **changes))


def test_it_rejects_commitment_on_safety_without_a_statute() -> None:
    row = demo_row("approval-items", 事项编码=FIRE_SAFETY)
    assert "不得告知承诺" in rejected("approval-items", row, 告知承诺依据="《优化营商环境条例》第十九条")[0]


def test_it_rejects_commitment_on_safety_with_a_statute_but_no_article() -> None:
    row = demo_row("approval-items", 事项编码=FIRE_SAFETY)
    assert "不得告知承诺" in rejected("approval-items", row, 告知承诺依据="《中华人民共和国消防法》")[0]


def test_it_takes_commitment_on_safety_that_a_statute_article_provides() -> None:
    assert not rejected("approval-items", demo_row("approval-items", 事项编码=FIRE_SAFETY))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"告知承诺依据": ""}, "必须写明依据"),
        ({"承诺核查期限(工作日)": ""}, "必须写明承诺核查期限"),
        ({"重大风险排除": "金融", "告知承诺依据": "市政府公布的清单"}, "不得告知承诺"),
    ],
)
def test_it_rejects_commitment_without_its_conditions(changes: dict[str, str], words: str) -> None:
    row = {**demo_row("approval-items"), **OPEN_COMMITMENT}
    assert words in " ".join(rejected("approval-items", row, **changes))


def test_it_takes_commitment_with_its_conditions() -> None:
    assert not rejected("approval-items", demo_row("approval-items"), **OPEN_COMMITMENT)


@pytest.mark.parametrize("name", ["其他材料", "审批机关要求提供的其他有关文件", "其它证明材料", "其他应当提交的材料。"])
def test_it_knows_catch_all_papers(name: str) -> None:
    assert is_catch_all(name)


@pytest.mark.parametrize("name", ["其他股东放弃优先购买权声明", "其他组织的主体资格证明", "使用土地的有关证明文件"])
def test_it_does_not_take_a_named_paper_for_a_catch_all(name: str) -> None:
    assert not is_catch_all(name)


def test_it_takes_several_materials_from_one_cell() -> None:
    item = demo_row("approval-items")["事项编码"]
    ItemMaterial.objects.filter(item__code=item).delete()
    load("materials", [{"事项编码": item, "申请材料": "申请书|章程|身份证明"}])
    names = ItemMaterial.objects.filter(item__code=item).values_list("sequence", "name")
    assert list(names) == [(1, "申请书"), (2, "章程"), (3, "身份证明")]


def test_it_fills_what_a_published_list_leaves_out_by_the_general_rule() -> None:
    report = load("approval-items", [{"事项名称": "某某许可*", "主管部门": "市市场监管局"}])
    item = ApprovalItem.objects.get(name="某某许可")
    assert (item.statutory_days, item.promised_days) == (20, 20)
    assert item.implementing_department == item.competent_department
    assert any("第四十二条" in note for note in report.notes)


def test_it_gives_a_row_without_code_the_same_code_every_time() -> None:
    rows = [{"事项名称": "某某许可", "主管部门": "市市场监管局"}]
    load("approval-items", rows)
    assert load("approval-items", rows).counts[Outcome.UNCHANGED] == 1


def test_it_holds_roles_to_the_file(demo_city: DemoCity) -> None:
    report = load("staff", [{**demo_row("staff"), "角色": "审查员"}])
    assert report.counts[Outcome.UPDATED] == 1
    assert demo_city.staff("yanglijuan").role_codes == {Role.EXAMINER}


def test_it_leaves_roles_alone_without_their_column(demo_city: DemoCity) -> None:
    row = demo_row("staff")
    del row["角色"]
    assert load("staff", [row]).counts[Outcome.UNCHANGED] == 1
    assert demo_city.staff("yanglijuan").role_codes == {Role.WINDOW_CLERK}


def test_it_gives_new_staff_no_password() -> None:
    load("staff", [{**demo_row("staff"), "登录名": "xinren"}])
    assert not Staff.objects.get(username="xinren").has_usable_password()


def test_it_keeps_the_password_of_known_staff(demo_city: DemoCity) -> None:
    load("staff", [{**demo_row("staff"), "职务": "科员"}])
    assert demo_city.staff("yanglijuan").has_usable_password()


def test_it_finds_a_person_by_number_without_storing_it_in_plain(demo_city: DemoCity) -> None:
    row = demo_row("subjects", 主体类型="自然人")
    assert load("subjects", [row]).counts[Outcome.UNCHANGED] == 1
    person = demo_city.subject(row["主体编码"])
    assert person.uscc is None
    assert Subject.objects.with_id_number(row["证件号码"]).get() == person


def test_it_rejects_an_organisation_code_for_a_person() -> None:
    row = demo_row("subjects", 主体类型="自然人")
    assert "应留空" in " ".join(rejected("subjects", row, 统一社会信用代码="91439902MAYX000174"))


def test_it_never_makes_a_persons_record_public() -> None:
    persons = set(Subject.objects.filter(kind=Subject.Kind.PERSON).values_list("source_code", flat=True))
    row = next(row for row in demo_rows("credit-records") if row["主体编码"] in persons)
    assert "只能是“授权查询”" in " ".join(rejected("credit-records", row, 可见级别="社会公开"))


def test_it_repairs_a_record_by_file() -> None:
    row = {**demo_row("credit-records"), "修复状态": "已修复", "修复日期": "2026-09-01"}
    assert load("credit-records", [row]).counts[Outcome.UPDATED] == 1
    assert CreditRecord.objects.get(number=row["记录编号"]).repair_state == CreditRecord.Repair.REPAIRED


def test_it_rejects_a_measure_out_of_use() -> None:
    load("measures", [{**demo_row("measures"), "启用状态": "停用"}])
    assert "已停用" in " ".join(rejected("joint-measures", demo_row("joint-measures")))


def test_it_counts_a_changed_partner_as_an_update() -> None:
    row = demo_row("plans", 计划编号="JH2026002")
    assert load("plans", [{**row, "联合部门": "JYJ"}]).counts[Outcome.UPDATED] == 1
    assert [partner.code for partner in AnnualPlan.objects.get(number="JH2026002").joint_departments.all()] == ["JYJ"]


def test_it_counts_a_changed_package_for_each_of_its_rows() -> None:
    rows = [{**row, "套餐名称": "开餐饮店"} for row in demo_rows("packages") if row["套餐编码"] == "TC01"]
    assert load("packages", rows).counts[Outcome.UPDATED] == len(rows) == 7
    assert PackageMember.objects.filter(package__name="开餐饮店").count() == 7


def test_it_rejects_rows_that_describe_one_package_differently() -> None:
    rows = [row for row in demo_rows("packages") if row["套餐编码"] == "TC01"]
    rows[1]["套餐名称"] = "开饭馆"
    assert reasons(load("packages", rows)) == ["第 3 行，列“套餐名称”：与同一套餐第 2 行的写法不一致。"]


def test_it_rejects_prerequisites_in_a_circle() -> None:
    rows = [row for row in demo_rows("packages") if row["套餐编码"] == "TC01"][:2]
    rows[0]["前置事项编码"], rows[1]["前置事项编码"] = rows[1]["事项编码"], rows[0]["事项编码"]
    assert "绕成了圈" in " ".join(reasons(load("packages", rows)))


def test_it_never_changes_a_published_list() -> None:
    report = load("linkage", [{**demo_row("linkage"), "反馈时限(工作日)": "5"}], partial=True)
    assert "清单版本 2026-3 已发布，不能修改" in reasons(report)[0]
    assert LinkageEntry.objects.get(sequence=1).feedback_days == 3


def test_it_opens_a_draft_for_a_new_edition() -> None:
    rows = [{**row, "清单版本": "2026-4", "生效日期": "2027-01-01"} for row in demo_rows("linkage")]
    load("linkage", rows)
    draft = ListVersion.objects.get(label="2026-4")
    assert draft.status == ListVersion.Status.DRAFT
    assert draft.based_on.label == "2026-3"
    assert draft.entries.count() == 150


def test_it_edits_an_open_draft_and_counts_the_edit() -> None:
    row = {**demo_row("linkage"), "清单版本": "2026-4", "生效日期": "2027-01-01"}
    load("linkage", [row])
    assert load("linkage", [{**row, "反馈时限(工作日)": "5"}]).counts[Outcome.UPDATED] == 1
    draft = ListVersion.objects.get(label="2026-4")
    assert (draft.entries.get().feedback_days, draft.row_version) == (5, 3)


def test_it_takes_one_edition_a_file() -> None:
    row = demo_row("linkage")
    report = load("linkage", [row, {**demo_rows("linkage")[1], "清单版本": "2026-4"}])
    assert "一个文件只能有一个清单版本" in reasons(report)[0]


def test_it_rejects_a_liaison_who_has_left(demo_city: DemoCity) -> None:
    Staff.objects.filter(username="jianganping").update(status=Staff.Status.AWAY)
    assert "已离岗" in " ".join(rejected("linkage", demo_row("linkage")))


def test_it_refuses_another_date_for_a_published_edition() -> None:
    with pytest.raises(FileRefused, match="清单版本 2026-3 已发布，生效日期为 2026-07-01"):
        load("linkage", [{**demo_row("linkage"), "生效日期": "2026-08-01"}])


def test_it_refuses_a_second_draft() -> None:
    row = {**demo_row("linkage"), "生效日期": "2027-01-01"}
    load("linkage", [{**row, "清单版本": "2026-4"}])
    with pytest.raises(FileRefused, match="清单版本 2026-4 还在编制中"):
        load("linkage", [{**row, "清单版本": "2026-5"}])


@pytest.mark.parametrize("kind", sorted(set(FILES) - {"linkage"}))
def test_it_changes_nothing_by_a_file_of_the_required_columns(kind: str) -> None:
    columns = [one for one in KINDS[kind].columns if one.required or one.field in KINDS[kind].key]
    needed = {key for column in columns for key in column.heading_keys()}
    rows = [
        {heading: text for heading, text in row.items() if heading_key(heading) in needed}
        for row in demo_rows(kind)[:20]
    ]
    counts = load(kind, rows).counts
    assert (counts[Outcome.CREATED], counts[Outcome.UPDATED]) == (0, 0)


@pytest.mark.parametrize("cells", [{}, {"邮箱": ""}], ids=["no column", "empty cell"])
def test_it_clears_a_mailbox_by_an_empty_cell_only(demo_city: DemoCity, cells: dict[str, str]) -> None:
    row = demo_row("staff")
    known = Staff.objects.get(username=row["登录名"])
    Staff.objects.filter(pk=known.pk).update(email="li@example.gov.cn")
    load("staff", [{heading: text for heading, text in row.items() if heading != "邮箱"} | cells])
    known.refresh_from_db()
    assert known.email == ("" if cells else "li@example.gov.cn")
