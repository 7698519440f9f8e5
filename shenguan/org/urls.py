"""Pages about people."""

from django.urls import path

from shenguan.org.views import absences

app_name = "org"

urlpatterns = [
    path("absences/", absences.absences, name="absences"),
    path("absences/<int:pk>/cancel/", absences.absence_cancel, name="absence_cancel"),
]
