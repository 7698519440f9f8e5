"""State tables of objects, inspections, findings, tasks, penalties, clues. Data only: actions move, others read."""

from shenguan.lifecycle import Table, move
from supervision.models import CheckTask, Clue, Finding, Inspection, Penalty, SupervisedObject

Sheet, F, T, Watched = Inspection.Status, Finding.Status, CheckTask.Status, SupervisedObject.Status

OBJECT: Table = {
    "inspect": move("开展检查", [Watched.ACTIVE], None),
    "end": move("终止监管", [Watched.ACTIVE], Watched.ENDED),
    "restore": move("恢复监管", [Watched.ENDED], Watched.ACTIVE),
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
    "reopen": move("恢复任务", [T.CANCELLED], T.OPEN),
}

PENALTY: Table = {
    "withdraw": move("登记处罚撤销", [Penalty.Status.IN_FORCE], Penalty.Status.WITHDRAWN),
}

C = Clue.Status
CLUE: Table = {
    "take": move("接手处置", [C.WAITING, C.ASSIGNED], C.HANDLING),
    "conclude": move("办结线索", [C.WAITING, C.ASSIGNED, C.HANDLING], C.CLOSED),
}
