"""Which kinds of event leave the house (CONTRACT §4); every other kind only stands on the timeline."""

ROUTABLE_KINDS = frozenset(
    {
        "approval.accepted",
        "approval.concluded",
        "permit.changed",
        "finding.reported",
        "revocation.proposed",
        "proposal.answered",
        "credit.changed",
        "policy.changed",
        "consultation.opened",
        "freeze.requested",
        "freeze.answered",
        "freeze.changed",
        "inspection.recorded",  # these two stay inside: linkage closes or advances the push they answer
        "finding.closed",
    }
)
ROUTING_TASK = "linkage.tasks.route_events"  # by name: the ground floor may not import linkage
