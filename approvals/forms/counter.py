"""The other answers of the window: correction notice, 不予受理 and 不受理."""

from collections.abc import Sequence
from typing import Any

from django import forms

from approvals.actions.refusals import Ground
from approvals.models import ApplicationMaterial

OTHER_LINES = 3
State = ApplicationMaterial.State


class CorrectionForm(forms.Form):
    """One field per paper and a few free lines; what is left empty is not asked for, nor what is waived (R1.27)."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, rows: Sequence[ApplicationMaterial], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.papers = {f"paper_{row.material_id}": row.material_id for row in rows}
        for row in rows:
            self.fields[f"paper_{row.material_id}"] = forms.CharField(
                label=f"{row.material.sequence}. {row.material.name}",
                required=False,
                max_length=200,
                initial="" if row.state == State.RECEIVED else row.note or f"请提交{row.material.form}",
                help_text=row.get_state_display(),
            )
        for line in range(1, OTHER_LINES + 1):
            self.fields[f"other_{line}"] = forms.CharField(label=f"填写内容更正 {line}", required=False, max_length=200)

    @property
    def requests(self) -> list[tuple[int | None, str]]:
        """What the notice asks for, in the order of the list."""
        asked: list[tuple[int | None, str]] = [
            (paper, self.cleaned_data[field]) for field, paper in self.papers.items() if self.cleaned_data[field]
        ]
        others = (self.cleaned_data[f"other_{line}"] for line in range(1, OTHER_LINES + 1))
        return asked + [(None, text) for text in others if text]


class RefusalForm(forms.Form):
    """不予受理 with its ground, or 不受理 because the matter needs no permit."""

    NOT_REQUIRED = "not_required"

    ground = forms.ChoiceField(
        label="理由类型",
        choices=[*Ground.choices, (NOT_REQUIRED, "依法不需要取得行政许可（不受理）")],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label="事实和理由",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="信用状况不是不予受理的理由；依法不得再次申请的，请写明依据的决定。",
    )
    right_office = forms.CharField(
        label="有权受理的机关", max_length=200, required=False, help_text="不属于本机关职权的，必须告知"
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
