"""The state table of pushes: every state has an owner of the next move, every pair of state and action one answer."""

import pytest

from linkage import policies
from linkage.lifecycle import PUSH
from linkage.models import Push
from shenguan.lifecycle import allowed_actions, mermaid
from tests.factories.linkage import DutyObjectionFactory, PushFactory

S = Push.Status
ALLOWED = {
    S.WAITING_CLAIM: {
        "merge",
        "withdraw",
        "claim",
        "assign",
        "transfer",
        "hand_over",
        "return",
        "note",
        "feed_back",
        "close",
    },
    S.CLAIMED: {
        "merge",
        "withdraw",
        "agree_withdrawal",
        "refuse_withdrawal",
        "read",
        "assign",
        "transfer",
        "hand_over",
        "return",
        "feedback",
        "measure",
        "note",
        "feed_back",
        "close",
    },
    S.OBJECTED: {"assign", "transfer", "hand_over", "note", "reroute", "confirm", "feed_back", "close"},
    S.REROUTED: {"note"},
    S.WAITING_ANSWER: {"assign", "transfer", "hand_over", "answer", "note", "close"},
    S.ANSWERED: {"note"},
    S.FED_BACK: {
        "withdraw",
        "agree_withdrawal",
        "refuse_withdrawal",
        "assign",
        "transfer",
        "hand_over",
        "feedback",
        "measure",
        "note",
        "feed_back",
        "go_on",
        "close",
    },
    S.MERGED: {"unmerge", "wait_again", "note"},
    S.WITHDRAWN: {"note"},
    S.CLOSED: {"note"},
}


@pytest.mark.parametrize("state", S)
def test_it_allows_exactly_these_moves(state):
    assert set(allowed_actions(PUSH, state)) == ALLOWED[state]


def test_it_draws_every_state():
    diagram = mermaid(PUSH, S)

    assert all(state.label in diagram for state in S)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("traits", "names"),
    [
        ({"waiting": True}, ["claim", "assign", "transfer", "return", "note"]),
        ({}, ["read", "assign", "transfer", "return", "feedback", "measure", "note"]),
        ({"next_step": "first_check"}, ["assign", "transfer", "return", "feedback", "measure", "note"]),
        ({"objected": True}, ["assign", "transfer", "note"]),
        ({"fed_back": True}, ["assign", "transfer", "feedback", "measure", "note"]),
        ({"waiting_answer": True}, ["assign", "transfer", "answer", "note"]),
        ({"answered": True}, ["note"]),
        ({"closed": True}, ["note"]),
        ({"status": "merged"}, ["unmerge", "note"]),
        ({"status": "withdrawn"}, ["note"]),
    ],
)
def test_it_offers_these_buttons(traits, names):
    assert policies.allowed(PushFactory(**traits)) == names


@pytest.mark.django_db
def test_a_push_of_no_case_is_only_read_or_answered():
    push = PushFactory()
    push.application = None

    assert policies.allowed(push) == ["read", "assign", "transfer", "note"]


@pytest.mark.django_db
def test_it_offers_no_second_return():
    push = DutyObjectionFactory(
        push=PushFactory(), status="rejected", decided_by="袁", decided_at="2026-11-20T00:00Z"
    ).push

    assert "return" not in policies.allowed(push)
