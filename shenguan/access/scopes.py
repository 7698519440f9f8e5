"""OAuth scopes of the machine interface (CONTRACT §3). What rows a person sees is decided in `scope.py`."""

from django.db import models
from django.http import HttpRequest
from oauth2_provider.scopes import BaseScopes

from shenguan.access.models import MachineClient


class Scope(models.TextChoices):
    """One thing a department's system may be allowed to do."""

    CATALOGUE_READ = "catalogue:read", "读取事项目录与联动清单"
    CASES_READ = "cases:read", "读取本部门办件"
    CASES_WRITE = "cases:write", "报送办件与证照变动"
    PUSHES_READ = "pushes:read", "读取本部门收到的推送"
    PUSHES_WRITE = "pushes:write", "认领、退回、反馈、答复推送"
    SUPERVISION_WRITE = "supervision:write", "报送检查与处罚结果"
    CREDIT_CHECK = "credit:check", "核查信用状况"
    CREDIT_WRITE = "credit:write", "报送信用记录"
    CLUES_WRITE = "clues:write", "报送线索"
    RECONCILIATION_READ = "reconciliation:read", "读取本部门的日对账数与明细"
    RECONCILIATION_WRITE = "reconciliation:write", "报送对方一方的日对账数"


class ClientScopes(BaseScopes):
    """Every client has its own list; a token request that names no scope gets the whole list."""

    def get_all_scopes(self) -> dict[str, str]:
        """Scope -> what it allows, for the published description."""
        return {value: str(label) for value, label in Scope.choices}

    def get_available_scopes(
        self,
        application: MachineClient | None = None,
        request: HttpRequest | None = None,
        *args: object,
        **kwargs: object,
    ) -> list[str]:
        """The scopes this client may ask for; none without a client."""
        if application is None:
            return []
        return [scope for scope in Scope.values if scope in application.scope_set]

    def get_default_scopes(
        self,
        application: MachineClient | None = None,
        request: HttpRequest | None = None,
        *args: object,
        **kwargs: object,
    ) -> list[str]:
        """Same as the available ones."""
        return self.get_available_scopes(application)
