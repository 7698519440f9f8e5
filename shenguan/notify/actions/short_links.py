"""Making and opening 监管码."""

import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from shenguan import audit, bulk
from shenguan.access import rates
from shenguan.access.actors import Actor
from shenguan.notify import openings
from shenguan.notify.models import ShortLink
from shenguan.notify.models.short_link import ALPHABET, LENGTH, shown
from shenguan.refusals import Refusal

TRIES, SPAN_SECONDS = 60, 600  # of one person; a day of honest work needs far fewer


class TooManyTries(Refusal):
    """Somebody tries codes faster than people type (429)."""

    status = 429

    def __init__(self) -> None:
        super().__init__("too_many_tries", "尝试次数过多，请 10 分钟后再输入监管码，或在联动待办中查找。")


def pointers_to(paths: Iterable[str]) -> dict[str, str]:
    """What a short message says about the code of a page; nothing for pages without one."""
    return {
        path: f"监管码 {shown(code)}，直达 {settings.PORTAL_URL}/c/{code}/ 。"
        for path, code in codes_for(paths).items()
    }


class _NewLink(NamedTuple):
    """A row of ShortLink."""

    code: str
    path: str


@transaction.atomic(savepoint=False)
def codes_for(paths: Iterable[str]) -> dict[str, str]:
    """The code of each page that may have one; one statement where all pages are new, else two.

    New pages are the rule, so each is given a code first; those that had one keep it.
    """
    wanted = {path for path in paths if openings.has_codes(path)}
    if not wanted:
        return {}
    new = [_NewLink(new_code(), path) for path in sorted(wanted)]
    if len(bulk.insert(ShortLink, new, skip_known=True)) == len(new):
        return {link.path: link.code for link in new}
    return dict(ShortLink.objects.filter(path__in=wanted).values_list("path", "code"))


def new_code() -> str:
    """Unguessable; two alike are so rare that the page simply gets its code with the next message."""
    number, code = secrets.randbelow(len(ALPHABET) ** LENGTH), ""
    for _ in range(LENGTH):
        number, place = divmod(number, len(ALPHABET))
        code += ALPHABET[place]
    return code


def open_code(typed: str, *, by: Actor) -> str | None:
    """The page behind a code as typed; None when unknown, expired, or not this person's to see – all alike.

    Every try is audited. Raises TooManyTries.
    """
    if rates.exceeded("short-link", by.key, limit=TRIES, seconds=SPAN_SECONDS):
        raise TooManyTries
    code = "".join(typed.upper().split()).replace("-", "")
    link = ShortLink.objects.filter(code=code).first() if 0 < len(code) <= 12 else None
    found = link is not None and by.staff is not None and _is_open(link, by)
    audit.record("link.open", by=by, target=link, label=str(link or "监管码"), success=found)
    return link.path if link and found else None


def _is_open(link: ShortLink, by: Actor) -> bool:
    opening = openings.opening_of(by.staff, link.path) if by.staff else None
    if opening is None:
        return False
    kept = timedelta(days=settings.SHORT_LINK_DAYS)
    return opening.closed_at is None or timezone.now() <= opening.closed_at + kept
