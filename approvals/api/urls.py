"""Machine interface of this app."""

from django.urls import URLPattern

app_name = "approvals_api"

urlpatterns: list[URLPattern] = []
