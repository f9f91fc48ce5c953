"""One thread for each request: the chain is synchronous from end to end, and answers as Django's own does."""

import asyncio
import gc
from inspect import iscoroutinefunction
from threading import Event, current_thread
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator as Communicator
from django.core.handlers.asgi import ASGIHandler
from django.core.signals import request_finished
from django.http import HttpRequest, HttpResponse

import hub.handler
from hub.handler import OneThreadHandler, RequestThread

HEADERS = [(b"host", b"testserver")]
SCOPE = {"type": "http", "method": "GET", "path": "/healthz", "query_string": b"", "headers": HEADERS, "scheme": "https"}


async def answered(handler: ASGIHandler, path: str) -> tuple[int, bytes]:
    asked: Any = Communicator(handler, SCOPE | {"path": path})  # type: ignore[no-untyped-call]
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


def test_nothing_of_a_request_is_left_to_the_garbage_collector() -> None:
    """What waits for it holds up every board of the process when it is looked for."""
    handler = OneThreadHandler()

    async def left() -> list[str]:
        assert (await answered(handler, "/privacy/"))[0] == 302
        gc.collect()
        gc.disable()
        gc.set_debug(gc.DEBUG_SAVEALL)
        try:
            await answered(handler, "/privacy/")
            gc.collect()
            return [type(one).__name__ for one in gc.garbage]
        finally:
            gc.set_debug(0)
            gc.garbage.clear()
            gc.enable()

    found = set(asyncio.run(left()))
    assert not found & {"ASGIRequest", "SessionStore", "QueryDict", "SpooledTemporaryFile", "HttpResponseRedirect"}


@pytest.mark.parametrize("answers", [True, False])
def test_who_is_called_off_gives_back_what_the_request_holds(monkeypatch: pytest.MonkeyPatch, answers: bool) -> None:
    """daphne calls off every three seconds, whatever came of it; and a connection may break while it is answered."""
    goes_on, begun, ended, done = Event(), Event(), list[str](), Event()

    def view(_request: HttpRequest) -> HttpResponse:
        begun.set()
        assert answers or goes_on.wait(10)
        ended.append("view")
        return HttpResponse("late")

    def finished(**_kwargs: Any) -> None:
        ended.append("given back")
        done.set()

    async def receive() -> Any:
        return {"type": "http.request", "body": b""}

    async def send(_message: Any) -> None:
        raise ConnectionResetError

    async def story() -> None:
        handler: Any = OneThreadHandler()
        monkeypatch.setattr(handler, "_middleware_chain", view)
        request = asyncio.ensure_future(handler(SCOPE, receive, send))
        await asyncio.to_thread(begun.wait, 10)
        for _time in range(0 if answers else 3):
            request.cancel()
            await asyncio.sleep(0)
        with pytest.raises(ConnectionResetError if answers else asyncio.CancelledError):
            await request
        goes_on.set()
        assert await asyncio.to_thread(done.wait, 10)

    request_finished.connect(finished)
    try:
        asyncio.run(story())
    finally:
        request_finished.disconnect(finished)
    assert ended == ["view", "given back"]


def test_who_has_gone_before_the_body_was_there_is_answered_nothing() -> None:
    sent: list[Any] = []

    async def story() -> None:
        async def receive() -> Any:
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            sent.append(message)

        await OneThreadHandler()(SCOPE, receive, send)

    asyncio.run(story())
    assert sent == []
