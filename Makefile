PYTHON ?= python

.PHONY: check lint types docs-lint test default-model tables honest-table fuzz bench reproduction

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

RUNS ?= runs
STRICT = $(RUNS)/default/fault-filtered-strict

default-model:  ## needs [train], GENRESCOPE_DATA and half an hour; PROTOCOL=NAME gives its figure alone
ifeq ($(PROTOCOL),)
	$(PYTHON) -m genrescope evaluate default --protocol fault-filtered-strict --horse --run-dir $(RUNS)
	$(PYTHON) scripts/make_default_model.py --horse $(STRICT)/horse.json
else
	$(PYTHON) scripts/make_default_model.py --protocol "$(PROTOCOL)"
endif

JOSEPH2024 = joseph2024-linear joseph2024-simple-cnn joseph2024-complex-cnn joseph2024-svm

tables:  ## measure the tables of the README; needs GENRESCOPE_DATA and about an hour
	$(PYTHON) -m genrescope evaluate $(JOSEPH2024) --protocol random --seeds 3 --run-dir $(RUNS)
	$(PYTHON) -m genrescope evaluate $(JOSEPH2024) --protocol fault-filtered-strict --run-dir $(RUNS)
	$(PYTHON) -m genrescope evaluate $(JOSEPH2024) --protocol sturm-3fold --run-dir $(RUNS)
	$(PYTHON) scripts/readme_tables.py $(RUNS) $(JOSEPH2024)

reproduction:  ## measure docs/reproduction.md; needs GENRESCOPE_DATA and some hours; goes on where it stood
	$(PYTHON) -m genrescope reproduce --all --run-dir $(RUNS)/reproduction

HONEST_MODELS = default $(JOSEPH2024)
HONEST_PROTOCOLS = artist-grouped sturm-3fold fault-filtered-strict fault-filtered random

honest-table:  ## measure the tables of docs/protocols.md; needs GENRESCOPE_DATA and some hours
	for model in $(HONEST_MODELS); do \
	  for protocol in $(HONEST_PROTOCOLS); do \
	    $(PYTHON) -m genrescope evaluate $$model --protocol $$protocol --run-dir $(RUNS) || exit 1; \
	  done; \
	  $(PYTHON) -m genrescope evaluate $$model --protocol segments --protocol-set n_segments=5 \
	    --run-dir $(RUNS) || exit 1; \
	done
	$(PYTHON) scripts/leaky_against_honest.py $(RUNS) $(HONEST_MODELS)

fuzz:  ## 5,000 broken sound files
	$(PYTHON) scripts/fuzz_audio.py --n 5000

bench:  ## speed beside the peers, and bench/REPORT.md; needs [bench] and 40 quiet minutes; QUICK=1 tries it
	$(PYTHON) -m bench.all $(if $(QUICK),--quick) $(if $(ONLY),--only $(ONLY))
