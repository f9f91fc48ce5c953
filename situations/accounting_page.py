"""An accounting in words: as lines of the page, as rows of the list, as a letter."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agencies.models import Member
from hub.core import clock, pdf
from situations.accounting import Accounting, Line
from situations.models import Suspension

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Row:
    """One line, what it is about, and its moments in words; `again` is empty for what happened once."""

    line: Line
    about: str
    when: str
    again: str


@dataclass(frozen=True)
class Statement:
    """A recorded suspension; `ends`: it can still be ended."""

    key: int
    number: str
    agency: str
    words: str
    since: str
    until: str
    ends: bool


def statements(recorded: Iterable[Suspension]) -> list[Statement]:
    """Suspensions in words."""
    return [
        Statement(
            key=one.pk,
            number=one.situation.number,
            agency=one.official_agency.name,
            words=(_("written: %s") if one.written else _("oral: %s")) % one.reference,
            since=day(one.starts_on),
            until=day(one.until),
            ends=one.until > clock.today(),
        )
        for one in recorded
    ]


def rows(found: Accounting) -> list[Row]:
    """The lines in order of time."""
    about = _("referral %(number)s") if found.referral else _("situation %(number)s")
    return [Row(one, about % {"number": one.number}, _moment(one.at), _again(one)) for one in found.lines]


def day(value: date) -> str:
    """19 Nov 2026."""
    return date_format(value, "j M Y")


def sheet(found: Accounting) -> Iterator[list[str]]:
    """The list for a spreadsheet, head first; moments as ISO 8601. No cell can be taken for a formula."""
    yield [
        _("Situation"), _("First"), _("Times"), _("Last"), _("To"), _("Address"), _("People"), _("What"), _("Purpose or basis"),
        _("Citation"), _("Released by"),
    ]  # fmt: skip
    for one in found.lines:
        cells = [
            one.number, _iso(one.at), str(one.times), _iso(one.last_at), one.agency, one.address, "; ".join(one.people),
            one.what, one.purpose, one.citation, one.released_by,
        ]  # fmt: skip
        yield [f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells]


def letter(found: Accounting, *, officer: Member, reference: str, addressee: str) -> bytes:
    """The letter to the person as a PDF. `addressee` is kept nowhere; without it the officer addresses the letter by hand."""
    agency = officer.agency
    to = addressee.splitlines() or [_("To the person named in our records under %(file)s") % {"file": reference}]
    return pdf.render("document", {
        "title": _("To whom we gave information about you"),
        "wide": False,
        "foot": _("%(agency)s, file %(file)s") % {"agency": agency.name, "file": reference},
        "blocks": [
            pdf.lines([agency.name, *filter(None, [agency.address, agency.phone])]),
            pdf.lines([day(clock.today()), _("Our file: %(file)s") % {"file": reference}]),
            pdf.lines(to),
            pdf.paragraph(_opening(found)),
            *(pdf.paragraph(rule) for rule in found.rules),
            *_list(found),
            pdf.heading(_("If you have questions")),
            pdf.paragraph(_closing(officer)),
        ],
    })  # fmt: skip


def _opening(found: Accounting) -> str:
    return _(
        "You asked to whom we gave information about you. Below stands what %(agency)s gave to others from %(since)s to "
        "%(until)s and has to account for. What other agencies gave, they account for themselves."
    ) % {"agency": found.agency, "since": day(found.since), "until": day(found.until)}


def _list(found: Accounting) -> list[pdf.Block]:
    if not found.lines:
        return [pdf.paragraph(_("In this time there was none that we have to account for."))]
    return [
        pdf.table(
            [_("When"), _("To whom"), _("What"), _("Purpose or basis")],
            [
                ["\n".join(filter(None, one)) for one in (
                    (row.when, row.again),
                    (row.line.agency, row.line.address, *row.line.people),
                    (row.line.what,),
                    (row.line.purpose, row.line.citation),
                )]
                for row in rows(found)
            ],
            [3, 5, 5, 5],
        )
    ]  # fmt: skip


def _closing(officer: Member) -> str:
    return _(
        "Ask %(officer)s, privacy officer of %(agency)s. You can ask for such a list again; once in twelve months it is free "
        "of charge. If you think that we gave something away that we should not have, you can complain to us, and nobody may "
        "treat you worse for it."
    ) % {"officer": officer.name, "agency": officer.agency.name}


def _moment(line: datetime) -> str:
    # the time as well as the day: 42 CFR 2.51(c) asks for it
    return date_format(timezone.localtime(line), "j M Y G:i")


def _again(line: Line) -> str:
    if line.times == 1:
        return ""
    return _("%(times)s times in all, the last on %(last)s") % {"times": line.times, "last": _moment(line.last_at)}


def _iso(moment: datetime) -> str:
    return timezone.localtime(moment).isoformat(timespec="minutes")
