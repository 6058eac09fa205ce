# Everything that is done with this project, by name. Windows and machines without make: see README.md.
.SUFFIXES:
.PHONY: env run test browser lint proof bench lock
SHELL := /bin/bash

PYTHON ?= python3
SIZE   ?= small
UV     := uv==0.13.9
BIN    := .venv/bin
MADE   := .venv/.made
DATABASE := var/huiswerkmonitor.sqlite

env: $(MADE)

# The stamp is written last: an environment that was not finished does not count, and is taken away.
$(MADE): requirements.txt requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed, and $(PYTHON) is not. Name another one: make env PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2> /dev/null \
	  || { echo "Python's venv module is missing. This brings it: sudo apt install python3-venv"; exit 1; }
	@echo "Making the environment in .venv ..."
	@trap 'test -e $(MADE) || rm -rf .venv' EXIT; set -e; \
	  rm -rf .venv; \
	  $(PYTHON) -m venv .venv; \
	  wanted="-r requirements.txt -r requirements-dev.txt"; \
	  $(BIN)/python -m pip install -q --disable-pip-version-check $(UV) && $(BIN)/uv pip install -q --python $(BIN)/python $$wanted \
	    || { echo "uv did not get there; pip takes over."; $(BIN)/python -m pip install -q --disable-pip-version-check $$wanted; }; \
	  touch $(MADE)

run: env
	@test -n "$$HUISWERKMONITOR_DATABASE_URL" || test -e $(DATABASE) || $(BIN)/python manage.py init --demo
	@$(BIN)/python manage.py serve

test: env browser
	@$(BIN)/pytest -m "not proof"

# A browser for the tests: one that is there, else Debian's, else Playwright's own.
browser: env
	@which chromium chromium-browser google-chrome > /dev/null 2>&1 && exit; \
	if [ "$$(id -u)" = 0 ] && which apt-get > /dev/null 2>&1; then \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium > /dev/null; \
	else $(BIN)/playwright install chromium; fi

lint: env
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

# The long proofs, and every property on ten times as many examples.
proof: env browser
	@$(BIN)/pytest -m "proof or hypothesis" --hypothesis-profile thorough

bench: env
	@$(BIN)/python -m benchmarks $(SIZE)

# Run after a change in a .in file.
lock: env
	@for part in requirements requirements-dev; do \
	  $(BIN)/python -m uv pip compile -q --universal --python-version 3.11 --no-header --no-annotate $$part.in -o $$part.txt; done
