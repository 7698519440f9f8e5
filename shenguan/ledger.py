"""What a transaction did, kept back and told to the audit trail and the journal together when it ends.

Many steps that each write their few rows cost a lone event three statements a step; one ledger writes them all in
three. It lives inside one transaction: what is never written was never done.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from shenguan import audit, events
from shenguan.access.actors import Actor


@dataclass
class Ledger:
    """The acts and facts of one actor, in their order."""

    by: Actor
    _acts: list[audit.Act] = field(default_factory=list)
    _facts: list[events.Fact] = field(default_factory=list)

    def add(self, acts: Iterable[audit.Act], facts: Iterable[events.Fact]) -> None:
        """Notes them for `write`. What acts and facts name has been saved: their keys are read then."""
        self._acts += acts
        self._facts += facts

    def write(self) -> None:
        """Writes what was noted and begins anew; three statements at most."""
        audit.record_many(self._acts, by=self.by)
        events.record_many(self._facts, by=self.by)
        self._acts, self._facts = [], []


def keep(acts: Iterable[audit.Act], facts: Iterable[events.Fact], *, by: Actor, ledger: Ledger | None) -> None:
    """Notes them in the caller's ledger; writes them now for a caller without one."""
    book = ledger or Ledger(by)
    book.add(acts, facts)
    if ledger is None:
        book.write()
