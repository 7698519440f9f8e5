"""What counts as a text somebody wrote."""

import pytest

from shenguan import texts
from shenguan.refusals import Invalid


def test_it_drops_the_blanks_around():
    assert texts.check_text("reason", "  职能调整\n", "请填写理由。") == "职能调整"


@pytest.mark.parametrize("text", ["", " \n\u3000", "理由\x00"], ids=["nothing", "blanks", "nul"])
def test_it_names_the_field_where_nothing_is_written(text):
    with pytest.raises(Invalid) as refused:
        texts.check_text("reason", text, "请填写理由。")
    assert refused.value.errors == {"reason": ["请填写理由。"]}


def test_it_keeps_a_text_of_the_greatest_length():
    assert texts.check_text("reason", " 理由 ", "请填写理由。", longest=2) == "理由"


def test_it_refuses_one_character_more():
    with pytest.raises(Invalid) as refused:
        texts.check_text("reason", "理由书", "请填写理由。", longest=2)
    assert refused.value.errors == {"reason": ["最多 2 字，现在是 3 字。"]}
