/* SPDX-License-Identifier: Apache-2.0
 *
 * diff_link.c - links of two sides. A link is told at its `from`; who takes part in something, or hosts it, at what
 * that is. A link counts only while both its ends live, so that one which nobody ended may still be gone with an end.
 */
#include <stdlib.h>
#include <string.h>
#include "query/differing.h"

struct links {
	size_t n, room;
	struct unit_link *list;
};

static int by_key(const void *x, const void *y)
{
	const struct fact_link *a = &((const struct unit_link *)x)->link, *b = &((const struct unit_link *)y)->link;
	const uint32_t p[] = {a->type, a->a, a->b, a->role, a->part}, q[] = {b->type, b->a, b->b, b->role, b->part};
	for (size_t i = 0; i < sizeof p / sizeof *p; i++)
		if (p[i] != q[i])
			return p[i] < q[i] ? -1 : 1;
	return 0;
}

/* ---- what became of one ----------------------------------------------------------------------------- */

/* The link between two units at a day of a side; of several the one that is most certain. */
static bool link_at(const struct diff_step *s, int side, int32_t day, enum link_type type, uint32_t a, uint32_t b,
		    struct unit_link *ret)
{
	struct unit_link *list;
	bool found = false;
	diff_look(s->d, side);
	size_t n = unit_links_from(s->d->r->v, (uint8_t)type, a, day, s->d->work, &list);
	for (size_t i = 0; i < n; i++) {
		if (list[i].link.b != b || (found && ret->truth >= list[i].truth))
			continue;
		*ret = list[i];
		found = true;
	}
	return found;
}

/* Whatever was said of it as known on a side, also what was taken back; the newest. */
static bool link_ever(const struct diff_step *s, int side, enum link_type type, uint32_t a, uint32_t b,
		      bool *ret_stands, struct unit_link *ret)
{
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0};
	struct row row;
	struct fact f;
	bool found = false;
	*ret_stands = false;
	diff_look(s->d, side);
	key_link(&key, (uint8_t)type, a);
	walk_begin(&w, s->d->r->v, TABLE_LINK, buf_view(&key));
	while (walk_next(&w, &row) && row_fact(&row, &f) == ERR_OK) {
		if (f.link.b != b || (found && row.rev < ret->rev))
			continue;
		*ret_stands |= f.link.state == STATE_ASSERTED || f.link.state == STATE_CORRECTED;
		*ret = (struct unit_link){.link = f.link, .rev = row.rev};
		ret->link.locator = (struct slice){0};
		found = true;
	}
	return found;
}

/* The event that began or ended one of its ends. */
static uint32_t event_of_ends(const struct diff_step *s, uint32_t a, uint32_t b, bool gained)
{
	const uint32_t ends[] = {a, b};
	for (int i = 0; i < 2; i++) {
		struct unit_life before, after;
		bool was = unit_life_at(s->d->r->v, ends[i], s->day_a, &before);
		bool is = unit_life_at(s->d->r->v, ends[i], s->day_b, &after);
		if (gained && is && !was)
			return after.life.born_by;
		if (!gained && was && !is)
			return before.life.ended_by;
	}
	return 0;
}

static void in_the_world(const struct diff_step *s, enum link_type type, uint32_t a, uint32_t b, bool gained,
			 struct msg_diff_row *row)
{
	struct diff *d = s->d;
	struct unit_link l;
	uint32_t event = 0;
	if (link_at(s, gained ? s->b : s->a, gained ? s->day_b : s->day_a, type, a, b, &l)) {
		event = gained ? l.link.born_by : l.link.ended_by;
		if (!event && when_covers(&l.link.from, &l.link.to, gained ? s->day_a : s->day_b) != TRUTH_NO)
			event = event_of_ends(s, a, b, gained);
		row->revision = l.rev;
		row->source = diff_text(d, SPACE_SOURCE, l.link.src);
		*(gained ? &row->after_at : &row->before_at) = diff_date(d, &l.link.from);
		if (l.truth == TRUTH_POSSIBLE)
			diff_uncertain(d, row, &l.link.from, &l.link.to);
	}
	row->event = diff_text(d, SPACE_EVENT, event);
	row->what = event ? DIFFERENCE_REORGANISED : gained ? DIFFERENCE_NEW : DIFFERENCE_ENDED;
}

void diff_link_fate(const struct diff_step *s, enum link_type type, uint32_t a, uint32_t b, bool gained,
		    struct msg_diff_row *row)
{
	struct diff *d = s->d;
	struct unit_link then, now;
	bool stood, stands;
	if (!s->learned) {
		in_the_world(s, type, a, b, gained, row);
		return;
	}
	bool was = link_ever(s, s->a, type, a, b, &stood, &then), is = link_ever(s, s->b, type, a, b, &stands, &now);
	if (gained)
		row->what = was && stood ? DIFFERENCE_CORRECTED : DIFFERENCE_FOUND_LATE;
	else
		row->what = is && stands ? DIFFERENCE_CORRECTED : DIFFERENCE_RETRACTED;
	if (!is)
		return;
	row->revision = now.rev;
	row->source = diff_text(d, SPACE_SOURCE, now.link.src);
	row->event = diff_text(d, SPACE_EVENT, gained ? now.link.born_by : now.link.ended_by);
	if (row->what == DIFFERENCE_CORRECTED && !gained)
		diff_note(d, row, arena_printf(d->r->a, "it holds %s", diff_span(d, &now.link.from, &now.link.to)));
}

/* ---- units that are one ----------------------------------------------------------------------------- */

struct ones {
	size_t n, room;
	uint32_t *list;
};

/* Those said to be one with it. It is kept once, without dates, from the lower number: told at that, or at the other
 * where only that is asked about. */
static struct ones said_one(const struct diff_step *s, int side, uint32_t unit, bool in)
{
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0};
	struct fact f;
	struct ones x = {0};
	diff_look(s->d, side);
	key_link(&key, LINK_TYPE_SAME_AS, unit);
	walk_begin(&w, s->d->r->v, in ? TABLE_LINK_TO : TABLE_LINK, buf_view(&key));
	while (walk_fact(&w, &f, NULL)) {
		uint32_t other = in ? f.link.a : f.link.b;
		if (!state_stands(f.link.state) || (x.n && x.list[x.n - 1] == other) || (in && diff_has(s->d, other)))
			continue;
		x.list = arena_grow(s->d->work, x.list, x.n, x.n + 1, sizeof *x.list, &x.room);
		x.list[x.n++] = other;
	}
	return x;
}

static bool among(const struct ones *x, uint32_t unit)
{
	for (size_t i = 0; i < x->n; i++)
		if (x->list[i] == unit)
			return true;
	return false;
}

/* It is true whenever they lived, so that only what is known of it may differ. */
static enum err same_as(const struct diff_step *s, uint32_t unit, bool in)
{
	struct diff *d = s->d;
	struct ones side[] = {said_one(s, s->a, unit, in), said_one(s, s->b, unit, in)};
	for (int gained = 0; gained < 2; gained++) {
		for (size_t i = 0; i < side[gained].n; i++) {
			uint32_t other = side[gained].list[i];
			if (among(&side[!gained], other))
				continue;
			struct msg_diff_row *row = diff_row(d, DIFFERENCE_FOUND_LATE, SUBJECT_LINK, unit);
			if (!row)
				return ERR_TOO_LARGE;
			row->field = msg_code_name(&msg_enum_link_type, LINK_TYPE_SAME_AS);
			diff_others(d, row, &other, 1);
			diff_link_fate(s, LINK_TYPE_SAME_AS, in ? other : unit, in ? unit : other, gained, row);
			*(gained ? &row->after_text : &row->before_text) =
			    diff_name(d, other, gained ? s->day_b : s->day_a);
		}
	}
	return ERR_OK;
}

/* ---- the section ------------------------------------------------------------------------------------ */

static void read_side(const struct diff_step *s, uint32_t unit, int side, int32_t day, struct links *ret)
{
	struct diff *d = s->d;
	diff_look(d, side);
	for (unsigned type = LINK_TYPE_PART_OF; type <= LINK_TYPE_RESPONSIBLE_FOR; type++) {
		if (d->arrangements && (type == LINK_TYPE_PARTICIPATES_IN || type == LINK_TYPE_HOSTS))
			continue; /* told there */
		for (int in = 0; in < (d->everywhere ? 1 : 2); in++) {
			struct unit_link *list;
			size_t n =
			    (in ? unit_links_to : unit_links_from)(d->r->v, (uint8_t)type, unit, day, d->work, &list);
			for (size_t i = 0; i < n; i++) {
				if (in && diff_has(d, list[i].link.a))
					continue;
				ret->list =
				    arena_grow(d->work, ret->list, ret->n, ret->n + 1, sizeof *ret->list, &ret->room);
				ret->list[ret->n++] = list[i];
			}
		}
	}
	size_t kept = 0; /* several sources may say it */
	if (ret->n)
		qsort(ret->list, ret->n, sizeof *ret->list, by_key);
	for (size_t i = 0; i < ret->n; i++) {
		if (kept && by_key(&ret->list[kept - 1], &ret->list[i]) == 0) {
			if (ret->list[i].truth > ret->list[kept - 1].truth)
				ret->list[kept - 1] = ret->list[i];
		} else {
			ret->list[kept++] = ret->list[i];
		}
	}
	ret->n = kept;
}

static enum err put_link(const struct diff_step *s, const struct unit_link *l, bool gained, bool perhaps)
{
	struct diff *d = s->d;
	bool at_the_end = l->link.type == LINK_TYPE_PARTICIPATES_IN || l->link.type == LINK_TYPE_HOSTS;
	uint32_t unit = at_the_end ? l->link.b : l->link.a, other = at_the_end ? l->link.a : l->link.b;
	struct msg_diff_row *row = diff_row(d, DIFFERENCE_CHANGED, SUBJECT_LINK, unit);
	if (!row)
		return ERR_TOO_LARGE;
	const char *name = diff_name(d, other, gained ? s->day_b : s->day_a);
	const char *role = diff_text(d, SPACE_TERM, l->link.role), *part = diff_text(d, SPACE_TERM, l->link.part);
	if (*role || *part)
		name = arena_printf(d->r->a, "%s (%s%s%s)", name, role, *role && *part ? ", " : "", part);
	row->field = msg_code_name(&msg_enum_link_type, (int)l->link.type);
	diff_others(d, row, &other, 1);
	diff_link_fate(s, (enum link_type)l->link.type, l->link.a, l->link.b, gained, row);
	*(gained ? &row->after_text : &row->before_text) = name;
	if (perhaps && !row->n_notes)
		diff_uncertain(d, row, &l->link.from, &l->link.to);
	return ERR_OK;
}

static enum err one_unit(const struct diff_step *s, uint32_t unit)
{
	struct links a = {0}, b = {0};
	read_side(s, unit, s->a, s->day_a, &a);
	read_side(s, unit, s->b, s->day_b, &b);
	size_t i = 0, k = 0;
	enum err e = ERR_OK;
	while (e == ERR_OK && (i < a.n || k < b.n)) {
		int c = i >= a.n ? 1 : k >= b.n ? -1 : by_key(&a.list[i], &b.list[k]);
		if (c < 0) {
			e = put_link(s, &a.list[i++], false, false);
		} else if (c > 0) {
			e = put_link(s, &b.list[k++], true, false);
		} else {
			/* Surely there on one side, perhaps on the other. */
			if (!s->learned && a.list[i].truth != b.list[k].truth)
				e = put_link(s, a.list[i].truth == TRUTH_CERTAIN ? &a.list[i] : &b.list[k],
					     b.list[k].truth == TRUTH_CERTAIN, true);
			i++;
			k++;
		}
	}
	if (e == ERR_OK && s->learned)
		e = same_as(s, unit, false);
	if (e == ERR_OK && s->learned && !s->d->everywhere)
		e = same_as(s, unit, true);
	arena_reset(s->d->work);
	return e == ERR_OK ? answer_work(s->d->r) : e;
}

enum err diff_links(const struct diff_step *s)
{
	struct diff *d = s->d;
	enum err e = ERR_OK;
	size_t n = d->everywhere ? d->n_units : d->n_list;
	for (size_t i = 0; i < n && e == ERR_OK; i++)
		e = one_unit(s, d->everywhere ? (uint32_t)i + 1 : d->list[i]);
	return e;
}
