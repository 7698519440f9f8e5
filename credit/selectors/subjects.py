"""Finding a party by code, name or pinyin initials."""

import re

from django.db.models import Q, QuerySet

from credit.models import Subject
from shenguan.identifiers.errors import IdentifierError
from shenguan.identifiers.ric import check_ric
from shenguan.identifiers.text import normalise
from shenguan.identifiers.uscc import check_uscc

SHOWN = 20
CODE_START = re.compile(r"[0-9A-Z]{8,17}")  # the first eight characters are office and region: less says nothing
LETTERS = re.compile(r"[A-Z0-9]{2,}")


def search(text: str, *, limit: int = SHOWN) -> list[Subject]:
    """Organisations whose code, pinyin initials or name begin with `text` (or, names, contain it).

    Natural persons are found only by `lookup` with their whole number, which never stands in an address (R11 masks,
    R6.07). Bounded, and each form of the question runs on an index or stops at `limit` rows.
    """
    typed = text.strip()
    code = normalise(typed)
    if len(code) < 2:
        return []
    rows = Subject.objects.organisations()
    if len(code) == 18 and code.isascii():
        return list(rows.with_code(code)[:1])
    if CODE_START.fullmatch(code) and any(char.isdigit() for char in code):
        return list(rows.filter(uscc__startswith=code)[:limit])
    if LETTERS.fullmatch(code):
        return list(rows.filter(Q(name_initials__startswith=code) | Q(name__startswith=typed))[:limit])
    return _by_name(rows, typed, limit)


def lookup(code: str) -> Subject | None:
    """The one party with this 统一社会信用代码 or 公民身份号码, however typed; None if unknown or invalid."""
    try:
        return Subject.objects.with_code(check_uscc(code)).first()
    except IdentifierError:
        pass
    try:
        return Subject.objects.with_id_number(check_ric(code)).first()
    except IdentifierError:
        return None


def same_name(subject: Subject) -> QuerySet[Subject]:
    """Other parties with the same name and another code; a page names them so that nobody mixes them up."""
    return Subject.objects.organisations().filter(name=subject.name).exclude(pk=subject.pk)


def _by_name(rows: QuerySet[Subject], name: str, limit: int) -> list[Subject]:
    """Names that begin with the text first, then names that contain it."""
    found = list(rows.filter(name__startswith=name)[:limit])
    if len(found) < limit:
        known = [subject.pk for subject in found]
        found += rows.filter(name__contains=name).exclude(pk__in=known)[: limit - len(found)]
    return found
