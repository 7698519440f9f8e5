"""The portal's own credit tables."""

from datetime import date

from credit.facts import CreditData, MeasureFact, RecordFact
from credit.models import CreditRecord, JointMeasure, Measure, Subject
from credit.sources.base import digest


class LocalSource:
    """Reads the tables of this app; always reachable when the portal itself is."""

    name = "本平台信用库"
    is_remote = False

    def fetch(self, subject: Subject, *, visibilities: frozenset[str], on: date) -> CreditData:
        """Records decided by `on`, the measures applied for them, and the published list.

        Measures are only applied and cited because of records, so nobody looks for them where there are none.
        """
        rows = subject.records.open_to(visibilities).decided_by(on)
        if not rows.exists():
            return CreditData(version=digest((), ()))
        records = tuple(record_fact(row) for row in rows.select_related("authority").order_by("id"))
        numbers = {record.number for record in records}
        joint = subject.joint_measures.select_related("measure", "record", "implemented_by").order_by("id")
        applied = tuple(applied_fact(row) for row in joint if row.record.number in numbers and _is_own(row, subject))
        catalogue = tuple(measure_fact(row) for row in Measure.objects.filter(is_active=True, effective_on__lte=on))
        return CreditData(records, applied, catalogue, digest(records, applied))


def record_fact(row: CreditRecord) -> RecordFact:
    """A stored record as a plain fact."""
    return RecordFact(
        number=row.number,
        level=row.level,
        category=row.category,
        authority=str(row.authority),
        document_name=row.document_name,
        document_number=row.document_number,
        facts=row.facts,
        result=row.result,
        legal_basis=tuple(row.legal_basis),
        visibility=row.visibility,
        objection=row.objection,
        decided_on=row.decided_on,
        publicity_until=row.publicity_until,
        repaired_on=row.repaired_on,
        revoked_on=row.revoked_on,
        related_item_code=row.related_item_code,
        ban_until=row.ban_until,
        ban_basis=row.ban_basis,
    )


def measure_fact(row: Measure) -> MeasureFact:
    """A measure of the published list."""
    return MeasureFact(
        code=row.code,
        name=row.name,
        category=row.category,
        legal_basis=tuple(row.legal_basis),
        is_active=row.is_active,
        effective_on=row.effective_on,
        term=row.term,
    )


def applied_fact(row: JointMeasure) -> MeasureFact:
    """A measure as it is applied to one subject."""
    return MeasureFact(
        code=row.measure.code,
        name=row.measure.name,
        category=row.measure.category,
        legal_basis=tuple(row.legal_basis),
        is_active=row.measure.is_active,
        effective_on=row.measure.effective_on,
        record_number=row.record.number,
        term=row.term,
        implemented_by=str(row.implemented_by),
        is_lifted=row.state == JointMeasure.State.LIFTED,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
    )


def _is_own(row: JointMeasure, subject: Subject) -> bool:
    """A firm's file also lists what its responsible persons suffer (R6.06); that is theirs, not the firm's."""
    return subject.is_person or not row.person_name
