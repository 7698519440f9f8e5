"""Making and opening 监管码."""

import secrets
from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from shenguan import audit
from shenguan.access import rates
from shenguan.access.actors import Actor
from shenguan.notify import openings
from shenguan.notify.models import ShortLink
from shenguan.notify.models.short_link import ALPHABET, LENGTH
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
        path: f"监管码 {link.shown}，直达 {settings.PORTAL_URL}/c/{link.code}/ 。"
        for path, link in codes_for(paths).items()
    }


@transaction.atomic(savepoint=False)
def codes_for(paths: Iterable[str]) -> dict[str, ShortLink]:
    """The code of each page that may have one; three statements at most, however many pages."""
    wanted = {path for path in paths if openings.has_codes(path)}
    if not wanted:
        return {}
    links = {link.path: link for link in ShortLink.objects.filter(path__in=wanted)}
    if missing := sorted(wanted - links.keys()):
        new = [ShortLink(code=new_code(), path=path) for path in missing]
        ShortLink.objects.bulk_create(new, ignore_conflicts=True)
        links |= {link.path: link for link in ShortLink.objects.filter(path__in=missing)}
    return links


def new_code() -> str:
    """Unguessable; two alike are so rare that the page simply gets its code with the next message."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


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
