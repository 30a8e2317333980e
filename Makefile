# The two commands are `make run` and `make test`; `make help` lists the rest.
.DELETE_ON_ERROR:
.PHONY: help run run-better-auth test checked before-tests test-fast test-pgbouncer test-pg-dump test-full-chromium lint types imports web page client
.PHONY: lock docs sbom screenshots sabotage attack-report
.PHONY: better-auth-types bench bench-attacks bench-events bench-gate bench-page bench-provider bench-rows bench-tokens fuzz-tokens clean

# What is imported is compiled once: the tests start hundreds of Pythons, and where the shell wants no
# bytecode written each of them would spend a quarter of its start on compiling Gatepost again.
unexport PYTHONDONTWRITEBYTECODE

# The newest Python that is here, on the path or among pyenv's; PYTHON=… chooses another.
PYTHON ?= $(firstword $(foreach v,3.14 3.13 3.12 3.11,$(shell \
  for python in python$(v) "$${PYENV_ROOT:-$$HOME/.pyenv}"/versions/$(v).*/bin/python; do \
    "$$python" -c 'import sys; print(sys.executable)' 2>/dev/null && break; done)) python3)
BIN := .venv/bin
PORT ?= 8000
export PORT

help:
	@echo 'make run        start Tasks at http://127.0.0.1:8000 (PORT and DATABASE_URL change that)'
	@echo 'make run-better-auth  the same, with a real Better Auth server as its provider'
	@echo 'make test       everything: lint, types, imports, page, unit, PostgreSQL, browser'
	@echo 'make test-pgbouncer  rows through a PgBouncer, which has to be installed'
	@echo 'make test-pg-dump  dumping and restoring a PostgreSQL, which has to be installed'
	@echo 'make test-full-chromium  going back to a kept page, in a Chromium that has to be installed'
	@echo 'make test-fast  the inner loop: no services, no browser'
	@echo 'make page       build the Tasks page'
	@echo 'make client     pack @gatepost/client, the npm package, into dist/'
	@echo 'make sbom       list what is locked for a release, as CycloneDX, into dist/'
	@echo 'make docs       build the documentation into site/'
	@echo 'make screenshots take the pictures of the documentation again'
	@echo 'make bench      every benchmark; make bench-tokens: verification, hot and cold'
	@echo 'make bench-attacks  the attack kit beside other tools, on apps with planted holes: hours'
	@echo 'make bench-events what it costs that events are sent and requests counted'
	@echo 'make bench-gate what the gate costs a request, beside what other packages cost'
	@echo 'make bench-provider  the provider beside the real Better Auth'
	@echo 'make bench-page how light the page is, and how soon it paints'
	@echo 'make bench-rows what it costs that rows stay with their owner'
	@echo 'make attack-report  attack Tasks; writes docs/attack-report.html and the list of attacks'
	@echo 'make sabotage   weaken Gatepost one protection at a time; the attacks have to notice'
	@echo 'make fuzz-tokens  fuzz verification for FUZZ_SECONDS (60)'
	@echo 'make lock       renew the locked dependencies'
	@echo 'make clean      remove what the above have made, the data in .gatepost excepted'

run: .venv/.run
	@$(BIN)/python hatch_build.py
	@$(BIN)/gatepost demo

# The same page and the same API behind a real Better Auth server, on Node.
run-better-auth: .venv/.run
	@$(BIN)/python hatch_build.py
	@$(BIN)/python examples/better-auth/run.py

test: before-tests
	$(MEASURED) $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(COVERAGE)

# Apart from the recipe above, which asks the Python that this installs.
before-tests:
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target checked

# All that the tests do not run and do not wait for, beside each other.
checked: .venv/.dev .venv-third-party/.made .venv-sbom/.made lint types imports web

# Three more than there are cores: a test that has started a server or a command waits for it.
WORKERS = $(shell $(BIN)/python -c 'import os; print((os.cpu_count() or 1) + 3)')

# What is reached, rounded down; it only rises. A tracer (before 3.12) makes the run three times as
# long; sys.monitoring (PEP 669) costs next to nothing, and tells of branches from 3.14.
LINES := 98
BRANCHES := 97
AT_LEAST = $(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, $(1)))'
MEASURED = $(shell $(call AT_LEAST,12) && echo COVERAGE_CORE=sysmon COVERAGE_CONCURRENCY=thread)
COVERAGE = $(shell { $(call AT_LEAST,12) && ! $(call AT_LEAST,14); } \
  && echo --cov --cov-fail-under=$(LINES) || echo --cov --cov-branch --cov-fail-under=$(BRANCHES))

# PgBouncer is Debian's, and from no registry of Python's or Node's: apt-get install pgbouncer.
test-pgbouncer: .venv/.dev
	$(BIN)/python -m pytest -q -n auto --dist worksteal tests/behind_pgbouncer

# Debian's as well, with a server of the same age: apt-get install postgresql.
test-pg-dump: .venv/.dev
	$(BIN)/python -m pytest -q tests/with_pg_dump

# Debian's as well: npm's Chromium keeps no page for the way back.
test-full-chromium: .venv/.dev page
	TESTS_CHROMIUM="$${TESTS_CHROMIUM:-$$(command -v chromium)}" $(BIN)/python -m pytest -q tests/full_chromium

test-fast: .venv/.dev lint types imports
	$(BIN)/python -m pytest -m 'not service' -x -q -n auto --dist worksteal

lint: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/.dev
	$(BIN)/mypy

imports: .venv/.dev
	$(BIN)/lint-imports

# The page's own checks, run by the Node that comes with the locked dependencies.
web: .venv/.dev page
	cd web && export PATH="$(CURDIR)/$(BIN):$$PATH" && npm run check && npm test

page: .venv/.run
	$(BIN)/python hatch_build.py

# The workspace lets no package run scripts; this one's own builds it.
client: page
	mkdir -p dist
	cd web && export PATH="$(CURDIR)/$(BIN):$$PATH" && npm pack --ignore-scripts=false -w packages/client --pack-destination ../dist

# Of the locks alone; no registry is asked. npm writes the time and a number of its own into its one.
VERSION = $(shell sed -n 's/^version = "\(.*\)"$$/\1/p' pyproject.toml)

DIST ?= dist

sbom: .venv-sbom/.made
	mkdir -p $(DIST)
	.venv-sbom/bin/cyclonedx-py requirements requirements/run.txt --pyproject pyproject.toml \
	  --mc-type library --spec-version 1.6 --output-reproducible --validate \
	  --output-file $(DIST)/gatepost-$(VERSION).cdx.json
	cd web && PATH="$(CURDIR)/$(BIN):$$PATH" npm sbom --sbom-format cyclonedx --package-lock-only --omit dev \
	  > $(abspath $(DIST))/gatepost-page-$(VERSION).cdx.json

# Apart from what the project uses: what lists it is none of it.
.venv-sbom/.made: requirements/sbom.txt
	$(PYTHON) -m venv .venv-sbom
	.venv-sbom/bin/python $(INSTALL) -r requirements/sbom.txt
	@touch $@

screenshots: .venv/.dev page
	$(BIN)/python -m tests.browser.screenshots

docs: .venv/.dev
	$(BIN)/mkdocs build --strict

bench: bench-tokens bench-gate bench-events bench-provider bench-rows bench-page bench-attacks

bench-tokens: .venv/.dev
	$(BIN)/python -W ignore -m benchmarks.tokens

bench-gate: .venv/.dev .venv-peers/.made
	$(BIN)/python -W ignore -m benchmarks.gate

bench-events: .venv/.dev
	$(BIN)/python -W ignore -m benchmarks.events

bench-provider: .venv/.dev .venv-peers/.made
	$(BIN)/python -W ignore -m benchmarks.provider

bench-page: .venv/.dev page
	$(BIN)/python -W ignore -m benchmarks.page

# Ten million rows of other people take some minutes to make; OTHERS=100000 makes fewer.
OTHERS ?= 10000000

bench-rows: .venv/.dev
	$(BIN)/python -W ignore -m benchmarks.rows --others $(OTHERS)

# Some hundred apps, each attacked by every tool, one after the other; RUNS is where the results of
# one that was stopped are, and a result is taken from there while app and tool are what they were.
RUNS ?= .cache/bench-attacks

bench-attacks: .venv/.dev .venv-attack-tools/.made
	$(BIN)/python -W ignore -m benchmarks.attacks --kept $(RUNS)

# Apart from what the project uses: one of the tools wants an older Rich.
.venv-attack-tools/.made: requirements/attack-tools.txt
	$(PYTHON) -m venv .venv-attack-tools
	.venv-attack-tools/bin/python $(INSTALL) -r requirements/attack-tools.txt
	@touch $@

# Apart from what the project uses, which it must not constrain: one of the peers wants an older
# SQLAlchemy.
.venv-peers/.made: requirements/peers.txt
	$(PYTHON) -m venv .venv-peers
	.venv-peers/bin/python $(INSTALL) -r requirements/peers.txt
	@touch $@

# Apart from what the tests use: the fuzzer instruments whatever it imports.
FUZZ_SECONDS ?= 60
fuzz-tokens: .venv-fuzz/.made
	PYTHONPATH=src .venv-fuzz/bin/python -m fuzz.tokens -max_total_time=$(FUZZ_SECONDS)

.venv-fuzz/.made: requirements/fuzz.txt
	$(PYTHON) -m venv .venv-fuzz
	.venv-fuzz/bin/python $(INSTALL) -r requirements/fuzz.txt
	@touch $@

# Committed: where nothing has changed, no byte of it does.
attack-report: .venv/.dev page
	$(BIN)/gatepost attack --file examples/tasks/attack.toml --html docs/attack-report.html --allow-inconclusive
	$(BIN)/gatepost attack --list --markdown > docs/reference/attacks.md

# Mutants, each attacked in a process of its own; a part of a name, as MUTANTS=cookie, tries some.
MUTANTS ?=
sabotage: .venv/.dev page
	$(BIN)/python -m tests.attacks.sabotage $(MUTANTS)

# Applications that others wrote, which the tests put behind the gate.
.venv-third-party/.made: requirements/third-party.txt
	$(PYTHON) -m venv .venv-third-party
	.venv-third-party/bin/python $(INSTALL) -r requirements/third-party.txt
	@touch $@

lock: .venv/.dev
	$(BIN)/uv pip compile pyproject.toml --extra postgres --extra valkey --group build $(LOCK) -o requirements/run.txt
	$(BIN)/uv pip compile pyproject.toml --extra postgres --extra valkey --group dev $(LOCK) -c requirements/run.txt -o requirements/dev.txt
	$(BIN)/uv pip compile pyproject.toml --group fuzz $(LOCK) -c requirements/run.txt -o requirements/fuzz.txt
	$(BIN)/uv pip compile pyproject.toml --group third-party $(LOCK) -c requirements/run.txt -o requirements/third-party.txt
	$(BIN)/uv pip compile --group pyproject.toml:sbom $(LOCK) -c requirements/run.txt -o requirements/sbom.txt
	sed '/^sqlalchemy==/,/[^\\]$$/d' requirements/run.txt > .venv/all-but-sqlalchemy.txt
	$(BIN)/uv pip compile --group pyproject.toml:peers $(LOCK) -c .venv/all-but-sqlalchemy.txt -o requirements/peers.txt
	sed '/^rich==/,/[^\\]$$/d' requirements/run.txt > .venv/all-but-rich.txt
	$(BIN)/uv pip compile --group pyproject.toml:attack-tools $(LOCK) -c .venv/all-but-rich.txt -o requirements/attack-tools.txt

# The lock names everything, so nothing is left to resolve: a pip of Python 3.11 that may resolve
# takes a newer release than the locked one for a dependency with an extra, and then misses its hash.
# Nor is anything compiled that is never imported, which is most of it and half of the time.
INSTALL := -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --no-compile

LOCK := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet

.venv/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo 'Gatepost needs Python 3.11 or newer; PYTHON=/path/to/python make … names one.' >&2; exit 1; }
	$(PYTHON) -m venv .venv
	@touch $@

# Installed without dependencies of its own and without an isolated build: all is in the lock.
.venv/.run: .venv/.made requirements/run.txt pyproject.toml hatch_build.py
	$(BIN)/python $(INSTALL) -r requirements/run.txt
	$(BIN)/python hatch_build.py
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/.dev: .venv/.run requirements/dev.txt
	$(BIN)/python $(INSTALL) -r requirements/dev.txt
	$(BIN)/python -m pip check --quiet
	@touch $@

clean:
	rm -rf .venv .venv-sbom .venv-fuzz .venv-third-party .venv-peers .venv-attack-tools examples/better-auth/node_modules site dist web/node_modules web/.built-from tests/node/node_modules examples/tasks/gatepost_tasks/page
