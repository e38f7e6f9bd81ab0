# make report · make test · make test-slow · make check · make train · make bench · make docs · make course
# make playground · make mutants · make portability · make install
# CPU by default. For CUDA: install the torch build of your machine into .venv, then make again.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PRESET ?= standard
SAMPLE ?= 145
SEED ?= 0

.PHONY: install report test test-slow mutants portability check train bench docs course playground clean

install: $(VENV)/.installed

$(VENV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt torch
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@

report: install
	$(BIN)/python -m dspvnn.report --preset $(PRESET)

test: install
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadfile -m "not slow"

test-slow: install
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadfile -m slow

mutants: install
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,mutants]'
	$(BIN)/python tests/mutation/mutate.py --sample $(SAMPLE) --seed $(SEED)

portability: install
	tests/portability.sh

check: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

train: install
	$(BIN)/python -m neural.train --overwrite-shipped

bench: install
	$(BIN)/python -m pytest tests/benchmarks --benchmark-only --benchmark-columns=min,median,iqr,rounds

docs: install
	$(BIN)/python -m sphinx -q -W -b html docs build/docs
	@echo build/docs/index.html

playground:  # needs Node.js; the page that it writes is committed
	cd docs/playground && npm ci --ignore-scripts && node build.mjs

course: install
	$(BIN)/python docs/course_notebooks.py build/course

clean:
	rm -rf $(VENV) reports/latest build *.egg-info
