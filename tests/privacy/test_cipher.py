"""Encryption at rest and keyed hashes (RULES R11.09, §13 vectors)."""

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from shenguan.privacy.cipher import UnreadableValueError, decrypt, encrypt, keyed_hash

PLAIN = "430902190003070015"
# Written once with the key "golden-key"; rows in running cities look like these.
STORED = {
    "aes": "a1:35c31b39:j3VHyJeCa4vjTdIr72P2X+dR0+ltpyAEab7hvA1Jueolyl1sIZXKpSgwpdif8w==",
    "sm4": "s1:35c31b39:R73aF46+sUjWTZERDaSfGYByXqLKnSSqBubWWG0LN7pu/I921Lc8aeSNa8undQ==",
}
HASH = "b6c4518a9cbfcb1c4f0c1586f3569ab2a5eac0e9e81f815bb35be47c864b7e36"


@pytest.fixture(autouse=True)
def keys(settings):
    """One known key."""
    settings.FIELD_KEYS = ["golden-key"]
    return settings


@pytest.mark.parametrize("cipher", STORED)
def test_it_reads_what_earlier_releases_wrote(cipher):
    assert decrypt(STORED[cipher]) == PLAIN


@pytest.mark.parametrize(("cipher", "scheme"), [("aes", "a1"), ("sm4", "s1")])
def test_it_reads_what_it_writes(keys, cipher, scheme):
    keys.FIELD_CIPHER = cipher
    stored = encrypt(PLAIN)
    assert stored.startswith(f"{scheme}:35c31b39:")
    assert PLAIN not in stored
    assert decrypt(stored) == PLAIN


@pytest.mark.parametrize("cipher", STORED)
def test_it_writes_the_same_text_differently_each_time(keys, cipher):
    keys.FIELD_CIPHER = cipher
    assert encrypt(PLAIN) != encrypt(PLAIN)


@pytest.mark.parametrize(("written", "read"), [("aes", "sm4"), ("sm4", "aes")])
def test_it_reads_the_other_cipher_after_a_switch(keys, written, read):
    keys.FIELD_CIPHER = read
    assert decrypt(STORED[written]) == PLAIN


def test_it_writes_with_the_newest_key_and_still_reads_the_old(keys):
    keys.FIELD_KEYS = ["new-key", "golden-key"]
    assert decrypt(STORED["aes"]) == PLAIN
    assert "35c31b39" not in encrypt(PLAIN)


def test_it_refuses_a_value_of_a_key_that_is_gone(keys):
    keys.FIELD_KEYS = ["new-key"]
    with pytest.raises(UnreadableValueError, match="35c31b39"):
        decrypt(STORED["aes"])


@pytest.mark.parametrize("cipher", STORED)
def test_it_notices_an_altered_value(cipher):
    head, body = STORED[cipher].rsplit(":", 1)
    flipped = ("A" if body[20] != "A" else "B").join([body[:20], body[21:]])
    with pytest.raises(UnreadableValueError):
        decrypt(f"{head}:{flipped}")


@pytest.mark.parametrize("cipher", STORED)
def test_it_notices_a_value_moved_to_the_other_scheme(cipher):
    other = "s1" if cipher == "aes" else "a1"
    with pytest.raises(UnreadableValueError):
        decrypt(other + STORED[cipher][2:])


@pytest.mark.parametrize(
    "stored",
    ["", PLAIN, "a1:35c31b39:", "a1:35c31b39:AAAA", "s1:35c31b39:AAAA", "a1:35c31b39:不是密文", "x9:35c31b39:AAAA"],
)
def test_it_refuses_what_was_never_a_stored_value(stored):
    with pytest.raises(UnreadableValueError):
        decrypt(stored)


@given(st.text())
def test_it_keeps_any_text(plain):
    assert decrypt(encrypt(plain)) == plain


def test_it_hashes_for_look_ups():
    assert keyed_hash(PLAIN) == HASH


def test_it_hashes_the_same_after_a_rotation(keys):
    keys.FIELD_KEYS = ["new-key", "golden-key"]
    assert keyed_hash(PLAIN) == HASH


def test_it_hashes_differently_under_another_key(keys):
    keys.FIELD_KEYS = ["new-key"]
    assert keyed_hash(PLAIN) != HASH


def test_the_library_computes_sm4_as_the_standard_says():
    key = bytes.fromhex("0123456789abcdeffedcba9876543210")
    encryptor = Cipher(algorithms.SM4(key), modes.ECB()).encryptor()
    assert encryptor.update(key).hex() == "681edf34d206965e86b3e94f536e4246"


def test_the_library_computes_sm4_gcm_as_rfc_8998_says():
    key, nonce = bytes.fromhex("0123456789abcdeffedcba9876543210"), bytes.fromhex("00001234567800000000abcd")
    encryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2"))
    plain = bytes.fromhex("".join(mark * 16 for mark in "abcdefea"))
    sealed = encryptor.update(plain) + encryptor.finalize()
    assert sealed.hex()[:32] == "17f399f08c67d5ee19d0dc9969c4bb7d"
    assert encryptor.tag.hex() == "83de3541e4c2b58177e065a9bf7b62ec"


def test_the_library_computes_aes_256_gcm_as_nist_says():
    sealed = AESGCM(bytes(32)).encrypt(bytes(12), bytes(16), None)
    assert sealed.hex() == "cea7403d4d606b6e074ec5d3baf39d18" + "d0d1c8a799996bf0265b98b5d48ab919"


def test_the_library_computes_sm3_as_the_standard_says():
    digest = hashes.Hash(hashes.SM3())
    digest.update(b"abc")
    assert digest.finalize().hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
