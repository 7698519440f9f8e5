"""The digests, against those of another program."""

import pytest

from shenguan.audit.hashing import digest_of

CONTENT = {"b": 1, "a": "甲"}
DIGESTS = {  # of {"a":"甲","b":1}, computed with `openssl dgst`
    "sha256": "51e0a58525dfaeb58977731021d4c399e248c705aab924e5c27ccbb36d7be6dd",
    "sm3": "57d46d3c094e4ff3c0914f66e0c4acf9d7273b46491a50e218e548fbabdcc83e",
}


@pytest.mark.parametrize("hash_name", DIGESTS)
def test_it_is_what_openssl_computes_over_the_canonical_text(hash_name):
    assert digest_of(CONTENT, hash_name) == DIGESTS[hash_name]


def test_it_does_not_depend_on_the_order_of_keys():
    assert digest_of({"b": 1, "a": 2}, "sha256") == digest_of({"a": 2, "b": 1}, "sha256")


def test_it_depends_on_every_value():
    assert digest_of({"a": 1}, "sha256") != digest_of({"a": 2}, "sha256")


def test_it_knows_no_other_algorithm():
    with pytest.raises(KeyError):
        digest_of({}, "md5")
