"""A migration operation that makes the database refuse UPDATE and DELETE on tables of record (DESIGN §4, R11.07).

SQLite rebuilds a table when a column changes and drops its triggers with the old one: a migration that alters an
append-only model repeats the operation at its end. It may run any number of times.
"""

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

POSTGRESQL_FORWARDS = """
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'restrict_violation';
END $$;
DROP TRIGGER IF EXISTS {name} ON "{table}";
CREATE TRIGGER {name} BEFORE UPDATE OR DELETE ON "{table}" FOR EACH ROW EXECUTE FUNCTION {name}();
"""
POSTGRESQL_BACKWARDS = """
DROP TRIGGER IF EXISTS {name} ON "{table}";
DROP FUNCTION IF EXISTS {name}();
"""
SQLITE_FORWARDS = """
CREATE TRIGGER IF NOT EXISTS {name}_{verb} BEFORE {verb} ON "{table}"
BEGIN
    SELECT RAISE(ABORT, '{table} is append-only');
END
"""
SQLITE_BACKWARDS = "DROP TRIGGER IF EXISTS {name}_{verb}"


class AppendOnly(Operation):
    """`AppendOnly("Event", "AuditEntry")`: rows of these models can be added and read, nothing else.

    Only row triggers: a table's owner may still TRUNCATE it, which test runs on PostgreSQL do.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, *model_names: str) -> None:
        self.model_names = model_names

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """How the operation is written into a migration file."""
        return self.__class__.__name__, list(self.model_names), {}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Models stay what they are; only the database learns the rule."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Installs the triggers."""
        self._run(app_label, schema_editor, to_state, SQLITE_FORWARDS, POSTGRESQL_FORWARDS)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Takes the triggers away."""
        self._run(app_label, schema_editor, from_state, SQLITE_BACKWARDS, POSTGRESQL_BACKWARDS)

    def describe(self) -> str:
        """One line for `sqlmigrate` and `migrate -v 2`."""
        return f"Refuse UPDATE and DELETE on {', '.join(self.model_names)}"

    @property
    def migration_name_fragment(self) -> str:
        """Part of an automatic migration name."""
        return "append_only_" + "_".join(name.lower() for name in self.model_names)

    def _run(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        state: ProjectState,
        sqlite: str,
        postgresql: str,
    ) -> None:
        for model_name in self.model_names:
            model = state.apps.get_model(app_label, model_name)
            if not self.allow_migrate_model(schema_editor.connection.alias, model):
                continue
            table = model._meta.db_table
            name = f"{table}_append_only"
            if schema_editor.connection.vendor == "sqlite":
                for verb in ("UPDATE", "DELETE"):
                    schema_editor.execute(sqlite.format(name=name, table=table, verb=verb))
            else:
                schema_editor.execute(postgresql.format(name=name, table=table))
