"""What a provider reports about messages it took."""

import logging
import uuid
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from shenguan.notify.channels.sms.receipts import DeliveryReceipt
from shenguan.notify.models import Message

logger = logging.getLogger(__name__)
KEPT = ["receipt", "receipt_at", "receipt_note"]


@transaction.atomic
def record_receipts(receipts: Sequence[DeliveryReceipt], *, channel: str, gateway: str) -> int:
    """Notes which messages arrived; how many rows changed. The same receipt again changes nothing.

    A message that arrived stays so; one reported lost may still be reported found. A receipt that is quicker than our
    own note of having sent the message is kept by its uid.
    """
    by_uid = {str(one): receipt for receipt in receipts if (one := _uuid(receipt.uid))}
    by_reference = {receipt.reference: receipt for receipt in receipts if receipt.reference}
    known = Q(uid__in=by_uid) | Q(gateway_reference__in=by_reference, gateway=gateway)
    rows = Message.objects.filter(known, channel=channel, attempts__gt=0).order_by("pk").select_for_update()
    changed = []
    for row in rows:
        receipt = by_uid.get(str(row.uid)) or by_reference[row.gateway_reference]
        wanted = Message.Receipt.DELIVERED if receipt.delivered else Message.Receipt.UNDELIVERED
        if row.receipt in (Message.Receipt.DELIVERED, wanted):
            continue
        row.receipt, row.receipt_at, row.receipt_note = wanted, timezone.now(), receipt.note
        changed.append(row)
    Message.objects.bulk_update(changed, KEPT)
    if unknown := len(receipts) - len(rows):
        logger.info("%s receipts of %s name no message of ours", unknown, gateway)
    return len(changed)


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
