# The commands of the checkout. Each sets up all it needs; only Python 3.11 or later and make must be there.
#
#   make demo          everything on this machine, with a trading day in it; Ctrl-C ends it
#   make demo ONCE=1   the same day without a screen: ends by itself, last line is one JSON object
#   make test          format, lint, types, layers, definitions, tests, and the demo judged by its own books
#   make faults        SCHEDULES=n seeded schedules of faults and deaths from SEED=n on, judged; last line is JSON
#   make faults PAIRS=mixed between any storefront and any warehouse; PAIRS=scayle-orderwise between these two
#   make faults ONLY=n one of them, shrunk and told; WITH=bug with a deliberate bug (docs/reliability.md)
#   make faults BUGS=1 each deliberate bug in turn, and what caught it
#   make matrix        the demo's day through every storefront with every warehouse; ONLY=shopify-peoplevox one pair
#   make lint          the checks of that which start nothing
#   make bench         the figures of docs/benchmarks.md
#   make havoc         kills processes of a whole stack under load; KILLS=6 takes minutes, the usual 50 half an hour
#   make fuzz          throws learning bytes at whatever reads what others wrote; SECONDS=60 in all
#   make audit         asks the advisory service whether a pinned package has a known hole
#   make clean         ends what still runs from this checkout and forgets everything but the code
#
# SEED=n chooses another day. PYTHON=/path/to/python3 chooses the interpreter of the virtual environment.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help set-up demo test faults matrix lint bench havoc fuzz audit clean tests smoke \
	check-format check-lint check-layers check-definitions check-types

# A dozen processes import the same packages: what one has compiled, the next one need not.
unexport PYTHONDONTWRITEBYTECODE
export DAGSTER_DISABLE_TELEMETRY := yes

PY := .venv/bin/python
SEED ?= 1
SECONDS ?= 60
JUNIT ?=
SCHEDULES ?= 200
KILLS ?= 50
# Some of: kills, restart, full_disk.
ONLY ?=

# The checks of `lint` do not depend on each other: mypy takes one core while the rest share the other.
LINT_CHECKS := check-types check-format check-lint check-layers check-definitions
PARALLEL := -j 2 $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)

help:
	@sed -n 's/^#   //p' Makefile

set-up:
	@sh .ci/set_up $(firstword $(MAKECMDGOALS))

demo: set-up
	@$(PY) -m cogent_pipelines.cli.main up --demo --seed $(SEED) $(if $(filter 1 yes true,$(ONCE)),--once)

lint: set-up
	@$(MAKE) --no-print-directory $(PARALLEL) $(LINT_CHECKS)

test: lint
	@$(MAKE) --no-print-directory tests
	@$(MAKE) --no-print-directory smoke

check-format:
	@echo "== format"
	@$(PY) -m ruff format --check --quiet . || { echo "To mend it: $(PY) -m ruff format ."; exit 1; }

check-lint:
	@echo "== lint"
	@$(PY) -m ruff check --quiet . || { echo "To mend what can be mended: $(PY) -m ruff check --fix ."; exit 1; }

check-types:
	@echo "== types"
	@$(PY) -m mypy

check-layers:
	@echo "== layers (who may import whom: [tool.importlinter] in pyproject.toml)"
	@$(PY) .venv/bin/lint-imports --no-logo

# Loading the definitions needs no database: this Dagster home has none of dagster.yaml's storage.
check-definitions:
	@echo "== definitions"
	@mkdir -p .cogent/check && printf 'telemetry:\n  enabled: false\n' > .cogent/check/dagster.yaml
	@DAGSTER_HOME=$(CURDIR)/.cogent/check VIRTUAL_ENV=$(CURDIR)/.venv $(PY) .venv/bin/dg check defs

tests:
	@echo "== tests"
	@$(PY) -m pytest -n 2 --dist worksteal $(if $(JUNIT),--junitxml=$(JUNIT))

# The same day in half the time: nobody watches.
smoke:
	@echo "== the demo's day, judged by the simulators' books"
	@$(PY) -m cogent_pipelines.cli.main up --demo --once --seed $(SEED) --day-seconds 45

# The last line must stay the JSON; make's own words about a violation go to stderr.
faults: set-up
	@$(PY) -m cogent_pipelines_tests.faults --schedules $(SCHEDULES) --seed $(SEED) $(if $(PAIRS),--pairs $(PAIRS)) \
		$(if $(ONLY),--only $(ONLY)) $(if $(WITH),--with-bug $(WITH)) $(if $(filter 1 yes true,$(TRACE)),--trace) $(if $(filter 1 yes true,$(BUGS)),--bugs)

# The last line is one JSON object, as with `faults`.
matrix: set-up
	@$(PY) -m cogent_pipelines_tests.matrix --seed $(SEED) $(if $(ONLY),--only $(ONLY)) $(if $(ORDERS),--orders $(ORDERS))

bench: set-up
	@$(PY) -m cogent_pipelines.cli.main bench

# The fuzzer is an extra of its own (pyproject.toml): nothing else needs it.
fuzz: set-up
	@$(PY) -c "import atheris" 2>/dev/null || $(PY) -m pip install --quiet "atheris==3.0.0"
	@$(PY) -m cogent_pipelines_tests.hostile.fuzz --seconds $(SECONDS)

# In an environment of its own, so that the auditor's packages never stand beside ours; it needs the advisory service.
audit: set-up
	@test -x .cogent/audit/bin/pip-audit || { $(PY) -m venv .cogent/audit && .cogent/audit/bin/python -m pip install --quiet pip-audit; }
	@.cogent/audit/bin/pip-audit --requirement requirements.lock --require-hashes --disable-pip --strict

# Not part of `test`: it needs the machine for itself, and minutes. The last line is one JSON object.
havoc: SEED = 0
havoc: set-up
	@$(PY) -m cogent_pipelines.cli.main havoc --kills $(KILLS) --seed $(SEED) $(if $(ONLY),--only $(ONLY))

clean:
	@if [ -x $(PY) ]; then $(PY) -m cogent_pipelines.cli.main down || true; fi
	@rm -rf .venv .cogent .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
