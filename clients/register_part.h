/* SPDX-License-Identifier: Apache-2.0
 *
 * register_part.h - what the parts of the register's model share.
 */
#pragma once
#include "clients/register.h"

struct register_touch { /* a row that names the code */
	int32_t day;
	size_t line;
	bool as_old, as_new;
};
struct register_code {
	const char *code;
	struct register_unit *living;   /* who bears it now */
	struct register_unit **bearers; /* all, in the order met */
	size_t n_bearers, bearers_room;
	struct register_touch *touches; /* by day */
	size_t n_touches, touches_room;
	/* Of the day at work; they hold where the stamp is the day's. */
	size_t old_stamp, new_stamp, vacated_stamp, created_stamp;
	size_t old_node, new_node;
};

struct register_code *register_code(struct register_model *m, const char *code); /* made when new */
bool register_skips(const struct register_model *m, const char *code);
/* A unit that begins with a code and a name. */
struct register_unit *register_begin(struct register_model *m, struct register_code *c, const char *name, int32_t from,
				     size_t line);
void register_span_end(struct register_unit *u, int32_t day);
void register_span_begin(struct register_model *m, struct register_unit *u, const char *code, const char *name,
			 int32_t from);
void register_event_add(struct register_model *m, struct register_event *e);
/* The rows of one day. */
void register_take_day(struct register_model *m, struct register_row *rows, size_t n, size_t stamp, bool stocked);
