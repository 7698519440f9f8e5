"""Between the rows of a batch call and the drafts of the action."""

from collections.abc import Sequence
from typing import Any, cast

from credit.actions.record_batches import Draft, Errors, RowResult
from credit.actions.records import Fact
from credit.api.serializers import RecordSerializer
from shenguan.access.api.problems import field_errors


def drafts_of(rows: Sequence[dict[str, Any]]) -> list[Draft]:
    """Each row read for itself; an unreadable one becomes a draft that only carries its errors."""
    return [_draft(RecordSerializer(data=row)) for row in rows]


def row_results(results: Sequence[RowResult]) -> list[dict[str, Any]]:
    """The answer's rows."""
    return [
        {
            "index": index,
            "status": result.status,
            "number": result.number,
            "errors": [{"field": path, "message": text} for path, texts in result.errors.items() for text in texts],
        }
        for index, result in enumerate(results)
    ]


def _draft(form: RecordSerializer) -> Draft:
    if not form.is_valid():
        errors: Errors = {}
        for path, text in field_errors(form.errors):
            errors.setdefault(path, []).append(text)
        return Draft(errors=errors)
    values = dict(form.validated_data)
    return Draft(party=values.pop("subject"), fact=cast("Fact", values))
