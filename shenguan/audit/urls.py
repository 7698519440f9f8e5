"""Addresses of the audit pages."""

from django.urls import path

from shenguan.audit.views import entries

app_name = "audit"
urlpatterns = [path("", entries.entries, name="entries")]
