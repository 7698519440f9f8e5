"""The build assistant on small examples made by hand, each with a near miss beside the right answer."""

from pathlib import Path

import pytest

from linkage.assistant import Assistant, Described, shared_words
from linkage.bench import assistant as bench

FOOD = "《中华人民共和国食品安全法》第三十五条"


def supervision(code: str, name: str, *laws: str, department: str = "SCJG") -> Described:
    return Described(code, department, (name,), laws)


def approval(name: str = "食品经营许可", *laws: str, department: str = "SCJG") -> Described:
    return Described("A", department, (name,), laws or (FOOD,))


def codes(catalogue: list[Described], wanted: Described) -> list[str]:
    return [one.code for one in Assistant(catalogue).propose(wanted)]


def test_shared_wording_comes_before_the_same_department_alone() -> None:
    catalogue = [
        supervision("near", "对特种设备使用单位的监督检查"),
        supervision("right", "对食品经营者的监督检查"),
    ]

    assert codes(catalogue, approval("食品经营许可", "《某条例》"))[0] == "right"


def test_the_same_article_comes_before_another_article_of_the_same_law() -> None:
    catalogue = [
        supervision("near", "监督检查", "《中华人民共和国食品安全法》第一百一十条"),
        supervision("right", "监督检查", FOOD),
    ]

    assert codes(catalogue, approval()) == ["right", "near"]


def test_a_law_is_the_same_with_or_without_the_name_of_the_state() -> None:
    (found,) = Assistant([supervision("right", "检查", "《食品安全法》第三十五条")]).propose(approval())

    assert found.reasons[0] == "同引《食品安全法》第三十五条"


def test_a_law_with_a_longer_name_is_another_law() -> None:
    catalogue = [supervision("near", "其他", "《食品安全法实施条例》第三十五条", department="WJW")]

    assert codes(catalogue, approval()) == []


def test_a_rare_law_says_more_than_one_everybody_cites() -> None:
    common = "《行政许可法》第六十一条"
    crowd = [supervision(f"c{n}", f"第{n}类事务", common, department="WJW") for n in range(8)]
    right = supervision("right", "另类事务", "《娱乐场所管理条例》", department="WJW")
    wanted = approval("设立", common, "《娱乐场所管理条例》", department="WLTJ")

    assert codes([*crowd, right], wanted)[0] == "right"


def test_another_department_may_be_the_right_one() -> None:
    catalogue = [
        supervision("near", "对医师执业行为的检查", department="WJW"),
        supervision("right", "对放射诊疗用射线装置辐射安全的检查", "《放射性同位素条例》第四十六条", department="STHJ"),
    ]

    assert codes(catalogue, approval("放射诊疗许可", "《放射性同位素条例》第八条", department="WJW"))[0] == "right"


def test_the_department_alone_is_no_proposal() -> None:
    assert codes([supervision("near", "旅馆", "《旅馆业办法》")], approval()) == []


def test_every_proposal_says_why() -> None:
    (found,) = Assistant([supervision("right", "对食品经营者的监督检查", FOOD)]).propose(approval())

    assert found.reasons == ("同引《食品安全法》第三十五条", "事项主管部门就是监管部门", "名称相近：食品经营")
    assert 0 < found.score <= 1


def test_the_code_of_an_item_tells_nothing() -> None:
    one, other = supervision("43990100030100", "食品经营"), supervision("99", "食品经营")
    wanted = Described("439901000301", "SCJG", ("食品经营许可",), ())

    scores = {found.score for found in Assistant([one, other]).propose(wanted)}
    assert len(scores) == 1


def test_an_item_without_a_basis_is_found_by_its_name() -> None:
    wanted = Described("A", "SCJG", ("游泳场所经营许可",), ())

    assert codes([supervision("right", "对游泳场所的检查"), supervision("near", "对旅馆的检查")], wanted) == ["right"]


def test_an_empty_catalogue_proposes_nothing() -> None:
    assert codes([], approval()) == []


@pytest.mark.parametrize(
    ("one", "other", "words"),
    [
        ("食品经营许可", "对食品经营者的监督检查", ["食品经营"]),
        ("行政许可", "监督检查", []),
        ("医疗机构执业登记", "医疗机构监督检查", ["医疗"]),
    ],
)
def test_shared_words_leave_out_what_every_item_says(one: str, other: str, words: list[str]) -> None:
    assert shared_words([one], [other]) == words


def test_the_measure_counts_what_stands_in_the_hidden_list(tmp_path: Path) -> None:
    (tmp_path / bench.APPROVALS).write_text(
        "事项编码,主管部门,事项名称,证照名称,设定依据\nA1,SCJG,食品经营许可,,《食品安全法》第三十五条\n"
    )
    (tmp_path / bench.SUPERVISIONS).write_text(
        "监管事项编码,监管部门,主项名称,子项名称,监管对象类型,设定依据\n"
        "S0,SCJG,旅馆,旅馆检查,旅馆,《旅馆业办法》\nS1,SCJG,食品,对食品经营者的检查,食品经营者,《食品安全法》\n"
    )
    (tmp_path / bench.LIST).write_text("审批事项编码,监管事项编码\nA1,S1\nA1,S0\n")

    found = bench.run(tmp_path)

    assert (found["recall@1"], found["recall@5"], found["rows"]) == (0.5, 0.5, 2)
    assert found["baseline_department"]["recall@5"] == 1.0
