/* SPDX-License-Identifier: Apache-2.0
 *
 * obs_scan.h - observations of a series by the million: what a walk over TABLE_OBS and row_fact() give, straight from
 * the bytes.
 *
 * Of each key the newest row at or before view.as_of, in key order, where that stands. A row costs one step of the cursor
 * and no memory; a test holds the two ways against each other. Whoever reads on and on takes several rows a call: what a
 * call costs is shared.
 * Lending  slices point into the map: dead after view_renew() or view_close().
 * Errors   what is broken, or cannot be read, sticks in view.err and ends the scan.
 * Limits   not with an overlay.
 */
#pragma once
#include "storage/view.h"

struct stated { /* a row: what was said, and the revision that said it */
	struct fact_obs obs;
	uint64_t rev;
};
struct obs_scan {
	struct view *view;
	/* private */
	void *cursor;
	uint8_t prefix[12], from[12];
	unsigned prefix_len;
	bool begun;          /* else it goes on at `from` */
	const uint8_t *last; /* key given last, in the map */
	uintptr_t page;      /* fetch_ahead()'s */
};
/* All of a series, from a reference's or unit's rows on: ref 0 = all references, unit 0 = all units of it. */
void obs_scan_begin(struct obs_scan *s, struct view *v, uint32_t series, uint32_t ref, uint32_t unit);
/* The next rows, at most `max`. Returns how many; fewer only at the end. */
size_t obs_scan_read(struct obs_scan *s, struct stated *list, size_t max);
void obs_scan_seek(struct obs_scan *s, uint32_t ref, uint32_t unit); /* go on at the first key ≥ (ref, unit) */
void obs_scan_end(struct obs_scan *s);                               /* {0} allowed */
