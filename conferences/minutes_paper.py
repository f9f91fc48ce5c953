"""The minutes as a PDF: the same words as the page, from the same `Minutes`, so that a reader gets what the page shows them.

The sentences are those of `templates/conferences/minutes*.html`, message by message: one translation serves both.
"""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from conferences.minutes import IssueLine, ItemLine, Minutes, Signed
from conferences.roll_call import SeatLine
from hub.core import pdf

SIGNATURE_SHOWN = 16
"""Letters of the signature on paper: enough to compare it with the file, which holds all 128."""


def document(found: Minutes) -> bytes:
    """The PDF."""
    words = {"day": _at(found.opened_at, "j F Y"), "table": found.table}
    blocks = [
        pdf.paragraph(_head(found)),
        pdf.heading(_("Roll call")),
        _roll(found.seats),
        pdf.heading(_("Follow-ups")),
        *_follow_ups(found.follow_ups),
        pdf.heading(_("New situations")),
        *_new(found),
        pdf.heading(_("Systemic issues")),
        *_issues(found.issues),
        pdf.heading(_("Action list")),
        *_actions(found.actions),
        *_foot(found),
    ]
    title = _("%(table)s: minutes of %(day)s") % words
    return pdf.render("document", {"title": title, "wide": True, "foot": title, "blocks": blocks})


def _head(found: Minutes) -> str:
    opened, closed = _at(found.opened_at, "G:i"), _at(found.closed_at, "G:i")
    span = {"from": opened, "to": closed}
    when = _("%(from)s to %(to)s") % span if found.closed_at else _("Open since %(from)s") % span
    facilitators = ngettext(
        "Facilitator %(names)s.", "Facilitators, one after the other, %(names)s.", len(found.facilitators)
    ) % {"names": ", ".join(found.facilitators)}  # fmt: skip
    recorders = (
        _("Recorder %(names)s.") % {"names": ", ".join(found.recorders)} if found.recorders else _("No recorder was present.")
    )
    quorum = _("Quorum %(quorum)s seats, %(present)s present:") % {"quorum": found.quorum, "present": found.seats_present}
    met = _("met") if found.quorum_met else _("not met")
    preview = "" if found.closed_at else _("Preview: the conference is still open, and you alone can read this.")
    where = f"{when}, {found.place}." if found.place else f"{when}."
    return " ".join(filter(None, [preview, where, facilitators, recorders, f"{quorum} {met}."]))


def _roll(seats: Iterable[SeatLine]) -> pdf.Block:
    rows = []
    for seat in seats:
        for one in seat.presences:
            person = ", ".join([one.person, *map(str, one.words)])
            out = _("stepped out of %(numbers)s") % {"numbers": one.stepped_out} if one.stepped_out else ""
            span = f"{_at(one.arrived_at, 'G:i')}-{_at(one.left_at, 'G:i')}"
            rows.append([seat.agency, "; ".join(filter(None, [person, out])), span, _at(one.pledged_at, "G:i") or _("none")])
        if not seat.presences:
            rows.append([seat.agency, _("not present"), "", ""])
    return pdf.table([_("Seat"), _("Person"), _("Present"), _("Pledge")], rows, [3, 5, 2, 1])


def _follow_ups(lines: Iterable[ItemLine]) -> list[pdf.Block]:
    rows = [[one.number, " ".join(report.line for report in one.reports) or _("none"), one.words] for one in lines]
    columns = [_("Number"), _("Report-back by the lead"), _("Decision")]
    return [pdf.table(columns, rows, [1, 5, 3])] if rows else [pdf.small(_("There was nothing to follow up."))]


def _new(found: Minutes) -> list[pdf.Block]:
    rows = [
        [one.number, one.subject, one.brought_by, _filter2(one), one.lead, one.assisting, one.used] for one in found.new
    ]  # fmt: skip
    columns = [_("Number"), _("Subject"), _("Brought by"), _("Filter 2"), _("Lead"), _("Assisting"), _("Time")]
    table = pdf.table(columns, rows, [4, 8, 4, 7, 4, 5, 2]) if rows else pdf.small(_("No new situation was brought."))
    return [table, *map(pdf.small, _rest(found))]


def _filter2(line: ItemLine) -> str:
    return _("AER, %(time)s") % {"time": _at(line.aer_at, "G:i")} if line.aer_at else line.words


def _rest(found: Minutes) -> list[str]:
    said = []
    if found.carried_over:
        day = {"day": _at(found.next_on, "j F")}
        until = _("carried over to %(day)s.") % day if found.next_on else _("carried over to the next conference.")
        said.append(f"{', '.join(one.number for one in found.carried_over)} {until}")
    if found.from_paper:
        said.append(f"{', '.join(found.from_paper)} {_('entered afterwards from paper.')}")
    if found.left_out:
        text = ngettext(
            "%(number)s situation is left out: it is not open to you.",
            "%(number)s situations are left out: they are not open to you.",
            found.left_out,
        )
        said.append(text % {"number": found.left_out})
    return said


def _issues(issues: Iterable[IssueLine]) -> list[pdf.Block]:
    said = []
    for issue in issues:
        raised = _("Raised by %(agency)s.") % {"agency": issue.raised_by}
        owner = _("Owner: %(agency)s.") % {"agency": issue.owner} if issue.owner else ""
        said.append(pdf.paragraph(" ".join(filter(None, [f"{issue.title}.", raised, owner]))))
    return said or [pdf.small(_("None was noted."))]


def _actions(lines: Iterable[ItemLine]) -> list[pdf.Block]:
    rows = [[one.number, one.lead, one.assisting, _at(one.clock_ends, "j M Y G:i")] for one in lines]
    columns = [_("Number"), _("Lead"), _("Assisting"), _("Response clock ends")]
    return [pdf.table(columns, rows, [1, 2, 3, 2])] if rows else [pdf.small(_("Nothing is left to be done."))]


def _foot(found: Minutes) -> list[pdf.Block]:
    blocks, seal, signed = [], found.seal, found.checkpoint
    if seal:
        text = ngettext(
            "Ledger of this conference: entries %(first)s to %(last)s, in %(chains)s chain.",
            "Ledger of this conference: entries %(first)s to %(last)s, in %(chains)s chains.",
            seal.chains,
        )
        blocks.append(pdf.small(text % {"first": seal.first, "last": seal.last, "chains": seal.chains}))
    if seal and not signed:
        blocks += [pdf.small(_("One SHA-256 over the last entry of each chain at closing:")), pdf.code(seal.hash)]
    if signed:
        blocks += _checkpoint(signed)
    return [*blocks, pdf.small(_("These minutes hold no name, address or date of birth of anyone talked about."))]


def _checkpoint(signed: Signed) -> list[pdf.Block]:
    text = _("Signed checkpoint of %(at)s over the %(entries)s entries of the whole table, key %(key)s. Root:") % {
        "at": _at(signed.at, "Y-m-d H:i:s T"), "entries": signed.entries, "key": signed.key,
    }  # fmt: skip
    begins = _("Its signature (Ed25519) begins with:")
    return [
        pdf.small(text),
        pdf.code(signed.root),
        pdf.small(begins),
        pdf.code(signed.signature[:SIGNATURE_SHOWN]),
    ]


def _at(moment: datetime | None, pattern: str) -> str:
    return date_format(timezone.localtime(moment), pattern) if moment else ""
