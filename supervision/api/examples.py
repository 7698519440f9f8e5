"""Examples of the supervision calls (CONTRACT §3)."""

from shenguan.access.api.examples import asks

_PARTY = {"uscc": "91439902MAYX000174", "name": "云州味满堂餐饮管理有限公司"}
INSPECTION = [
    asks(
        {
            "source_inspection_id": "ZF-2026-001",
            "push_number": "TS20261120-0002",
            "checked_on": "2026-11-20",
            "inspectors": [
                {"name": "韩国栋", "certificate": "43990100101"},
                {"name": "易晓明", "certificate": "43990100102"},
            ],
            "result_codes": ["E"],
            "summary": "后厨不整洁",
            "problems": [
                {
                    "description": "食品未离地存放",
                    "measure": "rectify",
                    "rectify_by": "2026-12-05",
                    "legal_basis": "《中华人民共和国食品安全法》第三十三条",
                }
            ],
        },
        "发现问题，责令限期改正",
    ),
]
PENALTY = [
    asks(
        {
            "source_penalty_id": "CF-2026-012",
            "subject": _PARTY,
            "document_number": "云市监罚〔2026〕12号",
            "kinds": ["warning", "fine"],
            "fine_yuan": "5000.00",
            "facts": "经营超过保质期的食品",
            "result": "警告，罚款 5000 元",
            "legal_basis": ["《中华人民共和国食品安全法》第一百二十四条"],
            "decided_on": "2026-11-18",
        }
    ),
]
CLUE = [
    asks(
        {
            "source": "12345",
            "source_number": "RX20261120011",
            "received_at": "2026-11-20T08:30:00+08:00",
            "supervision_item_code": "43990100030100",
            "subject": {"uscc": "91439902MAYX000174"},
            "address": "云州市临江区文昌路31号",
            "title": "后厨卫生差",
            "content": "切熟食的案板旁边放着生鱼",
            "is_anonymous": True,
        }
    ),
]
