"""The one job in a real browser: window, back office, supervision on site, the answer, and the window again.

The city stands for the whole module; every test works on a case of its own. No worker runs: the tests route themselves.
"""

import re
from collections.abc import Callable

import pytest
from django.conf import settings
from playwright.sync_api import Page, Route, expect

from approvals.actions import surveys
from approvals.models import Application, ApplicationStep
from credit.models import CreditRecord
from linkage.models import Push
from supervision.models import CheckTask, Inspection
from tests.e2e import steps
from tests.e2e.conftest import PHONE
from tests.fixtures_demo import DemoCity
from tests.test_journey import accepted_case, route_all

PageFor = Callable[..., Page]
FOOD = "食品经营许可（新办）"
DINER = steps.Visit("spjyxk", FOOD, code="91439902MAYX000174", party="云州味满堂餐饮管理有限公司")  # ZT001
CANTEEN = steps.Visit("spjyxk", FOOD, code="91439902MAYX00025Y", party="云州江畔渔府餐饮有限公司")  # ZT002
PROBLEM = "后厨库房食品未离地存放"


# ---------- the main journey


def test_it_walks_one_case_around_the_whole_loop(public_page: Page, page_for: PageFor, standing_city: DemoCity) -> None:
    clerk = public_page
    number = take_in_at_the_window(clerk)
    route_all()
    decide_in_the_back_office(page_for, number)
    route_all()
    take_over_at_the_desk(page_for("shaoxiaoyan"), number)
    check_on_site(page_for("hanguodong", PHONE), number)
    route_all()
    answer_as_approver(page_for("cengyanan"), number)
    route_all()
    see_the_whole_case(clerk, number)
    meet_the_record_again(clerk)


def take_in_at_the_window(clerk: Page) -> str:
    """The clerk signs in, finds the item by pinyin initials, reads the credit panel and accepts; the case's number."""
    clerk.goto("/")
    steps.sign_in(clerk, "yejiayi", settings.DEMO_PASSWORD)
    expect(clerk.get_by_role("heading", level=1, name="窗口工作台")).to_be_visible()
    steps.find_item(clerk, DINER)
    steps.name_applicant(clerk, DINER)
    expect(steps.credit_panel(clerk)).to_contain_text("信用良好")
    expect(steps.credit_panel(clerk)).to_contain_text("“明厨亮灶”示范店")
    steps.name_agent(clerk, DINER)
    steps.tick_situation(clerk, DINER.situation)
    expect(clerk.locator("#push-target")).to_contain_text("对餐饮服务提供者的监督检查")
    steps.take_papers(clerk)
    clerk.keyboard.press(steps.SUBMIT)
    number = steps.accepted_number(clerk)
    case = Application.objects.get(number=number)
    assert (case.status, case.situations) == (Application.Status.ACCEPTED, [DINER.situation])
    return number


def decide_in_the_back_office(page_for: PageFor, number: str) -> None:
    """踏勘, 审查, 决定, 制证, each by somebody else."""
    surveyor, examiner, decider, issuer = map(page_for, ("xiehongyuan", "cengyanan", "tangzhenhua", "haohaitao"))
    steps.open_case(surveyor, number)
    steps.record_survey(surveyor, ("谢宏远", "金红霞"), "布局符合要求")
    steps.expect_told(surveyor, "踏勘意见已录入。")
    steps.open_case(examiner, number)
    steps.give_opinion(examiner, "材料齐全，符合条件")
    steps.expect_told(examiner, "审查意见已提交，等待作出决定。")
    steps.open_case(decider, number)
    steps.grant(decider)
    steps.expect_told(decider, "决定已作出，决定书已出具。")
    steps.open_case(issuer, number)
    issuer.keyboard.press(steps.SUBMIT)
    steps.expect_told(issuer, "证照已制发，本件办结")
    assert Application.objects.get(number=number).status == Application.Status.CONCLUDED


def take_over_at_the_desk(supervisor: Page, number: str) -> None:
    """The liaison finds the push in the inbox, claims it and gives it to a colleague."""
    supervisor.goto("/")
    expect(supervisor.get_by_role("heading", name="联动待办", level=1)).to_be_visible()
    steps.claim(supervisor, DINER.party)
    push = Push.objects.get(case_number=number, kind="approval.concluded")
    assert (push.status, push.next_step) == (Push.Status.CLAIMED, Push.NextStep.FIRST_CHECK)
    steps.assign(supervisor, DINER.party, "韩国栋")


def check_on_site(phone: Page, number: str) -> None:
    """The inspector does the first check on the phone and finds something."""
    steps.start_check(phone, DINER.party)
    steps.find_wanting(phone, PROBLEM, days=5)
    steps.submit_check(phone, PROBLEM, second="邵晓燕")
    done = Inspection.objects.get(task__case_number=number)
    assert done.is_abnormal
    assert {person.username for person in done.inspectors.all()} == {"hanguodong", "shaoxiaoyan"}
    assert CheckTask.objects.filter(case_number=number, kind=CheckTask.Kind.RECHECK).exists()


def answer_as_approver(approver: Page, number: str) -> None:
    """The approver's liaison reads what was found and keeps the permit."""
    steps.select_push(approver, DINER.party, "answer")
    expect(steps.preview(approver)).to_contain_text(PROBLEM)
    steps.answer(approver, DINER.party, "维持许可", "已核实，责令整改到位后维持许可")
    assert Push.objects.get(case_number=number, direction="reverse").status == Push.Status.ANSWERED


def see_the_whole_case(clerk: Page, number: str) -> None:
    """Both rails and the timeline tell the clerk how the case went on."""
    steps.open_case(clerk, number)
    rail = clerk.get_by_role("list", name="监管")
    expect(rail).to_contain_text("反馈已答复")
    expect(rail).to_contain_text("已归集 1 条")
    expect(clerk.get_by_role("tabpanel")).to_contain_text(f"发现问题：{PROBLEM}")


def meet_the_record_again(clerk: Page) -> None:
    """At the next intake the credit panel knows of the check."""
    steps.find_item(clerk, DINER)
    steps.name_applicant(clerk, DINER)
    panel = steps.credit_panel(clerk)
    expect(panel).to_contain_text("核查结论：轻微")
    expect(panel.get_by_role("listitem").filter(has_text="本平台监管反馈")).to_contain_text(PROBLEM)
    assert CreditRecord.objects.get(facts=PROBLEM).category == CreditRecord.Category.INSPECTION_ABNORMAL


# ---------- hands and habits


def test_it_takes_a_case_in_without_a_mouse(page_for: PageFor, standing_city: DemoCity) -> None:
    clerk = page_for("shijingyi")
    steps.find_item(clerk, CANTEEN)
    steps.name_applicant(clerk, CANTEEN)
    for field, text in (("经办人", CANTEEN.agent), ("手机", CANTEEN.phone)):
        steps.tab_to(clerk, clerk.get_by_label(field))
        clerk.keyboard.type(text)
    papers = steps.paper_buttons(clerk)
    for left in range(papers.count() - 1, -1, -1):
        steps.tab_to(clerk, papers.first)
        clerk.keyboard.press("Enter")
        expect(papers).to_have_count(left)
    situation = clerk.get_by_label(CANTEEN.situation)
    steps.tab_to(clerk, situation)
    with clerk.expect_response(re.compile("/linkage/targets/")):
        clerk.keyboard.press("Space")
    expect(situation).to_be_checked()
    steps.tab_to(clerk, clerk.get_by_role("button", name="受理并推送"))
    clerk.keyboard.press("Enter")
    case = Application.objects.get(number=steps.accepted_number(clerk))
    assert (case.agent_name, case.situations) == (CANTEEN.agent, [CANTEEN.situation])


def test_it_makes_one_case_of_a_double_click(page_for: PageFor, standing_city: DemoCity) -> None:
    before = Application.objects.count()
    clerk = page_for("linyunfeng")
    steps.find_item(clerk, CANTEEN)
    steps.name_applicant(clerk, CANTEEN)
    steps.name_agent(clerk, CANTEEN)
    steps.take_papers(clerk)
    clerk.get_by_role("button", name="受理并推送").dblclick()
    case = Application.objects.get(number=steps.accepted_number(clerk))
    assert case.created_by == standing_city.actor("linyunfeng").key
    assert Application.objects.count() == before + 1
    assert case.documents.count() == len({paper.number for paper in case.documents.all()}) == 2


def test_it_tells_the_second_person_of_a_conflict(page_for: PageFor, standing_city: DemoCity) -> None:
    case = accepted_case(standing_city, standing_city.subject("ZT003"))
    first, second = page_for("menglicheng"), page_for("cengyanan")
    for page in (first, second):
        page.goto(f"/approvals/applications/{case.number}/")
    steps.give_opinion(first, "材料齐全")
    steps.expect_told(first, "审查意见已提交")
    steps.give_opinion(second, "材料齐全，建议准予")
    expect(second.get_by_role("alert").filter(has_text="当前状态为“已审查”，不能提交审查意见")).to_be_visible()
    expect(second.get_by_role("textbox", name="审查意见")).to_have_value("材料齐全，建议准予")
    only = ApplicationStep.objects.get(application=case, stage=ApplicationStep.Stage.EXAMINE)
    assert only.opinion == "材料齐全"


def test_it_does_not_overwrite_what_changed_under_an_open_page(page_for: PageFor, standing_city: DemoCity) -> None:
    case = accepted_case(standing_city, standing_city.subject("ZT008"))
    examiner = page_for("menglicheng")
    examiner.goto(f"/approvals/applications/{case.number}/")
    people = [standing_city.staff(name) for name in ("xiehongyuan", "jinhongxia")]
    surveys.record(case, by=standing_city.actor("xiehongyuan"), surveyors=people, conclusion="fail", opinion="无防鼠板")
    steps.give_opinion(examiner, "材料齐全")
    expect(examiner.get_by_role("alert").filter(has_text="刚刚被他人修改")).to_be_visible()
    expect(examiner.get_by_role("textbox", name="审查意见")).to_have_value("材料齐全")
    assert Application.objects.get(pk=case.pk).status == Application.Status.ACCEPTED


def test_it_never_acts_on_the_row_that_was_left(page_for: PageFor, standing_city: DemoCity) -> None:
    for code in ("ZT018", "ZT044"):
        accepted_case(standing_city, standing_city.subject(code))
    route_all()
    page, waiting = page_for("shaoxiaoyan"), Push.objects.filter(next_step=Push.NextStep.CLAIM, is_open=True)
    page.goto("/linkage/inbox/?view=claim")
    held: list[Route] = []
    before = waiting.count()

    def hold(route: Route) -> None:
        held.append(route)

    page.route(re.compile("/linkage/inbox/TS"), hold)
    with page.expect_request(re.compile("/linkage/inbox/TS")):
        page.keyboard.press("j")
    page.keyboard.press("e")  # the buttons beside the list still belong to the row before
    expect(steps.preview(page)).to_have_attribute("aria-busy", "true")
    held[0].continue_()
    number = page.locator("[data-row][aria-selected=true] input").get_attribute("value") or ""
    expect(steps.preview(page)).to_contain_text(number.split(":")[0])
    assert waiting.count() == before
    page.keyboard.press("e")
    steps.expect_told(page, f"已认领推送 {number.split(':')[0]}。")


# ---------- doors


@pytest.mark.parametrize(
    ("username", "address"),
    [
        ("zhanganping", "/approvals/applications/{case}/"),  # decides in another approval bureau
        ("caimingde", "/linkage/pushes/{push}/"),  # liaison of another supervisor
    ],
)
def test_it_does_not_know_other_departments_numbers(
    username: str, address: str, page_for: PageFor, standing_city: DemoCity
) -> None:
    case = accepted_case(standing_city, standing_city.subject("ZT007"))
    route_all()
    push = Push.objects.get(case_number=case.number)
    page = page_for(username)
    answer = page.goto(address.format(case=case.number, push=push.number))
    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_role("heading", level=1, name="没有找到这个页面")).to_be_visible()
    expect(page.get_by_role("main")).not_to_contain_text(case.subject.name)


def test_it_leads_back_after_the_session_was_lost(page_for: PageFor, standing_city: DemoCity) -> None:
    case = accepted_case(standing_city, standing_city.subject("ZT015"))
    page = page_for("cengyanan")
    page.goto(f"/approvals/applications/{case.number}/")
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.reload()
    expect(page.get_by_role("heading", level=1, name="登录")).to_be_visible()
    steps.sign_in(page, "cengyanan", settings.DEMO_PASSWORD)
    expect(page).to_have_url(re.compile(f"/approvals/applications/{case.number}/"))
    expect(page.get_by_role("heading", level=1, name=FOOD)).to_be_visible()


def test_it_leads_back_when_a_fragment_finds_the_session_lost(page_for: PageFor, standing_city: DemoCity) -> None:
    page = page_for("tanzhengyang")
    steps.find_item(page, CANTEEN)
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.keyboard.type(CANTEEN.code)
    expect(page.get_by_role("heading", level=1, name="登录")).to_be_visible()
    steps.sign_in(page, "tanzhengyang", settings.DEMO_PASSWORD)
    expect(page.get_by_role("heading", level=1, name=FOOD)).to_be_visible()
    steps.name_applicant(page, CANTEEN)
