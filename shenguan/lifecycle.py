"""State tables as data: buttons, API answers, published diagrams and transition tests all read the same table."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import TextChoices

from shenguan.refusals import StateForbids


@dataclass(frozen=True)
class Transition:
    """One move. `target` None means the action happens without changing the status."""

    label: str  # what the button says, e.g. 受理
    sources: frozenset[str]
    target: str | None


Table = Mapping[str, Transition]


def move(label: str, sources: Iterable[str], target: str | None) -> Transition:
    """Short form for writing tables."""
    return Transition(label, frozenset(sources), target)


def allowed_actions(table: Table, state: str) -> list[str]:
    """Names of the actions this state allows, in table order."""
    return [name for name, transition in table.items() if state in transition.sources]


def check_move(table: Table, action: str, state: str, states: type[TextChoices]) -> Transition:
    """The transition of `action` from `state`. Raises StateForbids naming the state and the allowed actions."""
    transition = table[action]
    if state in transition.sources:
        return transition
    allowed = allowed_actions(table, state)
    raise StateForbids(
        f"当前状态为“{states(state).label}”，不能{transition.label}。{offer(table, allowed)}",
        state=state,
        allowed=allowed,
    )


def offer(table: Table, allowed: Iterable[str]) -> str:
    """The end of a refusal: what may be done instead."""
    labels = "、".join(table[name].label for name in allowed)
    return f"现在可以：{labels}。" if labels else "现在没有可做的操作，请刷新页面看最新情况。"


def mermaid(table: Table, states: type[TextChoices]) -> str:
    """The state diagram as mermaid text, for docs."""
    lines = ["stateDiagram-v2"]
    lines += [f"    {state.value}: {state.label}" for state in states]
    for transition in table.values():
        for source in sorted(transition.sources):
            if transition.target:
                lines.append(f"    {source} --> {transition.target}: {transition.label}")
    return "\n".join(lines)
