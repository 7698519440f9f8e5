"""What the outbox page shows of a person (R11.09)."""

import pytest

from tests.factories.notify import MessageFactory


@pytest.mark.parametrize(("name", "shown"), [("王小明", "王*明"), ("王明", "王*"), ("", "")])
def test_it_masks_the_name(name, shown):
    assert MessageFactory.build(recipient_name=name).masked_name == shown


def test_it_masks_the_number():
    assert MessageFactory.build(address="13812345678").masked_address == "138****5678"


def test_it_masks_a_mailbox():
    assert MessageFactory.build(channel="email", address="wang@example.com").masked_address == "w***@example.com"


def test_it_masks_both_inside_the_text():
    message = MessageFactory.build(text="王小明您好，回电 13812345678。")
    assert message.masked_text == "王*明您好，回电 138****5678。"


def test_it_leaves_a_text_alone_that_names_nobody():
    assert MessageFactory.build(recipient_name="", text="请查看。").masked_text == "请查看。"
