# Needs Python 3.11, pip and make; everything else is installed into .venv from pinned constraints.
PYTHON ?= python3.11
VENV   := .venv
BIN    := $(VENV)/bin
OUT    := demo/out
BOLE   := $(BIN)/bole --data $(OUT)/data

KILLS  ?= 1000
SEED   ?= 1

.DEFAULT_GOAL := help
.PHONY: help demo test proof crash format clean

help: ## What can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

$(VENV)/pip-ready:
	$(PYTHON) -m venv $(VENV)
	touch $@

# constraints.txt also forbids CUDA's packages, so that a CPU machine never downloads gigabytes by
# accident. If this step ends in a conflict about "nvidia-…" or "triton", your package index only
# has torch with CUDA: see "Installing" in README.md.
$(VENV)/demo-ready: pyproject.toml constraints.txt | $(VENV)/pip-ready
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[cpu,ocr,learning,demo]' \
	  || { echo 'Installing failed: see "Installing" in README.md.' >&2; exit 1; }
	touch $@

$(VENV)/test-ready: pyproject.toml constraints.txt | $(VENV)/pip-ready
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[cpu,ocr,demo,dev]' \
	  || { echo 'Installing failed: see "Installing" in README.md.' >&2; exit 1; }
	touch $@ $(VENV)/demo-ready

demo: $(VENV)/demo-ready ## A pool of 300 candidates: index, search, learn from outcomes, search again
	rm -rf $(OUT)
	$(BIN)/python -m demo.pool $(OUT)/pool
	$(BOLE) init
	$(BOLE) ingest --id-from folder $(OUT)/pool/resumes $(OUT)/pool/broken
	$(BOLE) reindex
	$(BOLE) search --limit 5 --job $(OUT)/pool/jobs/J01-staff-nurse-icu.txt
	$(BOLE) search --limit 3 --job $(OUT)/pool/jobs/J16-财务主管.txt
	$(BOLE) jobs add $(OUT)/pool/jobs --id-from prefix
	$(BOLE) outcomes import $(OUT)/pool/truth/applications.jsonl $(OUT)/pool/truth/outcomes.jsonl
	$(BOLE) train reranker --epochs 2
	$(BOLE) promote || echo 'It stays a candidate, for the reasons above; searches rank as before.'
	$(BOLE) search --limit 3 --job $(OUT)/pool/jobs/J16-财务主管.txt
	@echo 'Try your own: $(BOLE) search --job YOUR_JOB.txt'

test: $(VENV)/test-ready ## Format, lint, types, layers, and the tests on SQLite and PostgreSQL
	$(BIN)/ruff format --check --no-cache .
	$(BIN)/ruff check --no-cache .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/pytest -n 2 -m 'not slow and not gpu'

proof: $(VENV)/test-ready ## What takes longer: the slow tests
	$(BIN)/pytest -m 'slow and not gpu'

crash: $(VENV)/test-ready ## Kill it again and again and look each time: make crash KILLS=1000 SEED=1
	OMP_NUM_THREADS=1 $(BIN)/python -m tests.crash --kills $(KILLS) --seed $(SEED)

format: $(VENV)/test-ready ## Put the code into the house's format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean: ## Remove what was made here, the virtual environment too
	rm -rf $(VENV) $(OUT) build *.egg-info .pytest_cache .mypy_cache .ruff_cache
