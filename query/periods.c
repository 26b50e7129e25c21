/* SPDX-License-Identifier: Apache-2.0
 *
 * periods.c - see periods.h.
 */
#include "query/periods.h"
#include <stdlib.h>

#define TOLD_MAX 10u

static int by_time(const void *a, const void *b)
{
	const struct when *const *x = a, *const *y = b;
	return when_cmp(*x, *y);
}

static enum err look(struct answer *r, const struct series *series, size_t n, bool *seen, uint32_t n_refs)
{
	for (size_t i = 0; i < n; i++) {
		AUTO_CELLS struct cells cells = {0};
		struct cell cell;
		cells_begin(&cells, r->v, series[i].id, 0, 0);
		while (cells_next(&cells, &cell)) {
			enum err e = cell.ref > n_refs ? ERR_CORRUPT : answer_work(r);
			if (e != ERR_OK)
				return e;
			seen[cell.ref] = true;
			cells_seek(&cells, cell.ref + 1, 0);
		}
	}
	return r->v->err;
}

enum err periods_find(struct answer *r, const struct series *series, size_t n, const char ***ret, size_t *ret_n)
{
	uint32_t n_refs = view_terms(r->v, SPACE_REF);
	bool *seen = arena_alloc(r->row, n_refs + 1);
	const struct when **list = arena_alloc(r->row, (n_refs + 1) * sizeof *list);
	size_t found = 0;
	enum err e = look(r, series, n, seen, n_refs);
	for (uint32_t i = 1; i <= n_refs && e == ERR_OK; i++) {
		struct when *w = seen[i] ? arena_alloc(r->row, sizeof *w) : NULL;
		if (w && ref_when(r->v, i, w))
			list[found++] = w;
	}
	if (found)
		qsort(list, found, sizeof *list, by_time);
	*ret = arena_alloc(r->row, (found + 1) * sizeof **ret);
	for (size_t i = 0; i < found; i++)
		(*ret)[i] = answer_date(r, list[i]);
	*ret_n = found;
	return e;
}

const char *periods_told(struct answer *r, const char *const *list, size_t n)
{
	const char *text = "";
	size_t from = n > TOLD_MAX ? n - TOLD_MAX : 0;
	for (size_t i = from; i < n; i++)
		text = arena_printf(r->a, "%s%s%s", text, i > from ? ", " : from ? "…, " : "", list[i]);
	return n ? text : "none";
}
