"""What people do on the pages, one function a deed, so that a journey reads like a day at work.

Every function takes the page of the person who acts, does what hands and eyes would do, and waits until the page says
that it is done. What the database holds is asked in the tests.
"""

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

SUBMIT = "Control+Enter"
TABS_AT_MOST = 60


@dataclass(frozen=True)
class Visit:
    """Who comes to the window, for whom, and what for."""

    search: str  # as typed into the quick search
    item: str  # as its line reads
    code: str
    party: str
    agent: str = "秦晓燕"
    phone: str = "13800001001"
    situation: str = "经营项目含餐饮服务"


# ---------- anybody


def sign_in(page: Page, username: str, password: str) -> None:
    """On the login page, where the person stands already."""
    page.get_by_role("textbox", name="登录名").fill(username)
    page.get_by_role("textbox", name="密码").fill(password)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("heading", name="登录", exact=True)).to_have_count(0)


def expect_told(page: Page, text: str) -> None:
    """The green note above the page."""
    expect(page.locator("#messages").get_by_role("status").filter(has_text=text)).to_be_visible()


def open_case(page: Page, number: str) -> None:
    """By the global search, as one does with a number on paper; a whole number leads straight to its case."""
    page.goto("/")
    page.keyboard.press("Control+k")
    page.keyboard.type(number)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"/approvals/applications/{number}/"))


def tab_to(page: Page, wanted: Locator) -> None:
    """Presses Tab until the control has the focus, as somebody without a mouse does."""
    for _ in range(TABS_AT_MOST):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    expect(wanted).to_be_focused()


# ---------- the window


def find_item(page: Page, visit: Visit) -> None:
    """From the workbench to the intake page of an item: the quick search has the focus, Enter takes the first line."""
    page.goto("/approvals/")
    search = page.get_by_role("combobox", name="快速受理")
    expect(search).to_be_focused()
    page.keyboard.type(visit.search)
    expect(page.get_by_role("option").first).to_contain_text(visit.item)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/approvals/applications/new/\?variant="))
    expect(page.get_by_role("heading", level=1)).to_contain_text(visit.item)


def name_applicant(page: Page, visit: Visit) -> None:
    """Types the credit code, which has the focus: the party and the credit check come by themselves."""
    expect(page.get_by_label("统一社会信用代码或身份证件号码")).to_be_focused()
    page.keyboard.type(visit.code)
    expect(page.get_by_label("名称", exact=True)).to_have_value(visit.party)
    expect(credit_panel(page)).to_contain_text("本次查询已留痕")


def name_agent(page: Page, visit: Visit) -> None:
    """Who stands at the window."""
    page.get_by_label("经办人").fill(visit.agent)
    page.get_by_label("手机").fill(visit.phone)


def credit_panel(page: Page) -> Locator:
    """The panel beside the form."""
    return page.locator("#credit-part")


def tick_situation(page: Page, situation: str) -> None:
    """Ticks one 适用情形; the receivers below it are drawn anew."""
    box = page.get_by_label(situation)
    with page.expect_response(re.compile("/linkage/targets/")):
        box.check()
    expect(box).to_be_checked()


def paper_buttons(page: Page) -> Locator:
    """收原件, one for every paper that is still to come."""
    return page.get_by_role("button", name="收原件")


def take_papers(page: Page) -> None:
    """收原件 for every paper that is still to come."""
    buttons = paper_buttons(page)
    for left in range(buttons.count() - 1, -1, -1):
        buttons.first.click()
        expect(buttons).to_have_count(left)


def accepted_number(page: Page) -> str:
    """Waits for the page of the accepted case; its number."""
    expect_told(page, "已受理，办件编号")
    return page.url.rstrip("/").rsplit("/", 1)[-1]


# ---------- the back office


def record_survey(page: Page, people: tuple[str, ...], text: str) -> None:
    """Fills the survey's form on the page of the case; Ctrl+Enter."""
    for name in people:
        page.get_by_label(name, exact=True).check()
    page.get_by_label("通过", exact=True).check()
    page.get_by_label("踏勘情况").fill(text)
    page.keyboard.press(SUBMIT)


def give_opinion(page: Page, text: str) -> None:
    """The examiner's 通过; Ctrl+Enter."""
    page.get_by_label("通过", exact=True).check()
    page.get_by_role("textbox", name="审查意见").fill(text)
    page.keyboard.press(SUBMIT)


def grant(page: Page) -> None:
    """The decider's 准予; Ctrl+Enter."""
    page.get_by_label("准予", exact=True).check()
    page.keyboard.press(SUBMIT)


# ---------- the inbox


def preview(page: Page) -> Locator:
    """The pane beside the list."""
    return page.get_by_role("complementary", name="预览")


def expect_previewed(page: Page, party: str) -> None:
    """The pane shows the party's push and nothing else is on its way to it."""
    expect(preview(page)).not_to_have_attribute("aria-busy", "true")
    expect(preview(page).get_by_role("heading", level=2)).to_have_text(party)


def select_push(page: Page, party: str, view: str) -> None:
    """Selects the party's row under one of the views."""
    page.goto(f"/linkage/inbox/?view={view}")
    row = page.get_by_role("row").filter(has_text=party).first
    row.get_by_role("gridcell").nth(2).click()
    expect(row).to_have_attribute("aria-selected", "true")
    expect_previewed(page, party)


def claim(page: Page, party: str) -> None:
    """Claims the party's push with E."""
    select_push(page, party, "claim")
    expect(preview(page).get_by_role("button", name="认领")).to_be_visible()
    page.keyboard.press("e")
    expect_told(page, "已认领推送")


def assign(page: Page, party: str, colleague: str) -> None:
    """Gives the party's push to a colleague."""
    select_push(page, party, "first_check")
    page.keyboard.press("a")
    people = preview(page).get_by_label("指派给")
    people.select_option(people.locator("option").filter(has_text=colleague).get_attribute("value"))
    page.keyboard.press(SUBMIT)
    expect_told(page, f"已指派给{colleague}")


def answer(page: Page, party: str, outcome: str, text: str) -> None:
    """Answers what supervision reported about the party."""
    select_push(page, party, "answer")
    page.keyboard.press("f")
    preview(page).get_by_label(outcome).check()
    preview(page).get_by_label("答复理由").fill(text)
    page.keyboard.press(SUBMIT)
    expect_told(page, "已答复推送")


# ---------- on site


def start_check(phone: Page, party: str) -> None:
    """Starts the check from the person's own list of tasks."""
    phone.goto("/supervision/tasks/?mine=1")
    phone.get_by_role("listitem").filter(has_text=party).get_by_role("button", name="开始检查").tap()
    expect(phone.get_by_role("heading", level=1, name="现场检查")).to_be_visible()


def find_wanting(phone: Page, problem: str, days: int) -> None:
    """Judges the first element 不合格, to be mended by one of the quick dates, and all others 合格."""
    card = phone.locator("[data-ck]").first
    card.locator("label", has_text="不合格").tap()
    card.get_by_label("问题描述").fill(problem)
    card.locator("label", has_text="责令限期改正").tap()
    chosen = card.get_by_role("button", name=f"{days} 日内")
    chosen.tap()
    expect(chosen).to_have_attribute("aria-pressed", "true")
    phone.get_by_role("button", name="其余全部合格").tap()
    expect(phone.get_by_text("1 项不合格")).to_be_visible()
    expect(phone.locator("[data-wait]")).to_have_count(0)


def submit_check(phone: Page, summary: str, second: str) -> None:
    """Goes on to the result and submits it with a second inspector; one's own name is ticked already."""
    phone.get_by_role("link", name="下一步：结果与推送").tap()
    expect(phone.get_by_role("heading", level=1, name="结果与推送")).to_be_visible()
    phone.get_by_label("检查情况说明").fill(summary)
    phone.get_by_label(second).check()
    phone.get_by_role("button", name="提交检查结果").tap()
    expect_told(phone, "检查结果已提交。异常情况已推送审批部门。")
