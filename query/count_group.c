/* SPDX-License-Identifier: Apache-2.0
 *
 * count_group.c - which groups a unit or an arrangement stands in, and what they are called.
 */
#include <stdlib.h>
#include <string.h>
#include "query/count.h"
#include "query/define.h"
#include "query/observe.h"

#define SIZE_LIMITS_MAX 50u

void count_key_add(struct count *c, struct count_keys *k, uint32_t key)
{
	for (size_t i = 0; i < k->n; i++) {
		if (k->list[i] == key)
			return;
	}
	k->list = arena_grow(c->r->row, k->list, k->n, k->n + 1, sizeof *k->list, &k->room);
	k->list[k->n++] = key;
}

bool count_by_units(const struct count *c, const struct count_axis *x)
{
	bool of_units = c->q->counted == COUNTED_PARTICIPANTS || c->q->counted == COUNTED_UNITS;
	return x->by == COUNT_BY_UNIT || x->by == COUNT_BY_SIZE || (x->by == COUNT_BY_ATTR && of_units);
}

bool count_unit_keys(const struct count *c, const struct count_axis *x)
{
	(void)c;
	return x->by == COUNT_BY_UNIT || x->by == COUNT_BY_HOST;
}

/* ---- size ------------------------------------------------------------------------------------------- */

static int by_unit_day(const void *a, const void *b)
{
	const struct count_size *x = a, *y = b;
	int d = (x->unit > y->unit) - (x->unit < y->unit);
	return d ? d : (x->day > y->day) - (x->day < y->day);
}

/* Values are chosen among what was published by then. */
static const struct stated *of_published(struct count *c, struct cell *cell, struct arena *work)
{
	struct stated *some;
	size_t n = 0;
	if (!c->published)
		return cell->list;
	some = arena_alloc(work, cell->n * sizeof *some);
	for (size_t i = 0; i < cell->n; i++) {
		enum publication how = published_when(c->published, cell->list[i].obs.src, cell->list[i].rev);
		if (how == PUBLISHED)
			some[n++] = cell->list[i];
		else
			published_leave(c->published, how);
	}
	cell->n = n;
	return some;
}

static enum err read_sizes(struct count *c, const struct series *s)
{
	AUTO_CELLS struct cells cells = {0};
	AUTO_ARENA struct arena *work = arena_new(0);
	struct cell cell;
	enum err e = ERR_OK;
	cells_begin(&cells, c->r->v, s->id, 0, 0);
	while (e == ERR_OK && cells_next(&cells, &cell)) {
		struct choice choice;
		struct msg_value *v;
		struct when w;
		arena_reset(work);
		const struct stated *list = of_published(c, &cell, work);
		if (!cell.n)
			continue;
		e = choose_value(list, cell.n, work, &choice);
		if (e == ERR_OK)
			e = value_get(list[choice.chosen].obs.value, work, &v);
		if (e == ERR_OK)
			e = answer_work(c->r);
		if (e != ERR_OK || !v->exact || !ref_when(c->r->v, cell.ref, &w))
			continue;
		c->sizes = arena_grow(c->r->a, c->sizes, c->n_sizes, c->n_sizes + 1, sizeof *c->sizes, &c->sizes_room);
		c->sizes[c->n_sizes++] = (struct count_size){
		    cell.unit, when_reference_day(&w), {v->exact->digits, (uint8_t)v->exact->scale}};
	}
	if (c->n_sizes)
		qsort(c->sizes, c->n_sizes, sizeof *c->sizes, by_unit_day);
	return e;
}

static struct num limit(const struct count *c, size_t i)
{
	return (struct num){c->q->size_limits[i].digits, (uint8_t)c->q->size_limits[i].scale};
}

static const char *limit_text(struct count *c, size_t i)
{
	char text[NUM_TEXT_MAX];
	return arena_printf(c->r->a, "%s", num_format(limit(c, i), text));
}

static enum err ask_limits(struct count *c, struct text_list *classes)
{
	const struct msg_count_question *q = c->q;
	struct answer *r = c->r;
	if (!*q->size_indicator || !q->n_size_limits)
		return fail(&r->why, ERR_INVALID,
			    "groups by size want size_indicator, and size_limits such as 2000, 5000, 10000");
	if (q->n_size_limits > SIZE_LIMITS_MAX)
		return fail(&r->why, ERR_TOO_LARGE, "size_limits: at most %u", SIZE_LIMITS_MAX);
	for (size_t i = 0; i < q->n_size_limits; i++) {
		if (q->size_limits[i].scale > NUM_SCALE_MAX)
			return fail(&r->why, ERR_INVALID, "size_limits: a number has more than %d places",
				    NUM_SCALE_MAX);
		if (i && num_cmp(limit(c, i - 1), limit(c, i)) >= 0)
			return fail(&r->why, ERR_INVALID, "size_limits: %s is not above %s: they ascend",
				    limit_text(c, i), limit_text(c, i - 1));
	}
	text_list_number(classes, r->a, arena_printf(r->a, "under %s", limit_text(c, 0)));
	for (size_t i = 1; i < q->n_size_limits; i++)
		text_list_number(classes, r->a,
				 arena_printf(r->a, "%s to under %s", limit_text(c, i - 1), limit_text(c, i)));
	text_list_number(classes, r->a, arena_printf(r->a, "%s or more", limit_text(c, q->n_size_limits - 1)));
	return ERR_OK;
}

static enum err ask_size(struct count *c, struct count_axis *x)
{
	struct answer *r = c->r;
	const char *id = c->q->size_indicator;
	enum err e = ask_limits(c, &x->texts);
	if (e != ERR_OK)
		return e;
	if (!define_find(r->v, SPACE_INDICATOR, id, r->a, NULL))
		return fail(
		    &r->why, r->v->err ? r->v->err : ERR_NOT_FOUND,
		    "size_indicator: no indicator \"%.100s\" is defined: `varde catalogue indicators` lists them", id);
	struct series *list;
	size_t n = series_find(r->v, id, NULL, 0, r->a, &list), plain = n;
	for (size_t i = 0; i < n; i++) {
		if (!list[i].n_categories)
			plain = i;
	}
	if (n && plain == n)
		return fail(
		    &r->why, ERR_INVALID,
		    "size_indicator: \"%.100s\" has several figures of a unit: one without dimensions is wanted", id);
	return n ? read_sizes(c, &list[plain]) : ERR_OK;
}

/* The class that a unit's newest figure at the day is in; 0 = there is no figure. */
static uint32_t size_key(const struct count *c, uint32_t unit, int32_t day)
{
	size_t low = 0, high = c->n_sizes;
	struct count_size wanted = {.unit = unit, .day = day};
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (by_unit_day(&c->sizes[middle], &wanted) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low || c->sizes[low - 1].unit != unit)
		return 0;
	uint32_t i = 0;
	while (i < c->q->n_size_limits && num_cmp(c->sizes[low - 1].n, limit(c, i)) >= 0)
		i++;
	return i + 1;
}

/* ---- asking ----------------------------------------------------------------------------------------- */

static bool said_of_arrangements(const char *by)
{
	return strcmp(by, "task") == 0 || strcmp(by, "sector") == 0 || strcmp(by, "legal_form") == 0 ||
	       strcmp(by, "level") == 0;
}

static enum err ask_attr(struct count *c, struct count_axis *x, const char *name, enum count_by by)
{
	x->by = by;
	x->text = name;
	x->attr = view_term(c->r->v, SPACE_TERM, slice_text(name));
	if (!x->attr)
		return fail(&c->r->why, ERR_NOT_FOUND, "group_by: nothing on record has a %.100s", name);
	return ERR_OK;
}

static enum err ask_axis(struct count *c, struct count_axis *x)
{
	const char *by = x->text = x->asked;
	bool arrangements = c->q->counted == COUNTED_ARRANGEMENTS, participants = c->q->counted == COUNTED_PARTICIPANTS,
	     links = c->q->counted == COUNTED_LINKS, attr = strncmp(by, "attr:", 5) == 0 && by[5];
	enum err e = ERR_OK;
	if (!*by) {
		x->by = COUNT_BY_ALL;
	} else if (links && (attr || said_of_arrangements(by) || strcmp(by, "host") == 0 || strcmp(by, "size") == 0)) {
		return fail(&c->r->why, ERR_INVALID, "group_by: links stand in the units that they join, not in a %s",
			    by);
	} else if (strcmp(by, "host") == 0) {
		if (!c->of_arrangements)
			return fail(&c->r->why, ERR_INVALID, "group_by: a host is of arrangements, not of units");
		x->by = COUNT_BY_HOST;
		x->overlapping = participants;
	} else if (said_of_arrangements(by)) {
		e = ask_attr(c, x, by, c->of_arrangements ? COUNT_BY_SAID : COUNT_BY_ATTR);
		x->overlapping = participants || strcmp(by, "task") == 0;
	} else if (attr) {
		e = ask_attr(c, x, by + 5, COUNT_BY_ATTR);
		x->overlapping = true;
	} else if (strcmp(by, "size") == 0) {
		e = ask_size(c, x);
		x->by = COUNT_BY_SIZE;
		x->overlapping = arrangements;
	} else {
		e = scope_group_ask(x->scope, by);
		x->by = COUNT_BY_UNIT;
		x->overlapping = arrangements || links;
	}
	return e;
}

/* What shares are of: everything, or all of the row's group of one grouping. */
static enum err ask_share_of(struct count *c)
{
	const char *of = c->q->share_of;
	c->share_of = 0;
	while (*of && c->share_of < c->n_axes && strcmp(of, c->axes[c->share_of].asked) != 0)
		c->share_of++;
	if (!*of)
		c->share_of = c->n_axes;
	else if (c->n_axes == 1)
		return fail(
		    &c->r->why, ERR_INVALID,
		    "share_of is the group that two groupings have their shares of; of one grouping shares are of "
		    "everything counted");
	else if (c->share_of == c->n_axes)
		return fail(&c->r->why, ERR_INVALID,
			    "share_of is one of the two groupings, \"%.60s\" or \"%.60s\", not \"%.60s\"",
			    c->axes[0].asked, c->axes[1].asked, of);
	return ERR_OK;
}

enum err count_group_ask(struct count *c)
{
	const struct msg_count_question *q = c->q;
	struct answer *r = c->r;
	enum err e = ERR_OK;
	c->n_axes = *q->then_by ? 2 : 1;
	c->axes[0] = (struct count_axis){.asked = q->group_by, .scope = c->scope};
	c->axes[1] = (struct count_axis){.asked = q->then_by};
	if (*q->then_by && !*q->group_by)
		return fail(&r->why, ERR_INVALID, "then_by is the second grouping: name the first as group_by");
	if (*q->then_by && strcmp(q->group_by, q->then_by) == 0)
		return fail(&r->why, ERR_INVALID, "both groupings are \"%.100s\": name two", q->then_by);
	if (c->n_axes == 2) /* a scope knows one grouping */
		e = scope_ask(r, q->units, q->n_units, q->subtree, count_place(c, &c->days[c->n_days - 1]),
			      &c->axes[1].scope);
	for (size_t i = 0; i < c->n_axes && e == ERR_OK; i++)
		e = ask_axis(c, &c->axes[i]);
	return e == ERR_OK ? ask_share_of(c) : e;
}

/* ---- keys ------------------------------------------------------------------------------------------- */

static void keys_of_attrs(struct count *c, struct count_axis *x, const struct attr_at *list, size_t n,
			  struct count_keys *ret)
{
	const struct attr_at *found = attribute_named(list, n, x->attr);
	const char **values;
	size_t k = found ? attribute_values(c->r->v, found->attr.values, c->r->row, &values) : 0;
	for (size_t i = 0; i < k; i++)
		count_key_add(c, ret, text_list_number(&x->texts, c->r->a, values[i]));
	if (!k)
		count_key_add(c, ret, 0);
}

void count_keys_of_unit(struct count *c, struct count_axis *x, uint32_t unit, int32_t day, struct count_keys *ret)
{
	struct attr_at *attrs;
	size_t n;
	switch (x->by) {
	case COUNT_BY_ALL:
	case COUNT_BY_SAID:
	case COUNT_BY_HOST:
		count_key_add(c, ret, 0);
		return;
	case COUNT_BY_UNIT:
		count_key_add(c, ret, scope_group(x->scope, unit, day));
		return;
	case COUNT_BY_SIZE:
		count_key_add(c, ret, size_key(c, unit, day));
		return;
	case COUNT_BY_ATTR:
		n = attributes_at(c->r->v, unit, day, c->r->row, &attrs);
		keys_of_attrs(c, x, attrs, n, ret);
		return;
	}
}

void count_keys_of_said(struct count *c, struct count_axis *x, const struct arrangement *of, struct count_keys *ret)
{
	keys_of_attrs(c, x, of->attrs, of->n_attrs, ret);
}

/* ---- names ------------------------------------------------------------------------------------------ */

static int by_name(const void *a, const void *b)
{
	const struct count_group *x = a, *y = b;
	int d = strcmp(x->name, y->name);
	return d ? d : (x->key > y->key) - (x->key < y->key);
}

static int by_key(const void *a, const void *b)
{
	const struct count_group *x = a, *y = b;
	return (x->key > y->key) - (x->key < y->key);
}

static struct count_group group_of(struct count *c, const struct count_axis *x, uint32_t key)
{
	struct answer *r = c->r;
	int32_t day = count_place(c, &c->days[c->n_days - 1]);
	struct count_group g = {.key = key, .id = "", .name = ""};
	if (x->by == COUNT_BY_UNIT && !key)
		g.name = scope_group_name(x->scope, 0, day);
	else if (!key && x->by != COUNT_BY_ALL)
		g.name = arena_printf(r->a, "(no %s)", x->by == COUNT_BY_SIZE ? c->q->size_indicator : x->text);
	else if (key && count_unit_keys(c, x)) {
		g.id = unit_id(r->v, key, r->a);
		g.name = unit_name(r->v, key, day, r->a);
	} else if (key) {
		g.id = g.name = x->texts.list[key - 1];
	}
	return g;
}

struct groups {
	size_t n, room;
	struct count_group *list;
};

static void key_take(struct count *c, struct groups *g, uint32_t key)
{
	g->list = arena_grow(c->r->a, g->list, g->n, g->n + 1, sizeof *g->list, &g->room);
	g->list[g->n++].key = key;
}

static void keys_take(struct count *c, size_t axis, struct groups *g, const struct count_marks *m)
{
	for (size_t i = 0; i < m->n; i++) {
		if (m->list[i].key == COUNT_TOTAL || (i && m->list[i].key == m->list[i - 1].key))
			continue;
		uint32_t key = count_cell_of(c, m->list[i].key).keys[axis];
		if (key != COUNT_TOTAL)
			key_take(c, g, key);
	}
}

static void keys_once(struct groups *g)
{
	size_t kept = 0;
	if (g->n)
		qsort(g->list, g->n, sizeof *g->list, by_key);
	for (size_t i = 0; i < g->n; i++) {
		if (!i || g->list[i].key != g->list[kept - 1].key)
			g->list[kept++] = g->list[i];
	}
	g->n = kept;
}

static void list_axis(struct count *c, size_t axis)
{
	struct count_axis *x = &c->axes[axis];
	struct groups g = {0};
	if (x->by == COUNT_BY_ALL)
		key_take(c, &g, 0);
	for (size_t i = 0; i < c->n_days && x->by != COUNT_BY_ALL; i++) {
		keys_take(c, axis, &g, &c->days[i].things);
		keys_take(c, axis, &g, &c->days[i].all);
		keys_once(&g); /* each day: those of thousands add up */
	}
	for (uint32_t i = 0; i < x->texts.n && x->by == COUNT_BY_SIZE; i++)
		key_take(c, &g, i + 1);
	keys_once(&g);
	for (size_t i = 0; i < g.n; i++)
		g.list[i] = group_of(c, x, g.list[i].key);
	x->groups = g.list;
	x->n_groups = g.n;
	if (x->by != COUNT_BY_SIZE && g.n) /* classes ascend */
		qsort(g.list, g.n, sizeof *g.list, by_name);
}

void count_group_list(struct count *c)
{
	for (size_t i = 0; i < c->n_axes; i++)
		list_axis(c, i);
}
