"""The template tags draw what the design reference shows, and escape what they are given."""

import pytest

from shenguan.ui.templatetags import sg


def test_it_hides_an_icon_from_screen_readers() -> None:
    html = sg.icon("check")
    assert 'aria-hidden="true"' in html
    assert "<path" in html


def test_it_names_an_icon_that_stands_alone() -> None:
    assert 'role="img" aria-label="已通过"' in sg.icon("check", label="已通过")


def test_it_drops_the_bounding_box_of_an_icon() -> None:
    assert "M0 0h24v24H0z" not in sg.icon("check")


def test_it_refuses_an_icon_that_is_not_vendored() -> None:
    with pytest.raises(FileNotFoundError):
        sg.icon("no-such-icon")


def test_it_escapes_the_text_of_a_tag() -> None:
    assert "&lt;b&gt;" in sg.tag("ok", "check", "<b>")


def test_it_escapes_the_name_of_an_icon() -> None:
    assert 'aria-label="&quot;&gt;"' in sg.icon("check", label='">')


def test_it_draws_a_tag_without_an_icon() -> None:
    assert "<svg" not in sg.tag("mute", "", "草稿")


@pytest.mark.parametrize("kind", ["ok", "soon", "today", "over", "pause", "done"])
def test_it_draws_each_deadline_with_icon_and_words(kind: str) -> None:
    html = sg.due(kind, "今天到期")
    assert f"due-{kind}" in html
    assert "<svg" in html
    assert "今天到期" in html


@pytest.mark.parametrize(("given", "drawn"), [(0, "0"), (83.3, "83.3"), (100, "100"), (140, "100"), (-5, "0")])
def test_it_keeps_a_bar_between_empty_and_full(given: float, drawn: str) -> None:
    assert f'class="bar-v" width="{drawn}"' in sg.bar(given)


def test_it_never_writes_a_style_attribute() -> None:
    assert "style=" not in sg.bar(50) + sg.due("ok", "x") + sg.tag("ok", "check", "x") + sg.icon("check")


def test_it_writes_one_key_after_the_other() -> None:
    assert sg.kbd("Ctrl+Enter") == "<kbd>Ctrl</kbd><kbd>Enter</kbd>"
