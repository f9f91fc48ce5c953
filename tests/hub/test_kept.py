"""HTML is used again as long as everything it was made from is equal, and never longer."""

from typing import Any

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils import translation

from hub.core.kept import Kept, Made
from hub.core.parts import Action, Answer, SeatRow

PAGE = Template(
    """{% load kept %}{{ head }}{% for row in rows %}{% kept "components/seat_row.html" with row=row only %}{% endfor %}"""
)


def row(name: str, *, present: bool = True, action: Action | None = None) -> SeatRow:
    return SeatRow(name, "A person", connected=True, present=present, cleared=True, answer=Answer("waiting"), action=action)


def shown(kept: Kept, *rows: SeatRow, head: str = "") -> tuple[str, list[str]]:
    """The page, and of what something had to be made."""
    made: list[str] = []

    def make() -> str:
        made.append("page")
        return str(PAGE.render(Context({"rows": rows, "head": head})))

    before = {*kept.printed, *kept._before}
    with kept.at_hand():
        html = kept.html("page", {"rows": rows, "head": head}, make)
    return html, [*made, *(key[0] for key in kept.printed if key not in before and key[0] != "page")]  # type: ignore[index]


def test_only_the_part_that_changed_is_made_again():
    first = Kept()
    before, made = shown(first, row("Police"), row("Clinic"))
    assert made == ["page", "components/seat_row.html", "components/seat_row.html"]
    after, made = shown(Kept(first.printed), row("Police"), row("Clinic", present=False))
    assert made == ["page", "components/seat_row.html"]
    assert before != after
    assert after == shown(Kept(), row("Police"), row("Clinic", present=False))[0]


def test_nothing_is_made_while_everything_is_equal_and_parts_stay_at_hand_meanwhile():
    kept, rows = Kept(), (row("Police"), row("Clinic"))
    html, _made = shown(kept, *rows)
    for _turn in range(3):
        kept = Kept(kept.printed)
        assert shown(kept, *rows) == (html, [])
    assert shown(Kept(kept.printed), *rows, head="Said")[1] == ["page"]


def test_what_is_shown_no_more_is_kept_no_longer():
    kept = Kept()
    shown(kept, row("Police"), row("Clinic"))
    kept = Kept(kept.printed)
    shown(kept, row("Police"))
    assert len(kept.printed) == 2
    assert not any("Clinic" in one.html for one in kept.printed.values())


@pytest.mark.parametrize(
    "other",
    [
        row("police"),
        row("Police", present=False),
        row("Police", action=Action("Call in")),
        SeatRow("Police", "A person", connected=True, present=True, cleared=True, answer=Answer("waiting"), fresh=True),
    ],
)
def test_every_field_counts(other: SeatRow):
    kept = Kept()
    html, _made = shown(kept, row("Police"))
    assert shown(Kept(kept.printed), other)[0] == shown(Kept(), other)[0] != html


def test_every_language_is_kept_apart():
    kept = Kept()
    shown(kept, row("Police"))
    with translation.override("es"):
        assert shown(Kept(kept.printed), row("Police"))[1] == ["page", "components/seat_row.html"]


def test_a_part_that_cannot_be_made_leaves_nothing_behind():
    kept = Kept()

    def fail() -> str:
        raise LookupError

    with pytest.raises(LookupError):
        kept.html("page", {}, fail)
    assert kept.printed == {}
    assert shown(kept, row("Police"))[1] == ["page", "components/seat_row.html"]
    assert all(isinstance(one, Made) for one in kept.printed.values())


def test_without_a_store_a_part_is_made_every_time():
    page = Context({"rows": [row("Police")], "head": ""})
    assert PAGE.render(page) == shown(Kept(), row("Police"))[0]


@pytest.mark.parametrize("tag", ["'components/seat_row.html' with row=row", "name with row=row only"])
def test_a_part_depends_on_nothing_around_it(tag: str):
    def read() -> Any:
        return Template("{% load kept %}{% kept " + tag + " %}")

    with pytest.raises(TemplateSyntaxError, match="only"):
        read()
