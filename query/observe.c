/* SPDX-License-Identifier: Apache-2.0
 *
 * observe.c - observations by skip-scan.
 *
 * Keys lead with series and reference, so one reference of a series is one stretch of rows, in the order of units.
 * Whoever wants few of the units jumps from one to the next; who wants most of them steps. cells_wanted() does either,
 * whichever is nearer, so that callers need not know.
 */
#include "query/category.h"
#include <stdlib.h>
#include <string.h>

#define STEPS_BEFORE_SEEK 8u /* a seek costs about as much as so many steps */

/* ---- series ----------------------------------------------------------------------------------------- */

struct found {
	struct arena *a;
	size_t n, room;
	struct series *list;
};

static void found_add(struct found *f, uint32_t id, struct slice text, const struct msg_category *c, size_t n)
{
	struct series s = {.id = id};
	if (!id || !text.len || !series_parts(f->a, text, &s.indicator, &s.categories, &s.n_categories) ||
	    !categories_hold(s.categories, s.n_categories, c, n))
		return;
	f->list = arena_grow(f->a, f->list, f->n, f->n + 1, sizeof *f->list, &f->room);
	f->list[f->n++] = s;
}

static void with_prefix(struct view *v, const char *prefix, const struct msg_category *c, size_t n, struct found *f)
{
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0};
	struct row row;
	struct fact fact;
	key_term(&key, SPACE_SERIES, slice_text(prefix));
	walk_begin(&w, v, TABLE_TERM, buf_view(&key));
	while (walk_next(&w, &row)) {
		enum err e = row_fact(&row, &fact);
		if (e != ERR_OK) {
			v->err = v->err ? v->err : e;
			return;
		}
		found_add(f, fact.term.id, fact.term.text, c, n);
	}
}

size_t series_find(struct view *v, const char *indicator, const struct msg_category *c, size_t n, struct arena *a,
		   struct series **ret)
{
	struct found f = {.a = a};
	if (*indicator) {
		struct slice exact = slice_text(series_text(a, indicator, c, n));
		found_add(&f, view_term(v, SPACE_SERIES, exact), exact, c, n);
		if (!f.n || !n)
			with_prefix(v, arena_printf(a, "%s|", indicator), c, n, &f);
	} else {
		uint32_t last = view_terms(v, SPACE_SERIES);
		for (uint32_t id = 1; id && id <= last; id++)
			found_add(&f, id, view_text(v, SPACE_SERIES, id), c, n);
	}
	*ret = f.list;
	return f.n;
}

/* ---- cells ------------------------------------------------------------------------------------------ */

void cells_begin(struct cells *c, struct view *v, uint32_t series, uint32_t ref, uint32_t unit)
{
	c->n = c->at = 0;
	c->want = 1;
	obs_scan_begin(&c->scan, v, series, ref, ref ? unit : 0);
}

/* Behind what waits, of which there is at most one: the more, the longer nobody jumps. */
static bool read_more(struct cells *c)
{
	unsigned kept = c->n - c->at;
	if (kept)
		c->ahead[0] = c->ahead[c->at];
	c->want = c->want < CELLS_AHEAD ? 2 * c->want : CELLS_AHEAD;
	c->n = kept + (unsigned)obs_scan_read(&c->scan, c->ahead + kept, c->want - kept);
	c->at = 0;
	return c->n > kept;
}

static bool same_cell(const struct cells *c, uint32_t ref, uint32_t unit)
{
	const struct fact_obs *next = &c->ahead[c->at].obs;
	return c->at < c->n && next->unit == unit && next->ref == ref;
}

bool cells_next(struct cells *c, struct cell *ret)
{
	if (c->n - c->at < 2 && !read_more(c) && !c->n)
		return false;
	const struct stated *one = &c->ahead[c->at++];
	uint32_t ref = one->obs.ref, unit = one->obs.unit;
	*ret = (struct cell){ref, unit, 1, one};
	if (!same_cell(c, ref, unit))
		return true;
	buf_clear(&c->list);
	buf_put(&c->list, one, sizeof *one);
	for (; same_cell(c, ref, unit); c->at++) {
		buf_put(&c->list, &c->ahead[c->at], sizeof *one);
		if (c->n - c->at < 2)
			read_more(c);
	}
	ret->n = c->list.len / sizeof *one;
	ret->list = (const void *)c->list.data;
	return true;
}

size_t cells_ahead(struct cells *c, const struct stated **ret)
{
	if (c->n - c->at < 2)
		read_more(c);
	*ret = &c->ahead[c->at];
	return c->n - c->at;
}

void cells_pass(struct cells *c, size_t n)
{
	c->at += (unsigned)n;
}

void cells_seek(struct cells *c, uint32_t ref, uint32_t unit)
{
	for (; c->at < c->n; c->at++) {
		const struct fact_obs *next = &c->ahead[c->at].obs;
		if (next->ref > ref || (next->ref == ref && next->unit >= unit))
			return;
	}
	c->want = 1;
	obs_scan_seek(&c->scan, ref, unit);
}

void cells_end(struct cells *c)
{
	obs_scan_end(&c->scan);
	buf_free(&c->list);
}

bool cells_wanted(struct cells *c, const struct cell *cell, struct unit_list *l)
{
	if (l->at >= l->n || l->units[l->at] > cell->unit)
		l->at = 0; /* another reference: from the start */
	for (size_t jump = 1; l->at + jump < l->n && l->units[l->at + jump] <= cell->unit; jump *= 2)
		l->at += jump;
	while (l->at < l->n && l->units[l->at] < cell->unit)
		l->at++;
	if (l->at < l->n && l->units[l->at] == cell->unit)
		return true;
	if (l->at == l->n)
		cells_seek(c, cell->ref + 1, 0);
	else if (l->units[l->at] - cell->unit > STEPS_BEFORE_SEEK)
		cells_seek(c, cell->ref, l->units[l->at]);
	return false;
}

/* ---- the choice ------------------------------------------------------------------------------------- */

static unsigned rank(const struct stated *s)
{
	return s->obs.status == OBSERVATION_STATUS_MAIN ? 0 : s->obs.status == OBSERVATION_STATUS_CONFLICT ? 2 : 1;
}

/* class[i] = the first statement that says the same as i. Returns how many different values there are. */
static enum err classify(const struct stated *list, size_t n, struct arena *a, size_t *class, uint32_t *ret)
{
	struct msg_value **values = arena_alloc(a, n * sizeof *values);
	*ret = 0;
	for (size_t i = 0; i < n; i++) {
		enum err e = value_get(list[i].obs.value, a, &values[i]);
		if (e != ERR_OK)
			return e;
		class[i] = 0;
		while (class[i] < i && !value_equal(values[class[i]], values[i]))
			class[i]++;
		*ret += class[i] == i;
	}
	return ERR_OK;
}

/* How many sources say this value, whatever status they give it. */
static size_t sources_of(const struct stated *list, size_t n, const size_t *class, size_t wanted)
{
	size_t sources = 0;
	for (size_t i = 0; i < n; i++) {
		bool first = class[i] == wanted;
		for (size_t k = 0; k < i && first; k++)
			first = class[k] != wanted || list[k].obs.src != list[i].obs.src;
		sources += first;
	}
	return sources;
}

enum err choose_value(const struct stated *list, size_t n, struct arena *a, struct choice *ret)
{
	*ret = (struct choice){.values = 1, .rule = CHOICE_ONLY};
	if (n == 1)
		return ERR_OK;
	size_t *class = arena_alloc(a, n * sizeof *class), most = 0, best = n;
	enum err e = classify(list, n, a, class, &ret->values);
	if (e != ERR_OK)
		return e;
	unsigned lowest = rank(&list[0]);
	for (size_t i = 1; i < n; i++)
		lowest = rank(&list[i]) < lowest ? rank(&list[i]) : lowest;
	bool other_value = false, as_many = false;
	for (size_t i = 0; i < n; i++) {
		if (rank(&list[i]) != lowest)
			continue;
		size_t sources = sources_of(list, n, class, class[i]);
		bool other = best < n && class[i] != class[best];
		other_value |= other;
		as_many = other && sources == most ? true : sources > most ? false : as_many;
		if (best == n || sources > most || (sources == most && list[i].rev < list[best].rev))
			best = i;
		most = sources > most ? sources : most;
	}
	ret->chosen = best;
	if (ret->values > 1)
		ret->rule = !other_value ? CHOICE_STATUS : as_many ? CHOICE_FIRST : CHOICE_SOURCES;
	return ERR_OK;
}

const char *choice_name(enum choice_rule r)
{
	switch (r) {
	case CHOICE_ONLY:
		return "ONLY";
	case CHOICE_STATUS:
		return "STATUS";
	case CHOICE_SOURCES:
		return "SOURCES";
	case CHOICE_FIRST:
		return "FIRST";
	}
	return "";
}

static struct slice kept(struct arena *a, struct slice s)
{
	uint8_t *copy = arena_alloc(a, s.len + 1);
	if (s.len)
		memcpy(copy, s.data, s.len);
	return (struct slice){copy, s.len};
}

bool stated_before(struct view *v, const struct stated *s, struct arena *a, struct stated *ret)
{
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0};
	struct row row;
	struct fact f, last = {0};
	bool ended = false;
	if (s->obs.state != STATE_CORRECTED)
		return false;
	key_obs(&key, s->obs.series, s->obs.ref, s->obs.unit);
	walk_begin(&w, v, TABLE_OBS, buf_view(&key));
	w.all_revisions = true;
	while (walk_next(&w, &row)) { /* of each source and place, newest first */
		enum err e = row_fact(&row, &f);
		if (e != ERR_OK) {
			v->err = v->err ? v->err : e;
			return false;
		}
		bool own = f.obs.src == s->obs.src && f.obs.seq == s->obs.seq;
		if (ended && f.obs.src == last.obs.src && f.obs.seq == last.obs.seq && state_stands(f.obs.state)) {
			*ret = (struct stated){f.obs, row.rev};
			ret->obs.value = kept(a, f.obs.value);
			ret->obs.locator = kept(a, f.obs.locator);
			return true;
		}
		/* What it put right: its own statement, or that of another source, which it ended. */
		ended = row.rev == s->rev && (own || f.obs.state == STATE_RETRACTED);
		last = f;
	}
	return false;
}

uint64_t stated_under(struct view *v, const struct stated *s)
{
	AUTO_ARENA struct arena *work = s->obs.state == STATE_CORRECTED ? arena_new(0) : NULL;
	struct stated at = *s, before;
	while (stated_before(v, &at, work, &before))
		at = before;
	return at.rev;
}

bool ref_when(struct view *v, uint32_t ref, struct when *ret)
{
	char text[WHEN_TEXT_MAX];
	struct slice s = view_text(v, SPACE_REF, ref);
	bool fits = s.len && s.len < sizeof text;
	if (fits) {
		memcpy(text, s.data, s.len);
		text[s.len] = '\0';
	}
	if (fits && when_parse(text, ret, NULL) == ERR_OK)
		return true;
	v->err = v->err ? v->err : ERR_CORRUPT;
	return false;
}
