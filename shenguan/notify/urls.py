"""Addresses of the bell and the outbox."""

from django.urls import path

from shenguan.notify.views import notices, outbox

app_name = "notify"
urlpatterns = [
    path("", notices.notices, name="notices"),
    path("<int:pk>/read/", notices.read, name="read"),
    path("read-all/", notices.read_all, name="read_all"),
    path("outbox/", outbox.outbox, name="outbox"),
]
