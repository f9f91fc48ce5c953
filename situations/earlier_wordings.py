"""What a draft said before it was sent leaves no trace on the disk.

A writer who put a name into the note is asked by the guard and takes it out; in the history of the record it would stay for
good. Until a situation is sent nobody outside the agency has read it, so nothing is lost that anybody must account for.
"""

from situations.models import AerCriterion, Screening, Situation

TEXTS = ("note", "town", "consent_reason", "affected_persons")
INSIDE = ("tried", "beyond_one_agency")


def forget(situation: Situation) -> None:
    """Let every history row of a draft's texts say what was sent; who changed the draft, when and how often stays.

    The caller holds the lock and is about to let the draft go, or has just done so.
    """
    Situation.history.filter(id=situation.pk).update(**{name: getattr(situation, name) for name in TEXTS})
    for one in AerCriterion.objects.filter(situation=situation):
        AerCriterion.history.filter(id=one.pk).update(because=one.because)
    inside = Screening.objects.get(situation=situation)
    Screening.history.filter(id=inside.pk).update(**{name: getattr(inside, name) for name in INSIDE})
