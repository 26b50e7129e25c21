/* SPDX-License-Identifier: Apache-2.0
 *
 * command.h - the commands of varde: each takes the line as it was understood and returns the exit status.
 */
#pragma once
#include "clients/out.h"

enum exit_status {
	EXIT_DONE = 0,
	EXIT_REFUSED = 1, /* refused, not found, or an explanation that does not agree */
	EXIT_USAGE = 2,
	EXIT_NO_SERVER = 3,
	EXIT_FAILED = 4,
};

/* What a command has at hand. */
struct run {
	struct options o;
	struct arena *arena;
	struct varde *varde; /* after run_open() */
	struct out out;      /* likewise */
	FILE *in;            /* standard input */
};

/* Run a whole line; everything it needs and leaves is inside. */
int varde_command(int argc, const char *const *argv);

int cmd_define(struct run *r);
int cmd_submit(struct run *r);
int cmd_event(struct run *r);
int cmd_tag(struct run *r);
int cmd_snapshot(struct run *r);
int cmd_history(struct run *r);
int cmd_trend(struct run *r);
int cmd_changes(struct run *r);
int cmd_watch(struct run *r);
int cmd_status(struct run *r);
int cmd_key(struct run *r);
int cmd_help(struct run *r);
int cmd_lineage(struct run *r);
int cmd_overlap(struct run *r);
int cmd_import(struct run *r);
int cmd_count(struct run *r);
int cmd_diff(struct run *r);
int cmd_balance(struct run *r);
int cmd_decompose(struct run *r);
int cmd_network(struct run *r);
int cmd_quality(struct run *r);
int cmd_explain(struct run *r);
int cmd_catalogue(struct run *r);

/* Open the output and a handle; the exit status to end with, or EXIT_DONE. */
int run_open(struct run *r);
/* One sentence on standard error, and the exit status of such an error that the server or the library gave. */
int run_failed(enum err e, const struct why *why);
int run_usage(const struct why *why);
int run_usage_text(const char *fmt, ...) PRINTF_LIKE(1, 2);
int run_strange(void); /* the answer is to another question */
/* A person who has just seen a receipt expects the next answer to know of it: unless --min-revision says otherwise, the
 * question waits for whatever is durable when it is asked. */
enum err run_newest(struct run *r, struct msg_query_request *q, struct why *why) MUST_CHECK;
/* Ask, with run_newest(), and gather all parts into *ret, a list of `n` replies in the arena. */
enum err run_ask(struct run *r, struct msg_query_request *q, struct msg_query_reply ***ret, size_t *n,
		 struct why *why) MUST_CHECK;
/* Open, ask, and see that each part is an answer of the kind that was asked for. true: it is to be shown; else
 * *ret_status is how the command ends: what went wrong was told, or --format json was printed. */
bool run_answered(struct run *r, struct msg_query_request *q, size_t kind, struct msg_query_reply ***ret, size_t *n,
		  int *ret_status) MUST_CHECK;
#define RUN_KIND(field) offsetof(struct msg_query_reply, field) /* its pointer in a reply */
/* The whole answer as one JSON object: lists of later parts are appended to those of the first. */
void run_json(struct run *r, struct msg_query_reply *const *parts, size_t n);
/* "at revision 17, today 2026-11-21, method 1" */
void run_note(struct run *r, const struct msg_query_reply *reply, const char *valid_at);
/* The whole of a file, or of standard input for "-". */
enum err run_read(struct run *r, const char *path, char **ret, size_t *len, struct why *why) MUST_CHECK;
