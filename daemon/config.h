/* SPDX-License-Identifier: Apache-2.0
 *
 * config.h - what the operator said: a file of `name = value` lines, then flags, over the defaults of param.def.
 *
 * Reading  config_init() → config_args() (which reads the file that --config names, then the other flags). Const after.
 * Errors   one sentence that names the parameter, the value and what is allowed. Unknown names are refused.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include "base/err.h"

#define CONFIG_FILE    "/etc/varde/varded.conf" /* read when it is there and --config names no other */
#define VARDED_VERSION "0.1.0"

#define KIB UINT64_C(1024)
#define MIB (KIB * 1024)
#define GIB (MIB * 1024)
#define TIB (GIB * 1024)

struct config {
#define PARAM_TEXT(sym, max, def, unit, doc)        char sym[(max) + 1];
#define PARAM_NUMBER(sym, min, max, def, unit, doc) uint64_t sym;
#define PARAM_FLAG(sym, def, doc)                   bool sym;
#include "daemon/param.def"
#undef PARAM_TEXT
#undef PARAM_NUMBER
#undef PARAM_FLAG
};

/* What the command line asks for. */
enum config_job {
	CONFIG_RUN,
	CONFIG_CHECK, /* --check: read and check, say nothing, exit 0 */
	CONFIG_DUMP,  /* --dump: print every parameter with its documentation */
	CONFIG_HELP,
	CONFIG_VERSION,
	CONFIG_VERIFY,  /* --verify: prove the store */
	CONFIG_REBUILD, /* --rebuild: make the index anew */
};

void config_init(struct config *c); /* the defaults */
/* Set one parameter by its name. ERR_NOT_FOUND for an unknown name, ERR_INVALID for a bad value; nothing changed then.
 */
enum err config_set(struct config *c, const char *name, const char *value, struct why *why) MUST_CHECK;
/* Read the text of a file; `origin` stands in the sentences. The first fault in the text ends it. */
enum err config_text(struct config *c, const char *origin, const char *text, struct why *why) MUST_CHECK;
enum err config_file(struct config *c, const char *path, struct why *why) MUST_CHECK; /* 64 KiB at most */
/* The whole command line, argv[0] left out of it; ends with config_check(). */
enum err config_args(struct config *c, int argc, char *const *argv, enum config_job *ret, struct why *why) MUST_CHECK;
/* What no single value shows: parameters that need each other, endpoints, dates. */
enum err config_check(const struct config *c, struct why *why) MUST_CHECK;
void config_dump(const struct config *c, FILE *out); /* in the form of the file, with the documentation as comments */
void config_help(FILE *out);

#define ENDPOINTS_MAX 4
#define ENDPOINT_TEXT 256
/* Split a list of endpoints; returns how many, ENDPOINTS_MAX + 1 when there are more or one is too long. */
unsigned config_endpoints(const char *list, char ret[ENDPOINTS_MAX][ENDPOINT_TEXT]);
