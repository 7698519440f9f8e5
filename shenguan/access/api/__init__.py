"""The base of the machine interface: who calls, what they may, pages, limits, errors and safe repetition."""

from shenguan.access.api.authentication import (
    MachineAuthentication,
    calling_client,
    machine_actor,
    machine_department,
)
from shenguan.access.api.idempotency import idempotent
from shenguan.access.api.pagination import KeysetPagination
from shenguan.access.api.permissions import DenyAll, HasScope, needs
from shenguan.access.api.problems import problem_response
from shenguan.access.api.throttling import ClientRateThrottle

__all__ = [
    "ClientRateThrottle",
    "DenyAll",
    "HasScope",
    "KeysetPagination",
    "MachineAuthentication",
    "calling_client",
    "idempotent",
    "machine_actor",
    "machine_department",
    "needs",
    "problem_response",
]
