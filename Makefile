# `make` lists the targets. Everything they need is installed into this folder (node_modules/,
# .venv/, .venv-containers/, .venv-templates/, .tools/) the first time, qemu-user-static and Docker apart: see CONTRIBUTING.md.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DEFAULT_GOAL := help

# The Node.js that package.json pins comes first: jsii starts whatever `node` it finds.
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)

# The packages whose tests contain a regular expression.
folders = $$(git grep --untracked -l '$(1)' -- '*_test.go' | xargs -n 1 dirname | sort -u | sed 's|^|./|')

# What npm and pip install into this folder.
installed := node_modules/.installed .venv/.installed .venv-containers/.installed .venv-templates/.installed

GOLANGCI_LINT := .tools/bin/golangci-lint-v2.15.0

.PHONY: help demo synth test test-unit test-go test-constructs test-cdk test-guard test-page test-e2e test-containers test-templates fuzz check current house bench bench-loop bench-peer golden picture clean
.PHONY: prerequisites tools linter foreign-architecture guard-tools programs apps

# What may be silent for long says on the way that it is at work, and on what.
heartbeat := scripts/heartbeat.sh

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## /{ printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: node_modules/.installed .venv/.installed foreign-architecture programs ## deploy, call and tune the demo app on a local emulator, twice
	@exec $(heartbeat) "make demo" .build/demo

synth: node_modules/.installed ## write the demo app's CloudFormation templates to cdk.out/
	@$(heartbeat) "cdk synth" cdk synth --quiet --no-notices

# The longest first; what they wait for is made before, or others would overtake them. Two at once: on two cores more would
# wait for each other.
test_lanes := test-go test-e2e test-containers test-cdk test-constructs test-guard test-page test-templates

# Compilers, linkers and simulations live briefly and allocate much: collecting garbage less often saves them a
# quarter of their processor time.
test $(test_lanes) test-unit check tools: export GOGC ?= 400

# Tests that take this module from a module proxy compile with -trimpath, because the module lies in another folder each
# time. If everything is compiled so, the CDK and the SDK are compiled once. `make check` vets all packages and more
# thoroughly; `go test` would do it again, with each set of flags.
test $(test_lanes) test-unit check tools: export GOFLAGS = $(shell go env GOFLAGS 2>/dev/null) -trimpath -vet=off

# The CDK validates each template that it writes, by a rule engine that takes longer to start than the rest of a synthesis.
# Tests that look at what it finds switch it on.
test $(test_lanes) test-unit: export CDK_VALIDATION ?= false

test: | prerequisites ## unit, snapshot, guard, page, end-to-end and container tests
	@+$(MAKE) --no-print-directory --jobs=4 tools
	$(MAKE) --no-print-directory --jobs=2 $(addprefix --old-file=,prerequisites foreign-architecture programs guard-tools) $(test_lanes)

# Installing waits for the network and for one processor at a time: several do so together.
tools: $(installed) guard-tools foreign-architecture programs apps ## what `make test` installs and builds before it tests

test-unit: test-go test-constructs ## unit and snapshot tests

test-go: node_modules/.installed
	@$(heartbeat) "unit tests" scripts/test-unit.sh go

test-constructs: node_modules/.installed
	@$(heartbeat) "constructs' tests" scripts/test-unit.sh constructs

test-cdk: node_modules/.installed ## constructs and demo app with the newest CDK, beside go.mod's
	@$(heartbeat) "tests with the newest CDK" scripts/with-cdk.sh "$$(cat test/consumer/newest-cdk)"

test-guard: node_modules/.installed .venv/.installed guard-tools ## what the guard finds in packages that gcc, go, pip, npm and Maven make
	@$(heartbeat) "guard tests" go test -count=1 -parallel 8 -timeout 30m ./test/guard

test-page: node_modules/.installed ## the page of dualarch report in headless Chromium
	@$(heartbeat) "page tests" scripts/test-page.sh

# They mostly wait for what is emulated.
test-e2e: node_modules/.installed .venv/.installed foreign-architecture programs ## end-to-end tests on the emulator
	@$(heartbeat) "end-to-end tests" go test -count=1 -parallel 6 -timeout 30m ./test/e2e

test-containers: node_modules/.installed .venv/.installed .venv-containers/.installed foreign-architecture programs ## container images of both architectures on a Docker engine
	@$(heartbeat) "container tests" scripts/test-containers.sh

test-templates: .venv-templates/.installed ## what checkov and cfn-guard find in the templates
	@$(heartbeat) "template tests" go test -count=1 ./test/templates

fuzz: | prerequisites ## each fuzz target for 60 s
	@scripts/fuzz.sh 60s

check: node_modules/.installed .venv/.installed $(GOLANGCI_LINT) ## format, vet, lint, module file, shell scripts
	@$(heartbeat) "make check" scripts/check.sh $(GOLANGCI_LINT)

current: node_modules/.installed .venv/.installed ## what is news in the newest AWS models and the newest CDK; not in CI
	@$(heartbeat) "make current" scripts/current.sh

house: | prerequisites ## list the packages: what each is for, and what of ours it imports
	@scripts/house.sh

bench: node_modules/.installed .venv/.installed guard-tools ## measure what docs/benchmarks.md keeps: one line a figure
	@$(heartbeat) "the campaign" go test -C test/tuner -count=1 -timeout 60m -run '^TestCampaign$$' -figures
	@$(heartbeat) "the guard" go test -C test/guard -count=1 -parallel 8 -timeout 30m -figures
	@$(heartbeat) "simulated runs" go test -C test/bench -count=1 -timeout 60m -figures
	@$(heartbeat) "cdk synth" go test -C test/synth -count=1 -timeout 30m -bench . -benchtime 5x -figures

bench-loop: $(installed) guard-tools foreign-architecture ## time `make test` beside the one of 86f3110; takes an hour
	@$(heartbeat) "make test, twice each" scripts/bench-loop.sh

bench-peer: node_modules/.installed .venv/.installed programs ## measure wall time beside AWS Lambda Power Tuning's: PEER=<its checkout>
	@$(heartbeat) "beside the peer" go run -buildvcs=false ./test/peer -checkout "$(PEER)"

golden: node_modules/.installed ## renew the snapshots; read the diff before committing it
	@UPDATE_SNAPS=always $(heartbeat) "snapshots" go test -count=1 $(call folders,go-snaps/snaps\|UPDATE_SNAPS)

picture: node_modules/.installed ## renew README's picture and the others that the page's tests compare with
	@$(heartbeat) "pictures" scripts/test-page.sh -run TestStates -renew

clean: ## remove what builds and synthesis wrote; the installed tools stay
	@rm -rf .build cdk.out

# First of all, so that nothing is installed where something is missing that cannot be.
prerequisites:
	@scripts/prerequisites.sh $(MAKECMDGOALS)

node_modules/.installed: package.json package-lock.json scripts/install-node.sh | prerequisites
	@$(heartbeat) "npm ci" scripts/install-node.sh

.venv/.installed: requirements.txt scripts/install-python-tools.sh | prerequisites
	@$(heartbeat) "pip install" scripts/install-python-tools.sh .venv requirements.txt

.venv-containers/.installed: test/containers/requirements.txt scripts/install-python-tools.sh | prerequisites
	@$(heartbeat) "pip install" scripts/install-python-tools.sh .venv-containers test/containers/requirements.txt

.venv-templates/.installed: test/templates/requirements.txt test/templates/package.json test/templates/package-lock.json scripts/install-python-tools.sh scripts/install-cfn-guard.sh | prerequisites
	@$(heartbeat) "npm ci" scripts/install-cfn-guard.sh .venv-templates/cfn-guard
	$(heartbeat) "pip install" scripts/install-python-tools.sh .venv-templates test/templates/requirements.txt

linter: $(GOLANGCI_LINT)

$(GOLANGCI_LINT): | prerequisites
	@$(heartbeat) "golangci-lint" scripts/install-linter.sh v2.15.0

guard-tools: | prerequisites
	@$(heartbeat) "guard-tools" scripts/install-guard-tools.sh

foreign-architecture: | prerequisites
	@$(heartbeat) "foreign-architecture" scripts/run-foreign-binaries.sh

# The demo's driver, the stub of the numbers service and the command, built so that signals reach them
# and not a `go run` in between.
programs: | prerequisites
	@$(heartbeat) "building the demo's programs" go build -buildvcs=false -o .build/ ./test/demo ./test/numbersapi ./cmd/dualarch

# The CDK apps, as cdk.json builds them: then two lanes that run the CDK CLI do not write the same file at once.
apps: | prerequisites
	@$(heartbeat) "building the apps" go build -buildvcs=false -o .build/app .
	$(heartbeat) "building the apps" go build -C examples -buildvcs=false -o ../.build/examples .
