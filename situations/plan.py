"""Filter 4: the plan of the lead and assisting agencies: tasks, the next visit, the contact log, the services.

Every text here is shared by the agencies with a role, so every change enters the ledger with its recipients' agencies. The
guard asks at what is said about the person, and stops nothing: all who read it may open the envelope. It does not ask who
goes and where, which are names and addresses by their nature.
"""

from datetime import datetime

from django.utils.translation import gettext as _

from agencies.models import Agency, Member
from hub.core import clock
from hub.core.audit import verb
from hub.core.errors import RuleRefused
from situations import filters, guard, ledger, vocabularies, writing
from situations.choices import ConsentNow, ContactKind, EntryKind, Stage
from situations.involvement import require_role
from situations.models import Contact, Involvement, PlanStep, ServiceRecord, Situation, Visit
from situations.models.situation import LINE_LIMIT


@guard.enters_questions
@verb
def add_step(
    *, by: Member, situation: Situation, text: str, due_at: datetime, agency: Agency | None = None,
    answered: guard.Reply = guard.NOTHING,
) -> PlanStep:  # fmt: skip
    """A task for one agency with a role, due at an aware moment."""
    situation = _locked(situation, by)
    agency = agency or by.agency
    if not Involvement.objects.filter(situation=situation, agency=agency, ended_at=None).exclude(accepted_at=None).exists():
        raise RuleRefused(_("A task can be given to the lead or an assisting agency only."), field="agency")
    typed = _line(situation, by, text, "text")
    guard.ask(situation, {"text": typed}, by=by, answered=answered, holds=False)
    step = PlanStep.objects.create(situation=situation, agency=agency, text=typed, due_at=due_at)
    _enter(situation, by, "step")
    return step


@verb
def finish_step(*, by: Member, situation: Situation, step: PlanStep, done: bool = True) -> PlanStep:
    """Mark a task done, or not done after all."""
    situation = _locked(situation, by)
    step = PlanStep.objects.get(pk=step.pk, situation=situation)
    step.done_at = clock.now() if done else None
    step.save(update_fields=["done_at"])
    _enter(situation, by, "step")
    return step


@guard.enters_questions
@verb
def set_visit(
    *, by: Member, situation: Situation, at: datetime, who_goes: str, place: str = "", offer: str = "", safety: str = "",
    answered: guard.Reply = guard.NOTHING,
) -> Visit:  # fmt: skip
    """The next appointment; replaces the one before."""
    situation = _locked(situation, by)
    texts = {"who_goes": _line(situation, by, who_goes, "who_goes")} | {
        name: _text(situation, by, value, name) for name, value in {"place": place, "offer": offer, "safety": safety}.items()
    }
    about = {name: texts[name] for name in ("offer", "safety")}
    guard.ask(situation, about, by=by, answered=answered, holds=False)
    visit, _new = Visit.objects.update_or_create(situation=situation, defaults={"at": at, **texts})
    _enter(situation, by, "visit")
    return visit


@guard.enters_questions
@verb
def log_contact(
    *, by: Member, situation: Situation, kind: ContactKind, reached: bool, outcome: str, companions: list[str] | None = None,
    consent_now: str = "", answered: guard.Reply = guard.NOTHING,
) -> Contact:  # fmt: skip
    """One line of the contact log, at the present moment. That the person declines is recorded here too."""
    situation = _locked(situation, by)
    if kind not in ContactKind.values or (consent_now and consent_now not in ConsentNow.values):
        raise RuleRefused(_("This is not one of the choices. Choose one from the list."), field="kind")
    typed = _line(situation, by, outcome, "outcome")
    guard.ask(situation, {"outcome": typed}, by=by, answered=answered, holds=False)
    contact = Contact.objects.create(
        situation=situation, agency=by.agency, member=by, at=clock.now(), kind=kind, reached=reached,
        outcome=typed, companions=companions or [], consent_now=consent_now,
    )  # fmt: skip
    _enter(situation, by, "contact", EntryKind.CONTACT)
    return contact


@guard.enters_questions
@verb
def record_service(
    *, by: Member, situation: Situation, service: str, status: str, agency: Agency | None = None,
    answered: guard.Reply = guard.NOTHING,
) -> ServiceRecord:  # fmt: skip
    """What a service has become: informed, offered, connected, engaged, refused, not available."""
    situation = _locked(situation, by)
    if status not in vocabularies.SERVICE_STATUSES:
        raise RuleRefused(_("Choose what has become of the service."), field="status")
    typed = _text(situation, by, service, "service", limit=120)
    guard.ask(situation, {"service": typed}, by=by, answered=answered, holds=False)
    row, _new = ServiceRecord.objects.update_or_create(
        situation=situation, agency=agency or by.agency, service=typed, defaults={"status": status}
    )
    _enter(situation, by, "service", EntryKind.SERVICE)
    return row


def _locked(situation: Situation, by: Member) -> Situation:
    situation = filters.lock(situation.pk, by=by)
    require_role(situation, by)
    filters.require_stage(situation, Stage.FILTER4)
    return situation


def _text(situation: Situation, by: Member, value: str, field: str, *, limit: int = LINE_LIMIT) -> str:
    return writing.text(value, limit=limit, field=field, agencies=(by.agency,), situation=situation)


def _line(situation: Situation, by: Member, value: str, field: str) -> str:
    line = _text(situation, by, value, field)
    if not line:
        raise RuleRefused(_("Write a line here."), field=field)
    return line


def _enter(situation: Situation, by: Member, part: str, kind: EntryKind = EntryKind.PLAN_CHANGED) -> None:
    roles = Involvement.objects.filter(situation=situation, ended_at=None).exclude(accepted_at=None)
    agencies = sorted(roles.values_list("agency_id", flat=True))
    ledger.append(kind, by=by, situation=situation, basis="plan", detail={"part": part, "agencies": agencies})
