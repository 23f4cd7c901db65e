# Thin on purpose: every target says what it does, and the work is in scripts/.
# One configuration for everything: release, built in .build (docs/decisions/0001).

ZANCADA_CACHE ?= .cache
SAMPLE        ?= $(ZANCADA_CACHE)/samples/walk.mp4
OUT           ?= out/sample
LISTEN        ?= 127.0.0.1:8080
SHARED        ?= $(wildcard ../shared)

export ZANCADA_CACHE
export ZANCADA_RUNTIME ?= $(abspath $(ZANCADA_CACHE)/runtime)
export ZANCADA_SAMPLES ?= $(abspath $(ZANCADA_CACHE)/samples)
export ZANCADA_PEERS   ?= $(abspath $(ZANCADA_CACHE)/peers)
export ZANCADA_TOOLS   ?= $(abspath $(ZANCADA_CACHE)/tools)
export ZANCADA_SHARED  ?= $(abspath $(SHARED))

.PHONY: help setup build run pictures test services services-stop fuzz bench lint format docs new-feature clean distclean
.DEFAULT_GOAL := help

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install what is missing: system packages, pose runtime and models, sample videos
	@scripts/bootstrap

build: setup ## Build the program, release
	@scripts/build

run: build ## Evaluate a sample video, then serve a made-up clinic on http://127.0.0.1:8080 until Ctrl-C (SAMPLE, OUT, LISTEN)
	@.build/release/zancada evaluate "$(SAMPLE)" --out "$(OUT)"
	@.build/release/zancada demo --data out/demo --listen "$(LISTEN)"

pictures: build ## Take the pictures that README shows, from the made-up clinic
	@scripts/pictures

test: ## Set up, check the style, build and run every test, then name the slowest (FILTER=name for some)
	@scripts/test $(FILTER)

services: setup ## Start PostgreSQL, a replica and PgBouncer on loopback, for tests by hand (make test does so itself)
	@scripts/services start

services-stop: ## Stop them and remove their data
	@scripts/services stop

fuzz: ## Attack each hand-written parser with libFuzzer (NAME=json for one, SECONDS=600 for longer)
	@scripts/fuzz $(or $(NAME),all) $(or $(SECONDS),60)

bench: build ## Compare with MediaPipe's Python in the same run: speed, memory, accuracy
	@benchmarks/run

lint: ## Check formatting, scripts, links, style and who imports whom
	@scripts/lint
	@scripts/test ArchitectureTests

format: ## Format every Swift file as .swift-format says
	@swift format --in-place --parallel --recursive Package.swift Sources Support Tests benchmarks

docs: build ## Write into the documents what the program knows of itself, and check every link
	@scripts/docs

new-feature: ## Make a feature that compiles and is tested, after Support/Skeleton (NAME=wound_care)
	@scripts/new-feature "$(NAME)"

clean: ## Remove what was built and written: .build and out
	rm -rf .build out

distclean: clean ## Remove the downloads as well
	rm -rf "$(ZANCADA_CACHE)"
