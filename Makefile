# What a person types. `make up` and `make test` set up whatever they need, once.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
export HOLDFAST_HOME ?= $(CURDIR)/.holdfast
export UV_PYTHON_DOWNLOADS := never
# A run of `pulumi` starts five Pythons, and a test run hundreds: where images set this, each would compile all it
# imports anew, which doubles every run.
unexport PYTHONDONTWRITEBYTECODE
# One more than there are cores: a test of the engine waits for Azure and for processes a quarter of its time.
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)

.PHONY: help up test test-fast prove check bench lock docs graph clean

help: ## Show these targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 20

up: .venv/.ready ## Provision on the sandbox, redeploy, wipe, repair: and show that nothing was lost
	@$(BIN)/holdfast engine get >/dev/null
	@$(BIN)/holdfast sandbox run --fresh -- $(BIN)/python -m holdfast_sandbox.rehearsal.story

test: .venv/.ready ## All tests, the ones that run the real engine included
	@$(BIN)/holdfast engine get >/dev/null
	@$(BIN)/python -m pytest -q -n auto tests/decide tests/verify --cov=holdfast.decide --cov=holdfast.verify --cov-branch \
	  --cov-report=term:skip-covered --cov-fail-under=100
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --ignore tests/decide --ignore tests/verify

test-fast: .venv/.ready ## Tests without the engine and the emulated services, in under a minute
	@$(BIN)/python -m pytest -n auto --dist worksteal -m "not engine and not slow" --ignore tests/sandbox/services

prove: .venv/.ready ## All sequences, failures, crashes and races, where `make test` takes a slice: hours, for a night
	@$(BIN)/holdfast engine get >/dev/null
	@HOLDFAST_PROVE=1 $(BIN)/python -m pytest -q -s tests/proof tests/sandbox/scenarios tests/docs/test_guide.py

check: .venv/.ready ## ruff, mypy --strict, import-linter, generated docs
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy infra sandbox policies benchmarks
	@$(BIN)/lint-imports
	@$(BIN)/holdfast docs --check

bench: .venv/.ready ## Measured figures, as ratios in one table
	@$(BIN)/holdfast engine get >/dev/null
	@$(BIN)/python -m benchmarks

graph: .venv/.ready ## Draw the graph in docs/architecture.md anew, from a run on the sandbox
	@$(BIN)/holdfast engine get >/dev/null
	@$(BIN)/holdfast sandbox run --fresh -- $(BIN)/python -m holdfast_sandbox.rehearsal.graph docs/architecture.md

docs: .venv/.ready ## Write the generated pages anew
	@$(BIN)/holdfast docs

lock: .venv/.ready ## Resolve the dependencies anew into requirements/all.lock
	@$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --all-extras --group dev pyproject.toml --output-file requirements/all.lock

clean: ## Remove everything that set-up made
	rm -rf .venv .holdfast

.venv/.ready: pyproject.toml requirements/all.lock requirements/uv.lock
	@test -x $(BIN)/python || { echo "setting up .venv (once, about a minute)"; $(PYTHON) -m venv .venv; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.lock
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements/all.lock requirements/uv.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@
