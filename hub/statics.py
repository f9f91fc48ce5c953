"""Static files of a process that has no proxy before it, answered before Django sees the request.

As ASGI and not as middleware: servestatic's middleware is asynchronous only, and one such in the chain costs every request two
changes of thread (`hub.handler`).
"""

from wsgiref.headers import Headers

from django.conf import settings
from servestatic import ServeStaticASGI

HASHED = r"^.+\.[0-9a-f]{12}\..+$"
"""Names under which a file never changes (`hub.assets`)."""
MINUTE = 60


def with_statics(application: object) -> ServeStaticASGI:
    """The same application, with what `collectstatic` has put together before it; read once, so collect first."""
    served = ServeStaticASGI(
        application,
        root=settings.STATIC_ROOT if settings.STATIC_ROOT.is_dir() else None,
        prefix=settings.STATIC_URL,
        max_age=MINUTE,
        allow_all_origins=False,
        immutable_file_test=HASHED,
        add_headers_function=_secured,
    )
    served.files.pop(f"{settings.STATIC_URL}staticfiles.json", None)  # a list for the server
    return served


def _secured(headers: Headers, _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    for name, value in settings.MORE_SECURITY_HEADERS.items():
        headers[name] = value
