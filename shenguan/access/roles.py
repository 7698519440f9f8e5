"""Roles of staff and the permissions they carry. Pure data: no models are imported here.

A permission answers "who may"; what the rules allow *now* is answered by each app's policies.
The three security officers (三员, RULES R11.05) exclude one another.
"""

from django.db import models


class Permission(models.TextChoices):
    """One ability. Views, API and navigation ask for these, never for a role."""

    APPLICATION_INTAKE = "application.intake", "受理登记"
    APPLICATION_VIEW = "application.view", "查看办件"
    APPLICATION_EXAMINE = "application.examine", "审查"
    APPLICATION_SURVEY = "application.survey", "现场踏勘"
    APPLICATION_DECIDE = "application.decide", "作出审批决定"
    APPLICATION_ISSUE = "application.issue", "制证与送达"
    FREEZE_OVERRIDE = "freeze.override", "冻结期间个案放行"
    PERMIT_MANAGE = "permit.manage", "证照变更、撤销、注销"
    CREDIT_CHECK = "credit.check", "受理环节信用核查"
    CREDIT_VIEW = "credit.view", "查看信用核查记录"
    CREDIT_MANAGE = "credit.manage", "维护信用记录"
    INBOX_VIEW = "inbox.view", "查看联动待办"
    PUSH_CLAIM = "push.claim", "认领推送"
    PUSH_ASSIGN = "push.assign", "指派与改派"
    PUSH_RETURN = "push.return", "提出职责异议"
    PUSH_FEEDBACK = "push.feedback", "提交反馈"
    PUSH_ANSWER = "push.answer", "答复反馈"
    PUSH_ARBITRATE = "push.arbitrate", "职责裁定与重新推送"
    STATEMENT_SIGN = "statement.sign", "签收对账单"
    LINKAGE_LIST_VIEW = "linkage_list.view", "查看联动清单"
    LINKAGE_LIST_EDIT = "linkage_list.edit", "编辑联动清单"
    LINKAGE_LIST_PUBLISH = "linkage_list.publish", "发布联动清单"
    CATALOGUE_VIEW = "catalogue.view", "查看事项目录"
    CATALOGUE_EDIT = "catalogue.edit", "维护事项目录"
    OBJECT_VIEW = "object.view", "查看监管对象"
    INSPECTION_DO = "inspection.do", "开展检查"
    INSPECTION_MANAGE = "inspection.manage", "安排检查与整改复查"
    CONTRACT_MANAGE = "contract.manage", "管理数据共享协议"
    CONTRACT_CONFIRM = "contract.confirm", "确认本部门数据共享协议"
    COORDINATION_VIEW = "coordination.view", "统筹查看全市联动"
    ABSENCE_RECORD = "absence.record", "登记人员离岗"
    SYSTEM_MANAGE = "system.manage", "系统管理"
    SECURITY_MANAGE = "security.manage", "安全管理"
    AUDIT_VIEW = "audit.view", "查看审计日志"
    PERSONAL_DATA_UNMASK = "personal_data.unmask", "查看未脱敏个人信息"


class Role(models.TextChoices):
    """The roles of 人员.csv; the label is the heading used in the table."""

    WINDOW_CLERK = "window_clerk", "窗口人员"
    EXAMINER = "examiner", "审查员"
    SURVEYOR = "surveyor", "踏勘员"
    DECIDER = "decider", "审批决定人"
    PERMIT_ISSUER = "permit_issuer", "制证员"
    LIAISON = "liaison", "监管联络员"
    INSPECTOR = "inspector", "执法人员"
    SUPERVISION_HEAD = "supervision_head", "监管科室负责人"
    LIST_ADMIN = "list_admin", "清单管理员"
    CREDIT_ADMIN = "credit_admin", "信用管理员"
    COORDINATOR = "coordinator", "统筹协调员"
    SYSTEM_ADMIN = "system_admin", "系统管理员"
    SECURITY_ADMIN = "security_admin", "安全管理员"
    AUDIT_ADMIN = "audit_admin", "审计管理员"


P = Permission
_APPROVAL_SIDE = {
    P.APPLICATION_VIEW,
    P.CATALOGUE_VIEW,
    P.LINKAGE_LIST_VIEW,
    P.INBOX_VIEW,
    P.PUSH_ANSWER,
    P.CREDIT_VIEW,
    P.OBJECT_VIEW,
}
_SUPERVISION_SIDE = {
    P.INBOX_VIEW,
    P.CATALOGUE_VIEW,
    P.LINKAGE_LIST_VIEW,
    P.OBJECT_VIEW,
    P.PUSH_CLAIM,
    P.PUSH_FEEDBACK,
    P.PUSH_RETURN,
}

ROLE_PERMISSIONS: dict[str, frozenset[Permission]] = {
    Role.WINDOW_CLERK: frozenset(
        {
            P.APPLICATION_INTAKE,
            P.APPLICATION_VIEW,
            P.CREDIT_CHECK,
            P.CREDIT_VIEW,
            P.CATALOGUE_VIEW,
            P.LINKAGE_LIST_VIEW,
            P.OBJECT_VIEW,
            P.PERSONAL_DATA_UNMASK,
        }
    ),
    Role.EXAMINER: frozenset(_APPROVAL_SIDE | {P.APPLICATION_EXAMINE, P.PERSONAL_DATA_UNMASK}),
    Role.SURVEYOR: frozenset(_APPROVAL_SIDE | {P.APPLICATION_SURVEY, P.PERSONAL_DATA_UNMASK}),
    Role.DECIDER: frozenset(
        _APPROVAL_SIDE
        | {
            P.STATEMENT_SIGN,
            P.CONTRACT_CONFIRM,
            P.APPLICATION_DECIDE,
            P.PERMIT_MANAGE,
            P.FREEZE_OVERRIDE,
            P.ABSENCE_RECORD,
        }
    ),
    Role.PERMIT_ISSUER: frozenset(_APPROVAL_SIDE | {P.APPLICATION_ISSUE}),
    Role.LIAISON: frozenset(
        _SUPERVISION_SIDE | {P.STATEMENT_SIGN, P.CONTRACT_CONFIRM, P.PUSH_ASSIGN, P.PERSONAL_DATA_UNMASK}
    ),
    Role.INSPECTOR: frozenset(_SUPERVISION_SIDE | {P.INSPECTION_DO, P.PERSONAL_DATA_UNMASK}),
    Role.SUPERVISION_HEAD: frozenset(
        _SUPERVISION_SIDE | {P.STATEMENT_SIGN, P.CONTRACT_CONFIRM, P.PUSH_ASSIGN, P.INSPECTION_MANAGE, P.ABSENCE_RECORD}
    ),
    Role.LIST_ADMIN: frozenset({P.LINKAGE_LIST_VIEW, P.LINKAGE_LIST_EDIT, P.CATALOGUE_VIEW, P.CATALOGUE_EDIT}),
    Role.CREDIT_ADMIN: frozenset({P.CREDIT_VIEW, P.CREDIT_MANAGE, P.LINKAGE_LIST_VIEW, P.CATALOGUE_VIEW}),
    Role.COORDINATOR: frozenset(
        {
            P.COORDINATION_VIEW,
            P.CONTRACT_MANAGE,
            P.INBOX_VIEW,
            P.PUSH_ARBITRATE,
            P.LINKAGE_LIST_VIEW,
            P.LINKAGE_LIST_PUBLISH,
            P.CATALOGUE_VIEW,
            P.APPLICATION_VIEW,
            P.OBJECT_VIEW,
        }
    ),
    Role.SYSTEM_ADMIN: frozenset({P.SYSTEM_MANAGE, P.CATALOGUE_VIEW, P.ABSENCE_RECORD}),
    Role.SECURITY_ADMIN: frozenset({P.SECURITY_MANAGE}),
    Role.AUDIT_ADMIN: frozenset({P.AUDIT_VIEW}),
}

THREE_OFFICERS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
