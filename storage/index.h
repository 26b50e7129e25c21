/* SPDX-License-Identifier: Apache-2.0
 *
 * index.h - the fold: from records of the log to the tables of table.h. Disposable; never ahead of the durable log.
 *
 * One thread folds. A commit is bounded in records and dirty pages; it carries the position it has reached, so that
 * after a crash folding goes on from there.
 */
#pragma once
#include "storage/view.h"

struct index_limits {
	uint32_t records_max; /* of one commit: 16384 */
	uint32_t rows_max;    /* of one commit: about 8192 dirty pages; 200000 */
};
struct index_progress {
	uint64_t pos, rev; /* reached */
	bool more;         /* the log holds more */
};
enum err index_reached(struct store *s, struct index_progress *ret) MUST_CHECK;
/* Fold on, one commit. Nothing to do is ERR_OK with pos unchanged. */
enum err index_fold(struct store *s, const struct index_limits *l, struct index_progress *ret,
		    struct why *why) MUST_CHECK;

/* BLAKE2b-256 over all logical rows of all tables (not META, and postings as (unit, revision) pairs), in table and key
 * order. */
enum err index_digest(struct store *s, uint8_t ret[32], uint64_t *ret_rows) MUST_CHECK;

/* Revisions ≤ as_of that touch a unit, ascending, from `from` on, at most `max` into ret; returns how many. Reads the
 * index transaction of the view. */
enum err posting_read(struct view *v, uint32_t unit, uint64_t from, size_t max, uint64_t *ret,
		      size_t *ret_n) MUST_CHECK;
