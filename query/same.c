/* SPDX-License-Identifier: Apache-2.0
 *
 * same.c - units that are one.
 */
#include "query/same.h"
#include <stdlib.h>
#include "proto/msg.h"

static int by_unit(const void *a, const void *b)
{
	const struct same *x = a, *y = b;
	return (x->unit > y->unit) - (x->unit < y->unit);
}

static struct same *find(struct same *list, size_t n, uint32_t unit)
{
	struct same key = {.unit = unit};
	return n ? bsearch(&key, list, n, sizeof key, by_unit) : NULL;
}

/* Pairs as they stand on record; `first` is the other end. */
static size_t read_pairs(struct view *v, struct arena *a, struct same **ret)
{
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0};
	struct fact f;
	size_t n = 0, room = 0;
	buf_u8(&key, LINK_TYPE_SAME_AS);
	walk_begin(&w, v, TABLE_LINK, buf_view(&key));
	while (walk_fact(&w, &f, NULL)) {
		if (!state_stands(f.link.state))
			continue;
		*ret = arena_grow(a, *ret, n, n + 1, sizeof **ret, &room);
		(*ret)[n++] = (struct same){f.link.a, f.link.b};
	}
	return n;
}

/* The lowest number that leads on from a unit so far. */
static struct same *root(struct same *list, size_t n, uint32_t unit)
{
	struct same *s = find(list, n, unit);
	while (s->first != s->unit)
		s = find(list, n, s->first);
	return s;
}

size_t same_read(struct view *v, struct arena *a, struct same **ret)
{
	struct same *pairs = NULL;
	size_t n_pairs = read_pairs(v, a, &pairs), n = 0, kept = 0;
	struct same *list = arena_alloc(a, (2 * n_pairs + 1) * sizeof *list);
	*ret = list;
	for (size_t i = 0; i < n_pairs; i++) {
		list[n++] = (struct same){pairs[i].unit, pairs[i].unit};
		list[n++] = (struct same){pairs[i].first, pairs[i].first};
	}
	if (n)
		qsort(list, n, sizeof *list, by_unit);
	for (size_t i = 0; i < n; i++) {
		if (!kept || list[kept - 1].unit != list[i].unit)
			list[kept++] = list[i];
	}
	for (size_t i = 0; i < n_pairs; i++) {
		struct same *x = root(list, kept, pairs[i].unit), *y = root(list, kept, pairs[i].first);
		if (x->unit < y->unit)
			y->first = x->unit;
		else
			x->first = y->unit;
	}
	for (size_t i = 0; i < kept; i++)
		list[i].first = root(list, kept, list[i].unit)->unit;
	return kept;
}

uint32_t same_first(const struct same *list, size_t n, uint32_t unit)
{
	struct same key = {.unit = unit};
	const struct same *s = n ? bsearch(&key, list, n, sizeof key, by_unit) : NULL;
	return s ? s->first : unit;
}
