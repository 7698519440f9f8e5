"""Mail through Django's configured backend (EMAIL_URL), one connection for a whole pass."""

import asyncio
import smtplib
from types import TracebackType
from typing import ClassVar, Self

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from shenguan.notify.channels.base import Gateway, GatewayDown, Outgoing, PermanentFailure, Receipt, TemporaryFailure


class SmtpGateway(Gateway):
    """Runs the blocking mail library in a thread; one message at a time over one connection."""

    name: ClassVar[str] = "smtp"
    at_once: ClassVar[int] = 1

    async def __aenter__(self) -> Self:
        """The connection opens with the first message."""
        await super().__aenter__()
        self._connection = get_connection()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Says goodbye to the server."""
        await asyncio.to_thread(self._connection.close)
        await super().__aexit__(kind, error, trace)

    async def send(self, outgoing: Outgoing) -> Receipt:
        """One mail. The errors name neither the mailbox nor the server's words, which may repeat it."""
        try:
            await asyncio.to_thread(self._send, outgoing)
        except smtplib.SMTPRecipientsRefused as error:
            code = max((answer[0] for answer in error.recipients.values()), default=0)
            raise _failure(code, "收件地址被拒绝") from error
        except smtplib.SMTPDataError as error:
            raise _failure(error.smtp_code, "邮件内容被拒绝") from error
        except smtplib.SMTPResponseException as error:  # greeting, login, our own address
            raise GatewayDown(f"邮件服务器应答 {error.smtp_code}") from error
        except (smtplib.SMTPException, OSError) as error:
            raise GatewayDown(f"邮件服务器连接失败（{type(error).__name__}）") from error
        return Receipt(outgoing.uid)

    def _send(self, outgoing: Outgoing) -> None:
        host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
        EmailMessage(
            subject=outgoing.subject,
            body=outgoing.text,
            to=[outgoing.address],
            headers={"Message-ID": f"<{outgoing.uid}@{host}>", "Auto-Submitted": "auto-generated"},
            connection=self._connection,
        ).send()


def _failure(code: int, what: str) -> TemporaryFailure | PermanentFailure:
    """RFC 5321 §4.2.1: 421 closes the line, other 4yz may be tried again, 5yz may not."""
    said = f"{what}（{code}）"
    if code == 421:
        return GatewayDown(said)
    return PermanentFailure(said) if 500 <= code < 600 else TemporaryFailure(said)
