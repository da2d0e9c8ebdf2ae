# What people and CI run; `make` alone lists it. docs/development.md says more.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help demo test build ui tools promtool clang-tidy dev asan-ubsan tsan lint lint-changed format check-format fuzz bench image-test clean packages-%

FUZZ_SECONDS ?= 60
# Tests and benchmarks find the pinned tools first.
export DRIFT_TOOLS := $(CURDIR)/.tools/bin
export PATH := $(DRIFT_TOOLS):$(PATH)

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: build tools ## install what is missing, build, show what happens to drift of sample-apps/
	@tools/demo

test: packages-test packages-build tools promtool ## everything that needs no cluster
	@tools/build release
	@tools/run-tests release

build: packages-build ## build/drift-policy
	@tools/build release drift-policy

ui: packages-test ## extensions/ui/dist/extension-drift-policy.js, pages for Argo CD's web UI
	@tools/ui build

tools: packages-test ## helm and kubectl in .tools/bin, unless they are on PATH
	@tools/install-tools

promtool: ## Prometheus' promtool in .tools/bin, unless it is on PATH
	@tools/install-promtool

clang-tidy: ## the pinned clang-tidy in .tools/clang-tidy
	@tools/install-clang-tidy

dev tsan: packages-test tools promtool ## test under that preset of CMakePresets.json
	@tools/build $@
	@tools/run-tests $@

asan-ubsan: packages-build packages-test packages-lint tools promtool ## test under that preset, by clang
	@tools/build $@
	@tools/run-tests $@

lint: packages-build packages-test packages-lint clang-tidy ## clang-tidy over our own files
	@tools/lint

lint-changed: packages-build packages-test packages-lint clang-tidy ## clang-tidy over what changed since all was linted, or since SINCE
	@tools/lint --since $(SINCE)

format: packages-test ## lay our sources out as .clang-format says
	@tools/check-format --fix

check-format: packages-test ## fail where a source is laid out differently
	@tools/check-format

fuzz: packages-build packages-lint ## each fuzz target for FUZZ_SECONDS (60), from its saved corpus
	@tools/build asan-ubsan fuzzers
	@tools/fuzz $(FUZZ_SECONDS)

bench: build tools ## speed against what people use instead; prints medians, ratios and the targets
	@cmake --preset release -DDRIFT_BUILD_BENCH=ON >/dev/null && cmake --build --preset release
	@python3 bench/bench.py build

image-test: packages-image build tools e2e-tools ## build the image by buildah, enter it, and let Argo CD render by it; as root
	@tests/image/run

include tests/e2e/e2e.mk

clean: ## remove everything that was built (not .tools)
	rm -rf build build-*/

packages-%:
	@tools/install-packages $*
