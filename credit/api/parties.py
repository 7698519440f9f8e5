"""The party a machine call names, with what is wrong about it told under its path in the body."""

from typing import Any

from credit.actions import subjects
from credit.models import Subject
from credit.selectors.subjects import lookup
from shenguan.access.actors import Actor
from shenguan.refusals import Invalid


def identified(given: dict[str, Any] | None, *, by: Actor) -> Subject | None:
    """The party by number, registered when new; None when none or only a name was given.

    Raises Invalid with paths like `subject.uscc`.
    """
    number = (given or {}).get("uscc") or (given or {}).get("id_number")
    if given is None or not number:
        return None
    try:
        return lookup(number) or subjects.find_or_create(by=by, **given)
    except Invalid as refusal:
        errors = {f"subject.{name}": texts for name, texts in refusal.errors.items()}
        raise Invalid(refusal.message, errors, code=refusal.code) from refusal
