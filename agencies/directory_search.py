"""Finding services: by town and need, by words, age, language and hour; the nearest ones first.

Towns and needs are found by the indexes of their tables, words in `search_text`. A page costs five questions whatever is in
the directory, and nothing of it depends on who asks.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, Count, Q, QuerySet, Subquery, TextField, Value, When
from django.db.models.functions import Cast, Concat, Left
from django.utils import timezone

from agencies.models import Service, ServiceNeed, ServiceTown
from agencies.opening_hours import is_open
from hub.core import clock, keyset
from hub.core.text import folded

A_PAGE = 25
OFFERED = 5
LIST = "services"
BEGINNING = 18
"""Characters of the name that a page's cursor holds; equal ones follow in the order in which they were entered."""
Row = tuple[str, int, str, bool]


@dataclass(frozen=True)
class Wanted:
    """What is looked for; empty says nothing. `need`: a code; `town`: as stored; `language`: a code."""

    words: str = ""
    town: str = ""
    need: str = ""
    age: int | None = None
    language: str = ""
    open_now: bool = False
    day_and_night: bool = False


def found(wanted: Wanted, at: str = "") -> keyset.Cut[Service]:
    """One page of services, with towns, from a cursor. Raises RuleRefused for a cursor that is not ours.

    Named in the words that are sought comes first, then what serves the town itself, then what serves everywhere.
    """
    place = keyset.place(at, of=LIST)
    rows: Any = keyset.beyond(_ordered(wanted), place, by="place", newest_first=False).values_list(
        "place", "pk", "hours", "always_open"
    )
    fitting: Iterable[Row] = _open(rows.iterator(chunk_size=500)) if wanted.open_now else rows[: A_PAGE + 1]
    page = keyset.cut(fitting, place, of=LIST, size=A_PAGE, spot=lambda row: (row[0], row[1]))
    return keyset.Cut(hydrated([row[1] for row in page.rows]), page.back, page.onward)


def hydrated(keys: list[int]) -> list[Service]:
    """These services in this order, with their towns and needs."""
    rows = {one.pk: one for one in Service.objects.filter(pk__in=keys).prefetch_related("towns", "needs")}
    return [rows[key] for key in keys if key in rows]


def alternatives(services: Collection[Service]) -> dict[str, Service]:
    """By their keys the services that others name as their after-hours alternative; one question for all of them."""
    keys = {one.after_hours for one in services if one.after_hours}
    return {one.key: one for one in Service.objects.filter(key__in=keys, is_active=True)} if keys else {}


def offered(
    *, needs: Collection[str], towns: Collection[str], ages: tuple[int, int | None] | None, limit: int = OFFERED
) -> list[Service]:
    """The services that meet most of these needs in these towns (none named: any) at these ages; in one question."""
    if not needs:
        return []
    rows = Service.objects.filter(is_active=True, public_crisis=False, needs__need__in=list(needs))
    if towns:
        rows = rows.filter(Q(everywhere=True) | Q(pk__in=_serving(towns)))
    if ages is not None:
        first, last = ages
        rows = rows.filter(Q(age_to=None) | Q(age_to__gte=first))
        rows = rows if last is None else rows.filter(Q(age_from=None) | Q(age_from__lte=last))
    counted = rows.annotate(met=Count("needs", distinct=True))
    return list(counted.order_by("-met", "everywhere", "-always_open", "name", "pk")[:limit])


def _ordered(wanted: Wanted) -> QuerySet[Any]:
    words = folded(wanted.words).split()
    named = [When(search_text__startswith=words[0], then=Value("0"))] if words else []
    place = Concat(
        Case(*named, default=Value("1"), output_field=CharField()),
        Case(When(everywhere=True, then=Value("1")), default=Value("0"), output_field=CharField()),
        Left("search_text", BEGINNING),
        output_field=CharField(),
    )
    return _filtered(wanted, words).annotate(place=place)


def _filtered(wanted: Wanted, words: list[str]) -> QuerySet[Service]:
    rows = Service.objects.filter(is_active=True)
    for word in words[:6]:
        rows = rows.filter(search_text__contains=word)
    if wanted.need:
        rows = rows.filter(pk__in=Subquery(ServiceNeed.objects.filter(need=wanted.need).values("service")))
    if wanted.town:
        rows = rows.filter(Q(everywhere=True) | Q(pk__in=_serving([wanted.town])))
    if wanted.age is not None:
        rows = rows.filter(Q(age_from=None) | Q(age_from__lte=wanted.age), Q(age_to=None) | Q(age_to__gte=wanted.age))
    if wanted.language:
        # neither database finds a member of a list in the same words; the list's own text is the same in both
        rows = rows.annotate(spoken=Cast("languages", TextField())).filter(spoken__contains=f'"{wanted.language}"')
    if wanted.day_and_night:
        rows = rows.filter(always_open=True)
    return rows.exclude(hours="", always_open=False) if wanted.open_now else rows


def _serving(towns: Collection[str]) -> QuerySet[ServiceTown, Any]:
    return ServiceTown.objects.filter(town__in=list(towns)).values("service")


def _open(rows: Iterator[Row]) -> Iterator[Row]:
    now = timezone.localtime(clock.now())
    known: dict[str, bool] = {}
    for row in rows:
        hours, always = row[2], row[3]
        if hours not in known:
            known[hours] = is_open(hours, now)
        if always or known[hours]:
            yield row
