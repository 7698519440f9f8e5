"""A row in the directory's log whenever reference data behind routing changes (linkage.selectors.directory).

SQLite drops a table's triggers when it rebuilds the table: a migration that alters one of these repeats `install`.
"""

from django.db import migrations, models

TABLES = {
    "org_region": (),
    "org_department": (),
    "org_office": (),
    "org_staffrole": (),
    "org_absence": (),
    "approvals_approvalitem": (),
    "approvals_itemvariant": (),
    "supervision_supervisionitem": (),
    "linkage_listversion": (),
    "linkage_linkageentry": (),
    "linkage_exchangecontract": (),
    "linkage_endpoint": ("department_id", "is_active"),
    "org_staff": ("username", "name", "department_id", "office_id", "mobile", "email", "status"),
}
FUNCTION = """
CREATE OR REPLACE FUNCTION directory_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO linkage_directorychange (token, made_at)
    VALUES (replace(gen_random_uuid()::text, '-', ''), clock_timestamp());
    RETURN NULL;
END $$
"""
POSTGRESQL = """
DROP TRIGGER IF EXISTS directory_changed ON "{table}";
CREATE TRIGGER directory_changed AFTER INSERT OR DELETE OR TRUNCATE OR UPDATE{columns} ON "{table}"
FOR EACH STATEMENT EXECUTE FUNCTION directory_changed()
"""
# not INSERT OR REPLACE: whoever writes the table with OR IGNORE would make the trigger ignore its conflict too
SQLITE = """
CREATE TRIGGER IF NOT EXISTS directory_changed_{table}_{verb} AFTER {event} ON "{table}"
BEGIN
    DELETE FROM linkage_directorychange;
    INSERT INTO linkage_directorychange (token, made_at) VALUES (lower(hex(randomblob(16))), CURRENT_TIMESTAMP);
END
"""


def install(apps, schema_editor):
    if schema_editor.connection.vendor != "sqlite":
        schema_editor.execute(FUNCTION)
    for table, columns in TABLES.items():
        of = f" OF {', '.join(columns)}" if columns else ""
        if schema_editor.connection.vendor != "sqlite":
            schema_editor.execute(POSTGRESQL.format(table=table, columns=of))
            continue
        for verb, event in (("insert", "INSERT"), ("delete", "DELETE"), ("update", f"UPDATE{of}")):
            schema_editor.execute(SQLITE.format(table=table, verb=verb, event=event))


def remove(apps, schema_editor):
    for table in TABLES:
        if schema_editor.connection.vendor != "sqlite":
            schema_editor.execute(f'DROP TRIGGER IF EXISTS directory_changed ON "{table}"')
            continue
        for verb in ("insert", "delete", "update"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS directory_changed_{table}_{verb}")
    if schema_editor.connection.vendor != "sqlite":
        schema_editor.execute("DROP FUNCTION IF EXISTS directory_changed()")


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0002_append_only"),
        ("linkage", "0016_offline_records"),
        ("org", "0003_staff_email"),
        ("supervision", "0003_clue_words"),
    ]

    operations = [
        migrations.CreateModel(
            name="DirectoryChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token", models.CharField(max_length=32, verbose_name="标记")),
                ("made_at", models.DateTimeField(verbose_name="时间")),
            ],
        ),
        migrations.RunPython(install, remove),
    ]
