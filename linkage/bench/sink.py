"""A receiver for measurements, in a process of its own: it counts, keeps order and repeats in mind, and misbehaves to
order. Knows nothing of Django: `python -m linkage.bench.sink PORT MODE [SEED]`.

Modes: plain (204 at once), dead (never answers), chaos (by the seed: 500, 429, slow, garbage, a closed line, an answer
lost after the push was taken). GET /stats gives one JSON object, GET /arrivals the moment each push came first.
"""

import asyncio
import json
import random
import sys
import time
from collections import Counter
from typing import Any

from aiohttp import web

LONGEST_BODY = 4_000_000
SLOW_SECONDS = 0.3
TROUBLES = ["server_error", "throttled", "slow", "garbage", "closed", "answer_lost"]


class Sink:
    """What arrived."""

    def __init__(self, mode: str, seed: int) -> None:
        self.mode = mode
        self.dice = random.Random(seed)  # noqa: S311 - repeatable trouble, no secret
        self.firsts: dict[str, float] = {}
        self.places: dict[str, tuple[int, str]] = {}  # the latest push taken so far, by case
        self.counts: Counter[str] = Counter()

    async def take(self, request: web.Request) -> web.StreamResponse:
        """One POST. Trouble strikes before the push is taken or, for answer_lost, after it."""
        self.counts["calls"] += 1
        if self.mode == "dead":
            await asyncio.sleep(3600)
        body = await request.read()
        trouble = self.dice.choice(TROUBLES) if self.mode == "chaos" and self.dice.random() < 0.3 else ""
        if trouble:
            self.counts[trouble] += 1
        if trouble == "server_error":
            return web.Response(status=500)
        if trouble == "throttled":
            return web.Response(status=429, headers={"Retry-After": "0"})
        if trouble == "closed":
            _close(request)
        if trouble == "slow":
            await asyncio.sleep(SLOW_SECONDS)
        self._keep(body)
        if trouble == "answer_lost":
            _close(request)
        return web.Response(text="\x00garbage{" if trouble == "garbage" else "", status=200)

    def _keep(self, body: bytes) -> None:
        """Drops repeats by event and push, as the example receiver does, and watches the order of each case."""
        content = json.loads(body)
        for event in content if isinstance(content, list) else [content]:
            data = event["data"]
            key = f"{event['id']}_{data.get('number', '')}"
            if key in self.firsts:
                self.counts["repeats"] += 1
                continue
            self.firsts[key] = time.time()
            number = data.get("number", "")
            case, place = event.get("subject", ""), (len(number), number)
            if place < self.places.get(case, (0, "")):
                self.counts["out_of_order"] += 1
            self.places[case] = max(place, self.places.get(case, (0, "")))

    async def stats(self, _request: web.Request) -> web.Response:
        """Counts, and the moments of the first and the last push."""
        moments = self.firsts.values()
        found: dict[str, Any] = {"pushes": len(self.firsts), **self.counts}
        if moments:
            found |= {"first_at": min(moments), "last_at": max(moments)}
        return web.json_response(found)

    async def arrivals(self, _request: web.Request) -> web.Response:
        """Push by push."""
        return web.json_response(self.firsts)


def _close(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()


def main(port: str, mode: str, seed: str = "1") -> None:
    """Serves until killed."""
    sink = Sink(mode, int(seed))
    app = web.Application(client_max_size=LONGEST_BODY)
    app.router.add_post("/", sink.take)
    app.router.add_get("/stats", sink.stats)
    app.router.add_get("/arrivals", sink.arrivals)
    web.run_app(app, host="127.0.0.1", port=int(port), print=None, access_log=None)


if __name__ == "__main__":
    main(*sys.argv[1:])
