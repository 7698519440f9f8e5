"""No credit platform at all."""

from datetime import date

from credit.facts import CreditData
from credit.models import Subject
from credit.sources.base import SourceUnreachable


class OfflineSource:
    """Never answers: for places without a credit platform yet, planned maintenance, and drills."""

    name = "未接入"
    is_remote = False

    def fetch(self, subject: Subject, *, visibilities: frozenset[str], on: date) -> CreditData:
        """Raises SourceUnreachable."""
        raise SourceUnreachable("信用来源停用")
