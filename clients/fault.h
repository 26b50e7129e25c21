/* SPDX-License-Identifier: Apache-2.0
 *
 * fault.h - what is wrong with what a person wrote: every fault at once, each with its place and its remedy.
 */
#pragma once
#include <stddef.h>
#include "base/err.h"
#include "base/mem.h"

struct fault {
	const char *path;   /* "submission.observations[3].status"; "" where row and column say it */
	size_t row;         /* of a table, the header being row 1; 0 = none */
	const char *column; /* header of the column; "" = none */
	const char *text;   /* what is wrong */
	const char *remedy; /* what to do */
};

#define FAULTS_MAX 1000 /* further ones are counted in `more` */
struct faults {
	struct arena *arena; /* holds all texts */
	struct fault *list;
	size_t n, room, more;
};

/* Add one; `path`, `column` and `remedy` may be NULL. Texts are copied. */
void fault_add(struct faults *f, const char *path, size_t row, const char *column, const char *remedy, const char *fmt,
	       ...) PRINTF_LIKE(6, 7);
