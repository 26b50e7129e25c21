/* SPDX-License-Identifier: Apache-2.0
 *
 * show_cube.h - a trend, a count or observations as JSON-stat, as SDMX-CSV, or drawn: what `--format` and `--plot` ask
 * for.
 */
#pragma once
#include "clients/command.h"
#include "clients/cube.h"

/* Before asking: ERR_INVALID with a sentence where the options do not go together. */
enum err show_cube_check(const struct run *r, size_t n_measures, struct why *why) MUST_CHECK;
bool show_cube_wanted(const struct run *r);
/* The answer in the shape that is asked for, of a trend, a count (with its measures) or a snapshot (with none); the
 * exit status. */
int show_cube(struct run *r, struct msg_query_reply *const *parts, size_t n, size_t n_measures,
	      const enum measure *measures);
