"""Pages of this app. The ID number of a person never stands in an address."""

from django.urls import path

from credit.views import checks, records, subjects

app_name = "credit"

urlpatterns = [
    path("checks/", checks.checks, name="checks"),
    path("checks/<str:number>/", checks.check, name="check"),
    path("subjects/", subjects.subject_search, name="subjects"),
    path("subjects/lookup/", subjects.subject_lookup, name="subject_lookup"),
    path("subjects/<int:pk>/", subjects.subject, name="subject"),
    path("subjects/<int:pk>/unmask/<str:key>/", subjects.subject_unmask, name="subject_unmask"),
    path("records/", records.records, name="records"),
    path("records/new/", records.record_new, name="record_new"),
    path("records/<str:number>/", records.record, name="record"),
    path("records/<str:number>/repair/", records.repair, name="repair"),
    path("records/<str:number>/revoke/", records.revoke, name="revoke"),
    path("records/<str:number>/objection/", records.raise_objection, name="raise_objection"),
    path("records/<str:number>/objection/decision/", records.decide_objection, name="decide_objection"),
]
