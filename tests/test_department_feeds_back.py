"""The feedback under examples/ is what the portal takes (CONTRACT §3)."""

import pytest
from rest_framework.test import APIClient

from examples.department_receiver import feedback
from linkage.models import Push, PushAttachment
from tests.factories.access import MachineClientFactory, calling_as
from tests.factories.files import PDF
from tests.linkage.conftest import City, city  # noqa: F401

pytestmark = pytest.mark.django_db


def send(caller: APIClient, push: Push, content: bytes = PDF) -> int:
    body = feedback.form_of({"text": "地址不符", "proposal": "change"}, "检查笔录.pdf", content)
    headers = feedback.headers_of(push.number, body)
    return caller.post(
        f"/api/v1/pushes/{push.number}/feedback/",
        body,
        content_type=headers["Content-Type"],
        HTTP_IDEMPOTENCY_KEY=headers["Idempotency-Key"],
    ).status_code


def test_it_reports_with_a_paper_once_however_often_it_runs(city: City) -> None:  # noqa: F811
    push = city.route()
    caller = calling_as(MachineClientFactory(department=push.department))

    assert [send(caller, push), send(caller, push)] == [200, 200]
    [kept] = PushAttachment.objects.filter(push=push)
    assert (kept.file.name, kept.file.size) == ("检查笔录.pdf", len(PDF))


def test_it_is_refused_with_a_paper_that_is_none(city: City) -> None:  # noqa: F811
    push = city.route()
    caller = calling_as(MachineClientFactory(department=push.department))

    assert send(caller, push, b"no paper") == 422
    assert Push.objects.get(pk=push.pk).status == "claimed"
