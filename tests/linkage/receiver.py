"""A department's system on the loopback: it remembers what arrived and answers what a test tells it to."""

import asyncio
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web


@dataclass
class Arrived:
    """One POST."""

    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """Answers 200 unless `answers` holds something else: (status, headers) pairs, or seconds to stay silent."""

    url: str = ""
    arrived: list[Arrived] = field(default_factory=list)
    answers: deque[Any] = field(default_factory=deque)
    most_at_once: int = 0
    _inside: int = 0

    async def handle(self, request: web.Request) -> web.Response:
        """Keeps the call, then answers."""
        self._inside += 1
        self.most_at_once = max(self.most_at_once, self._inside)
        try:
            self.arrived.append(Arrived(dict(request.headers), await request.read()))
            answer = self.answers.popleft() if self.answers else (200, {})
            if isinstance(answer, float):
                await asyncio.sleep(answer)
                answer = (200, {})
            return web.Response(status=answer[0], headers=answer[1])
        finally:
            self._inside -= 1


@contextmanager
def running_receiver() -> Iterator[Receiver]:
    """A receiver on a free port, in a thread with its own event loop."""
    receiver, ready = Receiver(), threading.Event()
    loop = asyncio.new_event_loop()
    stopped = asyncio.Event()

    async def serve() -> None:
        app = web.Application()
        app.router.add_post("/{tail:.*}", receiver.handle)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        receiver.url = f"http://127.0.0.1:{port}/push"
        ready.set()
        await stopped.wait()
        await runner.cleanup()
        unfinished = asyncio.all_tasks() - {asyncio.current_task()}  # calls whose client was killed
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    assert ready.wait(5)
    try:
        yield receiver
    finally:
        loop.call_soon_threadsafe(stopped.set)
        thread.join(5)
        loop.close()
