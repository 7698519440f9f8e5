"""One thread works for all that ask."""

import pytest

from shenguan.turns import Turns


def test_who_asks_meanwhile_is_served_by_who_works():
    turns, seen = Turns(), []

    def work() -> int:
        seen.append(len(seen))
        if len(seen) == 1:
            assert turns.run(work) == 0  # as another thread would find it
        return 5

    assert turns.run(work) == 10
    assert seen == [0, 1]


def test_it_works_once_when_nobody_else_asks():
    assert Turns().run(lambda: 5) == 5


def test_a_failure_leaves_the_turn_to_the_next():
    turns = Turns()

    def fail() -> int:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        turns.run(fail)

    assert turns.run(lambda: 1) == 1
