"""What may be done to a credit record. Its state follows from its dates (policies.state_on), never from a column."""

from credit.models import CreditRecord
from shenguan.lifecycle import move

State = CreditRecord.State
Objection = CreditRecord.Objection

RECORD = {
    "repair": move("信用修复", {State.EFFECTIVE}, State.REPAIRED),
    # A decision can be quashed long after its publicity ended: the record is voided all the same (R6.17).
    "revoke": move("撤销记录", {State.EFFECTIVE, State.REPAIRED, State.EXPIRED}, State.REVOKED),
    "raise_objection": move("提出异议", {State.EFFECTIVE}, None),
}

OBJECTION = {
    "raise_objection": move("提出异议", {Objection.NONE, Objection.REJECTED}, Objection.RUNNING),
    "uphold_objection": move("异议成立", {Objection.RUNNING}, Objection.UPHELD),
    "reject_objection": move("异议不成立", {Objection.RUNNING}, Objection.REJECTED),
}
