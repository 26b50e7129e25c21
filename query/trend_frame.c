/* SPDX-License-Identifier: Apache-2.0
 *
 * trend_frame.c - the frame of a row that is of no round: each of its units has the figures of its own newest one.
 *
 * Where all those rounds have a frame, of units of one kind, in areas that have nothing in common, N is all of them
 * together; of one round it is that round's. Else the row says which frames are known, and what keeps the others.
 */
#include <stdlib.h>
#include <string.h>
#include "query/number_map.h"
#include "query/trend_measuring.h"

#define ROUNDS_TOLD  5u
#define ROUNDS_ADDED 200u /* of more nobody looks whether their areas have something in common */

struct framed {
	size_t n, room;
	uint32_t *rounds;   /* each once */
	uint32_t outside;   /* figures of no round */
	uint32_t n_unknown; /* rounds that have no frame */
};

bool trend_newest_rounds(const struct trend *t, const struct trend_row *row)
{
	return t->q->latest_rounds && !row->round;
}

static const struct msg_round *def_of(struct trend *t, uint32_t round)
{
	(void)trend_round_wanted(t, round);
	return t->rounds[round].def;
}

static void see(struct trend *t, struct framed *f, struct number_map *seen, uint32_t round)
{
	struct arena *a = t->r->row;
	if (!round) {
		f->outside++;
		return;
	}
	uint32_t *number = number_map_at(seen, a, round);
	if (*number)
		return;
	*number = 1;
	const struct msg_round *def = def_of(t, round);
	f->n_unknown += !def || !def->frame;
	f->rounds = arena_grow(a, f->rounds, f->n, f->n + 1, sizeof *f->rounds, &f->room);
	f->rounds[f->n++] = round;
}

static int by_reference(const void *a, const void *b, void *arg)
{
	struct trend *t = arg;
	const uint32_t *x = a, *y = b;
	const struct msg_round *p = def_of(t, *x), *q = def_of(t, *y);
	struct when v = {0}, w = {0};
	bool known =
	    p && q && when_parse(p->reference, &v, NULL) == ERR_OK && when_parse(q->reference, &w, NULL) == ERR_OK;
	int d = known ? when_cmp(&v, &w) : 0;
	return d ? d : (*x > *y) - (*x < *y);
}

static struct framed rounds_of(struct trend *t, const struct trend_row *row)
{
	struct framed f = {0};
	struct number_map seen = {0};
	for (uint32_t i = 0; i < row->n_kept; i++) {
		const struct trend_more *more = trend_more(t, &row->kept[i]);
		for (size_t k = 0; more && k < more->n_parts; k++)
			see(t, &f, &seen, more->parts[k].round);
		if (!more)
			see(t, &f, &seen, row->round);
	}
	if (f.n)
		qsort_r(f.rounds, f.n, sizeof *f.rounds, by_reference, t);
	return f;
}

static uint32_t area_of(struct trend *t, const struct msg_round *def)
{
	const char *id = def->area && def->area->id ? def->area->id->id : "";
	return *id ? view_term(t->r->v, SPACE_UNIT, slice_text(id)) : 0;
}

/* Do two rounds ask the same units, or perhaps? */
static bool overlap(struct trend *t, const struct msg_round *x, const struct msg_round *y)
{
	struct view *v = t->r->v;
	uint32_t a = area_of(t, x), b = area_of(t, y);
	const struct msg_round *both[2] = {x, y};
	if (!a || !b || a == b || strcmp(x->unit_kind, y->unit_kind) != 0)
		return true;
	for (size_t i = 0; i < 2; i++) {
		struct when when;
		int32_t day =
		    when_parse(both[i]->reference, &when, NULL) == ERR_OK ? when_reference_day(&when) : WHEN_DAY_MAX;
		if (day == WHEN_DAY_MAX || unit_inside(v, a, b, day) || unit_inside(v, b, a, day))
			return true;
	}
	return false;
}

static bool apart(struct trend *t, const struct framed *f)
{
	if (f->n > ROUNDS_ADDED)
		return false;
	for (size_t i = 0; i < f->n; i++)
		for (size_t k = i + 1; k < f->n; k++)
			if (overlap(t, def_of(t, f->rounds[i]), def_of(t, f->rounds[k])))
				return false;
	return true;
}

/* N, where it is known. */
static bool together(struct trend *t, const struct framed *f, uint32_t *ret)
{
	uint64_t n = 0;
	if (!f->n || f->outside || f->n_unknown || !apart(t, f))
		return false;
	for (size_t i = 0; i < f->n; i++)
		n += def_of(t, f->rounds[i])->frame->population;
	*ret = (uint32_t)n;
	return n <= UINT32_MAX;
}

bool trend_newest_frame(struct trend *t, const struct trend_row *row, uint32_t *ret)
{
	struct framed f = rounds_of(t, row);
	return together(t, &f, ret);
}

bool trend_newest_frame_known(struct trend *t, const struct trend_row *row)
{
	for (uint32_t i = 0; i < row->n_kept; i++) {
		const struct trend_more *more = trend_more(t, &row->kept[i]);
		for (size_t k = 0; more && k < more->n_parts; k++) {
			const struct msg_round *def = def_of(t, more->parts[k].round);
			if (def && def->frame)
				return true;
		}
	}
	return false;
}

/* "44 municipalities of nordland-2014, 41 municipalities of nordland-2020, and 3 rounds more" */
static const char *frames_text(struct trend *t, const struct framed *f, bool known)
{
	struct arena *a = t->r->row;
	const char *text = "";
	size_t told = 0;
	for (size_t i = 0; i < f->n; i++) {
		const struct msg_round *def = def_of(t, f->rounds[i]);
		const char *id = answer_text(t->r, SPACE_ROUND, f->rounds[i]);
		if ((def && def->frame) != known || told++ >= ROUNDS_TOLD)
			continue;
		text = known ? arena_printf(a, "%s%s%u %s of %s", text, *text ? ", " : "", def->frame->population,
					    trend_plural(a, def->unit_kind), id)
			     : arena_printf(a, "%s%s%s", text, *text ? ", " : "", id);
	}
	return told > ROUNDS_TOLD ? arena_printf(a, "%s and %zu rounds more", text, told - ROUNDS_TOLD) : text;
}

void trend_newest_frame_notes(struct trend *t, const struct trend_row *row, struct msg_trend_row *m)
{
	struct arena *a = t->r->row;
	struct framed f = rounds_of(t, row);
	uint32_t n;
	bool whole = together(t, &f, &n);
	if (f.n > f.n_unknown && (f.n > 1 || f.outside))
		trend_note(t, m,
			   arena_printf(a, "frames of the newest rounds: %s%s", frames_text(t, &f, true),
					whole                      ? ""
					: f.n_unknown || f.outside ? ""
					: f.n > ROUNDS_ADDED ? "; too many to tell whether they ask the same units"
							     : "; they may ask the same units, so N is not their sum"));
	if (t->no_frames)
		return; /* said once */
	if (f.n_unknown)
		trend_note(t, m, arena_printf(a, "frame unknown: none is defined for %s", frames_text(t, &f, false)));
	if (f.outside)
		trend_note(t, m,
			   arena_printf(a, "frame unknown: %u of the figures %s of no round", f.outside,
					f.outside == 1 ? "is" : "are"));
}
