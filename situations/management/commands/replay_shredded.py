"""Ends what a crash interrupted between the record of a shredding and the destruction of its keys, in either direction."""

from typing import Any

from django.core.management import BaseCommand

from situations import restoring, sealing
from situations.referrals import deleting, struck


class Command(BaseCommand):
    help = "Destroys keys of identities that are recorded as shredded, and empties identities whose keys were destroyed."

    def handle(self, *args: Any, **options: Any) -> None:
        keys, identities = sealing.finish_shredding(), restoring.replay_shredded()
        self.stdout.write(f"Keys destroyed for {len(keys)} situations, identities emptied for {len(identities)}.")
        ended, back = deleting.finish(), struck.strike_again(struck.deleted())
        self.stdout.write(f"Keys destroyed of {ended} referrals, referrals deleted again: {len(back)}.")
