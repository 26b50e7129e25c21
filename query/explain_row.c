/* SPDX-License-Identifier: Apache-2.0
 *
 * explain_row.c - which figure is meant: the row among those of an answer, its measure, and the rows it stands among.
 */
#include "query/explaining.h"
#include <string.h>

static bool same_categories(const struct msg_explain_question *q, const struct msg_trend_row *row)
{
	for (size_t i = 0; i < q->n_categories; i++) {
		bool found = false;
		for (size_t k = 0; k < row->n_categories && !found; k++)
			found = strcmp(q->categories[i].dimension, row->categories[k].dimension) == 0 &&
				strcmp(q->categories[i].code, row->categories[k].code) == 0;
		if (!found)
			return false;
	}
	return true;
}

static bool same_period(const char *asked, const char *period)
{
	struct when a, b;
	return strcmp(asked, period) == 0 ||
	       (when_parse(asked, &a, NULL) == ERR_OK && when_parse(period, &b, NULL) == ERR_OK && when_eq(&a, &b));
}

/* Rows of what is unallocated are told apart by the units that it lies among: "a; b", as `varde trend` prints them. */
static bool same_among(const char *asked, const struct msg_trend_row *row)
{
	for (size_t i = 0; i < row->n_among; i++) {
		size_t len = strlen(row->among[i]);
		if (strncmp(asked, row->among[i], len) != 0)
			return false;
		asked += len;
		if (i + 1 < row->n_among && strncmp(asked, "; ", 2) != 0)
			return false;
		asked += i + 1 < row->n_among ? 2 : 0;
	}
	return row->n_among && !*asked;
}

static bool row_wanted(const struct msg_explain_question *q, const struct msg_trend_row *row)
{
	return (!*q->group || strcmp(q->group, row->group) == 0 || strcmp(q->group, row->group_name) == 0 ||
		same_among(q->group, row)) &&
	       (!*q->period || same_period(q->period, row->period)) &&
	       (!*q->round || strcmp(strcmp(q->round, "-") == 0 ? "" : q->round, row->round) == 0) &&
	       same_categories(q, row);
}

static const char *row_text(struct explain *x, const struct msg_trend_row *row)
{
	const char *text = *row->group_name ? row->group_name : "all";
	for (size_t i = 0; i < row->n_among; i++)
		text = arena_printf(x->r->a, "%s%s%s", i ? text : "", i ? "; " : "", row->among[i]);
	for (size_t i = 0; i < row->n_categories; i++)
		text = arena_printf(x->r->a, "%s %s:%s", text, row->categories[i].dimension, row->categories[i].code);
	text = arena_printf(x->r->a, "%s %s", text, row->period);
	return *row->round ? arena_printf(x->r->a, "%s (%s)", text, row->round) : text;
}

static enum err no_such_row(struct explain *x, const struct msg_trend_row *some, size_t n_rows)
{
	if (!some)
		return fail(&x->r->why, ERR_NOT_FOUND, "the question has no figure: there is nothing to explain");
	return fail(&x->r->why, ERR_NOT_FOUND,
		    "no row of the answer is of that group, period, round and categories; it has %zu, such as %.100s",
		    n_rows, row_text(x, some));
}

static enum err find_measure(struct explain *x)
{
	const struct msg_trend_row *row = &x->row;
	enum measure m = x->q->measure ? x->q->measure : x->only;
	size_t found = row->n_figures;
	for (size_t i = row->n_figures; i--;) {
		if (m && row->figures[i].measure == m)
			found = i;
		if (row->figures[i].measure == MEASURE_COUNT)
			x->count = &row->figures[i];
	}
	if (found == row->n_figures)
		return fail(&x->r->why, m ? ERR_NOT_FOUND : ERR_INVALID,
			    m ? "the question does not ask for that measure"
			      : "the row has %zu figures: say which measure is to be explained",
			    row->n_figures);
	x->figure = row->figures[found];
	x->row.n_figures = 1;
	x->row.figures = &x->figure;
	return ERR_OK;
}

/* Rows that a share or a rank looks at. Where no group has several rounds of the period they stand together whatever
 * their rounds, else each round alone. */
static void find_peers(struct explain *x)
{
	struct answer *r = x->r;
	const struct msg_query_reply *parts = x->parts;
	size_t n = x->n_parts;
	const struct msg_trend_row *row = &x->row, *last = NULL;
	size_t room = 0, k = 0;
	bool several = false;
	struct msg_explain_question like = {.group = "",
					    .round = "",
					    .period = x->t && x->t->latest_rounds ? "" : row->period,
					    .n_categories = row->n_categories,
					    .categories = row->categories};
	for (size_t p = 0; p < n; p++)
		for (size_t i = 0; parts[p].trend && i < parts[p].trend->n_rows; i++) {
			const struct msg_trend_row *peer = &parts[p].trend->rows[i];
			if (!row_wanted(&like, peer) || peer->n_categories != row->n_categories)
				continue;
			several |= last && !peer->n_among && !last->n_among && strcmp(last->group, peer->group) == 0 &&
				   strcmp(last->group_name, peer->group_name) == 0;
			last = peer;
			x->peers = arena_grow(r->a, x->peers, x->n_peers, x->n_peers + 1, sizeof *x->peers, &room);
			x->peers[x->n_peers++] = peer;
		}
	for (size_t i = 0; i < x->n_peers && several; i++)
		if (strcmp(x->peers[i]->round, row->round) == 0)
			x->peers[k++] = x->peers[i];
	x->n_peers = several ? k : x->n_peers;
	x->any_round = !several;
}

enum err explain_ask(struct explain *x)
{
	const struct msg_explain_question *q = x->q;
	struct msg_query_request inner = {.trend = (struct msg_trend_question *)q->trend};
	struct msg_count_question with;
	struct msg_query_reply *parts;
	uint64_t skip = q->trend ? q->trend->skip : q->count->skip;
	if (x->parts)
		return ERR_OK;
	if (skip || (q->trend ? q->trend->limit : q->count->limit))
		return fail(&x->r->why, ERR_INVALID,
			    "explain a figure by its row, not by a page: leave out skip and limit");
	if (q->count) {
		with = *q->count;
		with.measures = arena_alloc(x->r->a, (with.n_measures + 1) * sizeof *with.measures);
		for (size_t i = 0; i < with.n_measures; i++)
			with.measures[i] = q->count->measures[i];
		with.measures[with.n_measures++] = MEASURE_COUNT;
		inner.count = &with;
	}
	enum err e = inner_ask(x->r, &inner, &parts, &x->n_parts);
	x->parts = parts;
	return e;
}

enum err explain_find(struct explain *x)
{
	const struct msg_query_reply *parts = x->parts;
	size_t n = x->n_parts;
	const struct msg_trend_row *found = NULL, *other = NULL, *some = NULL;
	size_t n_rows = 0;
	for (size_t p = 0; p < n; p++)
		for (size_t i = 0; parts[p].trend && i < parts[p].trend->n_rows; i++) {
			const struct msg_trend_row *row = &parts[p].trend->rows[i];
			some = some ? some : row;
			n_rows++;
			if (!row_wanted(x->q, row))
				continue;
			/* All in one has no name of its own; what lies partly outside of what is asked has. */
			bool all_in_one = x->t && !*x->t->group_by && !*x->q->group;
			if (found && all_in_one && !found->n_among != !row->n_among) {
				found = found->n_among ? row : found;
				continue;
			}
			other = found ? row : NULL;
			found = found ? found : row;
			if (other)
				return fail(&x->r->why, ERR_INVALID,
					    "several rows are meant, such as %.80s and %.80s: say which group, period, "
					    "round or category",
					    row_text(x, found), row_text(x, other));
		}
	if (!found)
		return no_such_row(x, some, n_rows);
	x->row = *found;
	find_peers(x);
	return find_measure(x);
}
