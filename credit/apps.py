"""Application configuration."""

from django.apps import AppConfig
from django.utils.module_loading import import_string

from credit.source_names import check_configured
from shenguan.audit.labels import register_labels
from shenguan.ui import search


class CreditConfig(AppConfig):
    name = "credit"
    verbose_name = "信用"

    def ready(self) -> None:
        """Stops the start over an unknown credit source, names the audit actions, joins the global search.

        Raises ConfigurationError.
        """
        check_configured()
        register_labels(
            {
                "credit.check": "信用核查",
                "credit.record": "登记信用记录",
                "credit.repair": "信用修复",
                "credit.revoke": "撤销信用记录",
                "credit.raise_objection": "信用异议登记",
                "credit.uphold_objection": "信用异议成立",
                "credit.reject_objection": "信用异议不成立",
                "freeze.request": "请求冻结审批",
                "freeze.adopt": "采纳冻结请求",
                "freeze.decline": "不采纳冻结请求",
                "freeze.withdraw": "撤回冻结请求",
                "freeze.extend": "延长冻结",
                "freeze.override": "冻结期间个案放行",
                "freeze.passed": "冻结期间报送的决定",
                "freeze.lift": "解除冻结",
                "freeze.expire": "冻结到期结束",
                "subject.create": "登记主体",
                "subject.complete": "补充主体信息",
                "subject.view": "查看信用主体档案",
                "subject.lookup": "按证件号码查询主体",
                "personal_data.unmask": "查看未脱敏信息",
            }
        )
        search.register(import_string("credit.selectors.global_search.find"))
