"""The database's own rule that no two published versions of the list are in force on one day (DESIGN §4).

PostgreSQL keeps it as an exclusion constraint, SQLite as triggers. SQLite rebuilds a table when a column changes and
drops its triggers with the old one: a migration that alters ListVersion runs `install` again at its end.
"""

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

POSTGRESQL = """
ALTER TABLE linkage_listversion DROP CONSTRAINT IF EXISTS list_versions_do_not_overlap;
ALTER TABLE linkage_listversion ADD CONSTRAINT list_versions_do_not_overlap
    EXCLUDE USING gist (daterange(effective_from, effective_to, '[]') WITH &&) WHERE (status <> 'draft');
"""
SQLITE = """
CREATE TRIGGER list_versions_do_not_overlap_{verb} BEFORE {when} ON linkage_listversion
WHEN NEW.status <> 'draft' AND EXISTS (
    SELECT 1 FROM linkage_listversion AS other
    WHERE other.id <> NEW.id AND other.status <> 'draft'
      AND (NEW.effective_to IS NULL OR other.effective_from <= NEW.effective_to)
      AND (other.effective_to IS NULL OR NEW.effective_from <= other.effective_to))
BEGIN
    SELECT RAISE(ABORT, 'list_versions_do_not_overlap');
END
"""
MOMENTS = {"insert": "INSERT", "update": "UPDATE OF status, effective_from, effective_to"}


def install(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Makes the database refuse a version whose days overlap with another published one. May run repeatedly."""
    if schema_editor.connection.vendor != "sqlite":
        schema_editor.execute(POSTGRESQL)
        return
    remove(_apps, schema_editor)
    for verb, when in MOMENTS.items():
        schema_editor.execute(SQLITE.format(verb=verb, when=when))


def remove(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Takes the rule away."""
    if schema_editor.connection.vendor != "sqlite":
        schema_editor.execute("ALTER TABLE linkage_listversion DROP CONSTRAINT IF EXISTS list_versions_do_not_overlap")
        return
    for verb in MOMENTS:
        schema_editor.execute(f"DROP TRIGGER IF EXISTS list_versions_do_not_overlap_{verb}")
