"""State tables of the linkage. Data only: actions move by them, pages, the API, tests and diagrams read them.

A forward push runs WAITING_CLAIM → CLAIMED → (FED_BACK → CLAIMED)* → CLOSED, a reverse one WAITING_ANSWER → ANSWERED.
Moves without a button (feed_back, go_on, close …) belong to the router: they are what an event of the case leads to.
"""

from linkage.models import (
    Consultation,
    Delivery,
    Discrepancy,
    DutyObjection,
    ExchangeContract,
    ListVersion,
    Push,
    UnmappedEvent,
)
from shenguan.lifecycle import Table, move

P = Push.Status
J = DutyObjection.Status
C = Consultation.Status
U = UnmappedEvent.Status
V = ListVersion.Status
D = Delivery.Status
G = Discrepancy.State

PUSH: Table = {
    "claim": move("认领", [P.WAITING_CLAIM], P.CLAIMED),
    "read": move("签阅", [P.CLAIMED], None),  # ends those pushes that only had to be known
    "assign": move("指派", [P.WAITING_CLAIM, P.CLAIMED, P.OBJECTED, P.FED_BACK, P.WAITING_ANSWER], None),
    "transfer": move("改办科室", [P.WAITING_CLAIM, P.CLAIMED, P.OBJECTED, P.FED_BACK, P.WAITING_ANSWER], None),
    "hand_over": move("人员离岗交接", [P.WAITING_CLAIM, P.CLAIMED, P.OBJECTED, P.FED_BACK, P.WAITING_ANSWER], None),
    "return": move("退回", [P.WAITING_CLAIM, P.CLAIMED], P.OBJECTED),
    "feedback": move("提交反馈", [P.CLAIMED, P.FED_BACK], P.FED_BACK),
    "measure": move("报告处理措施", [P.CLAIMED, P.FED_BACK], P.FED_BACK),
    "answer": move("答复", [P.WAITING_ANSWER], P.ANSWERED),
    "merge": move("并入重复推送", [P.WAITING_CLAIM, P.CLAIMED], P.MERGED),
    "unmerge": move("撤销并入", [P.MERGED], P.CLAIMED),
    "wait_again": move("撤销并入，重新待认领", [P.MERGED], P.WAITING_CLAIM),
    "withdraw": move("撤回推送", [P.WAITING_CLAIM, P.CLAIMED, P.FED_BACK], P.WITHDRAWN),  # the sender's
    "agree_withdrawal": move("同意撤回", [P.CLAIMED, P.FED_BACK], P.WITHDRAWN),
    "refuse_withdrawal": move("不同意撤回", [P.CLAIMED, P.FED_BACK], None),
    "note": move("备注", P, None),
    "reroute": move("改派其他部门", [P.OBJECTED], P.REROUTED),
    "confirm": move("确认由原部门承担", [P.OBJECTED], P.CLAIMED),
    "feed_back": move("反馈异常结果", [P.WAITING_CLAIM, P.CLAIMED, P.OBJECTED, P.FED_BACK], P.FED_BACK),
    "go_on": move("继续监管", [P.FED_BACK], P.CLAIMED),
    # A request taken back before its answer is closed as well.
    "close": move("办结", [P.WAITING_CLAIM, P.CLAIMED, P.OBJECTED, P.FED_BACK, P.WAITING_ANSWER], P.CLOSED),
}
ROUTER_MOVES = frozenset(
    {"reroute", "confirm", "feed_back", "go_on", "close", "wait_again", "hand_over"}
)  # never a button
FORWARD_ONLY = frozenset({"claim", "return", "feedback", "measure", "merge", "unmerge"})
CASE_ONLY = frozenset({"claim", "return", "feedback", "measure", "merge"})
SENDERS = frozenset({"withdraw"})  # the deciding department's, never the recipient's
WITH_REQUEST = frozenset({"agree_withdrawal", "refuse_withdrawal"})
COORDINATORS = frozenset({"merge", "unmerge"})  # theirs too, in any department

OBJECTION: Table = {
    "uphold": move("裁定异议成立", [J.OPEN], J.UPHELD),
    "reject": move("裁定异议不成立", [J.OPEN], J.REJECTED),
}

UNMAPPED: Table = {
    "reroute": move("重新推送", [U.OPEN], U.ROUTED),
    "dismiss": move("确认无需推送", [U.OPEN], U.DISMISSED),
    "hand_over": move("移交", [U.OPEN], None),
}

LIST: Table = {
    "edit": move("编辑清单", [V.DRAFT], None),
    "publish": move("发布清单", [V.DRAFT], V.PUBLISHED),
    "discard": move("删除草稿", [V.DRAFT], None),
    "retire": move("停用清单", [V.PUBLISHED], V.RETIRED),  # an end is set; until then it is in force
    "recall": move("撤回待生效清单", [V.PUBLISHED], V.DRAFT),
    "roll_back": move("恢复历史版本", [V.RETIRED], None),  # its rows come back as a new version
}

E = ExchangeContract.Status
CONTRACT: Table = {
    "edit": move("修改协议", [E.DRAFT], None),
    "propose": move("提交部门确认", [E.DRAFT], E.PROPOSED),
    "confirm": move("确认协议", [E.PROPOSED], E.IN_FORCE),
    "send_back": move("退回修改", [E.PROPOSED], E.DRAFT),
    "end": move("终止协议", [E.IN_FORCE], E.ENDED),
}

DELIVERY: Table = {
    "deliver": move("送达", [D.PENDING], D.DELIVERED),
    "retry": move("重试", [D.PENDING], None),
    "give_up": move("停止投递", [D.PENDING], D.DEAD),
}

DISCREPANCY: Table = {
    "repair": move("修复", [G.OPEN], G.REPAIRED),
    "explain": move("说明", [G.OPEN, G.REPAIRED], G.EXPLAINED),
    "vanish": move("消除", [G.OPEN], G.VANISHED),  # the gap was gone when we looked again
    "reopen": move("重新打开", [G.REPAIRED], G.OPEN),  # it was still there
}

CONSULTATION: Table = {
    "reply": move("回复", [C.OPEN], None),
    "close": move("结束会商", [C.OPEN], C.CLOSED),
}
