"""Application configuration."""

from django.apps import AppConfig

from shenguan.audit.labels import register_labels


class OrgConfig(AppConfig):
    name = "shenguan.org"
    label = "org"
    verbose_name = "单位与人员"

    def ready(self) -> None:
        """Names the audit actions."""
        register_labels({"absence.record": "登记人员离岗", "absence.cancel": "撤销离岗登记"})
