"""Every mutable record has a history that names who and why; no change is nameless."""

import pytest
from django.apps import apps
from django.db import models

from agencies.models import Table
from hub.core.audit import Audited, UnknownActor, acting, verb
from situations.models import Situation
from tests.cast import Cast, assemble, to_filter4

# never changed once written (or, the blind index, deleted on purpose without a trace of its value)
WITHOUT_HISTORY = {
    "Pledge",
    "YearlyPledge",
    "Signature",
    "Reminder",
    "SignIn",
    "SignInFailure",
    "ServiceTown",
    "ServiceNeed",
    "LedgerEntry",
    "Recipient",
    "Recusal",
    "BlindIndex",
    "Checkpoint",
    "Certificate",
    "Notice",
    "Reportable",
    "Referral",
    "ReferralMessage",
    "ReferralGrounds",
    "HeldText",
}


def ours() -> list[type[models.Model]]:
    return [
        model
        for app in ("agencies", "situations", "conferences")
        for model in apps.get_app_config(app).get_models()
        if not model.__name__.startswith("Historical")
    ]


@pytest.mark.pairless
def test_every_mutable_record_has_a_history():
    assert {model.__name__ for model in ours() if not hasattr(model, "history")} == WITHOUT_HISTORY
    assert {model.__name__ for model in ours() if hasattr(model, "history") and not issubclass(model, Audited)} == {"Member"}


@pytest.mark.pairless
def test_no_record_holds_many_others_without_a_record_in_between():
    assert [field for model in ours() for field in model._meta.local_many_to_many] == []


@pytest.mark.django_db
def test_every_history_row_names_its_verb_and_its_actor():
    people = assemble()
    ready = people.ready()
    to_filter4(people, people.conference(), ready)
    filled = set()
    for model in ours():
        if hasattr(model, "history"):
            for row in model.history.all():
                filled.add(model.__name__)
                assert row.history_change_reason
                assert row.history_user is not None or row.history_change_reason.split(".")[0] in {
                    "membership",
                    "scheduling",
                    "crisis",
                }
    assert {"Situation", "Identity", "Involvement", "Sitting", "Attendance", "Conference", "AgendaItem"} <= filled


@pytest.mark.django_db
def test_nameless_change_is_refused():
    with pytest.raises(UnknownActor):
        Table.objects.create(slug="x", name="X")
    people = assemble()
    situation = people.draft()
    with pytest.raises(UnknownActor):
        situation.save()
    with pytest.raises(UnknownActor), acting(None, ""):
        pass


@pytest.mark.django_db
def test_verb_is_all_or_nothing_and_names_itself():
    people = assemble()

    @verb
    def rename_twice(*, by: object, table: Table, fail: bool) -> None:
        for name in ("Once", "Twice"):
            table.name = name
            table.save()
        if fail:
            raise RuntimeError("half way")

    before = people.table.history.count()
    with pytest.raises(RuntimeError):
        rename_twice(by=people["administrator"], table=people.table, fail=True)
    assert (Table.objects.get().name, people.table.history.count()) == ("Harborview Hub", before)
    rename_twice(by=people["administrator"], table=people.table, fail=False)
    row = people.table.history.first()
    assert (row.name, row.history_user, row.history_change_reason) == (
        "Twice",
        people["administrator"],
        "test_audit.rename_twice",
    )


@pytest.mark.django_db
def test_history_of_a_situation_says_who_took_which_step(people_at_4: Cast):
    rows = Situation.history.filter(number__endswith="-0001").order_by("history_id")
    steps = [(row.stage, row.history_user.name, row.history_change_reason) for row in rows]
    assert ("filter2", "Facilitator", "deliberation.begin") in steps
    assert steps[-1] == ("filter4", "Facilitator", "involvement.start_filter4")


@pytest.fixture
def people_at_4(db: None) -> Cast:
    people = assemble()
    ready = people.ready()
    to_filter4(people, people.conference(), ready)
    return people
