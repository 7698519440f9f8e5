"""What upper floors ask of a call that reports something, before it is read: e.g. whether a contract covers it."""

from collections.abc import Callable

from shenguan.access.actors import Actor

Gate = Callable[[Actor, str], None]  # who calls, the scope the call needs; raises a Refusal to keep it out
_GATES: list[Gate] = []


def register(gate: Gate) -> None:
    """Called once by an app that has something to ask."""
    _GATES.append(gate)


def pass_gates(by: Actor, scope: str) -> None:
    """Asks every gate. Raises what the first one raises."""
    for gate in _GATES:
        gate(by, scope)
