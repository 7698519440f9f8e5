"""Which source the settings name."""

import pytest
from django.conf import settings

from credit import source_names, sources
from shenguan.env import ConfigurationError


@pytest.mark.parametrize("name", source_names.SOURCES)
def test_it_knows_every_source_it_offers(name: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(settings, "CREDIT_SOURCE", name)

    source_names.check_configured()

    assert sources.current().name


def test_it_stops_the_start_over_an_unknown_source(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(settings, "CREDIT_SOURCE", "locale")

    with pytest.raises(ConfigurationError, match="CREDIT_SOURCE='locale'"):
        source_names.check_configured()
