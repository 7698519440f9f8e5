"""What may be done to credit records and freezes, as data.

The state of a record follows from its dates (policies.state_on), never from a column; that of a freeze is a column.
"""

from credit.models import CreditRecord, Freeze
from shenguan.lifecycle import move

State = CreditRecord.State
Objection = CreditRecord.Objection
F = Freeze.Status

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

FREEZE = {
    "adopt": move("采纳", {F.REQUESTED}, F.ACTIVE),
    "decline": move("不采纳", {F.REQUESTED}, F.DECLINED),
    "withdraw": move("撤回请求", {F.REQUESTED}, F.WITHDRAWN),
    "extend": move("延长冻结", {F.ACTIVE}, None),
    "override": move("个案放行", {F.ACTIVE}, None),
    "lift": move("解除冻结", {F.ACTIVE}, F.LIFTED),
    "expire": move("到期结束", {F.REQUESTED, F.ACTIVE}, F.EXPIRED),
}
