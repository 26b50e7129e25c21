/* SPDX-License-Identifier: Apache-2.0
 *
 * show.h - values, times, categories and codes as people read them. Every text is in the arena or static.
 */
#pragma once
#include "base/mem.h"
#include "proto/msg.h"

const char *show_value(struct arena *a,
		       const struct msg_value *v); /* "50", "5 to 10", "over 50", "nearly 20", "(blank)"; "" for NULL */
const char *show_time(struct arena *a, int64_t us); /* 2026-11-21T10:00:00Z; "" for 0 */
const char *show_categories(struct arena *a, const struct msg_category *list, size_t n); /* "level=total, sex=all" */
const char *show_code(struct arena *a, const struct msg_enum *codes, int number);        /* "not published"; "" for 0 */
const char *show_codes(struct arena *a, const struct msg_enum *codes);     /* all of them: "value, sum, mean" */
const char *show_number(struct arena *a, uint64_t n);                      /* "" for 0 */
const char *show_list(struct arena *a, const char *const *list, size_t n); /* "a; b" */
const char *show_quoted(struct arena *a, const char *text);                /* inside the quotes of Graphviz */
const char *show_hex(struct arena *a, struct slice bytes);
const char *show_span(struct arena *a, const char *from, const char *to); /* "2012 to 2018"; "since 2018"; "" */
const char *show_change(struct arena *a, const struct msg_change *c); /* "level=total 2014", what the change is about */
