"""Examples of the credit calls (CONTRACT §3)."""

from shenguan.access.api.examples import answers, asks

CHECK = [
    asks(
        {
            "subject": {"uscc": "91439902MAYX000174"},
            "item_code": "439901010040",
            "purpose": "行政许可受理",
            "case_number": "OA-2026-000124",
        }
    ),
]
RECORDS = [
    asks(
        {
            "records": [
                {
                    "subject": {"uscc": "91439902MAYX000174", "name": "云州味满堂餐饮管理有限公司"},
                    "level": "general",
                    "category": "penalty",
                    "document_name": "行政处罚决定书",
                    "document_number": "云市监罚〔2026〕12号",
                    "decided_on": "2026-11-18",
                    "facts": "经营超过保质期的食品",
                    "result": "警告，罚款 5000 元",
                    "legal_basis": ["《中华人民共和国食品安全法》第一百二十四条"],
                    "fine_yuan": "5000.00",
                }
            ],
            "atomic": True,
        }
    ),
    answers(
        {
            "created": 1,
            "unchanged": 0,
            "rejected": 0,
            "results": [{"index": 0, "status": "created", "number": "XY2026000123", "errors": []}],
        }
    ),
]
