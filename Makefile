# make demo: set up, then crawl the bundled sample newspaper on loopback.
# make test: set up, then pass the tests.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: demo test crawl docs lint bench train lock screenshots clean setup

setup: $(READY)

$(READY): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Copydesk needs Python 3.11 or newer; this is %s. Name one: make PYTHON=python3.12" % sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: $(READY)
	@$(BIN)/copydesk demo

# A file at a time in as many processes as there are cores.
test: $(READY)
	$(BIN)/python -m pytest -n auto --dist loadfile

# docs/commands.md from what --help says, docs/dataset.md from the schema. The tests fail where they are old.
docs: $(READY)
	@$(BIN)/python -m crawler.cli._reference > docs/.new && mv docs/.new docs/commands.md
	@$(BIN)/python -m exporters.store.describe > docs/.new && mv docs/.new docs/dataset.md

crawl: $(READY)
	@$(BIN)/copydesk crawl

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Needs COPYDESK_CORPUS, a folder of recorded pages with truth; bench/README.md says which.
bench: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.txt
	$(BIN)/python -m bench

train:
	test -x .venv-train/bin/python || $(PYTHON) -m venv .venv-train
	.venv-train/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-train.txt
	.venv-train/bin/python -m bench.train
	.venv-train/bin/python -m bench.train_pagekind

# The locks carry hashes and no index: whoever installs decides where from.
LOCK = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header pyproject.toml
lock:
	$(LOCK) --group dev -o requirements.txt
	$(LOCK) -c requirements.txt --group bench -o requirements-bench.txt
	$(LOCK) -c requirements.txt --group train -o requirements-train.txt

# The sample newspaper in the reading room, as pictures for the README. Needs a Chromium.
screenshots: $(READY)
	$(BIN)/python -m bench.screenshots

clean:
	rm -rf .venv .venv-train
