"""What the guard stopped and somebody had held: moves of those who may look at it and of everybody who may not."""

from http import HTTPStatus

from django.urls import reverse

from tests.security.soak.doors import Reply
from tests.security.soak.registry import move
from tests.security.soak.town import Pick, Town


def decide(town: Town, who: str, key: int, *, passes: bool) -> Reply:
    """Open one held text and let it through, or send it back."""
    path = reverse("held_text", args=[key])
    town.send(who, path)
    town.send(who, reverse("held_text_words", args=[key]), {})
    said = {"passes": "1", "because_passes": "needed"} if passes else {"back": "1", "because_back": "names"}
    return town.send(who, path, said)


@move
def look_at_what_is_held(town: Town, pick: Pick) -> None:
    """Anybody looks at a held text and decides on it; where it was let through, its writer sends it again, once or twice."""
    if not town.held:
        return
    held = pick(list(town.held.values()))
    colleagues = [name for name, one in town.people.members.items() if one.agency_id == held.agency]
    who = pick([*town.everybody, *colleagues * 3])
    town.send(who, reverse("held_texts"))
    if pick([True, False]):
        town.send(who, reverse("pledge"), {})
    reply = decide(town, who, held.key, passes=pick([True, True, False]))
    if reply.status == HTTPStatus.SEE_OTHER:
        for _time in range(pick([1, 2])):
            town.send(town.name(held.writer), held.path, held.data)
