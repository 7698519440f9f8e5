"""The form of an escalation ladder: when each step comes, and whom it tells."""

from typing import Any

from django import forms

from linkage.actions.ladders import STEPS
from linkage.models import EscalationLadder, LadderVersion

FIELDS = tuple(f"{step}_{part}" for step in STEPS for part in ("days", "tells"))


def _days(label: str, **options: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, max_value=250, **options)


def _tells(label: str, required: bool = True) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=LadderVersion.Told.choices, widget=forms.CheckboxSelectMultiple, required=required
    )


class LadderForm(forms.Form):
    """The four steps of one ladder, in 工作日."""

    number = forms.IntegerField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(label="名称", max_length=40)
    remind_days = _days("提醒：到期前几个工作日", min_value=0, required=False, help_text="留空表示不提醒。")
    remind_tells = _tells("提醒告知", required=False)
    yellow_days = _days("黄牌：超期几个工作日", min_value=1)
    yellow_tells = _tells("黄牌告知")
    red_days = _days("红牌：超期几个工作日", min_value=2)
    red_tells = _tells("红牌告知")
    lift_days = _days("提级：超期几个工作日", min_value=3)
    lift_tells = _tells("提级告知")
    reason = forms.CharField(
        label="修改理由",
        max_length=200,
        help_text="新规则自次日起用于新开始的计时；正在计时的仍按原规则。",
    )

    def __init__(self, ladder: EscalationLadder | None, data: Any = None) -> None:
        super().__init__(data, auto_id="id_ladder_%s")
        if ladder is None:
            del self.fields["reason"]
            self.initial = {"remind_days": 2, "yellow_days": 1, "red_days": 3, "lift_days": 5}
            return
        del self.fields["name"]
        newest = ladder.versions.order_by("-number").first()
        if newest is not None:
            self.initial = {name: getattr(newest, name) for name in (*FIELDS, "number")}

    def values(self) -> dict[str, Any]:
        """The steps, without name and reason."""
        return {name: self.cleaned_data[name] for name in FIELDS}
