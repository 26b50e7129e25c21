/* SPDX-License-Identifier: Apache-2.0
 *
 * same.c - units that are one.
 */
#include "query/same.h"
#include <stdlib.h>
#include <string.h>
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

static size_t classes(const struct same *pairs, size_t n_pairs, struct arena *a, struct same **ret)
{
	size_t n = 0, kept = 0;
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

size_t same_read(struct view *v, struct arena *a, struct same **ret)
{
	struct same *pairs = NULL;
	size_t n = read_pairs(v, a, &pairs);
	return classes(pairs, n, a, ret);
}

size_t same_join(const struct same *x, size_t n_x, const struct same *y, size_t n_y, struct arena *a, struct same **ret)
{
	struct same *pairs = arena_alloc(a, (n_x + n_y + 1) * sizeof *pairs);
	if (n_x)
		memcpy(pairs, x, n_x * sizeof *pairs);
	if (n_y)
		memcpy(pairs + n_x, y, n_y * sizeof *pairs);
	return classes(pairs, n_x + n_y, a, ret);
}

static int by_class(const void *a, const void *b)
{
	const struct same *x = a, *y = b;
	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	return by_unit(a, b);
}

struct same *same_by_class(const struct same *list, size_t n, struct arena *a)
{
	struct same *ret = arena_alloc(a, (n + 1) * sizeof *ret);
	if (n) {
		memcpy(ret, list, n * sizeof *ret);
		qsort(ret, n, sizeof *ret, by_class);
	}
	return ret;
}

size_t same_class(const struct same *sorted, size_t n, uint32_t first, const struct same **ret)
{
	size_t low = 0, high = n, end;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (sorted[mid].first < first)
			low = mid + 1;
		else
			high = mid;
	}
	for (end = low; end < n && sorted[end].first == first;)
		end++;
	*ret = sorted + low;
	return end - low;
}

uint32_t same_first(const struct same *list, size_t n, uint32_t unit)
{
	struct same key = {.unit = unit};
	const struct same *s = n ? bsearch(&key, list, n, sizeof key, by_unit) : NULL;
	return s ? s->first : unit;
}
