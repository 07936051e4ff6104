# Works from a bare clone with make and Python >= 3.11: every target makes the .venv it needs.
.DEFAULT_GOAL := help
.PHONY: help setup demo test test-ray lint check bench clean

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
STAMPS := $(VENV)/.has-package $(VENV)/.has-dev
SAMPLES := corpora/samples
SAMPLE = $(firstword $(sort $(wildcard $(SAMPLES)/*.txt)))
FOLDER ?= $(SAMPLES)

# The first of these that is new enough and can make environments; name another with `make setup PYTHON=...`.
PYTHONS := python3.13 python3.12 python3.11 python3
SUITS := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for each in $(PYTHONS); do \
	"$$each" -c '$(SUITS)' >/dev/null 2>&1 && { echo "$$each"; break; }; done)

help: ## show these targets
	@echo "make setup   make .venv with the package and the tools of development"
	@echo "make demo    annotate the sample reports and show one"
	@echo "make test    run the tests"
	@echo "make test-ray  install Ray too and run its tests on two workers; not part of make test"
	@echo "make lint    ruff format, ruff check, mypy, import-linter"
	@echo "make check   lint and test: run it before every commit"
	@echo "make bench   speed and memory beside a plain script: OBVIOUS=path/to/script.py [FOLDER=reports]"
	@echo "make clean   remove .venv, build results and caches"

$(BIN)/python:
	@python="$(PYTHON)"; \
	if [ -z "$$python" ]; then \
		echo "giar-nlp needs Python 3.11 or newer with its venv module; none of these will do: $(PYTHONS)." >&2; \
		echo "Install one (Debian and Ubuntu: also python3-venv), or name it: make setup PYTHON=/path/to/python3" >&2; \
		exit 1; \
	elif ! "$$python" -c '$(SUITS)' >/dev/null 2>&1; then \
		echo "$$python is older than Python 3.11 or lacks the venv module; name another with PYTHON=..." >&2; \
		exit 1; \
	fi; \
	echo "making $(VENV) with $$("$$python" --version)"; \
	"$$python" -m venv $(VENV)

$(VENV)/.has-package: pyproject.toml constraints.txt | $(BIN)/python
	@echo "installing giar-nlp"
	@$(PIP) install -c constraints.txt -e .
	@touch $@

# Holds the package too, so both stamps are set.
$(VENV)/.has-dev: pyproject.toml constraints.txt | $(BIN)/python
	@echo "installing giar-nlp and the tools of development"
	@$(PIP) install -c constraints.txt -e '.[dev]'
	@touch $(STAMPS)

setup: $(VENV)/.has-dev

demo: $(VENV)/.has-package
	@mkdir -p build
	@echo "$$ giar annotate $(SAMPLES) -o build/demo.jsonl"
	@$(BIN)/giar annotate $(SAMPLES) -o build/demo.jsonl
	@echo "$$ giar annotate --show $(SAMPLE)"
	@$(BIN)/giar annotate --show $(SAMPLE)

test: $(VENV)/.has-dev
	@$(BIN)/python -m pytest

test-ray: $(VENV)/.has-dev
	@$(PIP) install -c constraints.txt -e '.[dev,ray]'
	@$(BIN)/python -m pytest tests/test_cluster.py tests/test_on_ray.py

lint: $(VENV)/.has-dev
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

check: lint test

bench: $(VENV)/.has-package
	@[ -n "$(OBVIOUS)" ] || { echo "make bench OBVIOUS=path/to/script.py [FOLDER=reports]" >&2; exit 2; }
	@$(BIN)/python scripts/bench_annotate.py "$(FOLDER)" "$(OBVIOUS)"

clean:
	@rm -rf $(VENV) build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@find giar_nlp tests scripts -name __pycache__ -type d -prune -exec rm -rf {} +
