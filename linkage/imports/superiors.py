"""Saving rows of which some stand under others of the same file: superiors first."""

from collections.abc import Sequence
from typing import Any

from linkage.imports import store
from linkage.imports.kinds import Draft, Kind, Outcome, Run


def save(kind: Kind, drafts: Sequence[Draft], run: Run) -> None:
    """Saves level by level by `values["parent_code"]`. Rows whose superior never appears are rejected."""
    store.reject_repeated(kind, kind.key, drafts)
    waiting = [draft for draft in drafts if draft.outcome is not Outcome.REJECTED]
    while waiting:
        codes = {draft.values["parent_code"] for draft in waiting}
        superiors: Any = kind.model._default_manager.filter(code__in=codes)
        known = {superior.code: superior for superior in superiors}
        unsaved = {draft.values["code"] for draft in waiting}
        ready: list[Draft] = []
        later: list[Draft] = []
        for draft in waiting:
            code = draft.values["parent_code"]
            (ready if not code or (code in known and code not in unsaved) else later).append(draft)
        if not ready:
            break
        for draft in ready:
            rows: Sequence[Any] = draft.instances
            for row in rows:
                row.parent = known.get(draft.values["parent_code"])
        store.save(kind, ready, run)
        waiting = later
    for draft in waiting:
        draft.reject(kind.heading("parent_code"), f"上级“{draft.values['parent_code']}”不存在、未能导入，或互为上级。")
