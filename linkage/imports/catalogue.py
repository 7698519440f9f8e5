"""The kinds of lists by the name the command takes, and the one call that imports a file."""

from types import ModuleType

from django.db import transaction

from linkage.imports import (
    approval_items,
    backlog,
    calendar,
    checklists,
    clues,
    credit_records,
    departments,
    engine,
    joint_measures,
    laws,
    linkage_list,
    materials,
    measures,
    offices,
    packages,
    plans,
    reader,
    regions,
    staff,
    subjects,
    supervision_items,
    variants,
)
from linkage.imports.kinds import Kind
from linkage.imports.newcomers import create_departments
from linkage.imports.report import Report
from shenguan.access.actors import Actor

MODULES: tuple[ModuleType, ...] = (
    regions,
    departments,
    offices,
    staff,
    laws,
    approval_items,
    variants,
    materials,
    supervision_items,
    checklists,
    linkage_list,
    packages,
    subjects,
    credit_records,
    measures,
    joint_measures,
    plans,
    clues,
    calendar,
    backlog,
)
KINDS: dict[str, Kind] = {module.KIND.name: module.KIND for module in MODULES}


def import_file(
    kind: Kind,
    name: str,
    data: bytes,
    *,
    by: Actor,
    dry_run: bool = False,
    partial: bool = False,
    departments_in: str = "",
) -> Report:
    """Imports the bytes of a file called `name`.

    `departments_in` is a region (code or name): departments the list names and nobody knows are created there.
    Raises FileRefused when the file as a whole cannot be used; rejected rows are told in the report.
    """
    table = reader.read(name, data, kind.known_keys())
    with transaction.atomic():
        notes = create_departments(kind, table, departments_in) if departments_in else []
        report = engine.run(kind, table, by=by, dry_run=dry_run, partial=partial, notes=notes)
        if not report.is_written:
            transaction.set_rollback(True)
    return report
