"""Machine interface of this app."""

from django.urls import URLPattern

app_name = "credit_api"

urlpatterns: list[URLPattern] = []
