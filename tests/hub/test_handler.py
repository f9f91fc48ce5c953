"""One thread for each request: the chain is synchronous from end to end, and answers as Django's own does."""

import asyncio
from inspect import iscoroutinefunction
from threading import Event, current_thread
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator as Communicator
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest, HttpResponse

import hub.handler
from hub.handler import OneThreadHandler, RequestThread

HEADERS = [(b"host", b"testserver")]


async def answered(handler: ASGIHandler, path: str) -> tuple[int, bytes]:
    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": HEADERS, "scheme": "https"}
    asked: Any = Communicator(handler, scope)  # type: ignore[no-untyped-call]
    await asked.send_input({"type": "http.request", "body": b""})
    start, body = await asked.receive_output(10), await asked.receive_output(10)
    await asked.wait(10)
    return start["status"], body["body"]


def test_every_middleware_and_the_view_are_called_in_one_thread(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def first(get_response: Any) -> Any:
        def answer(request: HttpRequest) -> HttpResponse:
            seen.append(current_thread().name)
            response: HttpResponse = get_response(request)
            seen.append(current_thread().name)
            return response

        return answer

    monkeypatch.setattr(f"{__name__}.outer", first, raising=False)
    monkeypatch.setattr(f"{__name__}.inner", first, raising=False)
    settings.MIDDLEWARE = [f"{__name__}.outer", *settings.MIDDLEWARE, f"{__name__}.inner"]
    handler: Any = OneThreadHandler()
    assert not iscoroutinefunction(handler._middleware_chain)
    asyncio.run(answered(handler, "/nowhere"))
    assert len(seen) == 4
    assert len(set(seen)) == 1
    assert seen[0] != current_thread().name


def test_a_request_takes_the_thread_that_an_earlier_one_has_left(monkeypatch: pytest.MonkeyPatch) -> None:
    handler = OneThreadHandler()
    assert [asyncio.run(answered(handler, "/healthz"))[0] for _turn in range(3)] == [200] * 3
    [kept] = handler._free
    assert kept.free

    async def together() -> None:
        await asyncio.gather(*(answered(handler, "/healthz") for _turn in range(3)))

    monkeypatch.setattr(hub.handler, "KEPT", 2)
    asyncio.run(together())
    assert len(handler._free) == 2
    assert all(one.free for one in handler._free)


def test_a_thread_that_somebody_left_at_work_is_no_other_requests() -> None:
    begun, goes_on, handler, at_work = Event(), Event(), OneThreadHandler(), list[Any]()

    async def left() -> None:
        async def handle(*_asked: Any) -> None:
            at_work.append(asyncio.ensure_future(sync_to_async(work)()))
            await asyncio.to_thread(begun.wait, 10)

        def work() -> None:
            begun.set()
            goes_on.wait(10)

        handler.handle = handle  # type: ignore[method-assign, assignment]
        await handler({}, None, None)
        assert not handler._free
        goes_on.set()

    asyncio.run(left())


def test_a_thread_is_not_free_because_what_was_to_follow_was_called_off() -> None:
    """daphne calls off the rest of a request whose view takes longer than its patience with somebody who has left."""
    goes_on, thread = Event(), RequestThread()
    view, rest = thread.submit(goes_on.wait, 10), thread.submit(list)
    assert rest.cancel()
    free = [thread.free]
    goes_on.set()
    view.result(10)
    assert [*free, thread.free] == [False, True]
    thread.shutdown()


@pytest.mark.parametrize("path", ["/healthz", "/nowhere/"])
def test_it_answers_as_djangos_own_does(path: str) -> None:
    ours, djangos = (asyncio.run(answered(one(), path)) for one in (OneThreadHandler, ASGIHandler))
    assert ours[0] == djangos[0]
    assert len(ours[1]) == len(djangos[1])
