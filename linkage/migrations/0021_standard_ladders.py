"""The ladders every city starts with, so that the settings show them before the first clock is late."""

from datetime import date

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils import timezone

DAYS = {"remind_days": 2, "yellow_days": 1, "red_days": 3, "lift_days": 5}
HANDS = ["handler", "owner"]
HEADS = [*HANDS, "office_head", "department_head"]
KEEPERS = ["owner", "department_head", "coordinator"]
BOTH = ["coordinator", "department_head"]
LADDERS = (  # purpose, name, whom reminder, yellow, red and lift tell
    ("push", "标准催办", HANDS, [*HANDS, "office_head"], HEADS, [*HEADS, "coordinator"]),
    ("arbitration", "裁定催办", ["coordinator"], ["coordinator"], BOTH, BOTH),
    ("unmapped", "未对应事项催办", ["owner"], ["owner", "coordinator"], KEEPERS, KEEPERS),
)


def seed(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """A default ladder for every purpose that has none."""
    ladders = apps.get_model("linkage", "EscalationLadder").objects
    versions = apps.get_model("linkage", "LadderVersion").objects
    for purpose, name, remind, yellow, red, lift in LADDERS:
        if ladders.filter(purpose=purpose, is_default=True).exists() or ladders.filter(name=name).exists():
            continue
        versions.create(
            ladder=ladders.create(purpose=purpose, name=name, is_default=True),
            number=1,
            remind_tells=remind,
            yellow_tells=yellow,
            red_tells=red,
            lift_tells=lift,
            made_by="系统",
            reason="系统预置",
            valid_from=date(2000, 1, 1),
            made_at=timezone.now(),
            **DAYS,
        )


class Migration(migrations.Migration):
    dependencies = [("linkage", "0020_cards_of_arbitrations_and_unmapped_events")]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop, elidable=True)]
