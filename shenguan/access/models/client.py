"""The OAuth 2 client of a department's own system (自建系统, CONTRACT §3)."""

from django.db import models
from django.http import HttpRequest
from oauth2_provider.models import AbstractApplication
from oauthlib.common import Request


class MachineClient(AbstractApplication):
    """One system of one department. It sees the rows of that department and may do what its scopes say."""

    department = models.ForeignKey("org.Department", models.PROTECT, related_name="machine_clients")
    allowed_scopes = models.CharField("授权范围", max_length=400, help_text="以空格分隔")

    class Meta:
        verbose_name = "接口客户端"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    authorization_grant_type=AbstractApplication.GRANT_CLIENT_CREDENTIALS,
                    client_type=AbstractApplication.CLIENT_CONFIDENTIAL,
                ),
                name="machines_use_client_credentials",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def scope_set(self) -> frozenset[str]:
        """What an operator granted; a token never carries more, and a withdrawn scope ends at once."""
        return frozenset(self.allowed_scopes.split())

    def is_usable(self, request: HttpRequest | Request) -> bool:
        """No token is issued or accepted for the system of a department that was closed."""
        return self.department.is_active
