"""Canonical JSON and its digest. The same content gives the same digest on every engine and in every year."""

import json
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives import hashes
from django.core.serializers.json import DjangoJSONEncoder

ALGORITHMS: dict[str, type[hashes.HashAlgorithm]] = {"sha256": hashes.SHA256, "sm3": hashes.SM3}


def plain(value: Any) -> Any:
    """The JSON a database gives back unchanged: dates, decimals and ids become text, and so do floats.

    PostgreSQL stores JSON numbers as decimals and may return 1e22 as a whole number, which would break the digest;
    it refuses NUL characters altogether. Raises TypeError for what has no JSON form.
    """
    match value:
        case None | bool() | int():
            return value
        case str():
            return str(value).replace("\x00", "")
        case float():
            return repr(value)
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
        case _:
            return DjangoJSONEncoder().default(value)


# sorted keys, no blanks, UTF-8: made once, because json.dumps makes an encoder for every call with such arguments
_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode


def digest_of(content: Any, hash_name: str) -> str:
    """Hexadecimal digest of the canonical JSON of `content`: keys sorted, no blanks, UTF-8. Raises KeyError."""
    digest = hashes.Hash(ALGORITHMS[hash_name]())
    digest.update(_canonical(content).encode())
    return digest.finalize().hex()
