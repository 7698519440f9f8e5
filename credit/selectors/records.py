"""Which credit records a person may see (RULES R6.07, R6.08)."""

from credit.models import CreditRecord, Subject
from credit.models.record import CreditRecordQuerySet
from credit.policies import SHARED
from shenguan.access.roles import Permission
from shenguan.org.models import Staff


def visible_to(staff: Staff) -> CreditRecordQuerySet:
    """Credit officers see every record they keep order over; others what is 社会公开 or 政务共享.

    Records of natural persons are 授权查询: others meet them only in the answer of a check made for a purpose.
    """
    if staff.may(Permission.CREDIT_MANAGE):
        return CreditRecord.objects.all()
    return CreditRecord.objects.open_to(SHARED)


def of_subject(subject: Subject, staff: Staff) -> CreditRecordQuerySet:
    """The records of one party that this person may see, newest decision first."""
    return visible_to(staff).filter(subject=subject).select_related("authority")
