"""E-mail: what leaves, and what each answer of a mail server means."""

import asyncio
import smtplib

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from shenguan import notify
from shenguan.notify.channels import gateway_for
from shenguan.notify.channels.base import GatewayDown, Outgoing, PermanentFailure, TemporaryFailure
from shenguan.notify.channels.email.smtp import SmtpGateway
from shenguan.notify.models import Message
from tests.factories.ground import StaffFactory

MESSAGE = Outgoing("uid-1", "li@example.gov.cn", "push_received", "正文", "主题")


def send():
    async def exchange():
        async with SmtpGateway() as gateway:
            return await gateway.send(MESSAGE)

    return asyncio.run(exchange())


@pytest.fixture
def refuse(monkeypatch):
    """Lets the server answer with an error."""

    def prepare(error: Exception) -> None:
        def fail(backend: EmailBackend, messages: object) -> int:
            raise error

        monkeypatch.setattr(EmailBackend, "send_messages", fail)

    return prepare


def test_it_sends_one_mail(settings):
    settings.DEFAULT_FROM_EMAIL = "审管联动 <shenguan@city.gov.cn>"
    assert send().reference == "uid-1"
    (sent,) = mail.outbox
    assert (sent.subject, sent.body, sent.to) == ("主题", "正文", ["li@example.gov.cn"])
    assert sent.extra_headers == {"Message-ID": "<uid-1@city.gov.cn>", "Auto-Submitted": "auto-generated"}


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (smtplib.SMTPRecipientsRefused({"li@example.gov.cn": (550, b"no such user")}), PermanentFailure),
        (smtplib.SMTPRecipientsRefused({"li@example.gov.cn": (450, b"busy")}), TemporaryFailure),
        (smtplib.SMTPRecipientsRefused({"li@example.gov.cn": (421, b"bye")}), GatewayDown),
        (smtplib.SMTPDataError(554, b"spam"), PermanentFailure),
        (smtplib.SMTPDataError(452, b"full"), TemporaryFailure),
        (smtplib.SMTPAuthenticationError(535, b"bad"), GatewayDown),
        (smtplib.SMTPServerDisconnected("gone"), GatewayDown),
        (ConnectionRefusedError(), GatewayDown),
        (TimeoutError(), GatewayDown),
    ],
)
def test_it_reads_the_answer(refuse, error, kind):
    refuse(error)
    with pytest.raises((TemporaryFailure, PermanentFailure)) as failure:
        send()
    assert type(failure.value) is kind
    assert "li@" not in str(failure.value)


def test_without_a_server_it_is_only_kept():
    assert gateway_for("email").stores_only


def test_with_a_server_it_leaves(settings):
    settings.EMAIL_URL = "smtps://mail.example.gov.cn"
    assert not gateway_for("email").stores_only


@pytest.mark.django_db
def test_a_mail_says_what_the_bell_says_and_where_to_go(settings):
    settings.PORTAL_URL = "https://portal.example.gov.cn"
    staff = StaffFactory(mobile="", email="li@example.gov.cn", name="李丽")
    notify.tell(staff, kind="push.received", title="许可\n（新）", body="请认领。", url="/p/1/", case_number="A-1")
    message = Message.objects.get()
    assert (message.channel, message.address) == ("email", "li@example.gov.cn")
    assert message.subject == "云州市审管联动：许可 （新）"
    assert "请认领。\n\n办件编号：A-1\n登录查看：https://portal.example.gov.cn/p/1/" in message.text
    assert "李丽" not in message.text


@pytest.mark.django_db
def test_somebody_who_left_gets_no_mail():
    notify.tell(StaffFactory(away=True, email="li@example.gov.cn"), kind="push.received", title="许可", body="")
    assert not Message.objects.exists()
