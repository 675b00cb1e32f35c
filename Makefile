# The only thing needed is a Python ≥ 3.11 with venv and pip; set PYTHON to choose it.
PYTHON ?= python3
VENV := .venv
# The folder of the assignment that `docs` and `bench` are about; this folder by default.
ASSIGNMENT ?=
BIN := $(VENV)/bin

# Tests of one group share what is slow to build, so they run in one process (tests/conftest.py). Three processes keep
# two processors busy while a test waits.
PYTEST = $(BIN)/pytest -n 3 --dist loadgroup

# Compiled modules are kept, whatever the environment says: every process that a test starts would
# compile them anew. An empty value is the default.
export PYTHONDONTWRITEBYTECODE =

.PHONY: grade test test-all lint validate bench docs clean

grade: $(VENV)/installed            ## grade the examples
	$(BIN)/backproof grade examples/submissions

# The two targets share no test: together they run every test once.
test: $(VENV)/installed             ## run the properties on the reference, and the engine's tests
	$(PYTEST) -m "not exhaustive"

test-all: $(VENV)/adapters          ## run the exhaustive tests, which `make test` leaves out
	$(PYTEST) -m exhaustive

validate: $(VENV)/installed         ## the kill matrix: do the properties bite?
	$(BIN)/backproof validate

lint: $(VENV)/installed             ## linters and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/installed            ## every number that the README states
	BACKPROOF_ASSIGNMENT=$(ASSIGNMENT) $(BIN)/python -m benchmarks

docs: $(VENV)/installed             ## the documentation and the lecture in pictures: build/site
	BACKPROOF_ASSIGNMENT=$(ASSIGNMENT) $(BIN)/mkdocs build --strict

$(VENV)/installed: pyproject.toml
	$(PYTHON) -c "import sys; sys.exit('Backproof needs Python 3.11 or newer; set PYTHON=...' if sys.version_info < (3, 11) else 0)"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable ".[dev]"
	touch $@

# The libraries of the field that correct submissions use. The project itself is not installed again,
# because tests may be running.
$(VENV)/adapters: $(VENV)/installed
	$(BIN)/python -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['project']['optional-dependencies']['adapters'])" \
		| xargs $(BIN)/pip install --quiet --disable-pip-version-check
	touch $@

clean:
	rm -rf $(VENV)
