"""Widgets every app uses, and that every form uses them."""

from datetime import date

from shenguan.ui.widgets import DayInput


def test_a_day_is_written_as_the_browser_reads_it():
    rendered = DayInput().render("on", date(2026, 3, 1))
    assert 'type="date"' in rendered
    assert 'value="2026-03-01"' in rendered
