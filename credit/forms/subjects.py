"""Finding a party, and asking to see a masked number."""

from django import forms

from credit.forms.filters import FilterForm


class SubjectSearchForm(FilterForm):
    """By name, pinyin initials or code."""

    q = forms.CharField(
        label="名称、拼音首字母或统一社会信用代码",
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"type": "search"}),
    )


class SubjectLookupForm(forms.Form):
    """By the whole number, sent by POST: an ID number never stands in an address."""

    code = forms.CharField(
        label="公民身份号码或统一社会信用代码", max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    case_number = forms.CharField(
        label="办件编号或事由", max_length=100, help_text="查询自然人须有办件或法定事由，查询会留痕"
    )


class UnmaskForm(forms.Form):
    """Why somebody must see the number."""

    reason = forms.CharField(label="查看理由", min_length=4, max_length=200)
