# The doors of the project. Each makes the environment it needs; pip runs again only when a lock file has changed.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq install
BASE := $(VENV)/installed-base
DEV := $(VENV)/installed-dev

.PHONY: help demo test check bench notebooks lab-test docs lock clean
help:
	@echo 'make demo       a virtual campus answers, is collected, resolved, moved and scored: demo-report.html, demo.db'
	@echo 'make test       every test that needs no root'
	@echo 'make check      lint, format, types, layers, shape'
	@echo 'make bench      what walks cost beside net-snmp and pysnmp, and 1,000 switches in all: bench.json; how many devices'
	@echo '                are put on the right port, beside the rules of Netdisco and LibreNMS: accuracy.json'
	@echo 'make notebooks  run the notebooks on a fresh demo'
	@echo 'make lab-test   (root) collect a network of real daemons in network namespaces, move a phone, see it move'
	@echo 'make docs       write again what the docs show of wiremap --help'
	@echo 'make lock       resolve the dependencies anew'
	@echo 'make clean      remove the environment and what the demo wrote'

demo: $(BASE)
	$(BIN)/wiremap demo

test: $(DEV)
	$(BIN)/python -m pytest -m "not root"

check: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/test_layers.py tests/test_shape.py

bench: $(DEV)
	$(BIN)/python -m tests.bench
	$(BIN)/python -m tests.bench.accuracy

notebooks: $(DEV)
	$(BIN)/python -m pytest -q tests/test_notebooks.py

lab-test: $(DEV)
	$(BIN)/python -m pytest -m root tests/lab

docs: $(DEV)
	$(BIN)/python -m tests.reference

$(BASE): requirements.lock pyproject.toml | $(BIN)/python
	@echo 'Installing what wiremap needs into $(VENV); later runs skip this.'
	$(PIP) --require-hashes -r requirements.lock
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(DEV): requirements-dev.lock $(BASE)
	@echo 'Installing what the tests need into $(VENV); later runs skip this.'
	$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)

# Hashes, no addresses: the files come from whichever index pip is set up for.
LOCK = $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
	--custom-compile-command 'make lock' --group build
lock: | $(BIN)/python
	$(PIP) 'uv>=0.9'
	$(LOCK) --all-extras --upgrade -o requirements-dev.lock
	$(LOCK) -c requirements-dev.lock -o requirements.lock

clean:
	rm -rf $(VENV) demo.db demo.db-shm demo.db-wal demo-report.html
