# What a commit must pass, and the measurements. `make check` is what CI runs.
PYTHON ?= .venv/bin/python

.PHONY: check lint test test-es lock bench format

check: lint test

lint:
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m ruff check .
	$(PYTHON) -m mypy
	$(dir $(PYTHON))lint-imports
	$(PYTHON) -m benchmarks.tables --check
	$(PYTHON) -m benchmarks.embedding.card --check

test:
	$(PYTHON) -m pytest

# Only what runs against a real Elasticsearch server.
test-es:
	$(PYTHON) -m pytest -m elasticsearch

# Every package with the hashes of its files, for all platforms, in the versions of the constraints.
lock:
	uv pip compile pyproject.toml --extra dev --constraint constraints.txt --generate-hashes \
	  --universal --python-version 3.11.5 --no-emit-index-url --no-header --output-file requirements.lock

bench:
	$(PYTHON) -m benchmarks.speed
	$(PYTHON) -m benchmarks.tables

format:
	$(PYTHON) -m ruff format .
	$(PYTHON) -m ruff check --fix .
