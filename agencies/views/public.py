"""Is there a table in my area? For anybody, without an account: public lines by town, and the crisis numbers."""

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from agencies import crisis, public_lines
from agencies.typed import TOWN_LIMIT, town_key
from hub.core import access, counting, languages
from hub.core.errors import NotVisible

A_MINUTE = 30
"""Pages that one address may ask for in a minute: a person searches slower, and whoever copies the list does not."""


@access.public()
@languages.in_every_language
def tables(request: HttpRequest) -> HttpResponse:
    """The towns that have a table, and a search: `?town=`."""
    if not _within_limit(request):
        return render(request, "agencies/public_too_many.html", status=429)
    sought = request.GET.get("town", "").replace("\0", "").strip()[:TOWN_LIMIT]
    return _answer(request, sought)


@access.public()
@languages.in_every_language
def town(request: HttpRequest, town: str) -> HttpResponse:
    """One town's tables. A town without one says so; what is no town at all is 404."""
    if not _within_limit(request):
        return render(request, "agencies/public_too_many.html", status=429)
    if len(town) > TOWN_LIMIT or not town_key(town):
        raise NotVisible(_("There is no such page."))
    return _answer(request, town)


def _answer(request: HttpRequest, sought: str) -> HttpResponse:
    towns = public_lines.towns()
    named = next((one.name for one in towns if one.key == town_key(sought)), sought.replace("-", " "))
    context = {
        "sought": named if sought else "",
        "tables": public_lines.tables_in(sought),
        "towns": towns,
        "numbers": crisis.numbers_for([named] if sought else []),
        "tongues": languages.tongues(request),
        "lang": languages.chosen(request),
    }
    return render(request, "agencies/public_tables.html", context)


def _within_limit(request: HttpRequest) -> bool:
    # by minutes of the clock: two bursts at its turn make twice as much, which harms nobody
    whose = counting.network(get_adapter().get_client_ip(request))
    return counting.counted("public tables", whose, counting.MINUTE) <= A_MINUTE
