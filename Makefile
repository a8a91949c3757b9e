# Escalade: `make help` lists what can be done.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
N ?= 500
SEED ?=
BURST ?= 3000
DATABASE ?=
KILLED = $(if $(SEED),--seed $(SEED)) $(if $(DATABASE),--database $(DATABASE))
STAMP := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help setup demo tour test test-rules simulate kill fuzz bench rehearse programs check lint format types contracts catalogs audit sbom lock clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1	/'

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Escalade needs Python 3.11 or newer: try make PYTHON=python3.11" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

setup: $(STAMP) ## make the virtual environment

demo: $(STAMP) ## start the bot on a local workspace, and print the address
	$(BIN)/escalade demo

tour: $(STAMP) ## run the whole story without a browser, in under a minute (STORY=change: the second one)
	$(BIN)/escalade tour --out out/tour$(if $(STORY), --story $(STORY))

test: $(STAMP) programs ## run the tests
	$(BIN)/python -m pytest -n auto -q

test-rules: $(STAMP) ## run the tests of the pure rules alone, in seconds
	$(BIN)/python -m pytest -q tests/escalation

simulate: $(STAMP) ## play N histories of chance, or the one of SEED (DATABASE=postgresql: with replicas), and check every promise
	$(BIN)/python -m tests.simulation $(if $(SEED),--seed $(SEED),--histories $(N)) $(if $(DATABASE),--database $(DATABASE)) $(if $(REPLICAS),--replicas $(REPLICAS))

fuzz: $(STAMP) ## try N odd inputs of each kind on everything that reads
	ESCALADE_FUZZ=$(N) $(BIN)/python -m pytest -n auto -q tests/fuzz

bench: $(STAMP) ## measure speed, lateness and memory (ONLY=burst,steady,… for some parts)
	$(BIN)/python -m bench $(if $(ONLY),--only $(ONLY)) $(if $(SCALE),--scale $(SCALE))

kill: $(STAMP) ## kill real bots N times on each database (and PostgreSQL itself), then in a BURST of timers, and check every promise
	$(BIN)/python -m tests.kills --kills $(if $(filter file,$(origin N)),200,$(N)) $(KILLED)
	$(if $(filter 0,$(BURST)),,$(BIN)/python -m tests.kills --burst $(BURST) $(KILLED))

rehearse: $(STAMP) ## build and start what deploy/ describes without Docker, as far as this machine allows (3: not all of it)
	$(BIN)/python -m tests.rehearse

programs: ## find the programs that tests use (Chromium, tinyproxy, PgBouncer, Alertmanager), or install them (Debian, as root)
	@$(PYTHON) tests/find_programs.py

check: lint types contracts catalogs ## everything that must hold besides the tests

lint: $(STAMP) ## style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(STAMP) ## mend the style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(STAMP) ## strict types
	$(BIN)/mypy

contracts: $(STAMP) ## direction of imports
	$(BIN)/lint-imports

catalogs: $(STAMP) ## every sentence exists in both languages
	$(BIN)/python -m handlers.catalogs

audit: $(STAMP) ## hold the packages against the known vulnerabilities (needs the network; 3: not audited)
	$(BIN)/python -m tests.audit

sbom: $(STAMP) ## write the software bill of materials to out/sbom.json
	$(BIN)/python -m tests.sbom

lock: ## pin the dependencies with hashes (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --extra dev --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate -c requirements.lock pyproject.toml -o requirements-runtime.lock

clean: ## remove what can be made again
	rm -rf $(VENV) var out .mypy_cache .ruff_cache .pytest_cache .hypothesis
