"""The steps of the public door, and what was answered so far: one sealed value that the page carries from step to step.

Nothing is kept here until it is sent, and nothing on the device beside the page itself: the value opens with a key of this
installation alone, and not for longer than two hours.
"""

import base64
import binascii
import hashlib
import hmac
import json
import secrets
import time
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any
from uuid import UUID

from hub.core import vault
from hub.core.aead import VaultError
from situations.referrals import receipts
from situations.referrals.answers import Answers, Knows, Relation

BEFORE, WHO, WHAT, TRIED, KNOWS, REACH, NAMES, LOOK = "before", "who", "what", "tried", "knows", "reach", "names", "look"
ORDER = (BEFORE, WHO, WHAT, TRIED, KNOWS, REACH, NAMES, LOOK)
NEEDED = {WHO: "relation", WHAT: "happening", KNOWS: "knows", REACH: "reach"}
"""Without these answers nobody could act; every other one may be left out."""
AGE_SECONDS = 2 * 60 * 60
WHOLE_SECONDS = 12 * 60 * 60
"""From its first page on, however often it went from page to page."""
LONGEST = 200_000
"""Characters of a sealed value; ours stay below a quarter of it."""


@dataclass(frozen=True, slots=True)
class State:
    """One sending on its way. `token`: what makes it this one and no other; `bits`: of the proof of work that is asked for it.

    `begun`: when its first page was made, for the pause; it is forgotten with the sending. `said`: of the answers, once sent.
    """

    desk: int
    language: str
    token: str = field(default_factory=lambda: secrets.token_hex(16))
    begun: int = field(default_factory=lambda: int(time.time()))
    bits: int = 0
    trapped: bool = False
    looked: bool = False
    said: str = ""
    answers: Answers = field(default_factory=Answers)

    @property
    def binding(self) -> UUID:
        """What the referral is bound to: the same for the same sending, so that it can arrive only once."""
        return UUID(bytes=_derived("referral bindings", self.token)[:16], version=4)

    @property
    def code(self) -> str:
        """The receipt code of what was sent: of the answers too, so that an earlier page of it tells nobody the code."""
        return receipts.code_of(bytes.fromhex(self.token + self.said))

    @property
    def challenge(self) -> str:
        """What the browser works on; it says nothing of the token."""
        return _derived("referral challenges", self.token).hex()

    def answered(self, values: dict[str, str]) -> "State":
        """With these answers; for somebody who asks for themself, what follows from that."""
        answers = replace(self.answers, **values)
        if answers.relation == Relation.SELF:
            answers = replace(answers, knows=Knows.SELF.value, why_not="", person_name="")
        elif answers.knows == Knows.SELF:
            answers = replace(answers, knows="")
        return replace(self, answers=answers)

    def sent(self) -> "State":
        """With what its code is made of: the same answers have the same code again."""
        return replace(self, said=_derived("referral codes", self.token, self.answers.packed()).hex())

    def emptied(self) -> "State":
        """After it was sent: the words are with the desk and need not travel on."""
        return replace(self, answers=Answers(town=self.answers.town))


def sealed(state: State) -> str:
    """The value of the hidden field."""
    written = json.dumps({"at": int(time.time()), **asdict(state)}, ensure_ascii=False)
    return _written(written, "referral steps")


def opened(value: str) -> State | None:
    """The state of a hidden field; None if it is older than two hours, was begun half a day ago, or is not ours."""
    read = _read(value, "referral steps", AGE_SECONDS)
    if not read:
        return None
    # of the release before or after this one, while both serve: what is unknown here is left out
    known = {one.name for one in fields(State)}
    answers = Answers.unpacked(json.dumps(read.get("answers", {})))
    state = State(**{**{name: one for name, one in read.items() if name in known}, "answers": answers})
    return state if time.time() - state.begun <= WHOLE_SECONDS else None


def ticket(receipt: str, language: str) -> str:
    """What keeps a thread open without a session: for whoever typed the code, from page to page."""
    return _written(json.dumps({"at": int(time.time()), "receipt": receipt, "language": language}), "referral tickets")


def of_ticket(value: str, *, seconds: int) -> tuple[str, str] | None:
    """Stored receipt and language of a ticket; None if it is older, or not ours."""
    read = _read(value, "referral tickets", seconds)
    return (read["receipt"], read["language"]) if read else None


def order(answers: Answers) -> tuple[str, ...]:
    """The steps that these answers lead through."""
    return tuple(one for one in ORDER if one != KNOWS or answers.relation != Relation.SELF)


def missing(answers: Answers) -> str:
    """The first step whose needed answer is missing, or none."""
    return next((one for one in order(answers) if one in NEEDED and not getattr(answers, NEEDED[one])), "")


def after(step: str, state: State) -> str:
    """The step that follows; once everything was looked over, every change leads back to that."""
    way = order(state.answers)
    if state.looked and not missing(state.answers):
        return LOOK
    return way[min(way.index(step) + 1, len(way) - 1)] if step in way else LOOK


def before(step: str, state: State) -> str:
    """The step that comes before it."""
    way = order(state.answers)
    return way[max(way.index(step) - 1, 0)] if step in way else WHO


def _derived(purpose: str, token: str, said: str = "") -> bytes:
    return hmac.new(vault.standing_key(purpose), bytes.fromhex(token) + said.encode(), hashlib.sha256).digest()


def _written(text: str, purpose: str) -> str:
    return base64.urlsafe_b64encode(vault.seal(text, key=vault.standing_key(purpose), context=purpose)).decode()


def _read(value: str, purpose: str, seconds: int) -> dict[str, Any] | None:
    if not value or len(value) > LONGEST:
        return None
    try:
        plain = base64.urlsafe_b64decode(value.encode("ascii"))
        read: dict[str, Any] = json.loads(vault.unseal(plain, key=vault.standing_key(purpose), context=purpose))
    except (VaultError, UnicodeEncodeError, binascii.Error):
        return None
    return read if 0 <= time.time() - read.pop("at") <= seconds else None
