"""Measurements of the running system. Run by `manage.py bench`; nothing here is part of serving anybody."""
