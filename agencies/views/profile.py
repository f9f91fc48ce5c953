"""A table's own page for who keeps it: profile with a guided draft, public lines, settings, roles. No situation is read."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies import policies, profiling
from agencies.models import Member, Table, TableRole
from agencies.page_forms import PageForm
from agencies.profile_forms import CoordinatorForm, MissionForm, ProfileForm, PublicForm, RoleForm, SettingsForm
from agencies.views.setting_words import what_it_does
from hub.core import access
from hub.core.errors import NotVisible, RuleRefused

SAVED: dict[str, str | Promise] = {
    "profile": gettext_lazy("The profile is saved."),
    "public": gettext_lazy("The public lines are saved."),
    "settings": gettext_lazy("The settings are saved. They count from the next conference on."),
    "role": gettext_lazy("The role is given, from today."),
    "role-ended": gettext_lazy("The role is ended. Open boards of its holder have closed."),
    "coordinator": gettext_lazy("The coordinator is named."),
}


@dataclass(frozen=True)
class Failed:
    """A form that was sent and refused, under the name by which the page knows it."""

    name: str
    form: PageForm


@access.member("GET")
def profile(request: HttpRequest, key: int) -> HttpResponse:
    """The page with all its forms."""
    return _page(request, _kept(request, key))


@access.member("POST")
def save(request: HttpRequest, key: int) -> HttpResponse:
    """Write the profile."""
    table, form = _kept(request, key), ProfileForm(request.POST)
    given: dict[str, Any] = {"by": _by(request), "table": table, "answered": request.POST.dict()}
    return _done(request, table, Failed("profile", form), lambda _typed: profiling.describe(**given, **form.said()))


@access.member("POST")
def draft(request: HttpRequest, key: int) -> HttpResponse:
    """Make a first mission text of the answers. It stands in the profile's form, to be edited; nothing is stored yet."""
    table, form = _kept(request, key), MissionForm(request.POST)
    if not form.is_valid():
        return _page(request, table, Failed("mission_draft", form))
    said = {name: text.strip().rstrip(".") for name, text in form.cleaned_data.items()}
    text = _(
        "%(name)s serves %(whom)s.\n\nWhat we do: %(do)s.\n\nWhat we do not do: %(do_not)s.\n\nWho sits at the table: %(who)s."
    )
    return _page(request, table, drafted=text % {"name": table.name, **said})


@access.member("POST")
def public(request: HttpRequest, key: int) -> HttpResponse:
    """Write what anybody may read."""
    table, form = _kept(request, key), PublicForm(request.POST)
    given: dict[str, Any] = {"by": _by(request), "table": table, "answered": request.POST.dict()}
    return _done(request, table, Failed("public", form), lambda typed: profiling.publish(**given, **typed))


@access.member("POST", step_up=access.HERE)
def settings(request: HttpRequest, key: int) -> HttpResponse:
    """Write the settings."""
    table, form = _kept(request, key), SettingsForm(request.POST)
    by = _by(request)
    return _done(request, table, Failed("settings", form), lambda typed: profiling.set_settings(by=by, table=table, **typed))


@access.member("POST", step_up=access.HERE)
def roles(request: HttpRequest, key: int) -> HttpResponse:
    """Give a role."""
    table = _kept(request, key)
    by = _by(request)
    form = RoleForm(request.POST, table=table, by=by)
    return _done(request, table, Failed("role", form), lambda typed: profiling.give_role(by=by, table=table, **typed))


@access.member("POST", step_up=access.HERE)
def role_end(request: HttpRequest, key: int, role: int) -> HttpResponse:
    """End a role."""
    table = _kept(request, key)
    row = TableRole.objects.select_related("table", "member").filter(table=table, pk=role).first()
    if row is None:
        raise NotVisible(_("There is no such role."))
    profiling.end_role(by=_by(request), role=row)
    return _back(table, "role-ended")


@access.member("POST", step_up=access.HERE)
def coordinator(request: HttpRequest, key: int) -> HttpResponse:
    """Name the coordinator. Who handed it over keeps nothing here, and comes back to the table's page."""
    table = _kept(request, key)
    by = _by(request)
    form = CoordinatorForm(request.POST, table=table, by=by)
    answer = _done(
        request, table, Failed("coordinator", form), lambda typed: profiling.name_coordinator(by=by, table=table, **typed)
    )  # fmt: skip
    table.refresh_from_db()
    return answer if policies.keeps_table(by, table) else HttpResponseRedirect(reverse("table_detail"), status=303)


def _by(request: HttpRequest) -> Member:
    return cast("Member", request.user)


def _kept(request: HttpRequest, key: int) -> Table:
    table = Table.objects.filter(pk=key).first()
    if table is None or not policies.keeps_table(_by(request), table):
        raise NotVisible(_("There is no such page, or it is for the table's coordinator."))
    return table


def _done(request: HttpRequest, table: Table, sent: Failed, write: Callable[[dict[str, Any]], object]) -> HttpResponse:
    if sent.form.is_valid():
        try:
            write(sent.form.cleaned_data)
        except RuleRefused as refused:
            sent.form.refuse(refused)
        else:
            return _back(table, sent.name)
    return _page(request, table, sent)


def _back(table: Table, saved: str) -> HttpResponse:
    table.refresh_from_db()
    return HttpResponseRedirect(f"{reverse('table_profile', args=[table.pk])}?saved={saved}", status=303)


def _page(request: HttpRequest, table: Table, failed: Failed | None = None, drafted: str = "") -> HttpResponse:
    table.refresh_from_db()
    forms: dict[str, PageForm] = {
        "profile": ProfileForm.of(table, **({"mission": drafted} if drafted else {})),
        "mission_draft": MissionForm(),
        "public": PublicForm.of(table),
        "settings": SettingsForm.of(table),
        "role": RoleForm(table=table, by=_by(request)),
        "coordinator": CoordinatorForm(table=table, by=_by(request), initial={"member": table.coordinator_id}),
    }
    if failed is not None:
        forms[failed.name] = failed.form
    context = {
        **forms,
        "table": table,
        "opened": failed.name if failed else "profile",
        "drafted": bool(drafted),
        "explained": [(field, what_it_does(field.name)) for field in forms["settings"]],
        "roles": [_role(one) for one in profiling.roles(table)],
        "saved": SAVED.get(request.GET.get("saved", ""), ""),
    }
    return render(request, "agencies/profile.html", context, status=422 if failed else 200)


def _role(one: TableRole) -> dict[str, Any]:
    return {
        "key": one.pk, "role": one.get_role_display(), "name": one.member.name, "agency": one.member.agency.short_name,
        "since": one.started_on, "closed": not one.member.is_active,
    }  # fmt: skip
