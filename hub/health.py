"""Whether this process can do its work."""

from django.db import DatabaseError, connections
from django.http import HttpRequest, HttpResponse

from hub.core.access import public


@public("GET")
def healthz(request: HttpRequest) -> HttpResponse:
    """200 when the database and that of the keys answer, 503 when one does not; says nothing else to anyone."""
    try:
        for connection in connections.all():
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("database unreachable\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")
