"""A receiver for measurements, in a process of its own: it counts, keeps order and repeats in mind, and misbehaves to
order. Knows nothing of Django: `python -m linkage.bench.sink PORT MODE [SEED]`.

Modes: plain (200 at once), dead (never answers), down (500 to everything), chaos (by the seed: 500, 429 with
Retry-After, slow, garbage, a closed line, an answer lost after the push was taken, now and then seconds of only 500).
POST /NAME is the address of the recipient NAME. GET /stats gives one JSON object, GET /arrivals the moment each push
came first, GET /effects every push taken as [recipient, number, sequence] in their order, GET /up ends the trouble.
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
# Out of a thousand calls. Few are throttled: each hushes its whole recipient for a second.
TROUBLES = {"server_error": 30, "slow": 30, "garbage": 30, "closed": 30, "answer_lost": 30, "throttled": 3}
UP_SECONDS, DOWN_SECONDS = (20.0, 60.0), (3.0, 8.0)  # of the chaos mode, from … to


class Sink:
    """What arrived."""

    def __init__(self, mode: str, seed: int) -> None:
        self.mode = mode
        self.dice = random.Random(seed)  # noqa: S311 - repeatable trouble, no secret
        self.firsts: dict[str, float] = {}
        self.effects: list[tuple[str, str, int]] = []
        self.places: dict[tuple[str, str], tuple[int, str]] = {}  # the latest push taken, by recipient and case
        self.counts: Counter[str] = Counter()
        self.down_at = time.monotonic() + self.dice.uniform(*UP_SECONDS)
        self.up_at = self.down_at + self.dice.uniform(*DOWN_SECONDS)

    async def take(self, request: web.Request) -> web.StreamResponse:
        """One POST. Trouble strikes before the push is taken or, for answer_lost, after it."""
        self.counts["calls"] += 1
        if self.mode == "dead":
            await asyncio.sleep(3600)
        body = await request.read()
        trouble = self._trouble()
        if trouble:
            self.counts[trouble] += 1
        if trouble in ("server_error", "down"):
            return web.Response(status=500)
        if trouble == "throttled":
            return web.Response(status=429, headers={"Retry-After": "1"})
        if trouble == "closed":
            _close(request)
        if trouble == "slow":
            await asyncio.sleep(SLOW_SECONDS)
        self._keep(request.path.strip("/"), body)
        if trouble == "answer_lost":
            _close(request)
        return web.Response(text="\x00garbage{" if trouble == "garbage" else "", status=200)

    def _trouble(self) -> str:
        """What goes wrong with this call; mostly nothing."""
        if self.mode != "chaos":
            return "down" if self.mode == "down" else ""
        now = time.monotonic()
        if now > self.up_at:
            self.down_at = now + self.dice.uniform(*UP_SECONDS)
            self.up_at = self.down_at + self.dice.uniform(*DOWN_SECONDS)
        if now > self.down_at:
            return "down"
        left = self.dice.randrange(1000)
        for trouble, share in TROUBLES.items():
            left -= share
            if left < 0:
                return trouble
        return ""

    def _keep(self, recipient: str, body: bytes) -> None:
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
            self.effects.append((recipient, number, data.get("sequence", 0)))
            place = (data["sequence"], "") if recipient else (len(number), number)  # seeded backlogs share pushes
            line = (recipient, data.get("case_number", ""))
            if place < self.places.get(line, (0, "")):
                self.counts["out_of_order"] += 1
            self.places[line] = max(place, self.places.get(line, (0, "")))

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

    async def up(self, _request: web.Request) -> web.Response:
        """From now on the receiver is well."""
        self.mode = "plain"
        return web.json_response({})

    async def taken(self, _request: web.Request) -> web.Response:
        """Effect by effect."""
        return web.json_response(self.effects)


def _close(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()


def main(port: str, mode: str, seed: str = "1") -> None:
    """Serves until killed."""
    sink = Sink(mode, int(seed))
    app = web.Application(client_max_size=LONGEST_BODY)
    app.router.add_post("/{recipient:.*}", sink.take)
    app.router.add_get("/stats", sink.stats)
    app.router.add_get("/arrivals", sink.arrivals)
    app.router.add_get("/effects", sink.taken)
    app.router.add_get("/up", sink.up)
    web.run_app(app, host="127.0.0.1", port=int(port), print=None, access_log=None)


if __name__ == "__main__":
    main(*sys.argv[1:])
