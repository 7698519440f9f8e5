"""Examples of the approval calls (CONTRACT §3)."""

from typing import Any

from shenguan.access.api.examples import answers, asks

_REPORT: dict[str, Any] = {
    "source_case_id": "OA-2026-000124",
    "item_code": "439901010040",
    "subject": {"kind": "enterprise", "name": "云州味满堂餐饮管理有限公司", "uscc": "91439902MAYX000174"},
    "situations": ["经营项目含餐饮服务"],
}
_DUE = {
    "start_on": "2026-11-20",
    "amount": 20,
    "unit": "wd",
    "law": "行政许可法第四十二条",
    "due_on": "2026-12-18",
    "provisional": False,
    "is_paused": False,
    "state": "open",
    "met_on": None,
}
_PERMIT = {
    "number": "JY24399020001235",
    "name": "食品经营许可证",
    "status": "valid",
    "valid_from": "2026-11-20",
    "valid_to": "2031-11-19",
    "is_permanent": False,
}
_CASE = {
    "number": "YZ20261120-0001",
    "source": "own_system",
    "source_case_id": "OA-2026-000124",
    "item_code": "439901010040",
    "item_name": "食品经营许可",
    "subject_name": "云州味满堂餐饮管理有限公司",
    "subject_uscc": "91439902MAYX000174",
    "status": "concluded",
    "status_text": "已办结",
    "mode": "standard",
    "result": "granted",
    "received_on": "2026-11-20",
    "accepted_on": "2026-11-20",
    "decided_on": "2026-11-20",
    "concluded_at": "2026-11-20T09:30:00+08:00",
    "statutory_deadline": _DUE | {"state": "met", "met_on": "2026-11-20"},
    "promised_deadline": _DUE | {"amount": 5, "due_on": "2026-11-27", "state": "met", "met_on": "2026-11-20"},
    "permit": _PERMIT,
    "version": 2,
}
CASE = [answers(_CASE)]
REPORT_CASE = [
    asks(_REPORT | {"stage": "accepted"}, "受理"),
    asks(
        _REPORT
        | {
            "stage": "concluded",
            "result": "granted",
            "decided_on": "2026-11-20",
            "permit": {name: _PERMIT[name] for name in ("number", "name", "valid_from", "valid_to")},
        },
        "办结，准予许可",
    ),
    asks(
        _REPORT
        | {
            "source_case_id": "OA-2026-000125",
            "stage": "concluded",
            "result": "refused",
            "decided_on": "2026-11-20",
            "documents": [{"name": "不予行政许可决定书", "number": "云市监不许〔2026〕2号"}],
        },
        "办结，不予许可",
    ),
    answers(_CASE, status=201),
]
REPORT_PERMIT_EVENT = [
    asks(
        {"event": "changed", "document": "云审变〔2026〕3号", "date": "2026-11-20", "reason": "变更法定代表人"}, "变更"
    ),
    asks(
        {"event": "renewed", "document": "云审延〔2026〕8号", "date": "2026-11-20", "valid_to": "2036-11-19"},
        "延续",
    ),
    answers(
        {
            "event": "changed",
            "document": "云审变〔2026〕3号",
            "date": "2026-11-20",
            "reason": "变更法定代表人",
            "legal_basis": "《中华人民共和国行政许可法》第四十九条",
            "permit": _PERMIT,
        },
        status=201,
    ),
]
