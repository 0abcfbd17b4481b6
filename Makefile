# The commands of this project. `make test` is what CI runs.

GO ?= go
# What the tests need beside Go, as Debian names it: the program and its package.
NEEDS = ssh:openssh-client ssh-keygen:openssh-client tmux:tmux nc:netcat-openbsd sqlite3:sqlite3 prlimit:util-linux jq:jq curl:curl openssl:openssl scp:openssh-client sftp:openssh-client sshfs:sshfs rsync:rsync vim:vim chromium:chromium
# The packages whose tests run under the race detector too: those with goroutines.
RACE = ./rooms ./sshd ./keys ./view/... ./tcpd ./web ./wire/... ./tree ./cmd/parley
FUZZTIME ?= 1m

.PHONY: all build test unit race vet fuzz bench needs clean

all: build

build:
	CGO_ENABLED=0 $(GO) build -trimpath -o parley ./cmd/parley

test: needs vet unit race

vet:
	@out=$$(gofmt -l .); test -z "$$out" || { echo "not formatted: $$out"; exit 1; }
	$(GO) vet ./...

unit:
	$(GO) test -timeout 15m ./...

race:
	$(GO) test -race -short -timeout 15m $(RACE)

# Each fuzz target for a minute (FUZZTIME), one after the other.
fuzz:
	@set -e; for pkg in $$($(GO) list ./...); do \
	  for f in $$($(GO) test -list '^Fuzz' $$pkg | grep '^Fuzz' || true); do \
	    echo "$$pkg $$f"; $(GO) test -run '^$$' -fuzz "^$$f\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 1x $$pkg; \
	  done; done

bench:
	$(GO) run ./bench

# Installs what is missing where it may (root or sudo), and otherwise fails
# with the name of the package: no test is skipped for want of a tool.
needs:
	@missing=""; for n in $(NEEDS); do command -v $${n%%:*} >/dev/null || missing="$$missing $${n#*:}"; done; \
	test -z "$$missing" && exit 0; \
	sudo=""; test "$$(id -u)" = 0 || sudo="sudo -n"; \
	echo "installing:$$missing"; \
	{ $$sudo apt-get install -y -q $$missing || { $$sudo apt-get update -q && $$sudo apt-get install -y -q $$missing; }; } >/dev/null 2>&1 || \
	{ echo "the tests need these Debian packages, and they could not be installed here:$$missing"; exit 1; }

clean:
	rm -f parley
	$(GO) clean -testcache
