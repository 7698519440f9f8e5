"""Application configuration."""

from importlib import import_module

from django.apps import AppConfig

from shenguan.audit.labels import register_labels


class AccessConfig(AppConfig):
    name = "shenguan.access"
    label = "access"
    verbose_name = "访问控制"

    def ready(self) -> None:
        """Names the audit actions, and makes the OAuth 2 scheme known to drf-spectacular, which finds it by import."""
        register_labels(
            {
                "login.succeeded": "登录",
                "login.failed": "登录失败",
                "login.locked": "登录锁定",
                "login.ended": "退出登录",
                "login.idle_end": "闲置自动退出",
                "password.changed": "修改密码",
                "role.granted": "授予岗位",
                "role.revoked": "收回岗位",
                "client.created": "创建接口客户端",
            }
        )
        import_module("shenguan.access.api.schema")
