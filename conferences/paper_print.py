"""The meeting on paper as a PDF: the same words as the page, from the same `Paper`."""

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from conferences.paper import BOX, Paper, PaperItem
from hub.core import pdf


def sealed() -> str:
    """Who may read the paper, and what becomes of it."""
    return _(
        "Sealed: for the facilitator and the recorder of this table alone. It names nobody: write no name, address or date of "
        "birth on it. Enter what was decided by the end of the next day, then shred it."
    )


def document(found: Paper) -> bytes:
    """The PDF."""
    title = _("%(table)s on paper, %(day)s") % {"table": found.table, "day": _at(found.scheduled_for, "j F Y")}
    blocks = [
        pdf.paragraph(sealed()),
        pdf.paragraph(_head(found)),
        pdf.heading(_("Who is here")),
        pdf.table([_("Seat"), _("Present")], _roll(found), [3, 7]),
    ]
    for item in found.items:
        blocks += _item(item, found)
    return pdf.render("document", {"title": title, "wide": False, "foot": title, "blocks": blocks})


def _head(found: Paper) -> str:
    made = _("As it stood at %(time)s.") % {"time": _at(found.made_at, "G:i")}
    opened = _("Open since %(time)s.") % {"time": _at(found.opened_at, "G:i")} if found.opened_at else _not_opened()
    presides = _("Facilitator %(names)s.") % {"names": found.facilitator} if found.facilitator else ""
    return " ".join(filter(None, [made, opened, presides, f"{found.place}." if found.place else ""]))


def _not_opened() -> str:
    words = _("Not opened yet."), _("New situations get their number and their place on the agenda at the opening.")
    return " ".join(words)


def _roll(found: Paper) -> list[list[str]]:
    absent = [[agency, _("not present")] for agency in (found.absent if found.opened_at else found.seats)]
    return [*(list(pair) for pair in found.present), *absent]


def _item(item: PaperItem, found: Paper) -> list[pdf.Block]:
    words = [item.subject, _("brought by %(agency)s") % {"agency": item.brought_by}, item.state]
    if item.clock_ends:
        ends = _("response clock ended %(time)s") if item.clock_ends < found.made_at else _("response clock ends %(time)s")
        words.append(ends % {"time": _at(item.clock_ends, "j M G:i")})
    blocks = [pdf.heading(item.number), pdf.paragraph("; ".join(words))]
    if item.lines:
        rows = [[one.question, one.answer + ("\n\n" if one.open else ""), "", ""] for one in item.lines]
        blocks.append(pdf.table([_("Question"), _("Decided"), _("Time"), _("Initials")], rows, [4, 8, 1, 1]))
    if item.roles:
        columns = [_("Agency"), _("Lead"), _("Assisting"), _("Time"), _("Initials")]
        blocks.append(pdf.table(columns, [[seat, BOX, BOX, "", ""] for seat in found.seats], [4, 2, 2, 1, 1]))
    return blocks


def _at(moment: datetime | None, pattern: str) -> str:
    return date_format(timezone.localtime(moment), pattern) if moment else ""
