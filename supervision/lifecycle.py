"""State tables of objects, inspections, findings and check tasks. Data only; actions move, pages and tests read."""

from shenguan.lifecycle import Table, move
from supervision.models import CheckTask, Finding, Inspection, SupervisedObject

Sheet, F, T, Watched = Inspection.Status, Finding.Status, CheckTask.Status, SupervisedObject.Status

OBJECT: Table = {
    "inspect": move("开展检查", [Watched.ACTIVE], None),
    "end": move("终止监管", [Watched.ACTIVE], Watched.ENDED),
}

INSPECTION: Table = {
    "record": move("填写检查项", [Sheet.DRAFT], None),
    "submit": move("提交检查结果", [Sheet.DRAFT], Sheet.SUBMITTED),
}

FINDING: Table = {
    "close": move("确认整改合格", [F.OPEN, F.OVERDUE], F.CLOSED),
    "fail": move("确认逾期未改", [F.OPEN], F.OVERDUE),
}

TASK: Table = {
    "assign": move("指派", [T.OPEN], None),
    "complete": move("完成检查", [T.OPEN], T.DONE),
    "cancel": move("取消任务", [T.OPEN], T.CANCELLED),
}
