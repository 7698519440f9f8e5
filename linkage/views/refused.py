"""A refusal shown in the form it refused."""

from django.forms import Form

from shenguan.refusals import Refusal


def show(refusal: Refusal, form: Form) -> None:
    """Puts each sentence beside its field, what belongs to no field on top."""
    errors: dict[str, list[str]] = getattr(refusal, "errors", {})
    if not errors and not form.errors:
        form.add_error(None, refusal.message)
    for field, sentences in errors.items():
        form.add_error(field if field in form.fields else None, sentences)
