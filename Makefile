# Needs Python 3.11 or newer and make. Everything else goes into .venv (what users get) and .venv-test (what developers need).
PYTHON ?= python3
SCRIPTS := $(if $(filter Windows_NT,$(OS)),Scripts,bin)
USE := .venv/$(SCRIPTS)/
DEV := .venv-test/$(SCRIPTS)/
WHEELS := --quiet --disable-pip-version-check --only-binary :all: --require-hashes
SELF := --quiet --disable-pip-version-check --no-deps --no-build-isolation
WORKERS ?= 2
FONTS := nothing-you-could-do covered-by-your-grace la-belle-aurore kalam arimo inconsolata
export PYTHONUTF8 = 1

.PHONY: help demo test test-all check docs bench examples fuzz audit lock clean

help:
	@echo "make demo      install into .venv, read the example note and invoice and show them"
	@echo "make test      install into .venv-test, then style, types, import contracts and the quick tests"
	@echo "make test-all  the slow tests too"
	@echo "make check     style and types alone"
	@echo "make docs      the documentation as web pages, in site/"
	@echo "make bench     accuracy and time beside RapidOCR and Tesseract, on the data sets of ../shared"
	@echo "make examples  draw the example pictures again"
	@echo "make fuzz      mutated files for everything that reads files of strangers, five minutes each (Linux)"
	@echo "make audit     ask the advisory database for known weaknesses of what is pinned (needs the network)"
	@echo "make lock      resolve the pinned versions in requirements/ again"
	@echo "make clean     remove both environments and everything built"

demo: .venv/ready
	$(USE)penscript demo

test: check
	$(DEV)python -m pytest -n $(WORKERS) -m "not slow"

test-all: check
	$(DEV)python -m pytest -n $(WORKERS)

check: .venv-test/ready
	$(DEV)ruff check .
	$(DEV)ruff format --check .
	$(DEV)mypy

fuzz: .venv-test/ready
	$(DEV)python -m pip install --quiet --disable-pip-version-check --only-binary :all: atheris
	$(DEV)python tools/fuzz.py --seconds 300

audit: .venv-test/ready
	$(DEV)python -m uv tool run pip-audit --require-hashes --disable-pip --requirement requirements/core.txt

docs: .venv-test/ready
	$(DEV)mkdocs build --strict

bench: .venv-test/ready
	$(DEV)python tools/bench.py $(BENCH)

examples: .venv-test/ready
	npm install --silent --no-save --prefix build/fonts $(FONTS:%=@fontsource/%@5.3.0)
	$(DEV)python tools/draw_examples.py

lock: .venv-test/ready
	$(DEV)python tools/lock.py

clean:
	rm -rf .venv .venv-test site build dist

.venv/ready: pyproject.toml requirements/build.txt requirements/core.txt
	@$(PYTHON) tools/check_python.py
	$(PYTHON) -m venv .venv
	$(USE)python -m pip install $(WHEELS) -r requirements/build.txt -r requirements/core.txt
	$(USE)python -m pip install $(SELF) -e .
	@$(USE)python -c "open('$@', 'w').close()"

.venv-test/ready: pyproject.toml requirements/build.txt requirements/dev.txt
	@$(PYTHON) tools/check_python.py
	$(PYTHON) -m venv .venv-test
	$(DEV)python -m pip install $(WHEELS) -r requirements/build.txt -r requirements/dev.txt
	$(DEV)python -m pip install $(SELF) -e .
	@$(DEV)python -c "open('$@', 'w').close()"
