"""The use banner, between signing in and everything else."""

from typing import cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from agencies import use_banner
from agencies.models import Member
from hub.core import access
from hub.core.http import onward


@access.member("GET", "POST")
def banner(request: HttpRequest) -> HttpResponse:
    """Show the conditions of use, or (POST) acknowledge them; then on to where the member was going."""
    if request.method == "POST":
        use_banner.acknowledge(by=cast("Member", request.user), session=request.session)
        return HttpResponseRedirect(onward(request, reverse("today")), status=303)
    return render(request, "agencies/use_banner.html", {"next": onward(request, reverse("today"))})
