"""Forms of the dead-letter desk."""

from typing import Any

from django import forms

from linkage.models.delivery import MOST_CALLS, MOST_IN_A_BATCH


class WindowForm(forms.Form):
    """Which pushes to send again."""

    since = forms.DateTimeField(
        label="从", required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    until = forms.DateTimeField(
        label="到（不含）", required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    dead = forms.BooleanField(label="只补发没有送达的", required=False)

    def window(self) -> dict[str, Any]:
        """As the replay takes it."""
        return dict(self.cleaned_data)


class PauseForm(forms.Form):
    """Why nothing should be sent for now."""

    reason = forms.CharField(label="暂停原因", max_length=200)


class PaceForm(forms.Form):
    """How fast a recipient wants its pushes."""

    batch_size = forms.IntegerField(label="每次投递条数", min_value=1, max_value=MOST_IN_A_BATCH)
    max_calls = forms.IntegerField(label="同时调用上限", min_value=1, max_value=MOST_CALLS)
    per_minute = forms.IntegerField(label="每分钟调用上限（空为不限）", min_value=1, required=False)
