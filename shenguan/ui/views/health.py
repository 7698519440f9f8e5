"""Health for operators and monitoring (CONTRACT §3). No login, no personal data."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView

from shenguan.access.decorators import public
from shenguan.ui import health


@public
@never_cache
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """This process answers; nothing else is looked at."""
    return JsonResponse({"status": "ok"})


@public
@never_cache
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """Every check with its value; 503 as soon as one is not ok."""
    found = health.findings()
    well = all(finding.ok for finding in found.values())
    checks = {name: {"ok": finding.ok, "value": finding.value} for name, finding in found.items()}
    return JsonResponse(
        {"status": "ok" if well else "unready", "checks": checks},
        status=200 if well else 503,
        json_dumps_params={"ensure_ascii": False},
    )


@public
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text."""
    return ExportToDjangoView(request)
