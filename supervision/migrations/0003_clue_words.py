"""Clues imported so far carry the Chinese words of the list; from now on codes."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

STATUSES = {"待分派": "waiting", "已分派": "assigned", "处置中": "handling", "已办结": "closed"}
URGENCIES = {"一般": "normal", "较急": "raised", "紧急": "urgent"}


def use_codes(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    clues = apps.get_model("supervision", "Clue").objects
    for word, code in STATUSES.items():
        clues.filter(status=word).update(status=code)
    for word, code in URGENCIES.items():
        clues.filter(urgency=word).update(urgency=code)


class Migration(migrations.Migration):
    dependencies = [("supervision", "0002_reported_results")]

    operations = [migrations.RunPython(use_codes, migrations.RunPython.noop, elidable=True)]
