"""Addresses of the bell and the outbox."""

from django.urls import path

from shenguan.notify.views import notices, outbox, receipts, settings

app_name = "notify"
urlpatterns = [
    path("", notices.notices, name="notices"),
    path("<int:pk>/read/", notices.read, name="read"),
    path("read-all/", notices.read_all, name="read_all"),
    path("settings/", settings.settings, name="settings"),
    path("outbox/", outbox.outbox, name="outbox"),
    path("outbox/<int:pk>/resend/", outbox.resend, name="resend"),
    path("templates/", outbox.templates, name="templates"),
    path("receipts/sms/", receipts.sms, name="sms_receipts"),
]
