"""The embedded broker: whole messages, in order, and no worker lost over a lost folder."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection

from shenguan.broker import Channel, Transport


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "queue"


@pytest.fixture
def channel(folder: Path) -> Iterator[Channel]:
    options = {"data_folder_in": str(folder), "data_folder_out": str(folder)}
    with Connection("filesystem://localhost", transport_options=options) as connection:
        yield connection.channel()


def test_it_stands_in_the_place_of_kombus_own(channel: Channel) -> None:
    assert isinstance(channel.connection, Transport)


def test_it_hands_messages_over_in_their_order(channel: Channel) -> None:
    for number in range(3):
        channel._put("celery", {"number": number})
    assert [channel._get("celery")["number"] for _ in range(3)] == [0, 1, 2]


def test_it_shows_no_message_that_is_still_being_written(channel: Channel, monkeypatch: pytest.MonkeyPatch) -> None:
    def dies(*args: object) -> None:
        raise SystemExit

    monkeypatch.setattr(Path, "rename", dies)
    with pytest.raises(SystemExit):
        channel._put("celery", {"number": 1})
    with pytest.raises(Empty):
        channel._get("celery")


def test_it_finds_nothing_in_a_deleted_folder(channel: Channel, folder: Path) -> None:
    channel._put("celery", {"number": 1})
    shutil.rmtree(folder)
    with pytest.raises(Empty):
        channel._get("celery")


def test_it_makes_a_deleted_folder_anew(channel: Channel, folder: Path) -> None:
    channel._put("celery", {"number": 1})
    shutil.rmtree(folder)
    channel._put("celery", {"number": 2})
    assert channel._get("celery") == {"number": 2}
