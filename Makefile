# What is green here is green in CI: .ci/run calls these same targets.
.DEFAULT_GOAL := help
.PHONY: help site test coverage check serve bench lock clean

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PEERS := $(VENV)/peers
# For each Python on this machine an environment with the oldest pandas, which the wheel is tried in.
OLDEST := $(foreach v,3.11 3.12 3.13,$(if $(shell python$(v) -c 'print(1)' 2>/dev/null),$(VENV)/oldest-$(v)/.ready))
SOURCES ?= ../shared/sources
# Its commands may write no file beyond a size, and the measurement is one.
CAPPED := tests/test_releases.py::test_disk_that_takes_a_part_of_a_file_keeps_what_was_there

help:  ## Say what each target does
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 8

site: $(READY)  ## Validate the data and build the site into build/site
	@$(BIN)/opendata validate datapackages
	@if [ -d "$(SOURCES)" ]; then $(BIN)/opendata audit datapackages --sources "$(SOURCES)"; fi
	@$(BIN)/opendata build datapackages
	@echo "Look at it: make serve, then open http://127.0.0.1:8000/"

test: $(READY) $(OLDEST)  ## Run the tests
	@$(BIN)/python -m pytest -n 2

coverage: $(READY) $(OLDEST)  ## Measure the lines and branches that the tests take (slow; no part of CI)
	@rm -rf build/coverage
	@$(BIN)/python -m coverage run -m pytest -q --deselect $(CAPPED)
	@$(BIN)/python -m coverage combine -q
	@$(BIN)/python -m coverage report --skip-covered

check: $(READY)  ## Check format, lint and types
	@$(BIN)/ruff format --check src tests
	@$(BIN)/ruff check src tests
	@$(BIN)/mypy

serve: $(READY)  ## Serve the site on this machine, built again when a file changes
	@$(BIN)/opendata serve datapackages

bench: $(PEERS)/.ready  ## Measure import, loading, validation and build side by side with the peers
	@$(BIN)/python benchmarks/run.py

lock: $(READY)  ## Resolve the pinned requirements anew
	@$(BIN)/python requirements/lock.py

clean:  ## Remove what was made
	rm -rf build dist $(VENV)

# The environment is made anew whenever what it is made from changes.
$(READY): requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11 …")'
	@echo "Setting up $(VENV) (once) …"
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@

# What is only measured against has its own environment, within the other so that both are made anew together.
$(PEERS)/.ready: $(READY) requirements/bench.txt
	@echo "Setting up $(PEERS) (once, some minutes and most of a GiB) …"
	@$(PYTHON) -m venv --clear $(PEERS)
	@$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bench.txt
	@touch $@

$(VENV)/oldest-%/.ready: $(READY) requirements/oldest.txt
	@echo "Setting up $(@D) (once) …"
	@python$* -m venv --clear $(@D)
	@$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/oldest.txt
	@touch $@
