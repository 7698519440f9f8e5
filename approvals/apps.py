"""Application configuration."""

from django.apps import AppConfig
from django.utils.module_loading import import_string

from credit import dealings, items
from shenguan.audit.labels import register_labels
from shenguan.ui import navigation, search


class ApprovalsConfig(AppConfig):
    name = "approvals"
    verbose_name = "审批"

    def ready(self) -> None:
        """Names the audit actions, joins search and menu, tells the credit floor what items settle."""
        register_labels(
            {
                "application.create": "登记申请",
                "application.edit": "修改登记信息",
                "application.export": "导出办件列表",
                "application.receive": "收件",
                "application.check_credit": "受理环节信用核查",
                "application.collect_material": "收取材料",
                "application.sign_commitment": "签署告知承诺书",
                "application.record_commitment_result": "登记承诺核查结果",
                "application.accept": "受理",
                "application.request_correction": "出具补正告知",
                "application.complete_correction": "补正齐全",
                "application.refuse_acceptance": "不予受理",
                "application.not_required": "不受理",
                "application.supplement": "补交容缺材料",
                "application.expire_tolerance": "容缺逾期终止办理",
                "application.examine": "提交审查意见",
                "application.survey": "录入踏勘意见",
                "application.return_to_examination": "退回审查",
                "application.pause": "暂停计时",
                "application.resume": "恢复计时",
                "application.extend": "延长审批期限",
                "application.decide": "准予许可",
                "application.refuse": "不予许可",
                "application.issue": "制证送达",
                "application.terminate": "终止办理",
                "application.withdraw": "申请人撤回",
                "application.report_acceptance": "自建系统报送受理",
                "application.report_conclusion": "自建系统报送办结",
                "permit.change": "证照变更",
                "permit.renew": "证照延续",
                "permit.suspend": "证照暂扣",
                "permit.restore": "证照恢复",
                "permit.expire": "证照到期",
                "permit.revoke": "证照撤销",
                "permit.withdraw": "证照撤回",
                "permit.cancel": "证照注销",
            }
        )
        search.register(import_string("approvals.selectors.global_search.find"))
        items.register(import_string("approvals.selectors.credit_terms.terms_of_code"))
        dealings.register(import_string("approvals.selectors.applications.concern"))
        navigation.register_count("approvals:applications", import_string("approvals.selectors.counts.waiting"))
