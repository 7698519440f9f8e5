"""Pages of this app."""

from django.urls import path

from supervision.views import findings, inspections, objects, reports, results, tasks

app_name = "supervision"

urlpatterns = [
    path("tasks/", tasks.task_list, name="inspections"),
    path("tasks/<int:pk>/assign/", tasks.task_assign, name="task_assign"),
    path("tasks/<int:pk>/start/", tasks.task_start, name="task_start"),
    path("inspections/<str:number>/", inspections.inspection, name="inspection"),
    path("inspections/<str:number>/remainder/", inspections.remainder, name="remainder"),
    path("inspections/<str:number>/result/", results.result, name="result"),
    path("inspections/<str:number>/elements/<int:pk>/", inspections.element, name="element"),
    path("inspections/<str:number>/elements/<int:pk>/photos/", inspections.photo_add, name="photo_add"),
    path("inspections/<str:number>/photos/<int:pk>/", inspections.photo, name="photo"),
    path("objects/", objects.object_list, name="objects"),
    path("objects/<int:pk>/", objects.object_detail, name="object"),
    path("objects/<int:pk>/inspect/", objects.object_inspect, name="object_inspect"),
    path("subjects/<int:subject_id>/objects/", objects.subject_objects, name="subject_objects"),
    path("findings/", findings.finding_list, name="findings"),
    path("findings/<str:number>/close/", findings.finding_close, name="finding_close"),
    path("penalties/", reports.penalty_list, name="penalties"),
    path("penalties/<str:number>/", reports.penalty_detail, name="penalty"),
    path("clues/", reports.clue_list, name="clues"),
    path("clues/<str:number>/", reports.clue_detail, name="clue"),
    path("clues/<str:number>/take/", reports.clue_take, name="clue_take"),
    path("items/", objects.item_list, name="items"),
    path("items/<str:code>/", objects.item_detail, name="item"),
]
