"""A message before it is in the outbox."""

from datetime import date, datetime
from typing import NamedTuple


class Letter(NamedTuple):
    """The columns of one new row of Message, by their names; the model says what they mean."""

    channel: str
    recipient_name: str
    address: str
    template_code: str
    text: str
    due_at: datetime
    kind: str = ""
    subject: str = ""
    variables: str = ""
    recipient_key: str = ""
    case_number: str = ""
    act_by: date | None = None
    urgent: bool = False
    bundling: bool = False
    resend_of_id: int | None = None
