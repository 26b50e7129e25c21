# SPDX-License-Identifier: Apache-2.0
# varde: one Makefile, out of tree in build/$(FLAVOUR). `make help` lists what it can do.

SAN ?=
CC ?= gcc
ifeq ($(origin CC),default)
CC := gcc
endif
comma := ,
FLAVOUR := $(notdir $(firstword $(CC)))$(if $(SAN),-$(subst $(comma),-,$(SAN)))
B := build/$(FLAVOUR)

PKGS := libzmq libprotobuf-c smartcols jansson inih libutf8proc libsodium libczmq libsystemd
NEED := gcc make pkg-config libzmq3-dev libprotobuf-c-dev protobuf-c-compiler protobuf-compiler liblmdb-dev \
	libcmocka-dev libsmartcols-dev libjansson-dev libcsv-dev libinih-dev libutf8proc-dev libsodium-dev \
	libczmq-dev libsystemd-dev libgmp-dev python3 python3-zmq python3-protobuf gnuplot-nox
NEED_ALL := clang libclang-rt-14-dev valgrind clang-format

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition \
	-Wpointer-arith -Wcast-qual -Wwrite-strings -Wundef -Wvla -Wformat=2 -Wswitch-enum -Wconversion \
	-Wno-sign-conversion
CFLAGS ?= -O2 -g
ALL_CFLAGS = -std=c11 -D_GNU_SOURCE $(CFLAGS) $(WARN) $(if $(DEV),-Werror) -fstack-protector-strong -fno-common \
	$(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer -fno-sanitize-recover=all) \
	-I. -I$(B) $(PKG_CFLAGS)
ALL_LDFLAGS = $(LDFLAGS) $(if $(SAN),-fsanitize=$(SAN)) -pthread -Wl,-z,relro,-z,now
ifneq ($(filter-out help clean deps deps-all demo check check-all lint,$(or $(MAKECMDGOALS),all)),)
PKG_CFLAGS := $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
endif
LIBS := -lsmartcols -ljansson -lcsv -linih -lutf8proc -lczmq -lzmq -lsodium -lsystemd -lprotobuf-c -llmdb -lgmp

# One library a folder; each may use only those to its right (tools/check_layers enforces it for includes).
LIB_clients := clients proto base
LIB_daemon  := daemon query storage proto base
srcs = $(filter-out %_main.c,$(wildcard $(1)/*.c))
objs = $(patsubst %.c,$(B)/%.o,$(call srcs,$(1)))
FOLDERS := base proto storage query daemon clients
ARCHIVES := $(FOLDERS:%=$(B)/lib%.a)
PB := $(B)/proto/varde.pb-c

.PHONY: all help
all: programs ## Build the daemon and the client (build/gcc/varded, build/gcc/varde)
help: ## List the targets
	@grep -hE '^[a-zA-Z_%-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## */\t/' | expand -t 22
	@echo; echo "SAN=address,undefined or SAN=thread, CC=clang and DEV=1 (warnings are errors) go with every target."

# ---- what it stands on -----------------------------------------------------------------------------
.PHONY: deps deps-all
deps: ## Install the Debian packages that are missing
	@tools/install_missing $(NEED)
deps-all: ## Also those of check-all and lint
	@tools/install_missing $(NEED) $(NEED_ALL)

# ---- programs --------------------------------------------------------------------------------------
.PHONY: programs
programs: $(B)/varded $(B)/varde

$(B)/varded: $(B)/daemon/varded_main.o $(LIB_daemon:%=$(B)/lib%.a)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)
$(B)/varde: $(B)/clients/varde_main.o $(LIB_clients:%=$(B)/lib%.a)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

define archive
$(B)/lib$(1).a: $(call objs,$(1)) $(if $(filter proto,$(1)),$(PB).o)
	@rm -f $$@
	ar rcs $$@ $$^
endef
$(foreach f,$(FOLDERS),$(eval $(call archive,$(f))))

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<
$(PB).c $(PB).h &: proto/varde.proto
	@mkdir -p $(B)/proto
	protoc-c --c_out=$(B)/proto -Iproto $<
$(PB).o: $(PB).c
	$(CC) -std=c11 $(CFLAGS) $(if $(SAN),-fsanitize=$(SAN)) -I$(B)/proto -c -o $@ $<
$(patsubst %.c,$(B)/%.o,$(wildcard proto/*.c)): $(PB).h

# ---- tests -----------------------------------------------------------------------------------------
# tests/<kind>/test_x.c becomes build/<flavour>/tests/<kind>/test_x. Helpers without test_ are linked to all of a kind.
tests_of = $(patsubst %.c,$(B)/%,$(wildcard tests/$(1)/test_*.c))
helpers_of = $(patsubst %.c,$(B)/%.o,$(filter-out tests/$(1)/test_% tests/$(1)/bench_%,$(wildcard tests/$(1)/*.c)))
# The crash tests drive the daemon as the integration tests do.
helpers_of_crash := $(B)/tests/integration/daemon.o $(B)/tests/integration/raw.o
helpers_of_model := $(B)/tests/unit/storage_kit.o
helpers_of_integration := $(B)/tests/unit/field_check.o
TESTED := clients daemon query storage proto base
KINDS := unit model integration crash fuzz
.SECONDEXPANSION:
$(B)/tests/%: $(B)/tests/%.o $$(call helpers_of,$$(firstword $$(subst /, ,$$*))) $$(helpers_of_$$(firstword $$(subst /, ,$$*))) $(TESTED:%=$(B)/lib%.a)
	$(CC) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) $(TESTED:%=$(B)/lib%.a) -lcmocka $(LIBS) -ldl -rdynamic
.SECONDARY:

.PHONY: check check-all check-flavour lint
check: deps ## Build and pass every test, plain and under ASan+UBSan
	+@tools/check plain asan
check-all: deps-all ## check, and TSan, valgrind, clang and lint
	+@tools/check plain asan tsan valgrind clang lint
.PHONY: check-build
check-build: programs $(foreach k,$(KINDS),$(call tests_of,$(k)) $(EXTRA_$(k)))
check-flavour: programs $(foreach k,$(KINDS),check-$(k)) ## All tests of one flavour (SAN=…)
define kind_rule
.PHONY: check-$(1)
check-$(1): programs $(call tests_of,$(1)) $(EXTRA_$(1))
	@B=$(B) SAN=$(SAN) tools/run_tests $(call tests_of,$(1))
endef
$(foreach k,$(KINDS),$(eval $(call kind_rule,$(k))))
.PHONY: check-one
check-one: programs $(B)/tests/$(or $(TEST),TEST=KIND/NAME) ## One test: make check-one TEST=unit/test_when
	@B=$(B) SAN=$(SAN) tools/run_tests $(B)/tests/$(TEST)

lint: ## clang-format, layering, banned calls
	@tools/lint

# ---- to see it work --------------------------------------------------------------------------------
.PHONY: demo bench clean
demo: deps ## Build, start, load the real example, show the main job, stop
	@$(MAKE) --no-print-directory programs
	@B=$(B) examples/demo
bench: deps ## Measure, as ratios in one run (BENCH_RECORDS=10000000 BENCH_PARTS="records lineage")
	@$(MAKE) --no-print-directory programs benches
	@B=$(B) tests/bench/run
.PHONY: benches
benches: $(patsubst %.c,$(B)/%,$(wildcard tests/bench/bench_*.c))
clean: ## Remove build/
	rm -rf build

# ---- fuzzing ---------------------------------------------------------------------------------------
# tests/fuzz/fuzz_x.c is part of test_corpus (check-fuzz) and, with libFuzzer, a program of its own.
FUZZ_SECONDS ?= 60
fuzz-%: ## Fuzz a target with libFuzzer: make fuzz-codec FUZZ_SECONDS=600
	@$(MAKE) --no-print-directory CC=clang SAN=address,undefined,fuzzer-no-link run-fuzz-$*
run-fuzz-%: $(TESTED:%=$(B)/lib%.a)
	@mkdir -p $(B)/corpus/$*
	$(CC) $(ALL_CFLAGS) -DFUZZ_MAIN -fsanitize=fuzzer -o $(B)/fuzz_$* tests/fuzz/fuzz_$*.c $(ALL_LDFLAGS) \
		$(TESTED:%=$(B)/lib%.a) $(LIBS)
	$(B)/fuzz_$* -max_total_time=$(FUZZ_SECONDS) -max_len=4096 -artifact_prefix=$(B)/corpus/ \
		$(B)/corpus/$* tests/fuzz/corpus/$*

-include $(shell find $(B) -name '*.d' 2>/dev/null)

# ---- the crash test's shim: preloaded into the process whose writes are recorded -------------------------
$(B)/tests/crash/shim_writes.so: tests/crash/shim/shim_writes.c tests/crash/trace.h
	@mkdir -p $(@D)
	$(CC) -std=c11 -D_GNU_SOURCE -O2 -g $(WARN) $(if $(DEV),-Werror) -I. -fPIC -shared -o $@ $< -ldl
$(B)/tests/crash/test_creation: $(B)/tests/crash/shim_writes.so
