"""Pages of this app."""

from django.urls import path

from linkage.views import (
    cards,
    desk,
    fragments,
    inbox,
    ladders,
    list_entries,
    list_import,
    list_publishing,
    lists,
    pushes,
)

app_name = "linkage"

urlpatterns = [
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/bulk/", inbox.bulk, name="inbox_bulk"),
    path("inbox/export/", inbox.export, name="inbox_export"),
    path("inbox/<str:number>/", pushes.preview, name="inbox_preview"),
    path("pushes/<str:number>/", pushes.detail, name="push_detail"),
    path("pushes/<str:number>/contact/", pushes.contact, name="push_contact"),
    path("pushes/<str:number>/deeds/", pushes.deeds, name="push_deeds"),
    path("pushes/<str:number>/deeds/<str:action>/", pushes.deed, name="push_deed"),
    path("pushes/<str:number>/papers/<uuid:uuid>/", pushes.paper, name="push_paper"),
    path("unmapped/", desk.desk, name="unmapped"),
    path("unmapped/<int:pk>/reroute/", desk.unmapped_reroute, name="unmapped_reroute"),
    path("unmapped/<int:pk>/dismiss/", desk.unmapped_dismiss, name="unmapped_dismiss"),
    path("objections/", desk.desk, {"tab": "objections"}, name="objections"),
    path("objections/<int:pk>/decide/", desk.decide, name="decide"),
    path("cards/", cards.card_list, name="cards"),
    path("cards/export/", cards.export, name="cards_export"),
    path("cards/<int:pk>/withdraw/", cards.withdraw, name="card_withdraw"),
    path("ladders/", ladders.ladder_list, name="ladders"),
    path("ladders/new/", ladders.ladder_new, name="ladder_new"),
    path("ladders/<int:pk>/", ladders.ladder_edit, name="ladder_edit"),
    path("endpoints/<str:code>/replay/", desk.replay, name="replay"),
    path("list/", lists.list_page, name="list"),
    path("list/export/", lists.export, name="list_export"),
    path("list/draft/", lists.draft_create, name="draft_create"),
    path("list/publish/", list_publishing.publish, name="list_publish"),
    path("list/dry-run/", list_publishing.dry_run, name="list_dry_run"),
    path("list/import/", list_import.upload, name="list_import"),
    path("list/import/write/", list_import.write, name="list_import_write"),
    path("list/entries/new/", list_entries.entry_add, name="entry_add"),
    path("list/entries/<int:pk>/", list_entries.entry_row, name="entry_row"),
    path("list/entries/<int:pk>/edit/", list_entries.entry_edit, name="entry_edit"),
    path("list/entries/<int:pk>/remove/", list_entries.entry_remove, name="entry_remove"),
    path("list/entries/<int:pk>/restore/", list_entries.entry_restore, name="entry_restore"),
    path("targets/", fragments.push_target, name="push_target"),
    path("cases/<str:number>/timeline/", fragments.case_timeline, name="case_timeline"),
    path("cases/<str:number>/rail/", fragments.case_rail, name="case_rail"),
    path("cases/<str:number>/pushes/", fragments.case_pushes, name="case_pushes"),
    path("subjects/<int:subject_id>/feedback/", fragments.subject_feedback, name="subject_feedback"),
]
