"""The build assistant of the linkage list: which supervision items may go with an approval item, and why.

Three signs that a person would look for as well, each between 0 and 1: the same laws are cited (rare ones count more,
the same article more still), the department competent for the item supervises, the names share wording (character
pairs, rare ones count more). The weights are set by hand and not fitted to any list; `bench assistant` measures them.
It only proposes: nothing is written before a person adds the row (RULES R10.01).
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

LAW_WEIGHT, DEPARTMENT_WEIGHT, WORDING_WEIGHT = 0.3, 0.3, 0.4
SAME_LAW = 0.6  # of what the same law and article would give
LEAST = 0.08  # below that a proposal says nothing
CITATION = re.compile(r"《([^》]+)》([^《|]*)")
ARTICLE = re.compile(r"第[一二三四五六七八九十百零〇\d]+条")
NOT_WORDS = re.compile(r"[^\u4e00-\u9fffA-Za-z0-9]+")
STATE_NAME = "中华人民共和国"
# Said of nearly every item: worth nothing as a shared word on the page.
STOCK = re.compile(r"监督|检查|管理|审批|许可|行政|登记|备案|核准|单位|机构|企业|情况|活动|对|的|和|及|与")


@dataclass(frozen=True)
class Described:
    """One item of either catalogue, as far as the assistant looks at it."""

    code: str
    department: str  # competent for the approval item; supervising for the supervision item
    texts: Sequence[str]
    laws: Sequence[str]

    @cached_property
    def cited(self) -> dict[str, frozenset[str]]:
        """Law -> the articles cited of it, none when the whole law is."""
        found: dict[str, set[str]] = {}
        for text in self.laws:
            for title, rest in CITATION.findall(text):
                found.setdefault(title.removeprefix(STATE_NAME), set()).update(ARTICLE.findall(rest))
        return {title: frozenset(articles) for title, articles in found.items()}

    @cached_property
    def pairs(self) -> Counter[str]:
        """How often each pair of neighbouring characters occurs."""
        runs = [run for text in self.texts for run in NOT_WORDS.split(text)]
        return Counter(run[at : at + 2] for run in runs for at in range(len(run) - 1))


@dataclass(frozen=True)
class Proposal:
    """A supervision item with its score (0 to 1) and the sentences that explain it."""

    code: str
    score: float
    reasons: tuple[str, ...]


class Assistant:
    """Knows one catalogue of supervision items; read once, asked many times."""

    def __init__(self, catalogue: Iterable[Described]) -> None:
        self._items = list(catalogue)
        total = len(self._items) or 1
        self._law_rarity = _rarity((one.cited for one in self._items), total)
        self._pair_rarity = _rarity((one.pairs for one in self._items), total)
        self._fallback = math.log(total + 1)
        self._lengths = [self._length(one.pairs) for one in self._items]

    def propose(self, wanted: Described, limit: int = 10) -> list[Proposal]:
        """The likeliest supervision items, the best first; those with nothing in common stay out."""
        length = self._length(wanted.pairs)
        proposals = []
        for one, its_length in zip(self._items, self._lengths, strict=True):
            law, law_reason = self._law(wanted, one)
            is_same = one.department == wanted.department
            wording = self._wording(wanted, one) / (length * its_length) if length and its_length else 0.0
            score = LAW_WEIGHT * law + DEPARTMENT_WEIGHT * is_same + WORDING_WEIGHT * wording
            if score >= LEAST and (law or wording):
                words = shared_words(wanted.texts, one.texts)
                reasons = (
                    law_reason,
                    "事项主管部门就是监管部门" if is_same else "",
                    f"名称相近：{'、'.join(words)}" if words else "",
                )
                proposals.append(Proposal(one.code, round(score, 3), tuple(filter(None, reasons))))
        return sorted(proposals, key=lambda found: (-found.score, found.code))[:limit]

    def _law(self, wanted: Described, one: Described) -> tuple[float, str]:
        """How much of what the approval item rests on the other rests on too, and what that is."""
        whole = sum(self._law_rarity.get(title, self._fallback) for title in wanted.cited)
        shared = [title for title in wanted.cited if title in one.cited]
        got, texts = 0.0, []
        for title in shared:
            articles = sorted(wanted.cited[title] & one.cited[title])
            got += self._law_rarity.get(title, self._fallback) * (1 if articles else SAME_LAW)
            texts.append(f"《{title}》{'、'.join(articles)}")
        return (got / whole if whole else 0.0), (f"同引{'，'.join(texts)}" if texts else "")

    def _wording(self, wanted: Described, one: Described) -> float:
        few, many = sorted((wanted.pairs, one.pairs), key=len)
        return sum(few[pair] * many[pair] * self._weight(pair) ** 2 for pair in few if pair in many)

    def _length(self, pairs: Counter[str]) -> float:
        return math.sqrt(sum((number * self._weight(pair)) ** 2 for pair, number in pairs.items()))

    def _weight(self, pair: str) -> float:
        return self._pair_rarity.get(pair, self._fallback)


def _rarity(terms_of_items: Iterable[Iterable[str]], total: int) -> dict[str, float]:
    """Term -> how much it says: the fewer items have it, the more."""
    number = Counter(term for terms in terms_of_items for term in set(terms))
    return {term: math.log((total + 1) / (count + 0.5)) for term, count in number.items()}


def shared_words(one: Sequence[str], other: Sequence[str], most: int = 3) -> list[str]:
    """The longest stretches of text both have, without the words every item has; for people to read."""
    theirs = "\n".join(other)
    found: set[str] = set()
    for run in (part for text in one for piece in NOT_WORDS.split(text) for part in STOCK.split(piece)):
        start = 0
        while start < len(run) - 1:
            end = start + 2
            while end <= len(run) and run[start:end] in theirs:
                end += 1
            if end - 1 - start >= 2:
                found.add(run[start : end - 1])
                start = end - 1
            else:
                start += 1
    longest = sorted(found, key=lambda word: (-len(word), word))
    return [word for at, word in enumerate(longest) if not any(word in kept for kept in longest[:at])][:most]
