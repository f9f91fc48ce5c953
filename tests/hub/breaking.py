"""A process of its own in which somebody breaks the glass, on a real database: `python -m tests.hub.breaking`.

Prints how many openings there are and how many e-mails wait. Its environment says where data and mail server are.
"""

import sys
from threading import enumerate as running

import django
from django.contrib.auth.hashers import PBKDF2PasswordHasher

PATIENCE = 20


def main() -> None:
    """Breaks it, and waits for the thread that mails."""
    django.setup()
    # invented people whose password is published: hashing it slowly would take longer than the rest
    PBKDF2PasswordHasher.iterations = 1_000
    from situations import noticing
    from situations.models import BreakGlass, Notice
    from tests.cast import fresh
    from tests.situations.oversight import broken, watched

    people = watched()
    situation = people.ready()
    people.conference()
    broken(people, fresh(situation))
    for thread in running():
        if thread.name == noticing.THREAD:
            thread.join(PATIENCE)
    sys.stdout.write(f"{BreakGlass.objects.count()} {Notice.objects.filter(mailed_at=None).count()}\n")


if __name__ == "__main__":
    main()
