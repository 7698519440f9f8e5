"""Every page, at the desk and on a phone: accessible, nothing sticks out, no complaint of the browser, one heading.

The rows are those of the permission matrix, committed once for the module; nobody writes here.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django import Settings

from approvals.actions import credit_checks, drafts, receipt
from approvals.models import Application
from linkage.models import Push
from tests.e2e.conftest import DESK, PHONE
from tests.fixtures_demo import DemoCity
from tests.matrix.world import World, build

FOOD = "439901010040"
EYES = bool(os.environ.get("SCREENSHOTS"))  # keep a picture of each page, under var/screenshots/


@dataclass(frozen=True)
class Sights:
    """What the addresses below point at."""

    world: World
    received: Application  # waits at the window
    restricted: Application  # a draft of a party whose record closes the conveniences


Args = Callable[[Sights], list[object]]


@dataclass(frozen=True)
class Sight:
    """One page as one person sees it; nobody is signed in on a public page."""

    name: str
    who: str = ""
    args: Args = lambda sights: []
    query: str = ""
    status: int = 200

    def address(self, sights: Sights) -> str:
        """Where the page is; error pages stand under names of no view."""
        return (self.name if self.name.startswith("/") else reverse(self.name, args=self.args(sights))) + self.query

    def __str__(self) -> str:
        return f"{self.name}{self.query} {self.who}".strip()


CLERK, EXAMINER, DECIDER, LIAISON, HEAD = "yejiayi", "cengyanan", "tangzhenhua", "shaoxiaoyan", "yaohuifang"
INSPECTOR, EDITOR = "hanguodong", "jiangbonian"
LISTS, CREDIT, SYSTEM, AUDIT = "yuanchengzhi", "yuanhaitao", "liaoxiaodong", "tangshian"

PUBLIC = [
    Sight("access:login", query="?reason=idle"),
    Sight("api-docs"),
    Sight("linkage_public:list"),
    Sight("linkage_public:list", query="?q=无此事项"),
    Sight("approvals_public:permit_search"),
    Sight("approvals_public:permit", args=lambda s: [s.world.concluded.permit.token]),
    Sight("approvals_public:permit", args=lambda s: ["unknown"], status=404),
    Sight("supervision_public:inspections"),
    Sight("/public/none/", status=404),
]

GROUND = [
    Sight("ui:search", CLERK, query="?q=云州味满堂"),
    Sight("access:password", CLERK),
    Sight("notify:notices", LIAISON),
    Sight("notify:settings", LIAISON),
    Sight("code:enter", LIAISON),
    Sight("notify:outbox", SYSTEM),
    Sight("notify:outbox", SYSTEM, query="?state=failed&channel=email"),
    Sight("notify:templates", SYSTEM),
    Sight("org:absences", HEAD),
    Sight("audit:entries", AUDIT),
    Sight("audit:entries", CLERK, status=403),
    Sight("/none/", CLERK, status=404),
]

APPROVALS = [
    Sight("approvals:workbench", CLERK),
    Sight("approvals:intake", CLERK),
    Sight("approvals:intake", CLERK, query="?variant=43990101004001"),
    Sight("approvals:intake_case", CLERK, lambda s: [s.received.pk]),
    Sight("approvals:intake_case", CLERK, lambda s: [s.restricted.pk]),
    Sight("approvals:intake_correction", CLERK, lambda s: [s.received.pk]),
    Sight("approvals:intake_refusal", CLERK, lambda s: [s.received.pk]),
    Sight("approvals:applications", CLERK),
    Sight("approvals:applications", CLERK, query="?q=无此办件"),
    Sight("approvals:application", EXAMINER, lambda s: [s.world.accepted.number]),
    Sight("approvals:application", CLERK, lambda s: [s.world.concluded.number]),
    Sight("approvals:operate", CLERK, lambda s: [s.world.accepted.number, "withdraw"]),
    Sight("approvals:operate", EXAMINER, lambda s: [s.world.accepted.number, "examine"]),
    Sight("approvals:items", CLERK),
    Sight("approvals:item", CLERK, lambda s: [FOOD]),
    Sight("approvals:document", CLERK, lambda s: [s.world.concluded.documents.earliest("pk").pk]),
    Sight("approvals:permit", DECIDER, lambda s: [s.world.concluded.permit.pk]),
    Sight("approvals:permit_change", DECIDER, lambda s: [s.world.concluded.permit.pk, "revoke"]),
]

CREDITS = [
    Sight("credit:checks", CLERK),
    Sight("credit:check", CLERK, lambda s: [s.restricted.credit_check.number]),
    Sight("credit:subjects", CREDIT),
    Sight("credit:subject", CLERK, lambda s: [s.world.subject.pk]),
    Sight("credit:records", CREDIT),
    Sight("credit:record_new", CREDIT),
    Sight("credit:record", CREDIT, lambda s: [s.world.credit_record.number]),
]

SUPERVISION = [
    Sight("supervision:inspections", LIAISON),
    Sight("supervision:inspection", LIAISON, lambda s: [s.world.sheet.number]),
    Sight("supervision:result", LIAISON, lambda s: [s.world.sheet.number]),
    Sight("supervision:inspection", LIAISON, lambda s: [s.world.record.number]),
    Sight("supervision:objects", LIAISON),
    Sight("supervision:object", LIAISON, lambda s: [s.world.watched.pk]),
    Sight("supervision:findings", HEAD),
    Sight("supervision:penalties", HEAD),
    Sight("supervision:penalty", HEAD, lambda s: [s.world.penalty.number]),
    Sight("supervision:clues", HEAD),
    Sight("supervision:clue", INSPECTOR, lambda s: [s.world.clue.number]),
    Sight("supervision:items", LIAISON),
    Sight("supervision:item", LIAISON, lambda s: [s.world.watched.item.code]),
]

LINKAGE = [
    Sight("linkage:inbox", LIAISON),
    Sight("linkage:inbox", LIAISON, query="?view=done"),
    Sight("linkage:inbox", EXAMINER),
    Sight("linkage:push_detail", LIAISON, lambda s: [s.world.push.number]),
    Sight("linkage:push_detail", EXAMINER, lambda s: [s.world.reverse.number]),
    Sight("linkage:push_deed", LIAISON, lambda s: [s.world.claimable.number, "assign"]),
    Sight("linkage:push_deed", LIAISON, lambda s: [s.world.push.number, "feedback"]),
    Sight("linkage:push_deed", LIAISON, lambda s: [s.world.push.number, "measure"]),
    Sight("linkage:push_deed", LIAISON, lambda s: [s.world.push.number, "return"]),
    Sight("linkage:push_deed", EXAMINER, lambda s: [s.world.reverse.number, "answer"]),
    Sight("linkage:freezes", LIAISON),
    Sight("linkage:freezes", LIAISON, query="?tab=ended"),
    Sight("linkage:freeze", LIAISON, lambda s: [s.world.freeze.number]),
    Sight("linkage:freeze", EXAMINER, lambda s: [s.world.freeze.number]),
    Sight("linkage:freeze_new", LIAISON, lambda s: [s.world.subject.pk]),
    Sight("linkage:push_detail", EXAMINER, lambda s: [Push.objects.get(kind="freeze.requested").number]),
    Sight("linkage:push_deed", EXAMINER, lambda s: [Push.objects.get(kind="freeze.requested").number, "answer"]),
    Sight("linkage:proposals", LIAISON),
    Sight("linkage:policies", LIAISON),
    Sight("linkage:policy_new", LIAISON),
    Sight("linkage:policy", EXAMINER, lambda s: [s.world.policy.number]),
    Sight("linkage:consultations", LIAISON),
    Sight("linkage:consultations", LIAISON, query="?tab=closed"),
    Sight("linkage:consultation_new", LIAISON),
    Sight("linkage:consultation", LIAISON, lambda s: [s.world.consultation.number]),
    Sight("linkage:unmapped", LISTS),
    Sight("linkage:objections", LISTS),
    Sight("linkage:deliveries", LISTS),
    Sight("linkage:recipient", LISTS, lambda s: [s.world.supervision.code]),
    Sight("linkage:recipient", LISTS, lambda s: [s.world.supervision.code], query="?dead="),
    Sight("linkage:decide_alike", LISTS, lambda s: [s.world.objection.pk]),
    Sight("linkage:decide", LISTS, lambda s: [s.world.objection.pk]),
    Sight("linkage:cards", LISTS),
    Sight("linkage:card_withdraw", LISTS, lambda s: [s.world.card.pk]),
    Sight("linkage:handover", LIAISON, query="?person=shaoxiaoyan"),
    Sight("linkage:offline", LISTS),
    Sight("linkage:offline_new", LISTS),
    Sight("linkage:backlog", LISTS),
    Sight("linkage:ladders", LISTS),
    Sight("linkage:ladder_new", LISTS),
    Sight("linkage:ladder_edit", LISTS, lambda s: [s.world.card.ladder.ladder_id]),
    Sight("linkage:reconciliation", LISTS),
    Sight("linkage:reconciliation_day", LISTS, lambda s: ["2026-11-19", s.world.supervision.code]),
    Sight("linkage:statements", LISTS),
    Sight("linkage:statement", LIAISON, lambda s: [s.world.statement.pk]),
    Sight("linkage:discrepancies", LISTS),
    Sight("linkage:discrepancies", LIAISON, query="?state=vanished"),
    Sight("linkage:contracts", LISTS),
    Sight("linkage:contract", LISTS, lambda s: [s.world.contract.number]),
    Sight("linkage:contract", LIAISON, lambda s: [s.world.contract.number]),
    Sight("linkage:contract_print", LISTS, lambda s: [s.world.contract.number]),
    Sight("linkage:contract_new", LISTS),
    Sight("linkage:contract_edit", LISTS, lambda s: [s.world.contract_draft.number]),
    Sight("linkage:withheld", LISTS),
    Sight("linkage:list", LISTS),
    Sight("linkage:list", LISTS, query="?version=2026-3"),
    Sight("linkage:list_publish", LISTS),
    Sight("linkage:list_dry_run", LISTS),
    Sight("linkage:list_papers", LISTS),
    Sight("linkage:list_replace", LISTS),
    Sight("linkage:entry_contacts", LIAISON, lambda s: [s.world.entry.pk]),
    Sight("linkage:list_versions", LISTS),
    Sight("linkage:list_compare", LISTS),
    Sight("linkage:list_import", LISTS),
    Sight("linkage:entry_add", LISTS),
    Sight("linkage:list_suggestions", EDITOR, lambda s: [s.world.entry.approval_item.code]),
]

ALL = [*PUBLIC, *GROUND, *APPROVALS, *CREDITS, *SUPERVISION, *LINKAGE]


@pytest.fixture(scope="module")
def sights(standing_city: DemoCity) -> Sights:
    """Built once, through actions."""
    world, clerk = build(standing_city), standing_city.actor(CLERK)
    variant = standing_city.variant(FOOD)
    received = drafts.create(by=clerk, variant=variant, subject=standing_city.subject("ZT003"), agent_name="秦晓燕")
    restricted = drafts.create(by=clerk, variant=variant, subject=standing_city.subject("ZT004"))
    return Sights(
        world=world,
        received=credit_checks.check(receipt.receive(received, by=clerk), by=clerk),
        restricted=credit_checks.check(restricted, by=clerk),
    )


@pytest.mark.parametrize("sight", ALL, ids=str)
def test_it_is_accessible_and_fits(
    sight: Sight,
    sights: Sights,
    request: pytest.FixtureRequest,
    assert_axe_clean: Callable[[Page], None],
    assert_no_overflow: Callable[[Page], None],
    screenshot: Callable[..., Path],
) -> None:
    page: Page = request.getfixturevalue("page_for")(sight.who) if sight.who else request.getfixturevalue("public_page")
    answer = page.goto(sight.address(sights))
    assert answer is not None
    assert answer.status == sight.status
    for viewport in (DESK, PHONE):
        page.set_viewport_size({"width": viewport["width"], "height": viewport["height"]})
        expect(page.locator(".htmx-request")).to_have_count(0)
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        if EYES:
            screenshot(
                page, f"{ALL.index(sight):02}-{viewport['width']}-{sight.name.replace('/', '').replace(':', '-')}"
            )
        assert_no_overflow(page)
        assert_axe_clean(page)
    title = page.title()
    assert title.endswith(" - 审管联动平台")
    assert not title.startswith(("首页", " "))


def test_it_is_accessible_with_the_demo_accounts(
    sights: Sights,
    settings: Settings,
    public_page: Page,
    assert_axe_clean: Callable[[Page], None],
    assert_no_overflow: Callable[[Page], None],
) -> None:
    settings.DEMO = True
    public_page.goto("/")
    expect(public_page.get_by_role("heading", name="演示账号")).to_be_visible()
    assert_axe_clean(public_page)
    public_page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    assert_axe_clean(public_page)
    assert_no_overflow(public_page)


def test_it_does_not_show_an_unknown_permit_in_green(sights: Sights, public_page: Page) -> None:
    public_page.goto("/public/permits/unknown/")
    expect(public_page.locator(".vf-r")).to_have_css("color", "rgb(176, 30, 23)")
