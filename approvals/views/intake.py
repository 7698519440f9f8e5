"""受理登记: one page from the applicant's code to the acceptance. Everything typed survives every answer."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import replace_url, trigger_client_event

from approvals import commitment_text
from approvals.actions import counter, credit_checks, materials, receipt
from approvals.forms.intake import IntakeForm
from approvals.models import Application, ApplicationMaterial, ItemVariant
from approvals.selectors import workbench as selectors
from approvals.views import applicants, desk, fetch
from shenguan.access.decorators import require
from shenguan.access.requests import StaffRequest, request_actor
from shenguan.access.roles import Permission
from shenguan.files.actions import store_upload
from shenguan.refusals import Invalid, Refusal
from shenguan.ui.views.refusals import refused_response, refusing
from shenguan.workdays import calendar

Mode = Application.Mode
LONGEST_KEY = 19  # digits of a database key; Python itself refuses to read numbers of thousands
# Where the other buttons of the bar lead once the draft is kept.
NEXT = {"correct": "approvals:intake_correction", "refuse": "approvals:intake_refusal"}


@sensitive_post_parameters("code", "agent_phone")
@require_http_methods(["GET", "HEAD", "POST"])
@require(Permission.APPLICATION_INTAKE)
def intake(request: StaffRequest) -> HttpResponse:
    """A new case of `?variant=`; without one, finding the item. Every button of the page posts here."""
    if request.method == "POST":
        return _submit(request)
    code = request.GET.get("variant", "")
    if not code:
        return render(request, "approvals/intake/choose.html", {"usual": selectors.usual_variants(request.user)})
    variant = fetch.variant(request, code)
    return _page(request, variant, None, IntakeForm(initial=desk.initial(variant, None)))


@require_safe
@require(Permission.APPLICATION_INTAKE)
def intake_case(request: StaffRequest, pk: int) -> HttpResponse:
    """Going on with a draft, or with a case that was received or corrected; others have their own page."""
    application = fetch.at_window(request, pk)
    if application.status not in desk.AT_WINDOW:
        return redirect("approvals:application", application.number)
    form = IntakeForm(initial=desk.initial(application.variant, application))
    return _page(request, application.variant, application, form)


def _submit(request: StaffRequest) -> HttpResponse:
    do, by = request.POST.get("do", "save"), request_actor(request)
    application = _posted(request)
    variant = application.variant if application else fetch.variant(request, request.POST.get("variant", ""))
    is_draft = application is None or application.status == Application.Status.DRAFT
    form = IntakeForm(request.POST, complete=do == "accept" and is_draft)
    try:
        application = applicants.keep(application, by=by, variant=variant, form=form)
        if do == "accept":
            applicants.ask_credit(application, by=by)
            counter.accept(application, by=by, terms=_terms(form), expected_version=_expected(application, form))
        elif do == "receive":
            receipt.receive(application, by=by)
    except Refusal as refusal:
        return _refused(request, variant, application, form, refusal)
    if do == "accept":
        messages.success(request, _accepted_text(application))
        return redirect("approvals:application", application.number)
    if do not in NEXT:
        messages.success(request, f"已收件，编号 {application.number}。" if do == "receive" else "草稿已保存。")
    return redirect(NEXT.get(do, "approvals:intake_case"), application.pk)


def _posted(request: StaffRequest) -> Application | None:
    """The case the page was about; None while it has not been saved yet."""
    pk = request.POST.get("case", "")
    return fetch.at_window(request, int(pk[:LONGEST_KEY])) if pk.isdecimal() else None


def _expected(application: Application, form: IntakeForm) -> int | None:
    """A draft's version was checked when its facts were kept; later states check it now."""
    return None if application.status == Application.Status.DRAFT else form.cleaned_data["version"]


def _terms(form: IntakeForm) -> counter.Terms:
    values = form.cleaned_data
    return counter.Terms(
        mode=Mode(values["mode"] or Mode.STANDARD),
        green_channel=values["green_channel"],
        ban_override_reason=values["ban_override_reason"],
        signed_by=values["signed_by"],
        days=values["days"],
    )


def _accepted_text(application: Application) -> str:
    deadline = application.promised_deadline
    until = f"，承诺 {deadline.due_on:%Y-%m-%d} 前办结" if deadline else ""
    return f"已{desk.VERBS[Mode(application.mode)]}，办件编号 {application.number}{until}。"


def _refused(
    request: StaffRequest, variant: ItemVariant, application: Application | None, form: IntakeForm, refusal: Refusal
) -> HttpResponse:
    """The page again with what was typed. What was rolled back is read anew; the version is the current one."""
    fresh = fetch.at_window(request, application.pk) if application else None
    if fresh is not None and fresh.status not in desk.AT_WINDOW:
        context = {"refusal": refusal, "application": fresh}
        return render(request, "approvals/intake/gone.html", context, status=refusal.status)
    desk.take_over(form, refusal)
    return _page(request, variant, fresh, form, refusal)


def _page(
    request: StaffRequest,
    variant: ItemVariant,
    application: Application | None,
    form: IntakeForm,
    refusal: Refusal | None = None,
) -> HttpResponse:
    unknown = refusal is not None and refusal.code == applicants.UNKNOWN
    context = desk.context(variant, application, form, refusal=refusal, is_unknown=unknown)
    return render(request, "approvals/intake/page.html", context, status=refusal.status if refusal else 200)


@sensitive_post_parameters("code", "agent_phone")
@require_POST
@require(Permission.APPLICATION_INTAKE)
def subject(request: StaffRequest) -> HttpResponse:
    """Fragments after the applicant's number was typed: who it is, and the credit check, fired together."""
    by, application = request_actor(request), _posted(request)
    variant = application.variant if application else fetch.variant(request, request.POST.get("variant", ""))
    form, refusal = IntakeForm(request.POST), None
    try:
        application = applicants.ask_credit(applicants.keep(application, by=by, variant=variant, form=form), by=by)
    except Invalid as found:
        refusal = found
        desk.take_over(form, found)
    except Refusal as found:
        return refused_response(request, found)
    if application is not None and refusal is None:
        application = fetch.at_window(request, application.pk)
        form = IntakeForm(initial=desk.initial(variant, application) | _typed(form))
    unknown = refusal is not None and refusal.code == applicants.UNKNOWN
    context = desk.context(variant, application, form, refusal=refusal, is_unknown=unknown)
    response = render(request, "approvals/intake/_subject_swap.html", context | {"found": refusal is None})
    if application is None:
        return response
    return replace_url(response, reverse("approvals:intake_case", args=[application.pk]))


def _typed(form: IntakeForm) -> dict[str, object]:
    """The choices made on the page, which the draft does not keep."""
    return {name: form.cleaned_data[name] for name in ("mode", "green_channel", "signed_by", "days")}


@require_POST
@require(Permission.CREDIT_CHECK)
@refusing
def credit(request: StaffRequest, pk: int) -> HttpResponse:
    """Asks again and answers with the panel."""
    application = fetch.at_window(request, pk)
    credit_checks.check(application, by=request_actor(request))
    application = fetch.at_window(request, pk)
    form = IntakeForm(request.POST)
    context = desk.context(application.variant, application, form)
    return render(request, "approvals/intake/_credit_swap.html", context)


@require_POST
@require(Permission.APPLICATION_INTAKE)
@refusing
def material(request: StaffRequest, pk: int, row_pk: int) -> HttpResponse:
    """One paper came in: a file, or the original seen at the window. Answers with the list."""
    application = fetch.at_window(request, pk)
    row = get_object_or_404(ApplicationMaterial.objects.select_related("material"), pk=row_pk, application=application)
    by = request_actor(request)
    uploaded = request.FILES.get("file")
    stored = store_upload(uploaded, by=by, purpose="application.material") if uploaded else None
    if stored is None and request.POST.get("do") != "seen":
        raise Invalid("请先选择文件。", {"file": ["请先选择文件。"]})
    row.application = application
    materials.receive(row, by=by, file=stored)
    application = fetch.at_window(request, pk)
    form = IntakeForm(initial=desk.initial(application.variant, application))
    context = desk.context(application.variant, application, form)
    response = render(request, "approvals/intake/_materials_swap.html", context)
    return trigger_client_event(response, "sg:papers")


@require_safe
@require(Permission.APPLICATION_INTAKE)
def commitment(request: StaffRequest, pk: int) -> HttpResponse:
    """Fragment: the text of 告知承诺书 as it would be signed now, or as it was signed."""
    application = fetch.at_window(request, pk)
    signed = getattr(application, "commitment", None)
    text = signed.text if signed else commitment_text.render(application, signed_by="", signed_on=calendar.today())
    return render(request, "approvals/intake/_commitment_text.html", {"text": text, "signed": signed})
