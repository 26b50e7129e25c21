/* SPDX-License-Identifier: Apache-2.0
 *
 * periods.h - which periods there are figures of.
 */
#pragma once
#include "query/answer.h"
#include "query/observe.h"

/* Of all these series, in the order of time; texts in r->row. One step of the index for each series and reference. */
enum err periods_find(struct answer *r, const struct series *series, size_t n, const char ***ret,
		      size_t *ret_n) MUST_CHECK;
/* The last of them for a sentence: "…, 2012, 2014"; "none". */
const char *periods_told(struct answer *r, const char *const *list, size_t n);
