"""Many records at once, as a department's system reports them (CONTRACT §3)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypedDict

from django.db import transaction

from credit.actions import records, subjects
from credit.models import CreditRecord
from shenguan.access.actors import Actor
from shenguan.org.models import Department
from shenguan.refusals import Invalid, Refusal

Errors = dict[str, list[str]]
SUBJECT_FIELDS = frozenset({"kind", "name", "uscc", "id_number"})


class Party(TypedDict):
    """Whom a record is about, by number."""

    kind: str
    name: str
    uscc: str
    id_number: str


@dataclass(frozen=True)
class Draft:
    """One reported row; `errors` when it could not even be read."""

    party: Party | None = None
    fact: records.Fact | None = None
    errors: Errors = field(default_factory=dict)


@dataclass(frozen=True)
class RowResult:
    """What became of one row."""

    status: Literal["created", "unchanged", "rejected"]
    number: str = ""
    errors: Errors = field(default_factory=dict)


def record_all(*, by: Actor, authority: Department, drafts: Sequence[Draft], atomic: bool) -> list[RowResult]:
    """One result per draft, in order. The same document again is "unchanged".

    With `atomic` everything is one transaction: raises Invalid, with paths like `records[3].level`, if any row is
    rejected, and nothing is kept. Otherwise each row stands for itself.
    """
    if not atomic:
        return [_record_one(draft, authority, by=by) for draft in drafts]
    with transaction.atomic():
        results = [_record_one(draft, authority, by=by) for draft in drafts]
        errors = {
            f"records[{index}].{path}".rstrip("."): texts
            for index, result in enumerate(results)
            for path, texts in result.errors.items()
        }
        if errors:
            raise Invalid("部分记录有误，本批全部未登记。", errors)
    return results


def _record_one(draft: Draft, authority: Department, *, by: Actor) -> RowResult:
    """Party and record in one transaction, so that a refused record leaves no party behind."""
    if draft.party is None or draft.fact is None:
        return RowResult("rejected", errors=draft.errors)
    try:
        with transaction.atomic():
            subject = subjects.find_or_create(by=by, **draft.party)
            known = records.find_same(subject, authority, draft.fact)
            if known is None:
                record = records.record_fact(by=by, subject=subject, authority=authority, **draft.fact)
                return RowResult("created", record.number)
    except Invalid as refusal:
        return RowResult("rejected", errors={_path(name): texts for name, texts in refusal.errors.items()})
    except Refusal as refusal:  # somebody else reported the same document a moment ago
        return RowResult("rejected", errors={"document_number": [refusal.message]})
    return _repeated(known, draft.fact)


def _repeated(known: CreditRecord, fact: records.Fact) -> RowResult:
    """A second report of one document: the same content changes nothing, another content is a mistake to sort out."""
    reported = {
        "level": fact["level"],
        "facts": fact["facts"],
        "result": fact["result"],
        "decided_on": fact["decided_on"],
    }
    if all(getattr(known, name) == value for name, value in reported.items()):
        return RowResult("unchanged", known.number)
    text = f"该文书已登记为 {known.number}，内容与本次报送不一致；需更正的请联系信用管理员。"
    return RowResult("rejected", known.number, {"document_number": [text]})


def _path(name: str) -> str:
    return f"subject.{name}" if name in SUBJECT_FIELDS else name
