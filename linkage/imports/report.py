"""What an import did, row by row."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from linkage.imports.kinds import Draft, Outcome
from linkage.imports.problems import LostRowsError

WORDS = {Outcome.CREATED: "新增", Outcome.UPDATED: "更新", Outcome.UNCHANGED: "未变", Outcome.REJECTED: "拒绝"}


@dataclass(frozen=True)
class Rejection:
    """One reason why one line was not taken."""

    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        where = f"第 {self.line} 行" + (f"，列“{self.column}”" if self.column else "")
        return f"{where}：{self.reason}"


@dataclass(frozen=True)
class Report:
    """Counts, reasons and notes of one import. `is_written` is False when everything was rolled back."""

    title: str
    source: str
    total: int
    counts: dict[Outcome, int]
    rejections: list[Rejection]
    notes: list[str] = field(default_factory=list)
    is_written: bool = True

    @classmethod
    def of(cls, title: str, source: str, drafts: Sequence[Draft], notes: Sequence[str], is_written: bool) -> "Report":
        """Counts the drafts. Raises LostRowsError unless every row ended in exactly one outcome."""
        tally = Counter(draft.outcome for draft in drafts)
        counts = {outcome: tally[outcome] for outcome in Outcome}
        if sum(counts.values()) != len(drafts):
            raise LostRowsError(f"{title}: {len(drafts)} rows read, {sum(counts.values())} accounted for")
        rejections = [
            Rejection(draft.row.line, problem.column, problem.reason) for draft in drafts for problem in draft.problems
        ]
        return cls(title, source, len(drafts), counts, rejections, list(notes), is_written)

    @property
    def has_changes(self) -> bool:
        """Whether a written import made or changed a row."""
        return self.is_written and bool(self.counts[Outcome.CREATED] or self.counts[Outcome.UPDATED])

    def tally(self) -> dict[str, int]:
        """The counts under plain words."""
        return {outcome.value: count for outcome, count in self.counts.items()}

    def lines(self) -> list[str]:
        """The report as people read it."""
        counted = "，".join(f"{WORDS[outcome]} {outcome} {count}" for outcome, count in self.counts.items())
        lines = [
            f"{self.title}（{self.source}）：共 {self.total} 行",
            f"{counted}；合计 {sum(self.counts.values())} 行，与文件一致",
        ]
        lines += [f"提示：{note}" for note in self.notes]
        lines += [f"拒绝：{rejection}" for rejection in self.rejections]
        if not self.is_written:
            lines.append("未写入任何数据。")
        return lines
