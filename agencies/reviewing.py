"""The yearly review of accounts (CJIS AC-2): every open account, who stays, who is closed, signed by an administrator."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256

from allauth.mfa.models import Authenticator
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from agencies import accounts_closing
from agencies.models import AccountReview, AgencyRole, Member, TableRole, Training
from agencies.standing import in_force
from hub.core import clock
from hub.core.audit import verb
from hub.core.errors import NotAllowed, RuleRefused, Stale

DUE_AFTER = timedelta(days=365)


@dataclass(frozen=True)
class Account:
    """One line of the review, in the words that are signed. Days, because what is signed must not change by the minute."""

    member: int
    name: str
    email: str
    agency: str
    roles: str
    last_sign_in: str
    second_factor: bool
    training_ends: str
    state: str
    kept: bool = True

    @property
    def signed_in_on(self) -> date | None:
        """`last_sign_in` as a page shows it."""
        return date.fromisoformat(self.last_sign_in) if self.last_sign_in else None

    @property
    def trained_until(self) -> date | None:
        """`training_ends` as a page shows it."""
        return date.fromisoformat(self.training_ends) if self.training_ends else None


def accounts() -> list[Account]:
    """Every open account, by agency and name; four queries however many."""
    roles, factors, training = _roles(), _with_second_factor(), _training()
    rows = Member.objects.filter(is_active=True).select_related("agency").order_by("agency__name", "name", "pk")
    return [
        Account(
            member=one.pk, name=one.name, email=one.email, agency=one.agency.name, roles=", ".join(roles.get(one.pk, [])),
            last_sign_in=clock_day(one.last_login), second_factor=one.pk in factors, training_ends=training.get(one.pk, ""),
            state="disabled" if one.disabled_at else "locked" if one.locked_at else "",
        )
        for one in rows
    ]  # fmt: skip


def digest(lines: list[Account]) -> str:
    """SHA-256 over the lines as canonical JSON: what the page showed is what is signed."""
    text = json.dumps([asdict(one) for one in lines], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def last() -> AccountReview | None:
    """The newest review, if there was one."""
    return AccountReview.objects.select_related("signed_by").order_by("-signed_at", "-pk").first()


def is_due() -> bool:
    """Whether the last one is more than a year ago, or there was none."""
    newest = last()
    return newest is None or newest.signed_at < clock.now() - DUE_AFTER


@verb
def sign(*, by: Member, seen: str, looked_at: set[str], closing: set[int], name: str) -> AccountReview:
    """Close the accounts marked, and enter the review with every line. All or nothing.

    Raises NotAllowed but for administrators, RuleRefused where an agency was not looked at, the name is not one's own or one's
    own account is marked, and Stale when accounts changed since the page was shown.
    """
    if not by.is_administrator:
        raise NotAllowed(_("Only the administrator can sign the review of accounts."))
    shown = accounts()
    if digest(shown) != seen:
        raise Stale(_("Accounts changed since this page was shown. Look at them as they are now, and sign again."))
    _require(by, shown, looked_at, closing, name)
    lines = [replace(one, kept=one.member not in closing) for one in shown]
    for member in Member.objects.filter(pk__in=[one.member for one in lines if not one.kept]):
        accounts_closing.close(by=by, member=member)
    return AccountReview.objects.create(
        signed_by=by,
        signed_at=clock.now(),
        year=clock.today().year,
        accounts=[asdict(one) for one in lines],
        text_hash=digest(lines),
    )


def _require(by: Member, shown: list[Account], looked_at: set[str], closing: set[int], name: str) -> None:
    missing = sorted({one.agency for one in shown} - looked_at)
    if missing:
        raise RuleRefused(
            _("Say of each agency that you have looked at its accounts: %s.") % ", ".join(missing[:5]), field="looked_at"
        )
    if by.pk in closing:
        raise RuleRefused(_("Another administrator closes your account, so that somebody is left."), field="close")
    if name.split() != by.name.split():
        raise RuleRefused(_("Type your name as it stands in your account: %s.") % by.name, field="name")


def clock_day(moment: datetime | None) -> str:
    """The day at the table as it is signed, or nothing."""
    return f"{localtime(moment):%Y-%m-%d}" if moment else ""


def _roles() -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for own in AgencyRole.objects.filter(in_force()).order_by("pk"):
        found.setdefault(own.member_id, []).append(own.get_role_display())
    for role in TableRole.objects.filter(in_force()).select_related("table").order_by("pk"):
        found.setdefault(role.member_id, []).append(f"{role.get_role_display()} ({role.table.name})")
    for key in Member.objects.filter(is_administrator=True).values_list("pk", flat=True):
        found.setdefault(key, []).append(_("administrator"))
    return found


def _with_second_factor() -> set[int]:
    return set(Authenticator.objects.exclude(type=Authenticator.Type.RECOVERY_CODES).values_list("user_id", flat=True))


def _training() -> dict[int, str]:
    """The day on which the first of somebody's trainings ends, if one does."""
    rows = Training.objects.exclude(expires_on=None).order_by("-expires_on").values_list("member_id", "expires_on")
    return {member: f"{day:%Y-%m-%d}" for member, day in rows}
