"""The yearly confidentiality pledge on a page: read, and signed with the own name."""

from typing import cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies import agreeing, documents, yearly_pledge
from agencies.document_forms import SignForm
from agencies.models import Member, Table
from agencies.standing import standing_of
from hub.core import access
from hub.core.errors import NotVisible, RuleRefused
from hub.core.http import onward


@access.member("GET", "POST")
def pledge(request: HttpRequest, table: int) -> HttpResponse:
    """The text for this member, and the signature under it; then on to `next`. Only for who belongs to the table."""
    member = cast("Member", request.user)
    found = Table.objects.select_related("coordinator").filter(pk=table).first()
    if found is None or not standing_of(member, found).belongs:
        raise NotVisible(_("There is no such table."))
    text = yearly_pledge.text_for(member, found)
    form = SignForm(
        request.POST if request.method == "POST" else None,
        sentence=yearly_pledge.AFFIRMED,
        initial={"text_hash": agreeing.digest(text)},
    )
    if request.method == "POST" and form.is_valid():
        try:
            yearly_pledge.sign(by=member, table=found, **form.cleaned_data)
        except RuleRefused as refused:
            form.refuse(refused)
        else:
            return HttpResponseRedirect(onward(request, reverse("today")), status=303)
    title, *blocks = documents.blocks(text)
    context = {
        "title": title.paragraphs[0],
        "blocks": blocks,
        "form": form,
        "holds": yearly_pledge.latest(member, found),
        "asked": yearly_pledge.asked(member, found),
        "next": onward(request, reverse("today")),
        "where": reverse("table_yearly_pledge", args=[found.pk]),
    }
    return render(request, "agencies/yearly_pledge.html", context, status=422 if form.errors else 200)
