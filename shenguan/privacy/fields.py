"""Model fields that are encrypted at rest (DESIGN §4, RULES R11.09)."""

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Expression

from shenguan.privacy.cipher import decrypt, encrypt


class EncryptedTextField(models.TextField):
    """Text stored as ciphertext and read as plain text. Look-ups go through a keyed hash beside it, never this."""

    def get_prep_value(self, value: Any) -> Any:
        """Ciphertext for the database; empty stays empty."""
        return encrypt(str(value)) if value else value

    def from_db_value(self, value: Any, _expression: Expression, _connection: BaseDatabaseWrapper) -> Any:
        """Plain text for the program."""
        return decrypt(value) if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        """Refuses every look-up except "is null": equal plain texts have different ciphertexts."""
        if lookup_name != "isnull":
            raise TypeError("an encrypted field cannot be searched; use its keyed hash")
        return super().get_lookup(lookup_name)
