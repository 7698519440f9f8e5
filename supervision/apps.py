"""Application configuration."""

from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils.module_loading import import_string

from credit import dealings
from shenguan.audit.labels import register_labels
from shenguan.ui import navigation

if TYPE_CHECKING:
    from shenguan.org.models import Staff


class SupervisionConfig(AppConfig):
    name = "supervision"
    verbose_name = "监管"

    def ready(self) -> None:
        """Names the audit actions and puts the number of open tasks into the menu."""
        register_labels(
            {
                "object.register": "纳入监管",
                "object.end": "终止监管",
                "object.restore": "恢复监管",
                "task.open": "生成检查任务",
                "task.assign": "指派检查任务",
                "task.complete": "完成检查任务",
                "task.cancel": "取消检查任务",
                "task.reopen": "恢复检查任务",
                "inspection.start": "开始检查",
                "inspection.photo": "上传检查照片",
                "inspection.submit": "提交检查结果",
                "inspection.report": "自建系统报送检查结果",
                "penalty.report": "自建系统报送行政处罚",
                "penalty.withdraw": "登记处罚撤销",
                "clue.report": "自建系统报送线索",
                "clue.take": "接手处置线索",
                "clue.conclude": "办结线索",
                "finding.open": "登记问题",
                "finding.close": "问题销号",
                "finding.fail": "确认逾期未改",
            }
        )
        navigation.register_count("supervision:inspections", _open_tasks)
        dealings.register(import_string("supervision.selectors.watches"))


def _open_tasks(staff: "Staff") -> navigation.Count:
    total, late = import_string("supervision.selectors.open_task_count")(staff)
    return navigation.Count(total, hot=late > 0)
