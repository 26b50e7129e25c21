/* SPDX-License-Identifier: Apache-2.0
 *
 * options.h - the command line of varde, by the table in option.def. No global state.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/mem.h"
#include "clients/varde.h"

enum cmd {
	CMD_NONE = 0,
	CMD_DEFINE = 1 << 0,
	CMD_SUBMIT = 1 << 1,
	CMD_EVENT = 1 << 2,
	CMD_TAG = 1 << 3,
	CMD_SNAPSHOT = 1 << 4,
	CMD_HISTORY = 1 << 5,
	CMD_TREND = 1 << 6,
	CMD_CHANGES = 1 << 7,
	CMD_WATCH = 1 << 8,
	CMD_STATUS = 1 << 9,
	CMD_KEY = 1 << 10,
	CMD_HELP = 1 << 11,
	CMD_LINEAGE = 1 << 12,
	CMD_OVERLAP = 1 << 13,
	CMD_IMPORT = 1 << 14,
	CMD_COUNT = 1 << 15,
	CMD_DIFF = 1 << 16,
	CMD_BALANCE = 1 << 17,
	CMD_DECOMPOSE = 1 << 18,
	CMD_NETWORK = 1 << 19,
	CMD_QUALITY = 1 << 20,
	CMD_EXPLAIN = 1 << 21,
	CMD_CATALOGUE = 1 << 22,
};
enum option {
#define OPTION(sym, name, letter, argument, many, commands, doc) OPT_##sym,
#include "clients/option.def"
#undef OPTION
	OPTION_COUNT
};
enum format { /* tree and dot: of lineage; the last two: of trend and count */
	      FORMAT_TABLE,
	      FORMAT_CSV,
	      FORMAT_JSON,
	      FORMAT_TREE,
	      FORMAT_DOT,
	      FORMAT_JSON_STAT,
	      FORMAT_SDMX_CSV
};

struct option_row {
	const char *name, *argument, *doc;
	char letter;
	bool many;
	int commands;
};
extern const struct option_row option_rows[OPTION_COUNT];
extern const char *const cmd_names[]; /* by the bit's number; NULL ends it */

struct options {
	enum cmd command;
	struct arena *arena; /* of the whole run */
	size_t n_args;
	const char **args; /* after the command, without options */
	struct {
		size_t n, room;
		const char **list; /* flags: "" */
	} given[OPTION_COUNT];
};

/* ERR_INVALID with a sentence when the line cannot be understood. The command is CMD_HELP when help was asked for, with
 * its subject as the only argument. argv[0] is skipped. */
enum err options_parse(int argc, const char *const *argv, struct arena *a, struct options *ret,
		       struct why *why) MUST_CHECK;

/* The last one given, or `otherwise`. */
const char *option_text(const struct options *o, enum option opt, const char *otherwise);
bool option_given(const struct options *o, enum option opt);
enum err option_number(const struct options *o, enum option opt, uint64_t otherwise, uint64_t max, uint64_t *ret,
		       struct why *why) MUST_CHECK;
/* In milliseconds: "10" and "10s" are seconds, "500ms", "2m". */
enum err option_duration(const struct options *o, enum option opt, unsigned otherwise, unsigned *ret,
			 struct why *why) MUST_CHECK;
enum err option_format(const struct options *o, enum format *ret, struct why *why) MUST_CHECK;
/* "DIM:CODE" of every --dim. */
enum err option_categories(const struct options *o, struct msg_category **ret, size_t *n, struct why *why) MUST_CHECK;
enum err option_unit(const struct options *o, const char *text, struct msg_unit_ref **ret, struct why *why) MUST_CHECK;
/* --as-of and --min-revision into a request. */
enum err option_as_of(const struct options *o, struct msg_query_request *q, struct why *why) MUST_CHECK;
/* --server, --endpoints, --ingest …, --server-key, --key, --deadline into varde_options. */
enum err option_server(const struct options *o, struct varde_options *ret, struct why *why) MUST_CHECK;
