"""Words for codes of the linkage that a screen, a sheet and a search result show alike. Pure data."""

KIND_LABELS = {
    "approval.accepted": "受理推送",
    "approval.concluded": "办结推送",
    "permit.changed": "证照变动",
    "finding.reported": "监管反馈",
    "revocation.proposed": "处理建议",
    "proposal.answered": "反馈答复",
    "credit.changed": "信用变动",
    "policy.changed": "政策变动",
    "consultation.opened": "会商",
    "freeze.requested": "冻结审批请求",
    "freeze.answered": "冻结请求答复",
    "freeze.changed": "冻结变动",
}

# How a case told from outside the portal came in; put before the kind of its pushes.
VIA = {"own_system": "【自建系统】", "offline": "【线下】", "backlog": "【存量】"}


def kind_label(kind: str) -> str:
    """What a push of this event kind is called; the code itself for a kind nobody named."""
    return KIND_LABELS.get(kind, kind)
