"""What may happen to an application and to a permit, as data: checks, buttons, API answers and tests read it."""

from approvals.models import Application, Permit
from shenguan.lifecycle import Table, move

S = Application.Status
_INTAKE = [S.DRAFT, S.RECEIVED, S.CORRECTING]
_RUNNING = [S.ACCEPTED, S.EXAMINED]

APPLICATION: Table = {
    "edit": move("修改登记信息", [S.DRAFT], None),
    "check_credit": move("信用核查", [*_INTAKE, *_RUNNING], None),
    "collect_material": move("收取材料", _INTAKE, None),
    "receive": move("收件", [S.DRAFT], S.RECEIVED),
    "sign_commitment": move("签署告知承诺书", [S.RECEIVED], None),
    "accept": move("受理", [S.RECEIVED], S.ACCEPTED),
    "request_correction": move("出具补正告知", [S.RECEIVED], S.CORRECTING),
    "complete_correction": move("补正齐全", [S.CORRECTING], S.RECEIVED),
    "refuse_acceptance": move("不予受理", [S.RECEIVED, S.CORRECTING], S.NOT_ACCEPTED),
    "not_required": move("不受理", [S.RECEIVED], S.NOT_REQUIRED),
    "supplement": move("补交容缺材料", _RUNNING, None),
    "examine": move("提交审查意见", [S.ACCEPTED], S.EXAMINED),
    "survey": move("录入踏勘意见", _RUNNING, None),
    "return_to_examination": move("退回审查", [S.EXAMINED], S.ACCEPTED),
    "pause": move("暂停计时", _RUNNING, None),
    "resume": move("恢复计时", _RUNNING, None),
    "extend": move("延长审批期限", _RUNNING, None),
    "decide": move("准予许可", [S.EXAMINED], S.GRANTED),
    "refuse": move("不予许可", [S.EXAMINED], S.CONCLUDED),
    "issue": move("制证送达", [S.GRANTED], S.CONCLUDED),
    "terminate": move("终止办理", _RUNNING, S.TERMINATED),
    "withdraw": move("申请人撤回", [S.RECEIVED, S.CORRECTING, *_RUNNING], S.WITHDRAWN),
}

# A complete commitment is decided at once, without examination first (R2.08).
COMMITMENT_APPLICATION: Table = {
    **APPLICATION,
    "decide": move("准予许可", _RUNNING, S.GRANTED),
    "refuse": move("不予许可", _RUNNING, S.CONCLUDED),
}

# A department's own system handles its cases itself and reports two stages (CONTRACT §3).
REPORTED_APPLICATION: Table = {
    "check_credit": move("信用核查", [S.ACCEPTED], None),
    "report_conclusion": move("登记自建系统办结", [S.ACCEPTED], S.CONCLUDED),
}

P = Permit.Status
_HELD = [P.VALID, P.SUSPENDED]

PERMIT: Table = {
    "change": move("变更", [P.VALID], None),
    "renew": move("延续", [P.VALID, P.EXPIRED], P.VALID),
    "suspend": move("暂扣", [P.VALID], P.SUSPENDED),
    "restore": move("恢复", [P.SUSPENDED], P.VALID),
    "expire": move("登记到期", _HELD, P.EXPIRED),
    "revoke": move("撤销", [*_HELD, P.EXPIRED], P.REVOKED),
    "withdraw": move("撤回", _HELD, P.WITHDRAWN),
    "cancel": move("注销", [*_HELD, P.EXPIRED, P.REVOKED, P.WITHDRAWN], P.CANCELLED),
}


def table_of(application: Application) -> Table:
    """The table that governs this application."""
    if application.source == Application.Source.OWN_SYSTEM:
        return REPORTED_APPLICATION
    return COMMITMENT_APPLICATION if application.mode == Application.Mode.COMMITMENT else APPLICATION
