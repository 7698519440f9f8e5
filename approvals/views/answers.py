"""Answering a refused form: the sentences beside their fields, and the version to try again with."""

from django.forms import Form
from django.http import QueryDict

from approvals.models import Application
from shenguan.refusals import Invalid, Refusal


def check(form: Form) -> None:
    """Raises Invalid when the form itself found something to correct."""
    if not form.is_valid():
        raise Invalid("请更正标出的内容。")


def take_over(form: Form, refusal: Refusal, application: Application | None = None) -> None:
    """Puts the refusal's sentences beside the fields they are about; those of no field stand in the summary.

    The hidden version becomes the current one: whoever read the refusal has seen how the case stands now.
    """
    for name, sentences in getattr(refusal, "errors", {}).items():
        if name in form.fields and name not in form.errors:
            form.add_error(name, sentences)
    if application is not None and isinstance(form.data, QueryDict):
        form.data = form.data.copy()
        form.data["version"] = str(application.version)
