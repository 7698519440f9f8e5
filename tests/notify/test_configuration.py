"""An absurd gateway stops the start with one line that says how to mend it (CONTRACT §1)."""

import pytest
from django.apps import apps

from shenguan.env import ConfigurationError


def test_it_starts_with_the_embedded_gateway():
    apps.get_app_config("notify").ready()


def test_it_refuses_an_unknown_gateway(settings):
    settings.SMS_GATEWAY = "pigeon"
    with pytest.raises(ConfigurationError, match="SMS_GATEWAY='pigeon' 无法识别：可用 embedded、http"):
        apps.get_app_config("notify").ready()
