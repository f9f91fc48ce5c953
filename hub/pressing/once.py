"""The press of the request that is being answered, and its row.

Rules: a refusal leaves no row, so the corrected form can be sent with the same key; a second verb of one request belongs to the
same press; a key says nothing to whoever reads the database, because what is stored are digests made with it.
"""

import hashlib
import hmac
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse

from hub.core import clock
from hub.pressing.models import Press

View = TypeVar("View", bound=Callable[..., Any])
Again = Callable[..., HttpResponse | None]

KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")
FIELD, HEADER = "press_key", "X-Press-Key"
NOT_TYPED = frozenset({FIELD, "csrfmiddlewaretoken"})


class Repeated(Exception):
    """This press has been carried out already, or another one under its key: nothing was done now."""


@dataclass
class Pressed:
    """One press as it came in. `entered`: its row was written; `refused`: a verb of it was undone, so no row may follow."""

    member: int
    key: str
    view: str
    sent: str
    entered: bool = False
    refused: bool = False


_pressed: ContextVar[Pressed | None] = ContextVar("pressed", default=None)


@contextmanager
def request() -> Iterator[None]:
    """What is begun inside ends with it."""
    token = _pressed.set(None)
    try:
        yield
    finally:
        _pressed.reset(token)


def begin(press: Pressed) -> None:
    """From here on, the first verb enters this press."""
    _pressed.set(press)


def current() -> Pressed | None:
    """The press that is being answered, if it has a key."""
    return _pressed.get()


def described(request: HttpRequest, key: str, arguments: dict[str, Any]) -> Pressed:
    """The press of this request under the key that came with it, in digests that nobody without the key can guess at."""
    typed = sorted((name, values) for name, values in request.POST.lists() if name not in NOT_TYPED)
    files = sorted((name, _told(one)) for name, several in request.FILES.lists() for one in several)
    secret, content = key.encode(), repr((sorted(arguments.items()), typed, *files)).encode()
    view = request.resolver_match.view_name if request.resolver_match else ""
    digest = hmac.new(secret, content, hashlib.sha256).hexdigest()
    return Pressed(int(request.user.pk or 0), hashlib.sha256(secret).hexdigest(), view, digest)


def _told(file: Any) -> tuple[str, int, str]:
    """A file's name, size and content; it is read from its beginning again afterwards."""
    digest = hashlib.sha256()
    for piece in file.chunks():
        digest.update(piece)
    file.seek(0)
    return file.name, file.size, digest.hexdigest()


def enter(_actor: Any) -> None:
    """Write the row of this press, in the transaction of its first verb (`hub.core.audit.first_steps`).

    Waits for another transaction that is writing the same one. Raises Repeated if that was carried out.
    """
    press = _pressed.get()
    if press is None or press.entered or press.refused:
        return
    row = Press(member_id=press.member, key=press.key, view=press.view, sent=press.sent, made_at=clock.now())
    try:
        row.save(force_insert=True)
    except IntegrityError as there:
        raise Repeated from there
    press.entered = True


def refuse() -> None:
    """A verb was undone, and its row with it: what is entered about the refusal is no press."""
    press = _pressed.get()
    if press is not None:
        press.refused = True


def row_of(press: Pressed) -> Press | None:
    """What stands under this key."""
    return Press.objects.filter(member=press.member, key=press.key).first()


def same(row: Press, press: Pressed) -> bool:
    """Whether it is this very press that was carried out, and not another one under its key."""
    return (row.view, row.sent) == (press.view, press.sent)


def each_time(view: View) -> View:
    """Mark a view whose every answer passes information on: a repeated request is carried out and entered again."""
    view.each_time = True  # type: ignore[attr-defined]
    return view


def repeats_with(again: Again) -> Callable[[View], View]:
    """Say how a view answers a repeated press: with the state as it is now, or (None) by leading where the first answer led."""

    def decorate(view: View) -> View:
        view.again = again  # type: ignore[attr-defined]
        return view

    return decorate
