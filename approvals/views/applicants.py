"""From what the clerk typed to the draft of a case: who applies, and the facts of the case."""

from typing import Any

from approvals.actions import credit_checks, drafts
from approvals.forms.intake import IntakeForm, identifier
from approvals.models import Application, ItemVariant
from credit.actions.subjects import find_or_create
from credit.models import Subject
from credit.selectors import subjects
from shenguan import audit
from shenguan.access.actors import Actor
from shenguan.identifiers.errors import IdentifierError
from shenguan.refusals import Invalid

UNKNOWN = "unknown_subject"
FACTS = ("agent_name", "agent_phone", "remark")


def keep(application: Application | None, *, by: Actor, variant: ItemVariant, form: IntakeForm) -> Application:
    """The draft with what was typed, new or changed; a case that was received keeps its facts as they are.

    Raises Invalid with the fields to correct, code UNKNOWN for a party nobody registered yet; StaleVersion.
    """
    if not form.is_valid():
        raise Invalid("请更正标出的内容。")
    if application is not None and application.status != Application.Status.DRAFT:
        return application
    values = form.cleaned_data
    party = applicant(values, application, by=by)
    facts: dict[str, Any] = {name: values[name] for name in FACTS} | {"situations": form.situations}
    if application is None:
        return drafts.create(by=by, variant=variant, subject=party, address=values["address"], **facts)
    facts["address"] = values["address"] or party.business_address or party.registered_address
    return drafts.update(application, by=by, expected_version=values["version"], subject=party, **facts)


def applicant(values: dict[str, Any], application: Application | None, *, by: Actor) -> Subject:
    """The party with the typed number; registered now when it is new and has been named."""
    if not values["code"]:
        if application is None:
            text = "请录入申请人的统一社会信用代码或身份证件号码。"
            raise Invalid(text, {"code": [text]})
        return application.subject
    try:
        kind_of_code, code = identifier(values["code"])
    except IdentifierError as error:
        raise Invalid(error.message, {"code": [error.message]}, code=error.code) from error
    known = subjects.lookup(code)
    if known is not None:
        if known.is_person:
            audit.record("subject.lookup", by=by, target=known, label=known.shown_name, detail={"purpose": "受理登记"})
        return known
    return _register(values, kind_of_code, code, by=by)


def _register(values: dict[str, Any], kind_of_code: str, code: str, *, by: Actor) -> Subject:
    if not values["name"].strip():
        text = "未查到该号码对应的主体，请核对号码，或填写名称登记为新主体。"
        raise Invalid(text, {"name": ["请填写名称。"]}, code=UNKNOWN)
    is_person = kind_of_code == "id_number"
    if is_person:
        return find_or_create(
            by=by, kind=Subject.Kind.PERSON, name=values["name"], id_number=code, business_address=values["address"]
        )
    if values["kind"] == Subject.Kind.PERSON:
        text = "统一社会信用代码不能登记为自然人。"
        raise Invalid(text, {"kind": [text]})
    return find_or_create(
        by=by,
        kind=values["kind"],
        name=values["name"],
        uscc=code,
        legal_representative=values["legal_representative"],
        registered_address=values["registered_address"],
        business_address=values["address"],
    )


def ask_credit(application: Application, *, by: Actor) -> Application:
    """Asks once: a check that is in force for this applicant and item is not repeated unasked."""
    return application if application.credit_check_id else credit_checks.check(application, by=by)
