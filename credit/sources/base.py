"""What every credit source must do."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import Protocol

from credit.facts import CreditData, MeasureFact, RecordFact
from credit.models import Subject


class SourceUnreachable(Exception):
    """The source did not answer in time; the message is a short Chinese cause. A check turns it into 未核查."""


class CreditSource(Protocol):
    """One place that knows credit records."""

    name: str  # kept with every check
    is_remote: bool  # a remote source is never asked inside a database transaction

    def fetch(self, subject: Subject, *, visibilities: frozenset[str], on: date) -> CreditData:
        """Everything known about the subject that these visibility levels open. Raises SourceUnreachable."""


def digest(records: Iterable[RecordFact], applied: Iterable[MeasureFact]) -> str:
    """SHA-256 over the rows an answer rests on: names this version of the data in the case file (R6.01)."""
    rows = [asdict(record) for record in records] + [asdict(measure) for measure in applied]
    content = json.dumps(rows, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(content.encode()).hexdigest()
