"""What the clerk types at the window. A draft may be half empty; accepting asks for everything."""

import re
from typing import Any

from django import forms

from approvals.models import Application
from credit.models import Subject
from shenguan.identifiers.errors import IdentifierError
from shenguan.identifiers.ric import check_ric
from shenguan.identifiers.text import normalise
from shenguan.identifiers.uscc import check_uscc

MOBILE_DIGITS = 11
MOBILE = re.compile(r"1[3-9]\d{9}")
LANDLINE = re.compile(r"0\d{2,3}-?\d{7,8}")
PERSONAL = re.compile(r"[1-8]\d{16}[\dX]")  # no region begins with 9; codes of market parties do
NEEDED = ("address", "agent_name", "agent_phone")


class IntakeForm(forms.Form):
    """The applicant's and the case's facts. `complete` asks for what acceptance needs, a draft only for good form."""

    code = forms.CharField(
        label="统一社会信用代码或身份证件号码",
        max_length=24,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "code", "data-sg": "query"}),
    )
    kind = forms.ChoiceField(
        label="主体类型", choices=Subject.Kind.choices, required=False, initial=Subject.Kind.ENTERPRISE
    )
    name = forms.CharField(label="名称", max_length=200, required=False)
    legal_representative = forms.CharField(label="法定代表人或经营者", max_length=60, required=False)
    registered_address = forms.CharField(label="住所", max_length=300, required=False)
    address = forms.CharField(label="经营场所", max_length=300, error_messages={"required": "请填写经营场所。"})
    agent_name = forms.CharField(label="经办人", max_length=60, error_messages={"required": "请填写经办人姓名。"})
    agent_phone = forms.CharField(
        label="手机",
        max_length=20,
        error_messages={"required": "请填写经办人手机。"},
        widget=forms.TextInput(attrs={"inputmode": "tel", "class": "num"}),
    )
    remark = forms.CharField(label="备注", max_length=500, required=False)
    mode = forms.ChoiceField(choices=Application.Mode.choices, required=False)
    green_channel = forms.BooleanField(required=False)
    ban_override_reason = forms.CharField(
        label="仍予受理的理由", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    signed_by = forms.CharField(label="签署人", max_length=60, required=False)
    days = forms.IntegerField(label="补齐期限（工作日）", min_value=1, required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, complete: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.complete = complete
        if self.is_bound and not complete:
            for name in NEEDED:
                self.fields[name].required = False

    def clean_agent_phone(self) -> str:
        """A mobile number of eleven figures or a landline with its area code; a draft may hold half of one."""
        typed = normalise(self.cleaned_data["agent_phone"])
        if not typed or not self.complete or MOBILE.fullmatch(typed) or LANDLINE.fullmatch(typed):
            return typed
        raise forms.ValidationError(phone_problem(typed))

    @property
    def situations(self) -> list[str]:
        """The ticked conditions of the linkage list; the boxes come from the linkage floor."""
        getlist = getattr(self.data, "getlist", None)
        return list(dict.fromkeys(getlist("situations"))) if getlist else []


def phone_problem(typed: str) -> str:
    """What is wrong with a number that is neither mobile nor landline."""
    if typed.isdecimal() and typed.startswith("1"):
        difference = len(typed) - MOBILE_DIGITS
        if difference:
            return f"{'多' if difference > 0 else '少'} {abs(difference)} 位，应为 {MOBILE_DIGITS} 位"
    return "号码格式有误，请填写 11 位手机号，或带区号的固定电话"


def identifier(code: str) -> tuple[str, str]:
    """("uscc" | "id_number", normalised code). Raises IdentifierError with the sentence that fits what was typed."""
    try:
        return "uscc", check_uscc(code)
    except IdentifierError:
        if not PERSONAL.fullmatch(normalise(code)):
            raise
    return "id_number", check_ric(code)
