"""Issued papers and what happened to permits are never rewritten."""

from django.db import migrations

from shenguan.audit.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("approvals", "0001_initial")]

    operations = [AppendOnly("Document", "Decision", "PermitEvent")]
