"""Examples of the linkage calls (CONTRACT §3)."""

from typing import Any

from drf_spectacular.utils import OpenApiExample

from shenguan.access.api.examples import FORM, answers, asks

PUSH: dict[str, Any] = {
    "number": "TS20261120-0002",
    "sequence": 2,
    "event_id": "5ae689f0-3a3d-43c3-8590-4be3b0774443",
    "direction": "forward",
    "kind": "approval.concluded",
    "case_number": "YZ20261120-0001",
    "department": {"code": "SCJG", "name": "云州市市场监督管理局"},
    "sender": {"code": "SPJ", "name": "云州市行政审批服务局"},
    "approval_item": {"code": "439901010040", "name": "食品经营许可"},
    "supervision_item": {"code": "43990100030100", "name": "对餐饮服务提供者的监督检查"},
    "subject": {"name": "云州味满堂餐饮管理有限公司", "code": "91439902MAYX000174"},
    "status": "waiting_claim",
    "status_text": "待认领",
    "next_step": "claim",
    "next_step_text": "认领",
    "is_open": True,
    "due_on": "2026-11-24",
    "owner": "韩国栋",
    "assignee": None,
    "by_commitment": False,
    "credit_flag": "none",
    "list_version": "2026-3",
    "version": 1,
    "pushed_at": "2026-11-20T09:30:00+08:00",
    "claimed_at": None,
    "answered_at": None,
    "closed_at": None,
}
LIST = [answers(PUSH, "一条推送")]
DETAIL = [
    answers(
        PUSH
        | {
            "allowed_actions": ["claim", "assign", "transfer", "return", "note"],
            "commitment": None,
            "message": "准予许可，办件办结",
            "answer_outcome": "",
            "answer_text": "",
            "answers_push": None,
            "payload": {"item_code": "439901010040", "item_name": "食品经营许可", "result": "granted"},
            "notes": [],
            "attachments": [],
        },
        "推送详情",
    )
]
_MEASURE = {
    "kind": "rectify",
    "document_name": "责令改正通知书",
    "document_number": "云市监责改〔2026〕9号",
    "decided_on": "2026-11-20",
    "facts": "食品未离地存放",
    "result": "责令于 2026-12-05 前改正",
    "legal_basis": "《中华人民共和国食品安全法》第一百二十六条",
}
MOVES: dict[str, list[OpenApiExample]] = {
    "claim": [asks({}), asks({"expected_version": 1}, "核对版本")],
    "read": [asks({})],
    "assign": [asks({"assignee": "yixiaoming"})],
    "transfer": [asks({"office": "SCJG-02", "reason": "该类主体由餐饮科监管"})],
    "return": [asks({"reason_code": "not_our_duty", "reason": "属经开区监管", "suggested_department": None})],
    "feedback": [
        asks({"text": "实际经营地址与许可证不符", "proposal": "change"}),
        asks({"text": "实际经营地址与许可证不符", "proposal": "change", "file": "（二进制）"}, "带附件", FORM),
    ],
    "measure": [asks(_MEASURE), asks(_MEASURE | {"file": "（二进制）"}, "带附件", FORM)],
    "answer": [
        asks({"outcome": "noted", "text": "已知悉"}),
        asks(
            {
                "outcome": "revoke",
                "text": "以欺骗手段取得许可，予以撤销",
                "legal_basis": "《中华人民共和国行政许可法》第六十九条",
                "document_number": "云审撤〔2026〕1号",
            },
            "撤销许可",
        ),
    ],
    "merge": [asks({"survivor": "TS20261120-0001", "reason": "自建系统与窗口重复报送"})],
    "unmerge": [asks({"reason": "不是同一门店"})],
    "withdraw": [asks({"reason": "推送对象有误"})],
    "agree_withdrawal": [asks({})],
    "refuse_withdrawal": [asks({"decision": "已现场检查并发现问题，不宜撤回"})],
    "note": [asks({"text": "已电话联系"}), asks({"text": "见附件", "file": "（二进制）"}, "带附件", FORM)],
}
LINKAGE_ITEM = [
    answers(
        {
            "list_version": "2026-3",
            "sequence": 1,
            "approval_item": PUSH["approval_item"],
            "approval_department": PUSH["sender"],
            "approval_office": "市场准入科",
            "approval_liaison": "阮世安",
            "approval_deputy": None,
            "supervision_item": PUSH["supervision_item"],
            "department": PUSH["department"],
            "office": "餐饮监管科",
            "liaison": "韩国栋",
            "deputy": "易晓明",
            "condition": "经营项目含餐饮服务",
            "stages": ["accepted", "concluded"],
            "claim_mode": "manual",
            "claim_days": 2,
            "first_check_days": 20,
            "feedback_days": 1,
            "feedback_scope": "abnormal",
            "contents": ["事项名称", "证照信息"],
            "basis": "工作备忘录",
            "paper": {
                "kind": "工作备忘录",
                "number": "云审管备〔2026〕7号",
                "valid_from": "2026-01-01",
                "valid_to": "2027-12-31",
                "in_force": True,
            },
            "ladder": {
                "name": "默认催办规则",
                "number": 1,
                "remind_days": 1,
                "remind_tells": ["handler"],
                "yellow_days": 1,
                "yellow_tells": ["owner"],
                "red_days": 3,
                "red_tells": ["office_head"],
                "lift_days": 5,
                "lift_tells": ["department_head", "coordinator"],
            },
        },
        "清单的一条",
    )
]
REPORT_DAY = [
    asks({"date": "2026-11-20", "direction": "forward", "count": 2, "digest": "0" * 64}, "只报摘要"),
    asks(
        {
            "date": "2026-11-20",
            "direction": "forward",
            "count": 2,
            "lines": ["TS20261120-0001:3", "TS20261120-0002:1"],
        },
        "逐行",
    ),
]
