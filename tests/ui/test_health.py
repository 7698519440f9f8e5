"""Health answers what an operator asks, without a login."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from shenguan.ui import health
from shenguan.ui.health import Finding
from shenguan.ui.models import BeatMark
from shenguan.ui.tasks import beat_alive

pytestmark = pytest.mark.django_db


@pytest.fixture
def alive() -> None:
    beat_alive()


@pytest.fixture(autouse=True)
def _own_probes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the checks of this floor, whatever higher apps registered."""
    monkeypatch.setattr(health, "_probes", {})


def test_it_is_alive_without_looking_at_anything(client: Client) -> None:
    assert client.get("/healthz/").json() == {"status": "ok"}


@pytest.mark.usefixtures("alive")
def test_it_is_ready_when_everything_is_well(client: Client) -> None:
    response = client.get("/readyz/")
    assert (response.status_code, response.json()["status"]) == (200, "ok")


def test_it_is_not_ready_before_the_timer_ran(client: Client) -> None:
    response = client.get("/readyz/")
    assert response.status_code == 503
    assert response.json()["checks"]["beat_age_seconds"]["value"] == "从未运行"


@pytest.mark.parametrize(("late", "ok"), [(0, True), (1, False)])
def test_it_is_not_ready_when_the_timer_is_late(late: int, ok: bool, clock: object) -> None:
    seen_at = timezone.now() - timedelta(seconds=health.BEAT_LATE_SECONDS + late)
    BeatMark.objects.create(name="beat", seen_at=seen_at)
    assert health.check_beat() == Finding(ok, health.BEAT_LATE_SECONDS + late)


def test_it_keeps_one_mark_of_the_timer() -> None:
    beat_alive()
    beat_alive()
    assert BeatMark.objects.count() == 1


@pytest.mark.usefixtures("alive")
def test_it_reports_a_registered_probe(client: Client) -> None:
    health.register_probe("oldest_undelivered_seconds", lambda: Finding(True, 7))
    assert client.get("/readyz/").json()["checks"]["oldest_undelivered_seconds"] == {"ok": True, "value": 7}


@pytest.mark.usefixtures("alive")
def test_it_survives_a_probe_that_fails(client: Client) -> None:
    def fails() -> Finding:
        raise DatabaseError("gone")

    health.register_probe("oldest_undelivered_seconds", fails)
    response = client.get("/readyz/")
    assert response.status_code == 503
    assert response.json()["checks"]["database"]["ok"]


def test_it_notices_a_deleted_broker_folder(settings: Settings, tmp_path: Path) -> None:
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"data_folder_out": str(tmp_path / "gone")}
    assert health.check_broker() == Finding(False)


def test_it_publishes_metrics(client: Client) -> None:
    response = client.get("/metrics")
    assert response.status_code == 200
    assert b"django_http_requests_total" in response.content
