# Each target brings what it needs: uv by pip into .venv, everything else from uv.lock.
VENV := .venv
PYTHON ?= python3
UV := $(VENV)/bin/uv
READY := $(VENV)/.ready

.PHONY: demo test fuzz check controlplane cluster cluster-demo cluster-down test-cluster manifests bench clean

demo: $(READY)            ## the whole system on this machine, for two minutes
	@$(VENV)/bin/cowbane demo --for 2m

test: $(READY)            ## every test; those on the real control plane once it is built
	@$(VENV)/bin/python tests/controlplane/build.py --status || true
	@$(VENV)/bin/pytest

fuzz: $(READY)            ## the properties of files and runs, 10,000 examples each
	@HYPOTHESIS_PROFILE=nightly $(VENV)/bin/pytest -m properties --timeout 7200

check: $(READY)           ## style, types, import contracts
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/mypy
	@$(VENV)/bin/basedpyright
	@$(VENV)/bin/lint-imports

controlplane: $(READY)    ## build the real Kubernetes control plane into a cache, once
	@$(VENV)/bin/python tests/controlplane/build.py

cluster-demo: $(READY)    ## everything in that cluster, chaos on, for people to watch
	@PYTHONPATH=tests $(VENV)/bin/python -m cluster prepare
	@PYTHONPATH=tests $(VENV)/bin/python -m cluster.installed.demo

manifests: $(READY)       ## write deploy/kubernetes/manifests.yaml from the chart
	@PYTHONPATH=tests $(VENV)/bin/python tests/deploy/chart.py

cluster: $(READY)         ## a real two-node Kubernetes on this machine (root); it stays up until cluster-down
	@PYTHONPATH=tests $(VENV)/bin/python -m cluster up

cluster-down: $(READY)    ## leave nothing of it, also after a crash
	@PYTHONPATH=tests $(VENV)/bin/python -m cluster down

test-cluster: $(READY)    ## the tests on it; they use the one that runs, or start and end one
	@PYTHONPATH=tests $(VENV)/bin/python -m cluster prepare
	@$(VENV)/bin/pytest tests/cluster -m cluster --timeout 600

bench: $(READY)           ## measure, each figure beside its peer
	@$(VENV)/bin/python -m bench

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache

$(UV):
	@$(PYTHON) -m venv $(VENV)
	@$(VENV)/bin/pip install --quiet --disable-pip-version-check uv

$(READY): $(UV) pyproject.toml uv.lock
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(UV) sync --system-certs --quiet --locked --inexact --all-groups
	@touch $(READY)
