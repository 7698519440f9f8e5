"""Authenticated encryption and keyed hashes for personal data (RULES R11.09).

A stored value reads ``a1:KEYID:base64(nonce + ciphertext + tag)``; ``a1`` is AES-256-GCM, ``s1`` is SM4-GCM.
The key id is taken from the key itself, so keys rotate by putting a new one first in FIELD_KEYS.
"""

import base64
import hashlib
import hmac
import os
import re
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

STORED = re.compile(r"(?P<scheme>a1|s1):(?P<key_id>[0-9a-f]{8}):(?P<body>.+)")


class UnreadableValueError(Exception):
    """The value was encrypted with a key that FIELD_KEYS no longer holds, or was altered."""


@lru_cache(maxsize=16)
def _keys(secrets: tuple[str, ...]) -> dict[str, tuple[bytes, bytes, bytes]]:
    """Key id -> (AES key, SM4 key, hash key), in the order of FIELD_KEYS."""
    keys = {}
    for secret in secrets:
        raw = secret.encode()
        key_id = hashlib.sha256(b"id" + raw).hexdigest()[:8]
        keys[key_id] = (
            hashlib.sha256(b"aes" + raw).digest(),
            hashlib.sha256(b"sm4" + raw).digest()[:16],
            hashlib.sha256(b"hash" + raw).digest(),
        )
    return keys


def encrypt(plain: str) -> str:
    """Ciphertext of `plain` under the newest key."""
    keys = _keys(tuple(settings.FIELD_KEYS))
    key_id, (aes, sm4, _) = next(iter(keys.items()))
    nonce = os.urandom(12)
    if settings.FIELD_CIPHER == "sm4":
        encryptor = Cipher(algorithms.SM4(sm4), modes.GCM(nonce)).encryptor()
        body = encryptor.update(plain.encode()) + encryptor.finalize() + encryptor.tag
        scheme = "s1"
    else:
        body = AESGCM(aes).encrypt(nonce, plain.encode(), None)
        scheme = "a1"
    return f"{scheme}:{key_id}:{base64.b64encode(nonce + body).decode()}"


def decrypt(stored: str) -> str:
    """Plain text of a stored value. Raises UnreadableValueError when no key fits or the value was altered."""
    parts = STORED.fullmatch(stored)
    if parts is None:
        raise UnreadableValueError("not an encrypted value")
    key = _keys(tuple(settings.FIELD_KEYS)).get(parts["key_id"])
    if key is None:
        raise UnreadableValueError(f"no key {parts['key_id']} in FIELD_KEYS")
    try:
        raw = base64.b64decode(parts["body"], validate=True)
        nonce, sealed = raw[:12], raw[12:]
        if parts["scheme"] == "s1":
            decryptor = Cipher(algorithms.SM4(key[1]), modes.GCM(nonce, sealed[-16:])).decryptor()
            return (decryptor.update(sealed[:-16]) + decryptor.finalize()).decode()
        return AESGCM(key[0]).decrypt(nonce, sealed, None).decode()
    except (InvalidTag, ValueError) as error:  # ValueError: the body is no base64 or too short for a tag
        raise UnreadableValueError("the stored value was altered") from error


def keyed_hash(plain: str) -> str:
    """Look-up value of an identifier: the same under every rotation, because the oldest key makes it."""
    _, (_, _, key) = list(_keys(tuple(settings.FIELD_KEYS)).items())[-1]
    return hmac.new(key, plain.encode(), hashlib.sha256).hexdigest()
