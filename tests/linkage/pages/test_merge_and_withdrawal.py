"""Duplicates and withdrawals on the page of a push: offered to the right side, done once, explained afterwards."""

import pytest
from django.urls import reverse

from linkage.actions import pushes
from linkage.models import Push, PushMerge, PushWithdrawal
from tests.linkage.conftest import acting
from tests.linkage.test_merges import again


def page(push: Push) -> str:
    return reverse("linkage:push_detail", args=[push.number])


def deed(push: Push, action: str) -> str:
    return reverse("linkage:push_deed", args=[push.number, action])


def text_of(response) -> str:
    return response.content.decode()


@pytest.fixture
def duplicate(city, push) -> Push:
    return again(city)


def test_it_suggests_the_duplicate(liaison, push, duplicate):
    text = text_of(liaison.get(page(duplicate)))
    assert "可能是重复推送" in text
    assert push.number in text


def test_it_suggests_nothing_where_there_is_none(liaison, push):
    assert "可能是重复推送" not in text_of(liaison.get(page(push)))


def test_it_merges_and_says_so_on_both_pages(liaison, push, duplicate):
    form = {"survivor": push.number, "reason": "重复报送", "version": duplicate.version}
    assert liaison.post(deed(duplicate, "merge"), form).status_code == 302
    assert "将本推送并入" in text_of(liaison.get(page(duplicate)))
    assert "已并入本推送" in text_of(liaison.get(page(push)))


def test_a_double_click_merges_once(liaison, push, duplicate):
    form = {"survivor": push.number, "reason": "重复报送", "version": duplicate.version}
    liaison.post(deed(duplicate, "merge"), form)
    assert liaison.post(deed(duplicate, "merge"), form).status_code == 409
    assert PushMerge.objects.count() == 1


def test_a_coordinator_is_offered_the_merge(coordinating, push, duplicate):
    assert deed(duplicate, "merge") in text_of(coordinating.get(page(duplicate)))
    assert coordinating.get(deed(duplicate, "merge")).status_code == 200


def test_the_sender_takes_back(approver, push):
    assert deed(push, "withdraw") in text_of(approver.get(page(push)))
    assert "即时撤回" in text_of(approver.get(deed(push, "withdraw")))
    assert approver.post(deed(push, "withdraw"), {"reason": "误发", "version": push.version}).status_code == 302
    assert Push.objects.get(pk=push.pk).status == "withdrawn"


def test_the_recipient_answers_the_request(approver, liaison, city, push):
    pushes.assign(push, by=acting(city.liaison), assignee=city.liaison)
    Push.objects.filter(pk=push.pk).update(read_at=push.pushed_at)
    approver.post(deed(push, "withdraw"), {"reason": "误发"})
    text = text_of(liaison.get(page(push)))
    assert deed(push, "agree_withdrawal") in text
    assert "请求撤回" in text
    liaison.post(deed(push, "refuse_withdrawal"), {"decision": "已在办理"})
    assert PushWithdrawal.objects.get().status == "refused"


def test_the_recipient_is_not_offered_the_withdrawal(liaison, push):
    assert deed(push, "withdraw") not in text_of(liaison.get(page(push)))
    assert liaison.post(deed(push, "withdraw"), {"reason": "误发"}).status_code == 403
