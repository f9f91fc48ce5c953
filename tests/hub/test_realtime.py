"""Announcements say that something changed, never what; and they never undo what was decided."""

import ast
from pathlib import Path

import pytest
from asgiref.sync import async_to_sync
from channels.layers import channel_layers, get_channel_layer
from django.db import transaction
from django.test import override_settings

from hub.core import realtime
from tests.cast import act, assemble, to_filter2

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.django_db
def test_announcement_carries_topic_and_revision_and_nothing_else(heard, django_capture_on_commit_callbacks):
    people = assemble()
    ready = people.ready()
    conference = people.conference()
    with django_capture_on_commit_callbacks(execute=True):
        situation = to_filter2(people, conference, ready)
        act(people["police"], conference, situation, "dissent", reason="Not yet.")
    conference.refresh_from_db()
    topic = f"board.{conference.pk}"
    first = conference.revision - 1
    assert heard == [(topic, {"type": "hint", "topic": topic, "revision": first + more}) for more in (0, 1)]


@pytest.mark.django_db
def test_revocation_carries_the_members_id_and_nothing_else(heard, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        realtime.revoke(member=7)
    assert heard == [("revoked", {"type": "revoked", "member": 7})]


@pytest.mark.django_db
def test_what_is_undone_is_not_announced(heard, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True) as callbacks, transaction.atomic():
        realtime.announce("board.1", revision=1)
        transaction.set_rollback(True)
    assert (callbacks, heard) == ([], [])


@pytest.mark.django_db
@override_settings(CHANNEL_LAYERS={})
def test_lost_channel_layer_does_not_fail_what_was_decided(django_capture_on_commit_callbacks):
    channel_layers.backends.clear()
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        realtime.announce("board.1", revision=1)
    assert len(callbacks) == 1
    channel_layers.backends.clear()


@pytest.mark.django_db
def test_hint_reaches_another_process_through_the_layer(django_capture_on_commit_callbacks):
    async def one_hint() -> dict[str, object]:
        layer = get_channel_layer()
        assert layer is not None
        channel = await layer.new_channel()
        await layer.group_add("board.5", channel)
        await layer.group_send("board.5", {"type": "hint", "topic": "board.5", "revision": 3})
        found: dict[str, object] = await layer.receive(channel)
        return found

    assert async_to_sync(one_hint)() == {"type": "hint", "topic": "board.5", "revision": 3}


@pytest.mark.pairless
def test_only_announcements_go_to_groups():
    found = {
        str(path.relative_to(ROOT))
        for app in ("hub", "agencies", "situations", "conferences")
        for path in (ROOT / app).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr == "group_send"
    }
    # who is connected goes the same way (conferences/board/presence.py): ids only
    assert found == {"hub/core/realtime.py"}
