"""What is counted of this process's work, for whoever runs the installation (docs/operating.md, "Metrics").

Names of views, verbs, refusals and duties are the only labels: no person, agency, table or situation is ever one of them, so
that whoever may read the figures learns how much was done and never for whom.
"""

from prometheus_client import Counter, Gauge, Histogram

REQUESTS = Counter("hubtable_requests", "Answered requests by view and class of status", ["view", "status"])
SECONDS = Histogram(
    "hubtable_request_seconds",
    "From a request's arrival in Django to its answer, by view",
    ["view"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10),
)
INSIDE = Gauge("hubtable_requests_inside", "Requests that are being answered")
SOCKETS = Gauge("hubtable_sockets_open", "Open sockets of boards")
RENDERINGS = Counter("hubtable_renderings", "Renderings of a board for all who look at it in this process")
HINTS = Counter("hubtable_hints", "Hints that something changed, sent to the other processes", ["delivered"])
VERBS = Counter("hubtable_verbs", "Verbs that were done, by name; one that another one used counts too", ["verb"])
REFUSALS = Counter("hubtable_refusals", "Refusals by kind", ["kind"])
SPARE_CACHE = Counter("hubtable_spare_cache", "Times that Redis did not answer and this process counted by itself")
CLERK_ROUND = Gauge("hubtable_clerk_last_round_timestamp_seconds", "When the clerk last went round to the end")
CLERK_FAILED = Counter("hubtable_clerk_failed", "Duties that the clerk could not do, by name", ["duty"])
BACKUP = Gauge("hubtable_backup_last_timestamp_seconds", "When the last backup was finished")
