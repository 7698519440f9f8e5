"""What audit actions are called on a screen. Each app registers its own from AppConfig.ready."""

from collections.abc import Mapping

_labels: dict[str, str] = {}


def register_labels(labels: Mapping[str, str]) -> None:
    """Adds Chinese names of actions, e.g. {"application.accept": "受理"}."""
    _labels.update(labels)


def label_of(action: str) -> str:
    """The name of an action; the code itself when nobody named it."""
    return _labels.get(action, action)


def registered() -> list[tuple[str, str]]:
    """All named actions as (code, name), for choosing one."""
    return sorted(_labels.items())
