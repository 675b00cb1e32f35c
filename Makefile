# The only thing needed is a Python ≥ 3.11 with venv and pip; set PYTHON to choose it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: grade test lint validate bench docs clean

grade: $(VENV)/installed            ## grade the examples
	$(BIN)/backproof grade examples/submissions

test: $(VENV)/installed             ## run the properties on the reference, and the engine's tests
	$(BIN)/pytest -n auto --dist worksteal

validate: $(VENV)/installed         ## the kill matrix: do the properties bite?
	$(BIN)/backproof validate

lint: $(VENV)/installed             ## linters and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/installed            ## every number that the README states
	$(BIN)/python -m benchmarks

docs: $(VENV)/installed             ## the documentation and the lecture in pictures: build/site
	$(BIN)/mkdocs build --strict

$(VENV)/installed: pyproject.toml
	$(PYTHON) -c "import sys; sys.exit('Backproof needs Python 3.11 or newer; set PYTHON=...' if sys.version_info < (3, 11) else 0)"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable ".[dev]"
	touch $@

clean:
	rm -rf $(VENV)
