from django.db import migrations

from linkage import list_periods


class Migration(migrations.Migration):
    dependencies = [("linkage", "0004_list_stages_papers_deputies")]

    operations = [migrations.RunPython(list_periods.install, list_periods.remove)]
