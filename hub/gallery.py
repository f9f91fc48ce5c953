"""Every component in its states, with invented values, on one page: to look at, and to test the look against."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from hub.core import access, keyset, parts


class GalleryForm(forms.Form):
    """One field of each kind; bound and invalid on the gallery page, so that its errors show."""

    offer = forms.CharField(label=_("What you can offer"))
    visit = forms.EmailField(label=_("Where the visit is confirmed"), required=False)
    part = forms.ChoiceField(
        label=_("What is your part?"),
        widget=forms.RadioSelect,
        choices=[
            ("serving", _("Serving now")),
            ("before", _("Served before")),
            ("help", _("Can help")),
            ("none", _("No role")),
        ],
    )
    consent = forms.ChoiceField(
        label=_("Consent"),
        widget=forms.RadioSelect,
        choices=[
            ("written", _("written")),
            ("verbal", _("verbal")),
            ("not_sought", _("not sought")),
            ("refused", _("refused")),
        ],
    )
    told = forms.BooleanField(label=_("The person was told by phone"))


def _steps() -> list[parts.Step]:
    return [
        parts.Step(1, "f1", "Own agency", "Passed 17 Nov, Public Schools", "done"),
        parts.Step(2, "f2", "Is it AER?", "May be said: the profile only", "now"),
        parts.Step(3, "f3", "Who can help?", "Name, date of birth", "wait"),
        parts.Step(4, "f4", "Plan and visit", "Clock: 48 h from the decision", "wait"),
    ]


def _profile() -> dict[str, Any]:
    risk = [
        parts.Category("Suicide", [parts.Factor("person current suicide risk", strong=True)]),
        parts.Category("Mental Health", [parts.Factor("grief"), parts.Factor("suspected mental health problem")]),
        parts.Category("Missing/Runaway", [parts.Factor("runaway without parents' knowledge of whereabouts")]),
    ]
    protective = [parts.Category("Family Supports", [parts.Factor("Strong family bond")])]
    note = "Stopped coming to school five weeks ago after a death in the family. Most nights he sleeps somewhere else."
    return {"risk": risk, "protective": protective, "note": note}


def _criteria() -> list[parts.Criterion]:
    return [
        parts.Criterion("interest", 1, "Significant interest at stake", "Life: he has spoken of a way to end it", holds=True),
        parts.Criterion("probable", 2, "Harm is probable", "If nothing changes: no school, care or bed", holds=True),
        parts.Criterion("severe", 3, "Harm would be severe", "Death or lasting injury", holds=False),
        parts.Criterion("several", 4, "Several agencies needed", "Crisis care, family, school; each tried alone", holds=False),
    ]


def _seats() -> list[parts.SeatRow]:
    agrees = parts.Answer("agrees", "ok", "ok")
    call = parts.Action("Call in", post="#call")
    return [
        parts.SeatRow(
            "Harborview Public Schools",
            "Imani Castellanos · brought this",
            connected=True,
            present=True,
            cleared=True,
            answer=agrees,
        ),
        parts.SeatRow(
            "Harborview Police Department",
            "Renata Oliveira-Granby",
            connected=True,
            present=True,
            cleared=True,
            answer=parts.Answer("waiting"),
        ),
        parts.SeatRow(
            "Fire and EMS",
            "answers aloud",
            connected=False,
            present=True,
            cleared=True,
            answer=parts.Answer("disagrees", "bad", "no"),
        ),
        parts.SeatRow(
            "Council on Aging",
            "waiting for roll call",
            connected=True,
            present=False,
            cleared=False,
            answer=parts.Answer("waiting"),
            action=call,
        ),
    ]


def _agenda() -> list[parts.AgendaGroup]:
    return [
        parts.AgendaGroup(
            "Follow-ups", "1 of 1 done", [parts.AgendaItem("2026-0031", "Person, 40-59", "continues", "ok", url="#a")]
        ),
        parts.AgendaGroup(
            "New situations",
            "2 of 3",
            [
                parts.AgendaItem("2026-0042", "Family", "rejected", "ok", url="#b"),
                parts.AgendaItem("2026-0043", "Person, 12-17", "in hand", "play", current=True, url="#c"),
                parts.AgendaItem("2026-0044", "Location", "4 min"),
            ],
        ),
    ]


def _ledger() -> list[parts.LedgerLine]:
    names = ["Harborview Police Department: opened 9:45", "Fire and EMS: not opened"]
    return [
        parts.LedgerLine("19 Nov 9:46", "Filter 3 closed.", 11, "19f0 5c77", more="Seats without a role lost sight of it"),
        parts.LedgerLine(
            "19 Nov 9:45",
            "Name and date of birth to 2 seats",
            9,
            "e8a4 6b21",
            more="at the conference of 19 November",
            detail="basis: FERPA health or safety emergency",
            left=True,
            recipients_line="2 seats present at 9:45",
            recipients=names,
        ),
    ]


def _rings() -> list[dict[str, Any]]:
    counts = [(9, 0, 0), (9, 7, 0), (9, 6, 1), (12, 12, 0), (1, 1, 0)]
    return [
        {
            "total": total,
            "agree": agree,
            "dissent": no,
            "answered": agree + no,
            "arcs": parts.ring_arcs(total, agree, no),
        }
        for total, agree, no in counts
    ]


def _clocks() -> list[dict[str, Any]]:
    marks = [parts.Mark(50, "24 h"), parts.Mark(100, "48 h")]
    return [
        {"words": "47 h 12 min left", "line": "of 48 h, ends Sat 9:44", "percent": 2, "hue": "f4", "marks": marks},
        {"words": "4 h 45 min left", "line": "of 48 h, ends today 15:00", "percent": 90, "hue": "warn", "marks": marks},
        {
            "words": "overdue by 2 h 10 min",
            "line": "of 48 h, ended 12:50",
            "percent": 100,
            "hue": "bad",
            "marks": marks,
        },
    ]


def _timers() -> list[dict[str, Any]]:
    return [
        {"words": "3:20", "line": "left of 4:00", "hue": "f2", "over": False, "elapsed": 40},
        {"words": "0:25", "line": "left of 4:00", "hue": "warn", "over": False, "elapsed": 215},
        {"words": "0:41", "line": "over of 4:00", "hue": "bad", "over": True, "elapsed": 281},
    ]


def _actions() -> dict[str, Any]:
    return {
        "bar": [
            parts.Action("Take back", "undo", "U", "text", post="#u"),
            parts.Action("Not AER", key="R", post="#r"),
            parts.Action("Withdraw", kind="stop", post="#w"),
            parts.Action("Not yet", post="#n", disabled=True),
            parts.Action("All agree: it is AER", "ok", "A", "go", attrs={"data-dialog": "go-on"}),
        ],
        "even": [
            parts.Action("Step out", kind="text", href="#out"),
            parts.Action("Disagree", "no", "D", post="#d"),
            parts.Action("Agree", "ok", "A", post="#a"),
        ],
        "asked": [
            parts.Action("Wait for them"),
            parts.Action("Go on: it is AER", kind="go", post="#on", attrs={"data-close": ""}),
        ],
        "change": parts.Action("Change the text", kind="go", href="#note"),
        "keep": parts.Action("Keep it, and say why", href="#keep"),
        "write": parts.Action("Write a situation", kind="go", href="#new"),
    }


@access.public()
def gallery(request: HttpRequest) -> HttpResponse:
    """The page of all components. Holds nothing about anybody."""
    context = {
        "steps": _steps(),
        "pagers": [
            keyset.Pager("", "", "#older", keyset.NEWEST_FIRST),
            keyset.Pager("#newest", "#newer", "#older", keyset.NEWEST_FIRST),
        ],
        "numbers": [
            {"name": "Suicide and Crisis Lifeline", "phone": "988", "line": "Anyone; call, text or chat", "call": "988"}
        ],
        "services": [{"key": 1, "name": "Casa Faro", "type": "counseling", "phone": "978-555-0118", "call": "9785550118"}],
        "profile": _profile(),
        "criteria": _criteria(),
        "seats": _seats(),
        "agenda": _agenda(),
        "ledger": _ledger(),
        "rings": _rings(),
        "clocks": _clocks(),
        "timers": _timers(),
        "actions": _actions(),
        "form": GalleryForm({"offer": "", "visit": "not an address", "part": "help", "consent": "verbal"}),
        "save": parts.SaveMark("saved", "14:06:31"),
        "pairs": [parts.Pair("born", "14 March 2011"), parts.Pair("Guardian", "mother")],
        "pieces": [
            parts.Piece("Stopped coming to "),
            parts.Piece("Kelly Middle", found=True),
            parts.Piece(" five weeks ago."),
        ],
        "findings": [parts.Finding("Kelly Middle", "looks like a school")],
        "rows": [parts.Row("Tabled", ["46"], "#t"), parts.Row("Accepted as AER", ["38"])],
        "columns": ["What", "Number"],
    }
    return render(request, "gallery.html", context)
