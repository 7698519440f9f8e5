"""A void is on record for good."""

from django.db import migrations

from shenguan.audit.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("identifiers", "0001_initial")]

    operations = [AppendOnly("VoidNumber")]
