"""The matrix as a table a reviewer can hold against the duties of each post.

`who` names the roles that may, by letter; `side` says whose row the address shows. Everybody else gets 403; a person
with the right post in another department gets `foreign`. An address that is missing here fails the sweep.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from shenguan.access.roles import Role
from tests.matrix.world import World

LETTERS = {
    "W": Role.WINDOW_CLERK,
    "E": Role.EXAMINER,
    "S": Role.SURVEYOR,
    "D": Role.DECIDER,
    "P": Role.PERMIT_ISSUER,
    "L": Role.LIAISON,
    "I": Role.INSPECTOR,
    "H": Role.SUPERVISION_HEAD,
    "A": Role.LIST_ADMIN,
    "C": Role.CREDIT_ADMIN,
    "O": Role.COORDINATOR,
    "Y": Role.SYSTEM_ADMIN,
    "Z": Role.SECURITY_ADMIN,
    "U": Role.AUDIT_ADMIN,
}
EVERYBODY = "".join(LETTERS)
HIDDEN = 404  # another department's row does not exist for you
SHARED = 0  # the same for every department


@dataclass(frozen=True)
class Row:
    """One address and method."""

    name: str
    who: str
    side: str = "approval"
    foreign: int = SHARED
    post: bool = False
    args: Callable[[World], list[object]] = field(default=lambda world: [])
    data: dict[str, str] = field(default_factory=dict)
    query: str = ""

    @property
    def roles(self) -> set[str]:
        """The roles that may."""
        return {LETTERS[letter].value for letter in self.who}

    def __str__(self) -> str:
        return f"{'POST' if self.post else 'GET'} {self.name} {self.query}".strip()


APPROVERS, SUPERVISORS = "ESDP", "LIH"

GROUND = [
    Row("ui:home", EVERYBODY),
    Row("ui:search", EVERYBODY, query="?q=云州"),
    Row("ui:single_keys", EVERYBODY, post=True),
    Row("ui:keep_session", EVERYBODY, post=True),
    Row("access:password", EVERYBODY),
    Row("notify:notices", EVERYBODY),
    Row("notify:read_all", EVERYBODY, post=True),
    Row("notify:settings", EVERYBODY),
    Row("notify:settings", EVERYBODY, post=True),
    Row("notify:outbox", "OY"),
    Row("notify:templates", "OY"),
    Row("code:enter", EVERYBODY),
    Row("org:absences", "DHY"),
    Row("audit:entries", "U"),
]

APPROVALS = [
    Row("approvals:workbench", "W"),
    Row("approvals:items", EVERYBODY.replace("Z", "").replace("U", "")),
    Row("approvals:item_search", "W", query="?q=sp"),
    Row("approvals:item", EVERYBODY.replace("Z", "").replace("U", ""), args=lambda w: [w.concluded.item.code]),
    Row("approvals:applications", "W" + APPROVERS + "O"),
    Row("approvals:export", "W" + APPROVERS + "O"),
    Row("approvals:intake", "W"),
    Row(
        "approvals:subject_lookup",
        "W",
        post=True,
        data={"variant": "43990101004001", "code": "91439902MAYX000174"},
    ),
    Row("approvals:intake_case", "W", foreign=HIDDEN, args=lambda w: [w.draft.pk]),
    Row("approvals:credit_panel", "W", foreign=HIDDEN, post=True, args=lambda w: [w.draft.pk]),
    Row("approvals:intake_commitment", "W", foreign=HIDDEN, args=lambda w: [w.draft.pk]),
    Row("approvals:intake_correction", "W", foreign=HIDDEN, args=lambda w: [w.draft.pk]),
    Row("approvals:intake_refusal", "W", foreign=HIDDEN, args=lambda w: [w.draft.pk]),
    Row(
        "approvals:intake_material",
        "W",
        foreign=HIDDEN,
        post=True,
        args=lambda w: [w.draft.pk, w.draft.materials.earliest("pk").pk],
    ),
    Row("approvals:application", "W" + APPROVERS + "O", foreign=HIDDEN, args=lambda w: [w.accepted.number]),
    Row(
        "approvals:document",
        "W" + APPROVERS + "O",
        foreign=HIDDEN,
        args=lambda w: [w.concluded.documents.earliest("pk").pk],
    ),
    Row("approvals:permit", "W" + APPROVERS + "O", foreign=HIDDEN, args=lambda w: [w.concluded.permit.pk]),
    Row("approvals:permit_change", "D", foreign=HIDDEN, args=lambda w: [w.concluded.permit.pk, "revoke"]),
]

CREDIT = [
    Row("credit:checks", "WC" + APPROVERS),
    Row("credit:check", "WC" + APPROVERS, foreign=HIDDEN, args=lambda w: [w.accepted.credit_check.number]),
    Row("credit:subjects", "WCO" + APPROVERS + SUPERVISORS),
    Row("credit:subject_lookup", "WC", post=True),
    Row("credit:subject", "WCO" + APPROVERS + SUPERVISORS, args=lambda w: [w.subject.pk]),
    Row("credit:records", "C"),
    Row("credit:record_new", "C"),
    Row("credit:record", "C", args=lambda w: [w.credit_record.number]),
    Row("credit:repair", "C", post=True, args=lambda w: [w.credit_record.number]),
    Row("credit:revoke", "C", post=True, args=lambda w: [w.credit_record.number]),
    Row("credit:raise_objection", "C", post=True, args=lambda w: [w.credit_record.number]),
    Row("credit:decide_objection", "C", post=True, args=lambda w: [w.credit_record.number]),
]

SUPERVISION = [
    Row("supervision:inspections", "IH", "supervision"),
    Row("supervision:task_assign", "LH", "supervision", HIDDEN, post=True, args=lambda w: [w.task.pk]),
    Row("supervision:task_start", "I", "supervision", HIDDEN, post=True, args=lambda w: [w.task.pk]),
    Row("supervision:inspection", "IH", "supervision", HIDDEN, args=lambda w: [w.sheet.number]),
    Row("supervision:remainder", "I", "supervision", HIDDEN, post=True, args=lambda w: [w.sheet.number]),
    Row("supervision:result", "I", "supervision", HIDDEN, args=lambda w: [w.sheet.number]),
    Row(
        "supervision:element",
        "I",
        "supervision",
        HIDDEN,
        post=True,
        args=lambda w: [w.sheet.number, w.sheet.elements.earliest("pk").pk],
    ),
    Row(
        "supervision:photo_add",
        "I",
        "supervision",
        HIDDEN,
        post=True,
        args=lambda w: [w.sheet.number, w.sheet.elements.earliest("pk").pk],
    ),
    Row("supervision:photo", "IH", "supervision", HIDDEN, args=lambda w: [w.sheet.number, w.photo.pk]),
    Row("supervision:objects", "WO" + APPROVERS + SUPERVISORS, "supervision"),
    Row("supervision:object", "WO" + APPROVERS + SUPERVISORS, "supervision", HIDDEN, args=lambda w: [w.watched.pk]),
    Row("supervision:object_inspect", "I", "supervision", HIDDEN, post=True, args=lambda w: [w.watched.pk]),
    Row("supervision:subject_objects", "WO" + APPROVERS + SUPERVISORS, "supervision", args=lambda w: [w.subject.pk]),
    Row("supervision:findings", "IH", "supervision"),
    Row("supervision:finding_close", "H", "supervision", HIDDEN, post=True, args=lambda w: [w.finding.number]),
    Row("supervision:penalties", "IHO", "supervision"),
    Row("supervision:penalty", "IHO", "supervision", HIDDEN, args=lambda w: [w.penalty.number]),
    Row("supervision:clues", "IHO", "supervision"),
    Row("supervision:clue", "IHO", "supervision", HIDDEN, args=lambda w: [w.clue.number]),
    Row("supervision:clue_take", "I", "supervision", HIDDEN, post=True, args=lambda w: [w.clue.number]),
    Row("supervision:items", EVERYBODY.replace("Z", "").replace("U", ""), "supervision"),
    Row(
        "supervision:item",
        EVERYBODY.replace("Z", "").replace("U", ""),
        "supervision",
        args=lambda w: [w.watched.item.code],
    ),
]

BOTH_SIDES = "WO" + APPROVERS + SUPERVISORS
LISTED = EVERYBODY.replace("Y", "").replace("Z", "").replace("U", "")

LINKAGE = [
    Row("linkage:inbox", "O" + APPROVERS + SUPERVISORS, "supervision"),
    Row("linkage:inbox_bulk", "O" + APPROVERS + SUPERVISORS, "supervision", post=True),
    Row("linkage:inbox_export", "O" + APPROVERS + SUPERVISORS, "supervision"),
    Row("linkage:inbox_preview", BOTH_SIDES, "supervision", HIDDEN, args=lambda w: [w.push.number]),
    Row("linkage:push_detail", BOTH_SIDES, "supervision", HIDDEN, args=lambda w: [w.push.number]),
    Row("linkage:push_detail", BOTH_SIDES, "approval", HIDDEN, args=lambda w: [w.reverse.number]),
    Row("linkage:push_deeds", BOTH_SIDES, "supervision", HIDDEN, args=lambda w: [w.push.number]),
    Row("linkage:push_deed", "LIH", "supervision", HIDDEN, post=True, args=lambda w: [w.claimable.number, "claim"]),
    Row(
        "linkage:push_deed",
        "ESDP",
        "approval",
        HIDDEN,
        post=True,
        args=lambda w: [w.reverse.number, "answer"],
        data={"outcome": "keep", "text": "已核实，维持许可"},
    ),
    Row("linkage:freezes", BOTH_SIDES, "supervision"),
    Row("linkage:freeze", BOTH_SIDES, "supervision", HIDDEN, args=lambda w: [w.freeze.number]),
    Row("linkage:freeze_paper", BOTH_SIDES, "approval", HIDDEN, args=lambda w: [w.freeze.number]),
    Row("linkage:freeze_new", "LIH", "supervision", HIDDEN, args=lambda w: [w.subject.pk]),
    Row(
        "linkage:freeze_act",
        "LIH",
        "supervision",
        HIDDEN,
        post=True,
        args=lambda w: [w.freeze.number, "withdraw"],
        data={"reason": "当事人已主动配合"},
    ),
    Row("linkage:proposals", "O" + APPROVERS + SUPERVISORS, "supervision"),
    Row("linkage:offline", "O" + APPROVERS),
    Row("linkage:offline_new", "O" + APPROVERS),
    Row("linkage:backlog", "O" + APPROVERS),
    Row("linkage:backlog_template", "O" + APPROVERS),
    Row("linkage:offline_paper", "O" + APPROVERS, "approval", HIDDEN, args=lambda w: [w.offline.pk]),
    Row("linkage:policies", "O" + APPROVERS + SUPERVISORS, "supervision"),
    Row("linkage:policy_new", APPROVERS + SUPERVISORS, "supervision"),
    Row("linkage:policy", "O" + APPROVERS + SUPERVISORS, "approval", HIDDEN, args=lambda w: [w.policy.number]),
    Row("linkage:policy_paper", "O" + APPROVERS + SUPERVISORS, "approval", HIDDEN, args=lambda w: [w.policy.number]),
    Row("linkage:consultations", "O" + APPROVERS + SUPERVISORS, "supervision"),
    Row("linkage:consultation_new", "O" + APPROVERS + SUPERVISORS, "supervision"),
    Row(
        "linkage:consultation",
        "O" + APPROVERS + SUPERVISORS,
        "approval",
        HIDDEN,
        args=lambda w: [w.consultation.number],
    ),
    Row(
        "linkage:consultation_reply",
        APPROVERS + SUPERVISORS + "O",
        "supervision",
        HIDDEN,
        post=True,
        args=lambda w: [w.consultation.number],
        data={"text": "补充材料见附件"},
    ),
    Row(
        "linkage:consultation_close",
        "O" + APPROVERS + SUPERVISORS,
        "supervision",
        HIDDEN,
        post=True,
        args=lambda w: [w.consultation.number],
        data={"conclusion": "按变更办理"},
    ),
    Row(
        "linkage:consultation_paper",
        "O" + APPROVERS + SUPERVISORS,
        "approval",
        HIDDEN,
        args=lambda w: [w.consultation.number, w.consultation.file.uuid],
    ),
    Row("linkage:unmapped", "AO"),
    Row("linkage:unmapped_reroute", "AO", post=True, args=lambda w: [w.unmapped.pk]),
    Row("linkage:unmapped_reroute_covered", "AO", post=True),
    Row("linkage:unmapped_hand_over", "AO", post=True, args=lambda w: [w.unmapped.pk]),
    Row("linkage:unmapped_dismiss", "AO", post=True, args=lambda w: [w.unmapped.pk]),
    Row("linkage:objections", "AO"),
    Row("linkage:deliveries", "OY"),
    Row("linkage:replay_chosen", "OY", post=True),
    Row("linkage:recipient", "OY", args=lambda w: [w.supervision.code]),
    Row("linkage:recipient_deed", "OY", post=True, args=lambda w: [w.supervision.code, "resume"]),
    Row("linkage:decide_alike", "O", args=lambda w: [w.objection.pk]),
    Row("linkage:decide", "O", args=lambda w: [w.objection.pk]),
    Row("linkage:cards", "O" + APPROVERS + SUPERVISORS, "supervision"),
    Row("linkage:cards_export", "O" + APPROVERS + SUPERVISORS, "supervision"),
    Row("linkage:card_withdraw", "O", args=lambda w: [w.card.pk]),
    Row("linkage:handover", "LH", "supervision"),
    Row("linkage:ladders", LISTED),
    Row("linkage:ladder_new", "O"),
    Row("linkage:ladder_edit", "O", args=lambda w: [w.card.ladder.ladder_id]),
    Row("linkage:reconciliation", "O" + APPROVERS + SUPERVISORS, "supervision"),
    Row("linkage:reconciliation_scan", "O", post=True),
    Row(
        "linkage:reconciliation_day",
        "O" + APPROVERS + SUPERVISORS,
        "supervision",
        HIDDEN,
        args=lambda w: ["2026-11-19", w.supervision.code],
    ),
    Row("linkage:statements", "O" + APPROVERS + SUPERVISORS, "supervision"),
    Row("linkage:statements_progress", "O"),
    Row("linkage:statements_make", "O", post=True),
    Row("linkage:statement", "O" + APPROVERS + SUPERVISORS, "supervision", HIDDEN, args=lambda w: [w.statement.pk]),
    Row(
        "linkage:statement_file",
        "O" + APPROVERS + SUPERVISORS,
        "supervision",
        HIDDEN,
        args=lambda w: [w.statement.pk, "xlsx"],
    ),
    Row("linkage:discrepancies", "O" + APPROVERS + SUPERVISORS, "supervision"),
    Row("linkage:discrepancies_export", "O" + APPROVERS + SUPERVISORS, "supervision"),
    Row(
        "linkage:discrepancy_explain",
        "O",
        post=True,
        args=lambda w: [w.discrepancy.pk],
        data={"reason": "对方系统升级"},
    ),
    Row("linkage:discrepancy_remedy", "O", post=True, args=lambda w: [w.discrepancy.pk]),
    Row("linkage:contracts", "OLHD"),
    Row("linkage:contract", "OLHD", "supervision", HIDDEN, args=lambda w: [w.contract.number]),
    Row("linkage:contract_print", "OLHD", "supervision", HIDDEN, args=lambda w: [w.contract.number]),
    Row("linkage:contract_new", "O"),
    Row("linkage:contract_edit", "O", args=lambda w: [w.contract_draft.number]),
    Row("linkage:contract_act", "OLHD", "supervision", HIDDEN, post=True, args=lambda w: [w.contract.number, "end"]),
    Row("linkage:withheld", "AO"),
    Row("linkage:withheld_release", "O", post=True, args=lambda w: [w.supervision.code]),
    Row("linkage:list", LISTED),
    Row("linkage:list_export", LISTED),
    Row("linkage:list_dry_run", LISTED),
    Row("linkage:draft_create", "A", post=True),
    Row("linkage:list_publish", "AO"),
    Row("linkage:list_bulk", "A", post=True),
    Row("linkage:list_replace", "A"),
    Row("linkage:list_papers", LISTED),
    Row("linkage:list_versions", LISTED),
    Row("linkage:list_compare", LISTED),
    Row("linkage:list_import", "A"),
    Row("linkage:list_import_template", "A"),
    Row("linkage:entry_add", "A"),
    Row("linkage:entry_contacts", LISTED, args=lambda w: [w.entry.pk]),
    Row("linkage:entry_contact", LISTED, args=lambda w: [w.entry.pk, "liaison"]),
    Row("linkage:list_suggestions", "A", args=lambda w: [w.entry.approval_item.code]),
    Row("linkage:entry_row", "A", args=lambda w: [w.entry.pk]),
    Row("linkage:entry_edit", "A", args=lambda w: [w.entry.pk]),
    Row("linkage:entry_remove", "A", post=True, args=lambda w: [w.entry.pk]),
    Row("linkage:push_target", "W" + LISTED.replace("W", ""), query="?item=439901010040"),
    Row("linkage:case_timeline", BOTH_SIDES, "supervision", HIDDEN, args=lambda w: [w.push.case_number]),
    Row("linkage:case_rail", BOTH_SIDES, "supervision", HIDDEN, args=lambda w: [w.push.case_number]),
    Row("linkage:case_pushes", BOTH_SIDES, "supervision", HIDDEN, args=lambda w: [w.push.case_number]),
    Row("linkage:subject_feedback", BOTH_SIDES + "C", args=lambda w: [w.subject.pk]),
]

# Shown by the pages' own tests, each with a stranger: they need a file, an address or a row this world does not hold.
COVERED_ELSEWHERE = {
    "approvals:material_file",
    "approvals:operate",
    "approvals:phone",
    "approvals:supplement",
    "credit:subject_unmask",
    "linkage:backlog_write",
    "linkage:draft_discard",
    "linkage:draft_from",
    "linkage:entry_restore",
    "linkage:list_import_annotated",
    "linkage:list_import_write",
    "linkage:list_paper_file",
    "linkage:list_recall",
    "linkage:list_roll_back",
    "linkage:push_contact",
    "linkage:push_paper",
    "linkage:reconciliation_send",
    "linkage:replay",
    "code:follow",
    "linkage:statement_answer",
    "linkage:statement_object",
    "linkage:statement_sign",
    "notify:read",
    "notify:resend",
    "notify:sms_receipts",
    "org:absence_cancel",
}
