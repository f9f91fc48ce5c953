"""The minutes of a conference, for anybody of the table once it is closed; a preview for who presides while it is open."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from conferences import minutes_paper
from conferences.loading import LoadedConference, conference_for
from conferences.minutes import Minutes, minutes_for
from hub.core import access
from hub.core.errors import NotVisible, RuleRefused
from hub.core.parts import Action
from situations import checkpoints
from situations.models import Checkpoint


@access.member("GET")
def minutes(request: HttpRequest, key: int) -> HttpResponse:
    """The page, which prints as minutes. Raises RuleRefused until the conference is closed, but for who presides."""
    found, loaded = _minutes(request, key)
    here = [loaded.conference.pk]
    return render(request, "conferences/minutes.html", {
        "minutes": found,
        "back_url": reverse("conference_detail", args=here),
        "pledge_url": "" if loaded.standing.pledged else f"{reverse('pledge')}?{urlencode({'next': request.path})}",
        "checkpoint_url": reverse("checkpoint", args=here),
        "print": Action(_("Print"), icon="print", attrs={"data-print": ""}),
        "save": Action(_("Save as PDF"), icon="down", href=reverse("minutes_pdf", args=here)),
    })  # fmt: skip


@access.member("GET")
def minutes_pdf(request: HttpRequest, key: int) -> HttpResponse:
    """What the page shows to this reader, as a tagged PDF with the checkpoint at its foot. Refused as the page is."""
    found, _loaded = _minutes(request, key)
    name = f"minutes-{timezone.localtime(found.opened_at):%Y-%m-%d}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(minutes_paper.document(found), content_type="application/pdf", headers=headers)


def _minutes(request: HttpRequest, key: int) -> tuple[Minutes, LoadedConference]:
    loaded = conference_for(request, key)
    conference, standing = loaded.conference, loaded.standing
    if standing.counts_only:
        raise NotVisible(_("Minutes are for those who take part. What the table does is in its counts."))
    if not (conference.is_closed or (conference.is_open and standing.presides)):
        raise RuleRefused(_("There are no minutes yet. They are ready as soon as the conference is closed."))
    return minutes_for(conference, standing), loaded


@access.member("GET")
def checkpoint(request: HttpRequest, key: int) -> HttpResponse:
    """The checkpoint of its close as a file, the same for everybody of the table. Raises NotVisible when there is none."""
    conference = conference_for(request, key).conference
    found = Checkpoint.objects.filter(sitting=conference.sitting_id).first() if conference.is_closed else None
    if found is None:
        raise NotVisible(_("There is no checkpoint of this conference."))
    name = f"checkpoint-{found.at:%Y-%m-%d}-{found.root[:8]}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return JsonResponse(checkpoints.document(found), headers=headers)
