"""What tells every process that the reference data behind routing changed."""

from django.db import models


class DirectoryChange(models.Model):
    """One change of a table the directory keeps in memory (linkage.selectors.directory), written by the database.

    PostgreSQL adds a row, which makes no writer wait for another; SQLite, which has one writer, renews a single one.
    """

    token = models.CharField("标记", max_length=32)
    made_at = models.DateTimeField("时间")

    def __str__(self) -> str:
        return self.token
