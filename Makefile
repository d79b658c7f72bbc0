# `make` lists the tasks. `make scan` and `make test` set up all they need on a fresh machine.
PYTHON ?= python3.11
TARGET ?= examples/shop
RECIPE ?= recipes/nano.toml
RUN ?= runs/nano

.DEFAULT_GOAL := help
.PHONY: anew help scan test check format test-env tools league shop-score scan-cost benchmark docs pictures corpus clones model clean

help:  ## list the tasks
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

# An environment of another version than PYTHON's is made anew, if PYTHON is on the command line.
version = `$(1) -c 'import sys; print(sys.version_info[:2])'`
differs = $(if $(and $(filter command,$(origin PYTHON)),$(wildcard $(1)/bin/python)),$(shell \
	test "$(call version,$(PYTHON))" = "$(call version,$(1)/bin/python)" || echo anew))

.venv/bin/weakspot: pyproject.toml $(if $(call differs,.venv),anew)
	$(PYTHON) -m venv $(if $(call differs,.venv),--clear) .venv
	.venv/bin/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

scan: .venv/bin/weakspot  ## scan TARGET (default: examples/shop) with the embedded model
	@.venv/bin/weakspot scan $(TARGET) || test $$? -eq 1

# torch first and alone: the exact pin takes the build without CUDA.
.venv-test/.ready: pyproject.toml $(if $(call differs,.venv-test),anew)
	$(PYTHON) -m venv $(if $(call differs,.venv-test),--clear) .venv-test
	.venv-test/bin/python -m pip install --quiet --disable-pip-version-check "torch==2.13.0"
	.venv-test/bin/python -m pip install --quiet --disable-pip-version-check --editable ".[ctranslate2,data,evaluate,generate,train,finetune,test]"
	@touch $@

test-env: .venv-test/.ready  ## make the environment for development

# The review page is tested in a real browser; where there is none, that one file is left out.
NO_BROWSER := $(if $(shell command -v chromium chromium-browser google-chrome),,--ignore=tests/review/test_review_page.py)

test: test-env tools  ## run linters, types, import rules and all tests
	$(MAKE) --no-print-directory check
	PATH="$$PATH:$(CURDIR)/.venv-tools/bin" .venv-test/bin/python -m pytest -n 2 $(NO_BROWSER)

check: test-env  ## run linters, types and import rules
	.venv-test/bin/ruff check .
	.venv-test/bin/ruff format --check .
	.venv-test/bin/mypy
	.venv-test/bin/lint-imports
	.venv-test/bin/python tools/docs_cwe.py --check

format: test-env  ## format the code
	.venv-test/bin/ruff check --fix .
	.venv-test/bin/ruff format .

shop-score: .venv/bin/weakspot test-env  ## found, missed and false findings on examples/shop
	@mkdir -p runs
	.venv/bin/weakspot scan examples/shop --format json --output runs/shop.json --exit-zero
	.venv-test/bin/python tools/shop_score.py runs/shop.json examples/shop

scan-cost: test-env  ## CPU, wall and memory of a scan of TARGET beside Bandit, in one run
	.venv-test/bin/python tools/scan_cost.py $(TARGET)

# Semgrep's requirements exclude some of ours: it has an environment of its own.
.venv-tools/.ready: Makefile
	$(PYTHON) -m venv .venv-tools
	.venv-tools/bin/python -m pip install --quiet --disable-pip-version-check "semgrep==1.182.0"
	@touch $@

tools: .venv-tools/.ready  ## install Semgrep beside the tests' environment

benchmark: test-env tools  ## all detectors on SUITES="a.jsonl b.jsonl"; Semgrep with SEMGREP_RULES
	PATH="$$PATH:$(CURDIR)/.venv-tools/bin" .venv-test/bin/weakspot evaluate $(SUITES) \
		--drills datasets/drills $(if $(SEMGREP_RULES),--semgrep-rules $(SEMGREP_RULES))

league: test-env tools  ## every system on our protocols and on SUITES; BASE is a causal model
	PATH="$$PATH:$(CURDIR)/.venv-tools/bin" .venv-test/bin/python tools/league.py \
		$(if $(BASE),--base $(BASE)) $(if $(SEMGREP_RULES),--semgrep-rules $(SEMGREP_RULES)) $(SUITES:%=--suite %)

docs: test-env  ## regenerate the pages that are made from data
	.venv-test/bin/python tools/docs_cwe.py

pictures: test-env  ## make the pictures in docs/ (needs Chromium)
	@mkdir -p runs
	.venv-test/bin/weakspot scan examples/shop --format json --output runs/shop.json --exit-zero
	.venv-test/bin/python tools/picture.py runs/shop.json --root .

corpus: test-env  ## download the packages that recipes/corpus-*.txt name
	tools/download_corpus.sh recipes/corpus-train.txt runs/corpus/train
	tools/download_corpus.sh recipes/corpus-calibration.txt runs/corpus/calibration

clones:  ## clone the projects that datasets/fixes were read in (gigabytes)
	tools/clone_projects.sh datasets/fixes runs/corpus/clones

model: test-env  ## make the embedded model from RECIPE, step by step (hours; can be resumed)
	.venv-test/bin/weakspot train corpus --recipe $(RECIPE) --run $(RUN)
	.venv-test/bin/weakspot train tokenizer --recipe $(RECIPE) --run $(RUN)
	.venv-test/bin/weakspot train pretrain --recipe $(RECIPE) --run $(RUN)
	.venv-test/bin/weakspot train embedded --recipe $(RECIPE) --run $(RUN)
	.venv-test/bin/weakspot export --recipe $(RECIPE) --run $(RUN) --output $(RUN)/bundle

clean:  ## remove the environments and runs
	rm -rf .venv .venv-test .venv-tools runs build dist
