"""Faults: lost nudges, a lost broker, killed workers, two workers at once. Nothing lost, nothing doubled."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from celery import Celery
from django.conf import settings
from django.db import connection, connections, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from linkage import tasks
from linkage.actions import dispatch
from linkage.models import Delivery, Endpoint, Lane, Push, Routing
from shenguan.events import nudge
from shenguan.events.models import PendingEvent
from tests.factories.approvals import ApplicationFactory
from tests.factories.linkage import DeliveryFactory
from tests.linkage.conftest import City, build_city, happen
from tests.linkage.receiver import running_receiver

needs_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="several processes on one database need PostgreSQL"
)
transactional = pytest.mark.django_db(transaction=True)


def conclude(city: City, count: int) -> None:
    """Records that many concluded cases of the city's item."""
    for _ in range(count):
        happen(ApplicationFactory(concluded=True, variant=city.application.variant), "approval.concluded")


def assert_all_routed_once(city: City, count: int) -> None:
    """Every event has one routing and one push; the recipient's sequence has no gap."""
    assert not PendingEvent.objects.exists()
    assert Routing.objects.count() == count
    assert list(Push.objects.order_by("sequence").values_list("sequence", flat=True)) == list(range(1, count + 1))
    assert Push.objects.values("event").distinct().count() == count


@transactional
def test_it_routes_by_the_sweep_what_a_lost_nudge_left_behind(monkeypatch):
    def broken(*args: object, **kwargs: object) -> None:
        raise OperationalError("broker gone")

    monkeypatch.setattr(nudge.current_app, "send_task", broken)
    city = build_city()
    with transaction.atomic():
        city.happen()
    assert PendingEvent.objects.count() == 1

    tasks.route_events()

    assert_all_routed_once(city, 1)


@transactional
def test_it_survives_the_loss_of_the_broker_directory(monkeypatch, tmp_path: Path):
    queue = tmp_path / "queue"
    queue.mkdir()
    app = Celery("test", broker="filesystem://", set_as_current=False)
    app.conf.broker_transport_options = {
        "data_folder_in": str(queue),
        "data_folder_out": str(queue),
        "control_folder": str(tmp_path / "control"),
    }
    monkeypatch.setattr(nudge, "current_app", app)
    city = build_city()
    with transaction.atomic():
        city.happen()
    assert list(queue.iterdir())

    shutil.rmtree(queue)
    conclude(city, 1)
    tasks.route_events()

    assert_all_routed_once(city, 2)


@transactional
def test_it_undoes_a_routing_that_dies_before_its_commit(monkeypatch, nudges):
    city = build_city()
    city.happen()

    def die(*args: object) -> None:
        raise SystemExit

    with monkeypatch.context() as broken:
        broken.setattr("linkage.actions.outgoing.deliver", die)
        with pytest.raises(SystemExit):
            tasks.route_events()
    assert not Push.objects.exists()

    tasks.route_events()

    assert_all_routed_once(city, 1)


@needs_postgresql
@transactional
def test_it_routes_each_event_once_with_two_routers_at_once(nudges):
    city = build_city()
    conclude(city, 40)

    in_threads(tasks.route_events, tasks.route_events)

    assert_all_routed_once(city, 40)


@needs_postgresql
@transactional
def test_it_keeps_both_ends_of_a_case_apart_with_two_routers_at_once(nudges):
    city = build_city(both_stages=True)
    applications = [ApplicationFactory(concluded=True, variant=city.application.variant) for _ in range(15)]
    for application in applications:
        happen(application, "approval.accepted")
        happen(application, "approval.concluded")

    in_threads(tasks.route_events, tasks.route_events)

    assert not PendingEvent.objects.exists()
    assert set(Push.objects.filter(kind="approval.accepted").values_list("status", flat=True)) == {"closed"}
    assert Push.objects.filter(kind="approval.concluded", status="claimed").count() == 15


@needs_postgresql
@transactional
def test_it_delivers_each_push_once_with_two_deliverers_at_once(nudges):
    with running_receiver() as receiver:
        city = build_city()
        Endpoint.objects.create(
            department=city.entry.department, url=receiver.url, secret="whsec_c2VjcmV0LXNlY3JldA==", allow_http=True
        )
        conclude(city, 20)
        tasks.route_events()

        in_threads(tasks.deliver_due, tasks.deliver_due)

        ids = [call.headers["webhook-id"] for call in receiver.arrived]
    assert (len(ids), len(set(ids))) == (20, 20)
    assert set(Delivery.objects.values_list("status", flat=True)) == {"delivered"}


@needs_postgresql
@transactional
def test_it_loses_nothing_when_a_router_is_killed(nudges):
    city = build_city()
    conclude(city, 60)

    killed("route_events", when=Routing.objects.exists)
    tasks.route_events()

    assert_all_routed_once(city, 60)


@needs_postgresql
@transactional
def test_it_delivers_again_what_a_killed_worker_had_sent(nudges):
    with running_receiver() as receiver:
        delivery = DeliveryFactory(endpoint__url=receiver.url, endpoint__allow_http=True)
        receiver.answers.append(10.0)

        killed("deliver_due", when=lambda: bool(receiver.arrived))
        delivery.refresh_from_db()
        assert (delivery.status, delivery.attempts_made) == ("pending", 0)
        assert dispatch.deliver_due() == 0  # the dead worker's lease still holds
        Lane.objects.update(held_until=timezone.now() - timedelta(seconds=1))

        assert dispatch.deliver_due() == 1

        assert len({call.headers["webhook-id"] for call in receiver.arrived}) == 1
    delivery.refresh_from_db()
    assert (delivery.status, Push.objects.count()) == ("delivered", 1)


def in_threads(*jobs: Callable[[], object]) -> None:
    """Runs jobs at once, each with a connection of its own; their failures are the test's."""
    failures: list[BaseException] = []
    start = threading.Barrier(len(jobs))

    def run(job: Callable[[], object]) -> None:
        try:
            start.wait(5)
            job()
        except BaseException as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failures == []


def killed(command: str, *, when: Callable[[], bool]) -> None:
    """Runs a command in a process of its own on the test database and kills it (SIGKILL) as soon as `when`."""
    database = connection.settings_dict
    url = (
        f"postgres://{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    )
    environment = os.environ | {
        "DATABASE_URL": url,
        "BROKER_URL": "memory://",
        "SECRET_KEY": settings.SECRET_KEY,
        "FIELD_KEYS": ",".join(settings.FIELD_KEYS),
        "DEMO": "1",
    }
    process = subprocess.Popen(
        [sys.executable, str(settings.BASE_DIR / "manage.py"), command],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    until = time.monotonic() + 30
    while process.poll() is None and not when() and time.monotonic() < until:
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait(10)
