"""Browser fixtures: the system Chromium against Django's live server. `make e2e` runs what stands beside this file.

Two ways to have rows: tests marked `django_db(transaction=True)` make their own and leave an empty database;
modules that ask for `standing_city` share one demo city, which stays until the module is over.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.test.utils import setup_databases, teardown_databases
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer

from shenguan.access.roles import Role
from shenguan.org.models import Staff
from tests.conftest import FRIDAY_MORNING, lifted_triggers
from tests.fixtures_demo import DemoCity, Snapshot, fill

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESK = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}
# What a person with a disability cannot get past; lesser findings are printed, not failed.
SERIOUS = {"serious", "critical"}


def pytest_configure(config: pytest.Config) -> None:
    """Names the mark of browser tests and lets the ORM work beside Playwright's event loop."""
    config.addinivalue_line("markers", "e2e: needs a browser; left out of `make test`")
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder is a browser test."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker("e2e")


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """A database also where no test of the session is marked for one. SQLite stands in a file, as in a real start:

    pages ask for several fragments at once, and each request gets its own connection.
    """
    database = settings.DATABASES["default"]
    if database["ENGINE"] == "django.db.backends.sqlite3":
        database["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "e2e.sqlite3")
    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False)
    yield
    with django_db_blocker.unblock():
        teardown_databases(made, verbosity=0)


@pytest.fixture(scope="session")
def site(django_db_setup: None) -> Iterator[LiveServer]:
    """The portal on a free port. Unlike `live_server` it does not empty the database after each test."""
    server = LiveServer("localhost")
    yield server
    server.stop()


@pytest.fixture(scope="module")
def standing_city(_demo_rows: Snapshot, django_db_blocker: DjangoDbBlocker) -> Iterator[DemoCity]:
    """The demo city for all tests of a module, from Friday 2026-11-20 09:30 on; the clock runs."""
    with django_db_blocker.unblock(), time_machine.travel(FRIDAY_MORNING, tick=True):
        yield fill(_demo_rows)
        with lifted_triggers():
            call_command("flush", interactive=False, verbosity=0)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests."""
    if not Path(CHROMIUM).exists():
        pytest.skip("no Chromium on this machine: run `make e2e`, or set CHROMIUM to its path")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """What the browser complained about: script errors and refused content. A test ends with none."""
    heard: list[str] = []
    yield heard
    assert heard == []


@pytest.fixture
def new_page(
    browser: Browser, site: LiveServer, complaints: list[str]
) -> Iterator[Callable[..., tuple[BrowserContext, Page]]]:
    """Opens an own browser window: `context, page = new_page(viewport=PHONE)`."""
    opened: list[BrowserContext] = []

    def listen(message: ConsoleMessage) -> None:
        # answers with 4xx are what negative tests ask for; Chromium reports them as console errors
        if message.type == "error" and not message.text.startswith(
            ("Failed to load resource", "Response Status Error")
        ):
            complaints.append(message.text)

    def open_page(viewport: dict[str, int] = DESK) -> tuple[BrowserContext, Page]:
        context = browser.new_context(
            base_url=site.url,
            viewport=viewport,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            has_touch=viewport is PHONE,
            reduced_motion="reduce",
        )
        context.set_default_timeout(10_000)
        opened.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", listen)
        return context, page

    yield open_page
    for context in opened:
        context.close()


@pytest.fixture
def public_page(new_page: Callable[..., tuple[BrowserContext, Page]]) -> Page:
    """A visitor who is not signed in."""
    return new_page()[1]


@pytest.fixture
def page_for(new_page: Callable[..., tuple[BrowserContext, Page]], site: LiveServer) -> Callable[..., Page]:
    """A window of somebody signed in: `page_for(staff)`, `page_for("login-name")` or `page_for(Role.LIAISON)`."""

    def sign_in(who: Staff | Role | str, viewport: dict[str, int] = DESK) -> Page:
        context, page = new_page(viewport)
        client = Client()
        client.force_login(_person(who), backend="shenguan.access.backends.StaffBackend")
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": site.url}])
        return page

    return sign_in


def _person(who: Staff | Role | str) -> Staff:
    if isinstance(who, Staff):
        return who
    if isinstance(who, Role):
        return Staff.objects.filter(roles__role=who, status=Staff.Status.ON_DUTY).order_by("username")[0]
    return Staff.objects.get(username=who)


@pytest.fixture
def assert_axe_clean() -> Callable[[Page], None]:
    """Fails on serious accessibility findings of the page as it stands (RULES R12.02)."""

    def check(page: Page) -> None:
        violations: list[dict[str, Any]] = Axe().run(page).response["violations"]
        serious = [
            f"{found['id']}: {found['help']} at {node['target']}"
            for found in violations
            if found["impact"] in SERIOUS
            for node in found["nodes"]
        ]
        assert serious == [], f"{page.url}: {serious}"

    return check


@pytest.fixture
def assert_no_overflow() -> Callable[[Page], None]:
    """Fails when the page scrolls sideways (reflow, RULES R12.03)."""

    def check(page: Page) -> None:
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{page.url} is {wide} px too wide"

    return check


@pytest.fixture
def screenshot(request: pytest.FixtureRequest) -> Callable[..., Path]:
    """Keeps a picture of a page for eyes, under var/screenshots/: `screenshot(page, "inbox")`."""
    folder = settings.BASE_DIR / "var" / "screenshots"

    def take(page: Page, name: str = "", *, full: bool = True) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        path: Path = folder / f"{name or request.node.name}.png"
        # hiding the caret would put a style element into the page, which the policy refuses
        page.screenshot(path=path, full_page=full, caret="initial")
        return path

    return take
