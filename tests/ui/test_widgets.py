"""Widgets every app uses."""

from datetime import date

from django import forms
from django.forms.models import ModelChoiceIteratorValue

from shenguan.ui.widgets import DayInput, SelectMany


def test_a_day_is_written_as_the_browser_reads_it():
    rendered = DayInput().render("on", date(2026, 3, 1))
    assert 'type="date"' in rendered
    assert 'value="2026-03-01"' in rendered


class Row:
    """A row as a select offers it."""

    def __init__(self, name_initials: str) -> None:
        self.name_initials = name_initials


def test_a_select_of_many_is_a_plain_one_without_scripts():
    field = forms.MultipleChoiceField(choices=[("a", "甲"), ("b", "乙")], widget=SelectMany())
    rendered = field.widget.render("items", ["b"])
    assert "<select" in rendered
    assert "multiple" in rendered
    assert '<option value="b" selected>乙</option>' in rendered


def test_a_select_of_many_knows_the_initials_of_its_rows():
    value = ModelChoiceIteratorValue("439901010010", Row("qydj"))
    option = SelectMany().create_option("items", value, "企业登记", False, 0)
    assert option["attrs"]["data-find"] == "qydj"


def test_a_select_of_many_brings_its_script_after_the_page():
    assert "defer" in str(SelectMany().media)
