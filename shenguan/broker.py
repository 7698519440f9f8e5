"""The embedded broker: kombu's filesystem transport without its race.

Kombu opens a message's file before it writes it, and a reader that comes in between takes an empty file, fails to
read it and takes the whole worker down (seen within minutes of `make run`). Here a message is written beside the queue
and moved in complete; and a deleted folder is an empty queue that the next message makes anew, not the end of a worker.
"""

from pathlib import Path
from queue import Empty
from time import monotonic_ns
from typing import Any
from uuid import uuid4

from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    """A queue as a folder of files."""

    def _put(self, *args: Any, **kwargs: Any) -> None:
        """Adds a message; readers see it whole or not at all. File names sort by time."""
        queue, message = args  # kombu's own classes disagree about the names of the two
        folder = Path(self.data_folder_out)
        folder.mkdir(parents=True, exist_ok=True)
        name = f"{monotonic_ns():020}_{uuid4()}.{queue}.msg"
        draft = folder / f"{name}.draft"  # readers look for names that end with the queue's
        draft.write_text(dumps(message), encoding="utf-8")
        draft.rename(folder / name)

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        """Takes the oldest message. Raises Empty when there is none."""
        try:
            return super()._get(queue)
        except FileNotFoundError as error:
            raise Empty from error


class Transport(filesystem.Transport):
    """The transport behind `filesystem://`."""

    Channel = Channel


def install() -> None:
    """Puts this transport in the place of kombu's, before the first connection."""
    TRANSPORT_ALIASES["filesystem"] = f"{__name__}:Transport"
