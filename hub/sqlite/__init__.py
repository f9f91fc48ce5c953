"""A database backend for Django: SQLite whose writers stand in a queue.

SQLite lets one connection write at a time and makes the others sleep and try again. Whoever sleeps is passed by whoever asks
at the right moment, so that eight writers starve each other for seconds. Here the writers of one process are let in one after
the other; writers in another process (a command beside the server) still meet SQLite's own lock, as before.
"""
