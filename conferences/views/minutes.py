"""The minutes of a conference, for anybody of the table once it is closed; a preview for who presides while it is open."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from conferences.loading import conference_for
from conferences.minutes import minutes_for
from hub.core import access
from hub.core.errors import RuleRefused
from hub.core.parts import Action


@access.member("GET")
def minutes(request: HttpRequest, key: int) -> HttpResponse:
    """The page, which prints as minutes. Raises RuleRefused until the conference is closed, but for who presides."""
    loaded = conference_for(request, key)
    conference, standing = loaded.conference, loaded.standing
    if not (conference.is_closed or (conference.is_open and standing.presides)):
        raise RuleRefused(_("There are no minutes yet. They are ready as soon as the conference is closed."))
    return render(request, "conferences/minutes.html", {
        "minutes": minutes_for(conference, standing),
        "pledge_url": "" if standing.pledged else f"{reverse('pledge')}?{urlencode({'next': request.path})}",
        "print": Action(_("Print"), icon="print", attrs={"data-print": ""}),
    })  # fmt: skip
