# make demo: set up and make a batch of example workbooks. make test: set up for tests and run everything.

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin
SHELL := /bin/bash

# make test WITHOUT=noncommercial: without xlwings Server, which is free for noncommercial use only, and its tests.
WITHOUT ?=
COMMA := ,
EXTRAS := $(if $(WITHOUT),test,test$(COMMA)server)
MARKS := $(if $(WITHOUT),not $(WITHOUT))
TESTED := $(VENV)/.tested$(addprefix -without-,$(WITHOUT))

.PHONY: demo tools test test-all lint bench pictures reference check clean

$(VENV)/.installed: setup.py
	$(PYTHON) -m venv "$(VENV)"
	"$(RUN)/python" -m pip install --quiet --disable-pip-version-check -e .
	touch "$@"

$(TESTED): $(VENV)/.installed setup.py
	"$(RUN)/python" -m pip install --quiet --disable-pip-version-check -e ".[$(EXTRAS)]"
	touch "$@"

demo: $(VENV)/.installed
	"$(RUN)/python" -m promo_xl demo -o build/demo

tools:
	bash scripts/test_tools.sh

lint: $(TESTED)
	"$(RUN)/ruff" check .
	"$(RUN)/ruff" format --check .
	"$(RUN)/mypy"
	"$(RUN)/lint-imports"

test: $(TESTED) tools lint
	"$(RUN)/python" -m pytest -n 2 -m "not thorough$(if $(MARKS), and $(MARKS))"

test-all: $(TESTED) tools lint
	"$(RUN)/python" -m pytest -n 2 $(if $(MARKS),-m "$(MARKS)")

check: test

bench: $(TESTED)
	"$(RUN)/python" -m pip install --quiet --disable-pip-version-check -e ".[bench]"
	"$(RUN)/python" benchmarks/writing.py
	"$(RUN)/python" benchmarks/scaling.py
	"$(RUN)/python" benchmarks/starting.py
	"$(RUN)/python" benchmarks/run.py
	"$(RUN)/python" benchmarks/bridge.py
	"$(RUN)/python" benchmarks/addin.py
	"$(RUN)/python" benchmarks/refresh.py
	"$(RUN)/python" benchmarks/exports.py

pictures: $(TESTED) tools
	"$(RUN)/python" scripts/pictures.py

reference: $(VENV)/.installed
	"$(RUN)/python" scripts/reference.py

clean:
	rm -rf build
