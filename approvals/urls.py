"""Pages of this app. Numbers of persons never stand in an address."""

from django.urls import path

from approvals.views import case, case_list, counter, documents, intake, items, permits, workbench

app_name = "approvals"

urlpatterns = [
    path("", workbench.workbench, name="workbench"),
    path("items/", items.item_list, name="items"),
    path("items/search/", workbench.item_search, name="item_search"),
    path("items/<str:code>/", items.item, name="item"),
    path("applications/", case_list.case_list, name="applications"),
    path("applications/export.xlsx", case_list.export, name="export"),
    path("applications/new/", intake.intake, name="intake"),
    path("applications/new/subject/", intake.subject, name="subject_lookup"),
    path("applications/new/<int:pk>/", intake.intake_case, name="intake_case"),
    path("applications/new/<int:pk>/credit/", intake.credit, name="credit_panel"),
    path("applications/new/<int:pk>/commitment/", intake.commitment, name="intake_commitment"),
    path("applications/new/<int:pk>/correction/", counter.correction, name="intake_correction"),
    path("applications/new/<int:pk>/refusal/", counter.refusal, name="intake_refusal"),
    path("applications/new/<int:pk>/materials/<int:row_pk>/", intake.material, name="intake_material"),
    path("applications/<str:number>/", case.detail, name="application"),
    path("applications/<str:number>/phone/", case.phone, name="phone"),
    path("applications/<str:number>/materials/<int:pk>/supplement/", case.supplement, name="supplement"),
    path("applications/<str:number>/<str:key>/", case.operate, name="operate"),
    path("materials/<int:pk>/file/", case.material_file, name="material_file"),
    path("documents/<int:pk>/", documents.document, name="document"),
    path("permits/<int:pk>/", permits.permit, name="permit"),
    path("permits/<int:pk>/<str:key>/", permits.change, name="permit_change"),
]
