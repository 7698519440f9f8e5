"""Application configuration."""

from django.apps import AppConfig
from django.utils.module_loading import import_string
from prometheus_client import REGISTRY

from credit import dealings
from shenguan.access import gates
from shenguan.audit.labels import register_labels
from shenguan.notify import digests, openings
from shenguan.ui import navigation, search


class LinkageConfig(AppConfig):
    name = "linkage"
    verbose_name = "联动"

    def ready(self) -> None:
        """Names the audit actions, puts numbers into the menu, joins the global search and the health checks."""
        counted = ("linkage:inbox", "linkage:unmapped", "linkage:reconciliation")
        navigation.register_counts(counted, import_string("linkage.selectors.menu.counts"))
        search.register(import_string("linkage.selectors.global_search.find"))
        digests.register("pushes", import_string("linkage.selectors.digest.workloads"))
        openings.register("/linkage/pushes/", import_string("linkage.selectors.openings.opening_of_push"))
        gates.register(import_string("linkage.actions.refused_reports.check"))
        dealings.register(import_string("linkage.selectors.cases.concern"))
        for probe in ("oldest_undelivered", "gap_scan_age", "open_discrepancies"):
            import_string("shenguan.ui.health.register_probe")(probe, import_string(f"linkage.health.{probe}"))
        for metrics in ("ReconciliationMetrics", "DeliveryMetrics"):
            REGISTRY.register(import_string(f"linkage.health.{metrics}")())
        register_labels(
            {
                "push.created": "生成推送",
                "push.claimed": "认领推送",
                "push.read": "签阅推送",
                "push.assigned": "指派推送",
                "push.transferred": "改办科室",
                "push.handed_over": "人员离岗交接",
                "push.merged": "并入重复推送",
                "push.unmerged": "撤销并入",
                "push.withdrawn": "审批部门撤回推送",
                "push.withdrawal_asked": "请求撤回推送",
                "push.withdrawal_refused": "不同意撤回推送",
                "push.objected": "提出职责异议",
                "push.rerouted": "裁定改派",
                "push.confirmed": "裁定维持",
                "push.fed_back": "提交反馈",
                "push.answered": "答复反馈",
                "policy.publish": "发布政策变动",
                "consultation.open": "发起会商",
                "consultation.reply": "回复会商",
                "consultation.close": "结束会商",
                "push.measure": "报告处理措施",
                "push.noted": "推送备注",
                "push.closed": "推送办结",
                "push.delivered": "推送送达业务系统",
                "objection.uphold": "职责异议成立",
                "objection.reject": "职责异议不成立",
                "unmapped.reroute": "未对应事项重新推送",
                "unmapped.dismiss": "未对应事项无需推送",
                "offline.record": "录入线下往来",
                "unmapped.hand_over": "未对应事项移交",
                "list.create_draft": "新建清单草稿",
                "list.add_entry": "新增清单条目",
                "list.edit_entry": "修改清单条目",
                "list.remove_entry": "移除清单条目",
                "list.restore_entry": "恢复清单条目",
                "list.export": "导出联动清单",
                "inbox.export": "导出联动待办",
                "list.publish": "发布联动清单",
                "list.roll_back": "恢复清单历史版本",
                "list.recall": "撤回待生效清单",
                "list.register_paper": "登记权责依据文书",
                "list.edit_entries": "批量修改清单条目",
                "list.replace_person": "清单人员替换",
                "list.discard": "删除清单草稿",
                "catalogue.import": "导入目录清单",
                "endpoint.register": "登记接收地址",
                "endpoint.rotate_key": "轮换签名密钥",
                "endpoint.finish_rotation": "结束密钥轮换",
                "endpoint.pause": "暂停投递",
                "endpoint.resume": "恢复投递",
                "endpoint.set_pace": "设置投递节奏",
                "endpoint.deactivate": "停用接收地址",
                "endpoint.ping": "测试调用接收地址",
                "contract.draft": "草拟数据共享协议",
                "contract.edit": "修改数据共享协议",
                "contract.propose": "提交协议待部门确认",
                "contract.confirm": "确认数据共享协议",
                "contract.send_back": "退回数据共享协议",
                "contract.end": "终止数据共享协议",
                "withheld.release": "放行协议外推送",
                "report.refuse": "拒收协议外报送",
                "delivery.replay": "补发推送",
                "reconciliation.report": "报送日对账数",
                "statement.ask": "请求生成对账单",
                "statement.make": "生成对账单",
                "statement.sign": "签收对账单",
                "statement.object": "对账单异议",
                "statement.answer": "答复对账单异议",
                "statement.download": "下载对账单",
                "discrepancies.export": "导出差异与缺口",
                "discrepancy.repair": "修复对账差异",
                "discrepancy.explain": "说明对账差异",
                "clock.soon": "临期提醒",
                "clock.yellow": "黄牌",
                "clock.red": "红牌",
                "clock.lifted": "提级",
                "clock.overdue": "超期提级",
                "push.carded": "给出督办牌",
                "push.card_withdrawn": "推送的督办牌撤回",
                "card.withdraw": "撤回督办牌",
                "cards.export": "导出督办牌",
                "ladder.create": "新建催办规则",
                "ladder.revise": "修改催办规则",
            }
        )
