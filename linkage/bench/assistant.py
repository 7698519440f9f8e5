"""How good the build assistant's proposals are: the demo city's list is hidden, and what it holds is looked for.

The assistant sees the two catalogues only, never the list and no digit of a code. Both catalogues of the demo city were
written by the same hands and cite laws with care, so a city's own catalogues will give less.
"""

import csv
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from linkage.assistant import Assistant, Described

FOLDER = Path(__file__).resolve().parents[2] / "demo_city"
LIST, APPROVALS, SUPERVISIONS = "审管联动事项清单.csv", "审批事项.csv", "监管事项.csv"
AT = (1, 5, 10)
Ranker = Callable[[Described], list[str]]


def run(folder: Path = FOLDER) -> dict[str, object]:
    """Recall at 1, 5 and 10 over approval items (and over rows), beside the department alone as a baseline."""
    approvals = {row["事项编码"]: _approval(row) for row in _rows(folder / APPROVALS)}
    catalogue = [_supervision(row) for row in _rows(folder / SUPERVISIONS)]
    hidden: dict[str, set[str]] = {}
    for row in _rows(folder / LIST):
        hidden.setdefault(row["审批事项编码"], set()).add(row["监管事项编码"])
    assistant = Assistant(catalogue)
    began = time.perf_counter()
    full = _recall(approvals, hidden, lambda item: [one.code for one in assistant.propose(item, max(AT))])
    seconds = time.perf_counter() - began
    return {
        "bench": "assistant",
        "approval_items": len(hidden),
        "rows": sum(len(found) for found in hidden.values()),
        "supervision_items": len(catalogue),
        **full,
        "baseline_department": _recall(
            approvals, hidden, lambda item: [one.code for one in catalogue if one.department == item.department]
        ),
        "without_department": _recall(
            approvals, hidden, lambda item: _codes(assistant, Described(item.code, "", item.texts, item.laws))
        ),
        "without_laws": _recall(
            approvals, hidden, lambda item: _codes(assistant, Described(item.code, item.department, item.texts, ()))
        ),
        "without_wording": _recall(
            approvals, hidden, lambda item: _codes(assistant, Described(item.code, item.department, (), item.laws))
        ),
        "ms_each": round(seconds * 1000 / max(len(hidden), 1), 1),
    }


def _codes(assistant: Assistant, item: Described) -> list[str]:
    return [one.code for one in assistant.propose(item, max(AT))]


def _recall(approvals: Mapping[str, Described], hidden: Mapping[str, set[str]], rank: Ranker) -> dict[str, float]:
    """Mean share of an item's hidden rows among the first k (`recall@k`), and of all rows together (`rows@k`)."""
    ranked = {code: rank(approvals[code]) for code in hidden}
    figures: dict[str, float] = {}
    for k in AT:
        hits = {code: len(hidden[code] & set(ranked[code][:k])) for code in hidden}
        figures[f"recall@{k}"] = round(sum(hits[code] / len(hidden[code]) for code in hidden) / len(hidden), 3)
        figures[f"rows@{k}"] = round(sum(hits.values()) / sum(map(len, hidden.values())), 3)
    return figures


def _rows(path: Path) -> Iterable[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        yield from csv.DictReader(handle)


def _approval(row: Mapping[str, str]) -> Described:
    return Described(
        row["事项编码"], row["主管部门"], (row["事项名称"], row["证照名称"]), tuple(row["设定依据"].split("|"))
    )


def _supervision(row: Mapping[str, str]) -> Described:
    texts = (row["主项名称"], row["子项名称"], *row["监管对象类型"].split("|"))
    return Described(row["监管事项编码"], row["监管部门"], texts, tuple(row["设定依据"].split("|")))
