"""Fields carry labels, classes and errors bound together for screen readers (RULES R12.03)."""

from django import forms
from django.template.loader import render_to_string


class DocumentForm(forms.Form):
    """One field of each kind."""

    docno = forms.CharField(
        label="文号", help_text="如 云审许〔2026〕1 号", widget=forms.TextInput(attrs={"class": "code"})
    )
    kind = forms.ChoiceField(label="方式", choices=[("a", "标准受理"), ("b", "容缺受理")], widget=forms.RadioSelect)
    office = forms.ChoiceField(label="科室", choices=[("x", "综合科")])
    seen = forms.BooleanField(label="已核对原件")
    back = forms.CharField(widget=forms.HiddenInput, required=False)


def test_it_binds_the_label_to_the_input() -> None:
    html = DocumentForm()["docno"].as_field_group()
    assert '<label class="form-label" for="id_docno">文号' in html
    assert 'id="id_docno"' in html


def test_it_keeps_the_widget_class_beside_its_own() -> None:
    assert 'class="form-control code"' in str(DocumentForm()["docno"])


def test_it_gives_each_kind_its_class() -> None:
    form = DocumentForm()
    assert 'class="form-select"' in str(form["office"])
    assert 'class="form-check-input"' in str(form["seen"])


def test_it_leaves_hidden_inputs_plain() -> None:
    assert DocumentForm()["back"].as_field_group() == '<input type="hidden" name="back" id="id_back">'


def test_it_puts_the_error_beside_the_field() -> None:
    html = DocumentForm({})["docno"].as_field_group()
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_docno_helptext id_docno_error"' in html
    assert 'id="id_docno_error"' in html
    assert "is-invalid" in html


def test_it_groups_radio_buttons_under_a_legend() -> None:
    html = DocumentForm()["kind"].as_field_group()
    assert '<legend class="form-label">方式' in html
    assert '<label class="fld-c" for="id_kind_0">' in html


def test_it_sums_the_errors_up_with_links() -> None:
    html = render_to_string("components/form_errors.html", {"form": DocumentForm({})})
    assert "有 4 处需要更正" in html
    assert '<a href="#id_docno">文号</a>' in html


def test_it_sums_nothing_up_without_errors() -> None:
    assert "note" not in render_to_string("components/form_errors.html", {"form": DocumentForm()})
