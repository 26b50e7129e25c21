/* SPDX-License-Identifier: Apache-2.0
 *
 * count_cell.c - two groupings at once: one key for a group of each.
 *
 * Of one grouping a key is its group's. Of two it is the number of their cell, given out as cells are met; the whole of
 * a group is a cell too, whose other key is COUNT_TOTAL. A unit stands in the cells of its own groups: an arrangement
 * with a small participant in the north and a large one in the south is no large one of the north.
 */
#include "query/count.h"

bool count_any_by_units(const struct count *c)
{
	bool any = false;
	for (size_t i = 0; i < c->n_axes; i++)
		any |= count_by_units(c, &c->axes[i]);
	return any;
}

/* ---- keys ------------------------------------------------------------------------------------------- */

static uint64_t pair_of(const struct count_cell *x)
{
	return (uint64_t)x->keys[0] << 32 | x->keys[1];
}

uint32_t count_cell(struct count *c, const struct count_cell *x)
{
	if (c->n_axes == 1)
		return x->keys[0];
	if (x->keys[0] == COUNT_TOTAL && x->keys[1] == COUNT_TOTAL)
		return COUNT_TOTAL;
	uint32_t *number = number_map_at(&c->numbers, c->r->a, pair_of(x));
	if (!*number) {
		c->cells = arena_grow(c->r->a, c->cells, c->n_cells, c->n_cells + 1, sizeof *c->cells, &c->cells_room);
		c->cells[c->n_cells++] = *x;
		*number = (uint32_t)c->n_cells;
	}
	return *number;
}

uint32_t count_cell_met(const struct count *c, const struct count_cell *x)
{
	return c->n_axes == 1 ? x->keys[0] : number_map_get(&c->numbers, pair_of(x));
}

struct count_cell count_cell_of(const struct count *c, uint32_t key)
{
	struct count_cell all = {{key, COUNT_TOTAL}};
	return c->n_axes == 1 || key == COUNT_TOTAL ? all : c->cells[key - 1];
}

uint32_t count_cell_of_units(struct count *c, uint32_t key)
{
	struct count_cell x = count_cell_of(c, key);
	for (size_t i = 0; i < c->n_axes; i++)
		if (!count_by_units(c, &c->axes[i]))
			x.keys[i] = COUNT_TOTAL;
	return count_cell(c, &x);
}

/* ---- places ----------------------------------------------------------------------------------------- */

static void place(struct count *c, struct count_places *p, uint32_t key, bool certain)
{
	p->list = arena_grow(c->r->row, p->list, p->n, p->n + 1, sizeof *p->list, &p->room);
	p->list[p->n++] = (struct count_place){key, certain};
}

/* The host, or any of those that it was divided among. */
static bool keys_of_host(struct count *c, const struct arrangement *x, struct count_keys *ret)
{
	for (size_t i = 0; i < x->n_possible_hosts; i++)
		count_key_add(c, ret, x->possible_hosts[i]);
	if (!x->n_possible_hosts)
		count_key_add(c, ret, x->host);
	return !x->n_possible_hosts;
}

/* The groups of one axis; false: they are only possible. */
static bool keys_of(struct count *c, struct count_axis *x, const struct count_day *d, const struct count_of *of,
		    struct count_keys *ret)
{
	*ret = (struct count_keys){0};
	if (x->by == COUNT_BY_ALL)
		count_key_add(c, ret, 0);
	else if (count_by_units(c, x) && of->unit)
		count_keys_of_unit(c, x, of->unit, count_place(c, d), ret);
	else if (count_by_units(c, x))
		count_key_add(c, ret, 0);
	else if (!of->in)
		count_key_add(c, ret, COUNT_TOTAL);
	else if (x->by == COUNT_BY_HOST)
		return keys_of_host(c, of->in, ret);
	else
		count_keys_of_said(c, x, of->in, ret);
	return true;
}

/* The cells of all keys with each other, and each group as a whole. */
static void cross(struct count *c, const struct count_keys *keys, const bool *certain, struct count_places *ret)
{
	bool sure = certain[0] && certain[1];
	for (size_t i = 0; i < keys[0].n; i++) {
		for (size_t k = 0; k < keys[1].n; k++) {
			struct count_cell x = {{keys[0].list[i], keys[1].list[k]}};
			if (x.keys[0] != COUNT_TOTAL && x.keys[1] != COUNT_TOTAL)
				place(c, ret, count_cell(c, &x), sure);
		}
	}
	for (size_t a = 0; a < COUNT_GROUPINGS_MAX; a++) {
		for (size_t i = 0; i < keys[a].n; i++) {
			struct count_cell x = {{COUNT_TOTAL, COUNT_TOTAL}};
			x.keys[a] = keys[a].list[i];
			if (x.keys[a] != COUNT_TOTAL)
				place(c, ret, count_cell(c, &x), certain[a]);
		}
	}
}

void count_places(struct count *c, const struct count_day *d, const struct count_of *of, struct count_places *ret)
{
	struct count_keys keys[COUNT_GROUPINGS_MAX];
	bool certain[COUNT_GROUPINGS_MAX];
	for (size_t i = 0; i < c->n_axes; i++)
		certain[i] = keys_of(c, &c->axes[i], d, of, &keys[i]);
	if (c->n_axes > 1) {
		cross(c, keys, certain, ret);
		return;
	}
	for (size_t i = 0; i < keys[0].n; i++)
		if (keys[0].list[i] != COUNT_TOTAL)
			place(c, ret, keys[0].list[i], certain[0]);
}

/* ---- links ------------------------------------------------------------------------------------------ */

/* Says y all that x says, and more? */
static bool says_more(const struct count *c, const struct count_cell *y, const struct count_cell *x)
{
	bool more = false;
	for (size_t a = 0; a < c->n_axes; a++) {
		if (x->keys[a] && x->keys[a] != y->keys[a])
			return false;
		more |= y->keys[a] != x->keys[a];
	}
	return more;
}

/* Of one axis, the groups of all ends; none only where no end is in one. */
static void whole_groups(struct count *c, const struct count_keys *keys, size_t axis, struct count_places *ret)
{
	bool any = false;
	for (size_t i = 0; i < keys->n; i++)
		any |= keys->list[i] != 0;
	for (size_t i = 0; i < keys->n; i++) {
		struct count_cell x = {{COUNT_TOTAL, COUNT_TOTAL}};
		x.keys[axis] = keys->list[i];
		if (keys->list[i] || !any)
			place(c, ret, count_cell(c, &x), true);
	}
}

void count_places_of_link(struct count *c, const struct count_day *d, const uint32_t *ends, size_t n,
			  struct count_places *ret)
{
	struct count_keys all[COUNT_GROUPINGS_MAX] = {0}; /* of every end */
	struct count_cell *cells = NULL;
	size_t n_cells = 0, room = 0;
	for (size_t e = 0; e < n; e++) {
		struct count_keys keys[COUNT_GROUPINGS_MAX] = {0};
		struct count_of of = {.unit = ends[e]};
		for (size_t a = 0; a < COUNT_GROUPINGS_MAX; a++) {
			if (a < c->n_axes)
				(void)keys_of(c, &c->axes[a], d, &of, &keys[a]);
			else
				count_key_add(c, &keys[a], COUNT_TOTAL);
			for (size_t i = 0; i < keys[a].n; i++)
				count_key_add(c, &all[a], keys[a].list[i]);
		}
		for (size_t i = 0; i < keys[0].n * keys[1].n; i++) {
			cells = arena_grow(c->r->row, cells, n_cells, n_cells + 1, sizeof *cells, &room);
			cells[n_cells++] =
			    (struct count_cell){{keys[0].list[i / keys[1].n], keys[1].list[i % keys[1].n]}};
		}
	}
	for (size_t i = 0; i < n_cells; i++) {
		bool less = false;
		for (size_t k = 0; k < n_cells && !less; k++)
			less = says_more(c, &cells[k], &cells[i]);
		if (!less)
			place(c, ret, count_cell(c, &cells[i]), true);
	}
	for (size_t a = 0; a < c->n_axes && c->n_axes > 1; a++)
		whole_groups(c, &all[a], a, ret);
}

/* ---- rows ------------------------------------------------------------------------------------------- */

static bool met(const struct count_day *d, uint32_t key)
{
	const struct count_mark *list;
	return key && (count_range(&d->things, key, &list) || count_range(&d->all, key, &list));
}

/* A group that was met on another day has a row too, of a unit as long as it lives. */
static bool lives(struct count *c, const struct count_axis *x, const struct count_day *d, uint32_t key)
{
	struct unit_life life;
	return key && (!count_unit_keys(c, x) || unit_life_at(c->r->v, key, count_place(c, d), &life));
}

static bool whole_has_row(struct count *c, const struct count_day *d, size_t axis, uint32_t key)
{
	struct count_cell x = {{COUNT_TOTAL, COUNT_TOTAL}};
	const struct count_mark *list;
	x.keys[axis] = key;
	uint32_t whole = count_cell_met(c, &x);
	bool here = c->n_axes == 1 ? count_range(&d->things, whole, &list) || count_range(&d->all, whole, &list)
				   : met(d, whole);
	return here || lives(c, &c->axes[axis], d, key);
}

/* Where both groupings are of places, most of them have nothing in common, and such a cell has no row; else a cell in
 * which there is nothing has a row that says so. */
bool count_has_row(struct count *c, const struct count_day *d, const struct count_cell *x)
{
	bool places = c->n_axes == 2 && c->axes[0].by == COUNT_BY_UNIT && c->axes[1].by == COUNT_BY_UNIT;
	uint32_t cell = count_cell_met(c, x);
	if (c->axes[0].by == COUNT_BY_ALL || (c->n_axes == 2 && met(d, cell)))
		return true;
	if (places && !cell)
		return false;
	if (places)
		return lives(c, &c->axes[0], d, x->keys[0]) && lives(c, &c->axes[1], d, x->keys[1]);
	for (size_t a = 0; a < c->n_axes; a++)
		if (!whole_has_row(c, d, a, x->keys[a]))
			return false;
	return true;
}
