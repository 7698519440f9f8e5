"""Finding one permit for the public check."""

from django.db.models import QuerySet

from approvals.models import Permit
from shenguan.identifiers.text import normalise


def _permits() -> QuerySet[Permit]:
    return Permit.objects.select_related("application", "subject", "department", "item__competent_department")


def with_token(token: str) -> Permit | None:
    """The permit whose QR code carries this."""
    return _permits().filter(token=token).first()


def with_holder(number: str, holder: str) -> Permit | None:
    """The permit with this number, if this is its holder by name or code; brackets of any width fit."""
    wanted, code = "".join(holder.split()), normalise(holder)
    for permit in _permits().filter(number__in=_spellings(number)):
        if wanted == permit.subject.name or (permit.subject.uscc and code == permit.subject.uscc):
            return permit
    return None


def _spellings(number: str) -> set[str]:
    """As typed, and with the brackets official numbers use: people type () or [] for 〔〕."""
    typed = "".join(number.split())
    official = typed.translate(str.maketrans("([（【［)]）】］", "〔〔〔〔〔〕〕〕〕〕"))
    return {typed, official}
