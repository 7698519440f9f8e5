"""The pass that delivers: keeps a window of calls in flight until nothing is due or the time is over.

The event loop runs beside the thread that owns the database connection: leasing and recording happen there, in short
transactions, while calls go on. A slow recipient holds at most its own share of the window, so the others do not wait.
"""

import asyncio
import time
from collections import Counter
from contextlib import AsyncExitStack

from asgiref.sync import async_to_sync, sync_to_async

from linkage.actions import deliveries
from linkage.channels import CHANNELS
from linkage.channels.base import Answer, Channel, Parcel

WINDOW = 100  # calls in flight
SHARE = 20  # of one endpoint
Result = tuple[Parcel, Answer]


def deliver_due(*, seconds: float = 20.0) -> int:
    """Delivers what is due; stops leasing after `seconds`. How many attempts were made. Safe beside other workers."""
    return async_to_sync(_deliver)(time.monotonic() + seconds)


async def _deliver(until: float) -> int:
    lease = sync_to_async(deliveries.lease)
    record = sync_to_async(deliveries.record)
    attempts = 0
    flying: dict[asyncio.Task[Result], int] = {}
    async with AsyncExitStack() as stack:
        channels = {name: await stack.enter_async_context(kind()) for name, kind in CHANNELS.items()}
        while True:
            if time.monotonic() < until and len(flying) < WINDOW:
                for parcel in await lease(WINDOW - len(flying), busy_endpoints=_busy(flying)):
                    flying[asyncio.create_task(_carry(channels[parcel.channel], parcel))] = parcel.endpoint_id
            if not flying:
                return attempts
            done, _ = await asyncio.wait(flying, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                del flying[task]
            await record([task.result() for task in done])
            attempts += len(done)


async def _carry(channel: Channel, parcel: Parcel) -> Result:
    return parcel, await channel.send(parcel)


def _busy(flying: dict[asyncio.Task[Result], int]) -> list[int]:
    """Endpoints that have their share of calls in flight."""
    return [endpoint for endpoint, calls in Counter(flying.values()).items() if calls >= SHARE]
