"""Wrapped data keys, in a database of their own.

Whoever holds a backup of the sealed identities must not hold their keys in the same file: a backup cannot be shredded, so
what was destroyed would come back with it. The two databases are backed up apart, and keys are kept for a short time only.
"""

DATABASE = "keys"
MOVING_DATA, MOVING = "moving", "moving_keys"
"""Under which names the two databases are reached to which an installation moves."""
