"""Server time and query counts of the pages people live on, over a full house."""

from http import HTTPStatus

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from approvals.models import Application
from linkage.bench import seed
from linkage.bench.figures import summary, timed
from linkage.bench.people import actor
from linkage.models import Push

ROUNDS = 40


def run(applications: int, pushes_each: int) -> dict[str, object]:
    """Inbox, application list and intake search at the given size."""
    seed.fill(applications, pushes_each)
    return {
        "bench": "pages",
        "engine": connection.vendor,
        "applications": Application.objects.count(),
        "pushes": Push.objects.count(),
        "inbox": _measure("jianganping", reverse("linkage:inbox"), {}),
        "inbox_search": _measure("jianganping", reverse("linkage:inbox"), {"q": "第12"}),
        "applications_list": _measure("yejiayi", reverse("approvals:applications"), {}),
        "applications_search": _measure("yejiayi", reverse("approvals:applications"), {"q": "云州第77"}),
        "intake_search": _measure("yejiayi", reverse("approvals:item_search"), {"q": "ggcs"}),
    }


def _measure(username: str, address: str, query: dict[str, str]) -> dict[str, object]:
    """One page for one person, warmed up once. Raises RuntimeError when the page does not answer 200."""
    browser = Client(SERVER_NAME="localhost")
    staff = actor(username).staff
    if staff is None:
        raise RuntimeError(f"{username} is nobody of the demo city")
    browser.force_login(staff, backend="shenguan.access.backends.StaffBackend")
    answer = browser.get(address, query)  # the first look after a login also writes the session
    with CaptureQueriesContext(connection) as captured:
        browser.get(address, query)
    if answer.status_code != HTTPStatus.OK:
        raise RuntimeError(f"{address} answered {answer.status_code}")
    return {"queries": len(captured), **summary([timed(lambda: browser.get(address, query)) for _ in range(ROUNDS)])}
