"""The demo community "Harborview": a year of an invented table, lived through the same verbs that people use.

`loading.load` reads `harborview.yaml` and lets the year pass on the clock of `hub.core.clock`, so that ledger and history
carry the times and actors they would carry had it happened. Nothing here writes a record that a verb could write.
"""
