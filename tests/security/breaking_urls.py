"""The URL table with one more address, whose view fails with names in its exception: what a database's complaint may hold."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from hub.core import access
from hub.urls import urlpatterns as everything
from situations.loading import situation_for
from tests.security.community import IDENTITY, mark


@access.member()
def breaks(request: HttpRequest, key: int) -> HttpResponse:
    """Fails while it holds a situation."""
    situation = situation_for(request, key).situation
    names = [mark(name, "opened") for name in IDENTITY]
    raise RuntimeError(f"Key (note)=({situation.note}) of {names} already exists")


urlpatterns = [*everything, path("situations/<int:key>/breaks/", breaks)]
