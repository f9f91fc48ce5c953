# Everything a person types. What a target needs is made first: `make run` and `make test` start from a bare checkout.

PORT ?= 8000
ONLY ?=
MINUTES ?= 30
PYTHON := .venv/bin/python

.PHONY: run test soak lint format screens bench resilience words lock clean

run: .venv/.runtime
	@exec env HUBTABLE_DEMO=1 $(PYTHON) manage.py serve --port $(PORT)

test: .venv/.dev
	.ci/debian chromium redis-server postgresql caddy
	$(PYTHON) -m pytest -n 2 --dist loadfile --no-loadscope-reorder
	$(PYTHON) -m tests.servers $(PYTHON) -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not pairless and not e2e"

# Random members doing random things, other ones each time; a failure tells its story.
soak: .venv/.dev
	HUBTABLE_SOAK_MINUTES=$(MINUTES) $(PYTHON) -m pytest tests/security/test_random_walk.py

lint: .venv/.dev
	.ci/lint

format: .venv/.dev
	.venv/bin/ruff check --fix --quiet .
	.venv/bin/ruff format .
	if [ -d templates ]; then .venv/bin/djlint --reformat --quiet templates; fi

screens: .venv/.dev
	.ci/debian chromium
	$(PYTHON) -m tests.screens

bench: .venv/.dev
	@$(PYTHON) -m tests.bench $(ONLY)

# Everything that can be taken away is taken away from people at work, for long; writes the table of docs/resilience.md.
resilience: .venv/.dev
	.ci/debian chromium redis-server postgresql caddy
	@$(PYTHON) -m tests.resilience

# The catalogues of the four languages: new words in, old ones out, compiled (docs/languages.md).
words: .venv/.dev
	@$(PYTHON) -m tests.tongues

# Versions move only here; the lock names no index, so it installs from whichever one the machine is given.
lock: .venv/.dev
	.ci/lock

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

.venv/.runtime: requirements.txt
	.ci/environment requirements.txt
	touch $@

.venv/.dev: requirements-dev.txt
	.ci/environment requirements-dev.txt
	touch .venv/.runtime $@
