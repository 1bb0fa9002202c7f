# make demo: set up and make a batch of example workbooks. make test: set up for tests and run everything.

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin
SHELL := /bin/bash


.PHONY: demo tools test test-all lint bench pictures reference check clean

$(VENV)/.installed: setup.py
	$(PYTHON) -m venv "$(VENV)"
	"$(RUN)/python" -m pip install --quiet --disable-pip-version-check -e .
	touch "$@"

$(VENV)/.tested: $(VENV)/.installed setup.py
	"$(RUN)/python" -m pip install --quiet --disable-pip-version-check -e ".[test]"
	touch "$@"

demo: $(VENV)/.installed
	"$(RUN)/python" -m promo_xl demo -o build/demo

tools:
	bash scripts/test_tools.sh

lint: $(VENV)/.tested
	"$(RUN)/ruff" check .
	"$(RUN)/ruff" format --check .
	"$(RUN)/mypy"
	"$(RUN)/lint-imports"

test: $(VENV)/.tested tools lint
	"$(RUN)/python" -m pytest -n 2 -m "not thorough"

test-all: $(VENV)/.tested tools lint
	"$(RUN)/python" -m pytest -n 2

check: test

bench: $(VENV)/.tested
	"$(RUN)/python" benchmarks/run.py

pictures: $(VENV)/.tested tools
	"$(RUN)/python" scripts/pictures.py

reference: $(VENV)/.installed
	"$(RUN)/python" scripts/reference.py

clean:
	rm -rf build
