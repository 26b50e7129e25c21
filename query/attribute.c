/* SPDX-License-Identifier: Apache-2.0
 *
 * attribute.c - the attributes of a unit at a day.
 */
#include "query/attribute.h"

static bool same_attr(const struct attr_at *a, const struct attr_at *b)
{
	return a->attr.name == b->attr.name && slice_eq(a->attr.values, b->attr.values) &&
	       when_eq(&a->attr.from, &b->attr.from) && when_eq(&a->attr.to, &b->attr.to);
}

/* What is only possible gives way to what is certain under the same name; what is said twice is told once. */
static size_t settle(struct attr_at *list, size_t n)
{
	size_t kept = 0;
	for (size_t i = 0; i < n; i++) {
		bool out = false;
		for (size_t k = 0; k < n && list[i].truth != TRUTH_CERTAIN && !out; k++)
			out = list[k].truth == TRUTH_CERTAIN && list[k].attr.name == list[i].attr.name;
		for (size_t k = 0; k < kept && !out; k++)
			out = same_attr(&list[k], &list[i]);
		if (!out)
			list[kept++] = list[i];
	}
	return kept;
}

size_t attributes_at(struct view *v, uint32_t unit, int32_t day, struct arena *a, struct attr_at **ret)
{
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0};
	struct attr_at *list = NULL;
	size_t n = 0, room = 0;
	uint64_t rev;
	struct fact f;
	key_unit(&key, unit);
	walk_begin(&w, v, TABLE_ATTR, buf_view(&key));
	while (walk_fact(&w, &f, &rev)) {
		enum truth t = state_stands(f.attr.state) ? when_covers(&f.attr.from, &f.attr.to, day) : TRUTH_NO;
		if (t == TRUTH_NO)
			continue;
		f.attr.locator = (struct slice){0};
		if (f.attr.values.len)
			f.attr.values.data = arena_text(a, f.attr.values.data, f.attr.values.len);
		list = arena_grow(a, list, n, n + 1, sizeof *list, &room);
		list[n++] = (struct attr_at){f.attr, t, rev};
	}
	*ret = list;
	return settle(list, n);
}

const struct attr_at *attribute_named(const struct attr_at *list, size_t n, uint32_t name)
{
	const struct attr_at *best = NULL;
	for (size_t i = 0; name && i < n; i++) {
		if (list[i].attr.name != name)
			continue;
		int d = best ? when_cmp(&list[i].attr.from, &best->attr.from) : 1;
		if (d > 0 || (d == 0 && list[i].rev < best->rev))
			best = &list[i];
	}
	return best;
}

size_t attribute_values(struct view *v, struct slice stored, struct arena *a, const char ***ret)
{
	struct rd rd = rd_of(stored);
	uint64_t n = rd_varint(&rd);
	if (n > stored.len)
		n = 0;
	const char **list = arena_alloc(a, ((size_t)n + 1) * sizeof *list);
	for (size_t i = 0; i < n; i++) {
		struct slice s = rd_slice(&rd);
		list[i] = s.len ? arena_text(a, s.data, s.len) : "";
	}
	if (!rd_done(&rd))
		v->err = v->err ? v->err : ERR_CORRUPT;
	*ret = list;
	return (size_t)n;
}
