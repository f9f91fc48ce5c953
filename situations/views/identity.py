"""Opening the sealed identity on one's own device: an explicit POST, entered in the ledger before anything is shown."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from hub.core import access, clock
from hub.core.parts import Pair
from hub.pressing import once
from situations import grounds, identity, record_page
from situations.forms import DraftForm
from situations.loading import member_of, situation_for
from situations.moments import said
from situations.visibility import Field


@access.member("POST", step_up=access.HERE)
@once.each_time  # a second answer passes the identity on a second time, whatever became of the first
def opened(request: HttpRequest, key: int) -> HttpResponse:
    """The identity fields that the member may read now; `no-store`, as every answer."""
    loaded = situation_for(request, key)
    values = identity.read(by=member_of(request), situation=loaded.situation)
    labels, notice = DraftForm.base_fields, grounds.notice_for(loaded.situation, member_of(request).agency_id)
    pairs = [Pair(labels[name].label or "", text) for name, text in values.items() if text and name != Field.NAME]
    return render(request, "situations/identity.html", {
        "name": values.get(Field.NAME, "") or _("No name in the envelope"),
        "pairs": pairs,
        "line": _("Opened by %(who)s %(when)s. This opening is in the ledger.") % {
            "who": member_of(request).name, "when": said(clock.now()),
        },
        "notice": notice.text if notice else "",
        "close": reverse("situation_identity_shut", args=[key]),
        "key": key,
    })  # fmt: skip


@access.member("POST")
def shut(request: HttpRequest, key: int) -> HttpResponse:
    """Put it away on this device: the sealed envelope for a fragment, the situation's page otherwise."""
    loaded = situation_for(request, key)
    if not request.headers.get("HX-Request"):
        return redirect("situation_detail", key=key)
    return render(request, "situations/identity_card.html", {"envelope": record_page.envelope_of(loaded, shredded=None)})
