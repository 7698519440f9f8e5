"""What a due date was, and why it moved, stays on record."""

from django.db import migrations

from shenguan.audit.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("workdays", "0001_initial")]

    operations = [AppendOnly("DeadlineChange")]
