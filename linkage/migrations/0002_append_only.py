from django.db import migrations

from shenguan.audit.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("linkage", "0001_initial")]

    operations = [AppendOnly("Attempt", "Escalation", "PushNote")]
