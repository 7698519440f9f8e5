"""Machine clients, the memory of answered requests, and earlier passwords."""

from shenguan.access.models.client import MachineClient
from shenguan.access.models.idempotency import IdempotencyRecord
from shenguan.access.models.password import PastPassword

__all__ = ["IdempotencyRecord", "MachineClient", "PastPassword"]
