"""Somebody who brings a case through the public door, as a browser would, on a test client or a real server."""

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace

from situations.referrals import proof_of_work
from situations.referrals.answers import Answers

Ask = Callable[[str, dict[str, str]], str]
"""Posts a form to a path and returns the page."""
MARKED = Answers(
    town="Harborview", relation="parent", happening="Zwhathappens at Qhomestead, 555-0142.", danger="unsure",
    tried="Ztriedtalking.", would_help="Zwouldhelpus.", knows="no", why_not="Zwhynotasked.", reach="call",
    reach_at="Qreachable 555-0177", reach_when="Zwheneversafe", own_name="Qownnamely Zfamilyname",
    person_name="Qpersonage Zfamilyname", person_age="Zseventeen", person_where="Qwherewithal",
)  # fmt: skip
MESSAGE = "Zmessagetext from Qfamilyhome."
WORDS = (
    "Zwhathappens", "Qhomestead", "555-0142", "Ztriedtalking", "Zwouldhelpus", "Zwhynotasked", "Qreachable", "555-0177",
    "Zwheneversafe", "Qownnamely", "Zfamilyname", "Qpersonage", "Zseventeen", "Qwherewithal", "Zmessagetext", "Qfamilyhome",
)  # fmt: skip
"""What may be nowhere but on the pages of the desk and of who holds the code."""


@dataclass
class Family:
    """One sending, from the choice of a desk to its messages."""

    ask: Ask
    answers: Answers = MARKED
    code: str = ""
    page: str = ""
    state: str = ""
    pages: list[str] = field(default_factory=list)

    def bring(self, desk: int) -> str:
        """Through every step; the code, typed back once."""
        self.walk(desk)
        return self.send()

    def walk(self, desk: int) -> None:
        """Up to the page on which everything is looked over."""
        self._posted("/help/", desk=str(desk))
        for _step in range(20):
            step = self.hidden("step")
            if step == "look":
                return
            self.on(**{name: value for name, value in asdict(self.answers).items() if f'name="{name}"' in self.page})
        raise AssertionError(self.page)

    def on(self, **typed: str) -> None:
        """The next step, with what this one asks."""
        self._posted("/help/", state=self.hidden("state"), step=self.hidden("step"), go="on", **typed)

    def send(self) -> str:
        """What was looked over; the code."""
        self.state = self.hidden("state")
        self._posted("/help/", state=self.state, step="look", go="send", proof=self.proof())
        found = re.search(r'class="digits">([\d ]+)<', self.page)
        assert found, self.page
        self.code = found[1]
        self.on()
        self.on(code=self.code)
        return self.code

    def write(self, text: str = MESSAGE) -> None:
        """A message, on the page that is open."""
        self._posted("/help/code/", ticket=self.hidden("ticket"), number=self.hidden("number"), text=text, go="write")

    def proof(self) -> str:
        """The work that the page asks a script for."""
        challenge, bits = self._said("data-challenge"), int(self._said("data-bits"))
        return next(str(one) for one in range(10**8) if proof_of_work.is_done(challenge, str(one), bits=bits))

    def hidden(self, name: str) -> str:
        found = re.search(rf'name="{name}" value="([^"]*)"', self.page)
        assert found, self.page
        return found[1]

    def _said(self, name: str) -> str:
        found = re.search(rf'{name}="([^"]*)"', self.page)
        assert found, self.page
        return found[1]

    def _posted(self, path: str, **form: str) -> None:
        self.page = self.ask(path, form)
        self.pages.append(self.page)


def unmarked(**answers: str) -> Answers:
    """Answers that need no hiding, for what is sent many times."""
    return replace(
        Answers(relation="friend", happening="Something is wrong.", danger="soon", knows="no", reach="here"), **answers
    )
