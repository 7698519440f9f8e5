"""The register of parties: one row per 统一社会信用代码 or ID number, however often a party turns up."""

from datetime import date
from typing import TypedDict, Unpack

from django.db import IntegrityError, transaction

from credit.models import Subject
from credit.models.subject import SubjectQuerySet
from shenguan import audit
from shenguan.access.actors import Actor
from shenguan.identifiers import pinyin
from shenguan.identifiers.errors import IdentifierError
from shenguan.identifiers.ric import check_ric
from shenguan.identifiers.uscc import check_uscc
from shenguan.org.models import Region
from shenguan.privacy.cipher import keyed_hash
from shenguan.refusals import Invalid

Kind = Subject.Kind


class Particulars(TypedDict, total=False):
    """What may be known of a party besides kind, name and number."""

    region: Region | None
    legal_representative: str
    legal_representative_id: str
    contact: str
    phone: str
    registered_address: str
    business_address: str
    industry: str
    established_on: date | None


def find_or_create(
    *,
    by: Actor,
    kind: str,
    name: str,
    uscc: str = "",
    id_number: str = "",
    **particulars: Unpack[Particulars],
) -> Subject:
    """The party with this number; a new row if there is none. Known rows only have their blanks filled.

    The name decides nothing: names change and repeat (R13.3 no. 14). Raises Invalid, with the field, for an unknown
    kind, a missing name, or a number that breaks its standard.
    """
    if kind not in Kind.values:
        raise Invalid("主体类型无法识别。", {"kind": [f"“{kind}”不是可选的主体类型。"]})
    identity = _identity(kind, uscc=uscc, id_number=id_number)
    known = _with_identity(identity).first()
    if known:
        return _fill_blanks(known, particulars, by=by)
    clean_name = " ".join(name.split())
    if not clean_name:
        raise Invalid("请填写名称。", {"name": ["请填写名称。"]})
    try:
        return _create(kind, clean_name, identity, particulars, by=by)
    except IntegrityError:  # somebody else registered the same number between our look and our insert
        return _fill_blanks(_with_identity(identity).get(), particulars, by=by)


def initials(name: str) -> str:
    """Pinyin initials for search: 云州 -> YZ; polyphones by context, letters and digits kept."""
    return pinyin.initials(name).upper()[:200]


def _identity(kind: str, *, uscc: str, id_number: str) -> dict[str, str]:
    """The look-up values of the party's own number; a person's also carries the number itself."""
    if kind == Kind.PERSON:
        number = _checked("id_number", id_number)
        return {"id_hash": keyed_hash(number), "id_number": number}
    return {"uscc": _checked("uscc", uscc)}


def _with_identity(identity: dict[str, str]) -> SubjectQuerySet:
    """Rows with this number; the number itself is encrypted and found by its hash."""
    return Subject.objects.filter(**{field: value for field, value in identity.items() if field != "id_number"})


def _checked(field: str, text: str) -> str:
    try:
        return check_ric(text) if field == "id_number" else check_uscc(text)
    except IdentifierError as error:
        raise Invalid(error.message, {field: [error.message]}, code=error.code) from error


@transaction.atomic
def _create(kind: str, name: str, identity: dict[str, str], particulars: Particulars, *, by: Actor) -> Subject:
    subject = Subject.objects.create(kind=kind, name=name, name_initials=initials(name), **identity, **particulars)
    audit.record("subject.create", by=by, target=subject, label=subject.shown_name)
    return subject


def _fill_blanks(subject: Subject, particulars: Particulars, *, by: Actor) -> Subject:
    """What the register already says stays; a clerk's typing must not overwrite what another source registered."""
    fresh = {field: value for field, value in particulars.items() if value and not getattr(subject, field)}
    if fresh:
        _complete(subject, fresh, by=by)
    return subject


@transaction.atomic
def _complete(subject: Subject, fresh: dict[str, object], *, by: Actor) -> None:
    for field, value in fresh.items():
        setattr(subject, field, value)
    subject.save(update_fields=list(fresh))
    audit.record("subject.complete", by=by, target=subject, label=subject.shown_name, detail={"fields": list(fresh)})
