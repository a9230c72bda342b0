# make run    a portal of a demo community at http://127.0.0.1:8000
# make test   everything, on SQLite and PostgreSQL, with a real browser, mail server and mailbox, and a second PDF reader
# make check  lint, types, import contracts, pure rules: under two minutes
# make bench  speed and size, measured and printed

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SOURCES := pyproject.toml hatch_build.py package.json package-lock.json $(shell find frontend -type f 2>/dev/null)
WORKERS ?= 2

.PHONY: run test check bench assets tools clean

run: $(VENV)/.run
	@exec $(BIN)/portal serve --demo-if-new

$(VENV)/bin/python:
	@echo "Creating the virtual environment in $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; set PYTHON=python3.11 (or newer)."; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: $(VENV)/bin/python $(SOURCES)
	@echo "Installing the portal and building its assets (about a minute the first time)"
	@$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.test: $(VENV)/bin/python $(SOURCES)
	@echo "Installing what the tests need"
	@$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ $(VENV)/.run

assets: $(VENV)/.test
	@$(BIN)/python hatch_build.py

check: $(VENV)/.test
	@echo "Lint"; $(BIN)/ruff check . && $(BIN)/ruff format --check .
	@echo "Types"; $(BIN)/mypy
	@echo "Import contracts"; $(BIN)/lint-imports --no-logo
	@echo "Pure rules"; $(BIN)/pytest -q -n $(WORKERS) -m pure

test: $(VENV)/.test tools check
	@echo "Everything on SQLite"; $(BIN)/pytest -q -n $(WORKERS) --dist loadgroup --db sqlite
	@echo "What touches the database, on PostgreSQL"; $(BIN)/pytest -q -n $(WORKERS) --dist loadgroup --db postgres -m "not pure and not once"

bench: $(VENV)/.test
	@$(BIN)/python -m tests.bench

# The browser, the IMAP server and the second reader of sealed PDFs that the tests use, through apt where they are missing.
tools:
	@missing=""; \
	[ -n "$$CHROMIUM" ] || command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || missing="$$missing chromium"; \
	command -v dovecot >/dev/null || [ -x /usr/sbin/dovecot ] || missing="$$missing dovecot-imapd"; \
	command -v pdfsig >/dev/null || missing="$$missing poppler-utils"; \
	[ -z "$$missing" ] && exit 0; \
	if [ "$$(id -u)" = 0 ]; then sudo=""; elif sudo -n true 2>/dev/null; then sudo="sudo -n"; else \
	  echo "The tests need these packages, and installing them needs root: apt-get install$$missing"; exit 1; fi; \
	echo "Installing$$missing"; \
	$$sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends $$missing >/dev/null

clean:
	rm -rf $(VENV) var portal/static/dist
