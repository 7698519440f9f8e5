from django.db import migrations

from shenguan.audit.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("linkage", "0006_ladders_and_cards")]

    operations = [AppendOnly("Card", "CardWithdrawal", "Escalation", "LadderVersion")]
