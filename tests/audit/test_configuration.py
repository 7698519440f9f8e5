"""An absurd digest stops the start with one line that says how to mend it (CONTRACT §1)."""

import pytest
from django.apps import apps

from shenguan.env import ConfigurationError


@pytest.mark.parametrize("name", ["sha256", "sm3"])
def test_it_starts_with_a_known_digest(settings, name):
    settings.AUDIT_HASH = name
    apps.get_app_config("audit").ready()


def test_it_refuses_an_unknown_digest(settings):
    settings.AUDIT_HASH = "md5"
    with pytest.raises(ConfigurationError, match="AUDIT_HASH='md5' 无法识别：请写 sha256 或 sm3"):
        apps.get_app_config("audit").ready()
