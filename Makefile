# One command for each thing a person does with this checkout. `make` alone lists them.

PYTHON ?= python3
BIN := .venv/bin
# Each stamp is newer than the lock whose packages are installed.
RUNTIME := .venv/.runtime
DEV := .venv/.dev
WEB := node_modules/.package-lock.json
# Test files at once: they mostly wait, for generations and for browsers, so there may be more than cores.
TOGETHER ?= 4

.PHONY: help install run test check format-check lint types test-web bench chaos lock format clean debian

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(DEV) $(WEB) ## install everything needed to run and to develop

run: $(RUNTIME) ## run everything on this machine and print the address
	@exec $(BIN)/python -m server.dev

test: debian format-check lint types test-web ## install what the tests need, check, then run every test
	$(BIN)/pytest -n $(TOGETHER) --dist loadfile

check: format-check lint types test-web ## format, lint, types and fast tests
	$(BIN)/pytest tests/unit $(wildcard tests/test_*.py)

format-check: $(DEV)
	$(BIN)/ruff format --check

lint: $(DEV)
	$(BIN)/ruff check

types: $(DEV) $(WEB)
	$(BIN)/mypy
	$(BIN)/node node_modules/typescript/bin/tsc

test-web: $(DEV)
	$(BIN)/node --test 'tests/**/*.test.js'

bench: debian $(DEV) ## measure: prints the benchmark table
	$(BIN)/python -m tests.bench

chaos: debian $(DEV) ## kill everything at random while people generate, and look whether anything is lost (SECONDS, SEED, PEOPLE)
	$(BIN)/python -m tests.chaos $(if $(SECONDS),--seconds $(SECONDS)) $(if $(SEED),--seed $(SEED)) $(if $(PEOPLE),--people $(PEOPLE))

format: $(DEV) ## format, and repair what the linter can
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

# UPGRADE=--upgrade takes the newest versions; without it only what pyproject.toml changed moves.
# The variables are unset because a lock must not depend on the machine it was made on.
LOCK := env -u UV_INDEX -u UV_DEFAULT_INDEX -u UV_INDEX_URL -u UV_EXTRA_INDEX_URL -u UV_FIND_LINKS \
	$(BIN)/uv --no-config pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --custom-compile-command 'make lock' $(UPGRADE) pyproject.toml

lock: $(BIN)/uv ## pin every dependency anew (UPGRADE=--upgrade for newer versions)
	$(LOCK) --output-file requirements.lock
	$(LOCK) --group dev --constraint requirements.lock --output-file requirements-dev.lock
	$(BIN)/npm install --package-lock-only --ignore-scripts

clean: ## remove what can be made again; your data in .data/ stays
	rm -rf .venv node_modules .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find server worker tests -name __pycache__ -type d -prune -exec rm -rf {} +

# --- What the commands above stand on ---

# uv is several times faster than pip. pip is the way out where only pip is configured to reach an index (its mirror,
# its certificates); --no-deps because the lock is complete, and older pips misread extras when hashes are required.
sync = $(BIN)/uv pip $(1) $(2) --quiet --python $(BIN)/python --require-hashes \
	|| $(BIN)/pip install --quiet --no-deps --require-hashes --requirement $(2)

$(RUNTIME): requirements.lock | $(BIN)/uv
	$(call sync,install --requirement,requirements.lock)
	@touch $@

$(DEV): requirements-dev.lock | $(BIN)/uv
	$(call sync,sync,requirements-dev.lock)
	@touch $(RUNTIME) $@

$(BIN)/uv: | $(BIN)/python
	@sed -n '/^uv==/,/# via/p' requirements-dev.lock > .venv/uv.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement .venv/uv.lock

# Debian's python3 comes without ensurepip, which a virtual environment needs.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo 'error: Python 3.11 or newer is needed; name one with: make PYTHON=python3.11' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { $(call apt,python3-venv); }
	$(PYTHON) -m venv --clear .venv

$(WEB): package.json package-lock.json | $(DEV)
	$(BIN)/npm ci
	@touch $@

# The real servers, the browser, the Korean font and the wrong clocks of the tests; elsewhere than on Debian they are the developer's.
debian:
	@command -v dpkg-query >/dev/null || exit 0; $(call apt,redis-server postgresql chromium fonts-noto-cjk libfaketime)

# $(call apt,PACKAGES): install those that are missing, or stop and say how.
apt = missing=; for package in $(1); do \
		dpkg-query -W -f '$${Status}' $$package 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$package"; \
	done; \
	test -z "$$missing" && exit 0; \
	if test "$$(id -u)" = 0; then as_root=; elif sudo -n true 2>/dev/null; then as_root='sudo -n'; else \
		echo "error: Debian packages are missing; install them with: sudo apt-get install$$missing" >&2; exit 1; \
	fi; \
	echo "installing Debian packages:$$missing"; \
	$$as_root apt-get update -qq && \
	$$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $$missing >/dev/null
