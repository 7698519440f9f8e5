"""The linkage list, routing, pushes, deliveries, objections, clocks' escalations and the unmapped worklist."""

from linkage.models.card import Card, CardWithdrawal
from linkage.models.consultation import Consultation, ConsultationParty, ConsultationReply
from linkage.models.contract import ExchangeContract, RefusedReport, WithheldPush
from linkage.models.delivery import Attempt, Delivery, Endpoint
from linkage.models.directory import DirectoryChange
from linkage.models.escalation import Escalation
from linkage.models.ladder import EscalationLadder, LadderVersion
from linkage.models.lane import Lane
from linkage.models.late import LateStep
from linkage.models.list import PERMIT_STAGES, Basis, BasisPaper, LinkageEntry, ListVersion
from linkage.models.merge import PushMerge
from linkage.models.note import PushAttachment, PushNote
from linkage.models.objection import DutyObjection
from linkage.models.offline import OfflineRecord
from linkage.models.policy import PolicyNotice
from linkage.models.push import Push
from linkage.models.reconciliation import DayReport, DaySheet, Discrepancy, ScanMark
from linkage.models.routing import Routing
from linkage.models.statement import Statement, StatementObjection, StatementRun, StatementSignature
from linkage.models.unmapped import UnmappedEvent
from linkage.models.withdrawal import PushWithdrawal

__all__ = [
    "PERMIT_STAGES",
    "Attempt",
    "Basis",
    "BasisPaper",
    "Card",
    "CardWithdrawal",
    "Consultation",
    "ConsultationParty",
    "ConsultationReply",
    "DayReport",
    "DaySheet",
    "Delivery",
    "DirectoryChange",
    "Discrepancy",
    "DutyObjection",
    "Endpoint",
    "Escalation",
    "EscalationLadder",
    "LadderVersion",
    "LateStep",
    "Lane",
    "ExchangeContract",
    "LinkageEntry",
    "ListVersion",
    "OfflineRecord",
    "PolicyNotice",
    "Push",
    "PushAttachment",
    "PushMerge",
    "PushNote",
    "PushWithdrawal",
    "RefusedReport",
    "Routing",
    "ScanMark",
    "Statement",
    "StatementObjection",
    "StatementRun",
    "StatementSignature",
    "UnmappedEvent",
    "WithheldPush",
]
