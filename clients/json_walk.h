/* SPDX-License-Identifier: Apache-2.0
 *
 * json_walk.h - what json.c and json_short.c share.
 */
#pragma once
#include <stdarg.h>
#include "clients/json.h"

struct at {
	const struct at *up;
	const char *name;
	size_t index;
	bool indexed;
};
struct walk {
	struct arena *arena;
	struct faults *faults;
};

void walk_fault(struct walk *w, const struct at *at, const char *remedy, const char *fmt, ...) PRINTF_LIKE(4, 5);
const char *walk_kind(const json_t *j); /* "an object" */
/* Each takes one JSON value, or adds a fault and returns false. */
bool walk_text(struct walk *w, const json_t *j, const struct at *at, const char **ret);
bool walk_integer(struct walk *w, const json_t *j, const struct at *at, int64_t low, uint64_t high, int64_t *ret);
bool walk_code(struct walk *w, const json_t *j, const struct msg_enum *codes, const struct at *at, int *ret);
bool walk_field(struct walk *w, const struct msg_field *f, const json_t *j, const struct at *at, char *out);
bool walk_message(struct walk *w, const struct msg_type *type, const json_t *j, const struct at *at, void *ret);
const char *walk_code_text(const struct msg_enum *codes, int number, char text[48]); /* lower case */

/* Short forms. */
enum short_form { SHORT_NOT, SHORT_TAKEN, SHORT_FAULT };
enum short_form short_take(struct walk *w, const struct msg_type *type, const json_t *j, const struct at *at,
			   void *ret);
json_t *short_give(const struct msg_type *type, const void *msg); /* NULL = write it out */
bool short_pairs(const struct msg_type *type);                    /* may a list of them be one object? */
bool short_take_pairs(struct walk *w, const struct msg_field *f, const json_t *j, const struct at *at, char *out);
json_t *short_give_pairs(const struct msg_type *type, const void *list, size_t n); /* NULL = write it out */
