"""The published state diagrams are those of the state tables."""

from tools import lifecycles


def test_the_page_is_fresh() -> None:
    assert lifecycles.PAGE.read_text(encoding="utf-8") == lifecycles.page(), "run: python tools/lifecycles.py"
