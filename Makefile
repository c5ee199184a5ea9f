PYTHON ?= python

.PHONY: check lint types docs-lint test default-model fuzz

check: lint types docs-lint test  ## what CI runs

lint:
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .

types:
	$(PYTHON) -m mypy

docs-lint:
	$(PYTHON) -m numpydoc lint $$(git ls-files 'src/*.py' ':!*/__init__.py' ':!src/genrescope/cli')

test:
	$(PYTHON) -m pytest

default-model:  ## needs the extra [train] and GENRESCOPE_DATA
	$(PYTHON) scripts/make_default_model.py --protocol "$(PROTOCOL)"

fuzz:  ## 5,000 broken sound files
	$(PYTHON) scripts/fuzz_audio.py --n 5000
