# What people and machines type here. Every target makes the virtual environment it needs, from a bare Python 3.11 or newer.
# The second run starts at once: stamp files in $(VENV) say what is already installed.
#
#   make PYTHON=python3.12 VENV=.venv/3.12 test      another interpreter, beside the first

SHELL := /bin/sh
VENV ?= .venv
PYTHON ?=
BIN := $(VENV)/bin
CANDIDATES := $(if $(PYTHON),$(PYTHON),python3.13 python3.12 python3.11 python3)
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq

.PHONY: help demo test check bench format lock clean
.DELETE_ON_ERROR:

help:
	@echo "make demo    the main job on one screen: no key, no network"
	@echo "make test    all tests, the linters among them"
	@echo "make check   ruff, mypy --strict and the import floors first, then all tests"
	@echo "make bench   what it costs, beside a bare pass-through and other guards: half an hour; ONLY=proxy QUICK=1"
	@echo "make format  put the code into the project's form"
	@echo "make lock    choose the pinned versions in constraints.txt anew"
	@echo "make clean   remove what the other targets made"

demo: $(VENV)/.project
	@$(BIN)/guardrails demo

test: $(VENV)/.project
	$(BIN)/python -m pytest

check: $(VENV)/.project
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest

# ONLY="proxy peers" runs these alone, QUICK=1 smaller and noisier rounds, OFFLINE=1 does without what cannot be installed.
bench: $(VENV)/.project
	@$(BIN)/python -m benchmarks $(addprefix --only ,$(ONLY)) $(if $(QUICK),--quick) $(if $(OFFLINE),--offline)

format: $(VENV)/.project
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# uv writes hashes for every platform and never an address; it lives in a folder of its own, away from what it pins.
lock:
	@rm -rf build/lock && mkdir -p build
	@$(choose_python); $$python -m venv build/lock
	@build/lock/bin/python -m pip --disable-pip-version-check -qq install uv
	build/lock/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --extra dev --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command "make lock" \
		--output-file constraints.txt pyproject.toml
	@rm -rf build/lock

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find guardrails tests -name __pycache__ -type d -prune -exec rm -rf {} +

# --- the virtual environment, in three steps; each is done again only when what it depends on is newer ---------------------

# A name on the PATH may be a shim for a Python that is not there, so each candidate is run, not looked up.
define choose_python
python=; for candidate in $(CANDIDATES); do \
	if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python=$$candidate; break; fi; done; \
if [ -z "$$python" ]; then \
	echo "This project needs Python 3.11 or newer; tried: $(CANDIDATES). Install one, or name it: make PYTHON=/path/to/python3" >&2; \
	exit 2; fi
endef

$(VENV)/.made:
	@$(choose_python); rm -rf $(VENV); echo "Making $(VENV) with $$($$python --version)"; \
	$$python -m venv $(VENV) || { rm -rf $(VENV); \
		echo "$$python cannot make a virtual environment; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 2; }
	@touch $@

$(VENV)/.packages: constraints.txt $(VENV)/.made
	@echo "Installing the pinned packages: about a minute, once"
	@$(PIP) install --require-hashes -r constraints.txt
	@touch $@

$(VENV)/.project: pyproject.toml guardrails/__init__.py $(VENV)/.packages
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@
