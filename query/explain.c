/* SPDX-License-Identifier: Apache-2.0
 *
 * explain.c - one figure, down to its messages (explaining.h says how).
 */
#include "query/explaining.h"
#include <stdlib.h>
#include <string.h>

/* ---- what is gathered --------------------------------------------------------------------------------- */

static void add_once(struct explain *x, const char ***list, size_t *n, size_t *room, const char *text)
{
	for (size_t i = 0; i < *n; i++)
		if (strcmp((*list)[i], text) == 0)
			return;
	*list = arena_grow(x->r->a, *list, *n, *n + 1, sizeof **list, room);
	(*list)[(*n)++] = text;
}

void explain_rule(struct explain *x, const char *text)
{
	add_once(x, &x->rules, &x->n_rules, &x->rules_room, text);
}

void explain_note(struct explain *x, const char *text)
{
	add_once(x, &x->notes, &x->n_notes, &x->notes_room, text);
}

const char *explain_text(struct explain *x, enum space s, uint32_t id)
{
	struct slice text = id ? view_text(x->r->v, s, id) : (struct slice){0};
	return text.len ? arena_text(x->r->a, text.data, text.len) : "";
}

struct msg_explain_item *explain_item(struct explain *x)
{
	struct msg_figure *used = arena_alloc(x->r->a, sizeof *used);
	*used = (struct msg_figure){.measure = x->figure.measure,
				    .numerator = "",
				    .denominator = "",
				    .shown = "",
				    .refused = "",
				    .low = "",
				    .high = ""};
	struct msg_explain_item *item = arena_alloc(x->r->a, sizeof *item);
	*item = (struct msg_explain_item){.unit = "",
					  .unit_name = "",
					  .indicator = "",
					  .period = "",
					  .source = "",
					  .source_title = "",
					  .locator = "",
					  .round = "",
					  .submitter = "",
					  .rule = "",
					  .share = "",
					  .used = used};
	x->items = arena_grow(x->r->a, x->items, x->n_items, x->n_items + 1, sizeof(struct msg_explain_item *),
			      &x->items_room);
	x->items[x->n_items++] = item;
	return item;
}

/* ---- which figure ------------------------------------------------------------------------------------- */

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
static void find_peers(struct explain *x, const struct msg_query_reply *parts, size_t n)
{
	struct answer *r = x->r;
	const struct msg_trend_row *row = &x->row, *last = NULL;
	size_t room = 0, k = 0;
	bool several = false;
	struct msg_explain_question like = {.group = "",
					    .round = "",
					    .period = row->period,
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

enum err explain_find(struct explain *x, const struct msg_query_reply *parts, size_t n)
{
	const struct msg_trend_row *found = NULL, *other = NULL, *some = NULL;
	size_t n_rows = 0;
	for (size_t p = 0; p < n; p++)
		for (size_t i = 0; parts[p].trend && i < parts[p].trend->n_rows; i++) {
			const struct msg_trend_row *row = &parts[p].trend->rows[i];
			some = some ? some : row;
			n_rows++;
			if (!row_wanted(x->q, row))
				continue;
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
	find_peers(x, parts, n);
	return find_measure(x);
}

/* ---- a figure of a trend ------------------------------------------------------------------------------ */

static enum err settle_day(struct explain *x, const char *text, int32_t *ret)
{
	struct when w;
	enum err e = answer_when(x->r, text, "structure_at", &w);
	*ret = w.lo;
	return e;
}

static enum err settle_row(struct explain *x)
{
	struct answer *r = x->r;
	struct when w;
	struct msg_category *all = arena_alloc(r->a, (x->row.n_categories + x->t->n_categories + 1) * sizeof *all);
	size_t n = 0;
	for (size_t i = 0; i < x->row.n_categories; i++)
		all[n++] = x->row.categories[i];
	for (size_t i = 0; i < x->t->n_categories; i++) {
		bool again = false;
		for (size_t k = 0; k < n && !again; k++)
			again = strcmp(all[k].dimension, x->t->categories[i].dimension) == 0;
		if (!again)
			all[n++] = x->t->categories[i];
	}
	x->def = define_find(r->v, SPACE_INDICATOR, x->t->indicator, r->a, NULL);
	if (!x->def)
		return fail(&r->why, ERR_NOT_FOUND, "no indicator \"%.100s\" is defined", x->t->indicator);
	x->n_series = series_find(r->v, x->t->indicator, all, n, r->a, &x->series);
	x->ref = view_term(r->v, SPACE_REF, slice_text(x->row.period));
	x->round = view_term(r->v, SPACE_ROUND, slice_text(x->row.round));
	x->newest = x->t->latest_rounds || !x->ref;
	x->row_day = when_parse(x->row.period, &w, NULL) == ERR_OK ? when_reference_day(&w) : WHEN_DAY_MAX;
	x->among = x->row.n_among != 0;
	x->all_groups = (x->figure.measure == MEASURE_SHARE && !*x->t->share_of) || x->figure.measure == MEASURE_RANK;
	x->any_round &= x->all_groups;
	return answer_when(r, x->t->published_by, "published_by", &x->published_by);
}

static enum err settle_structure(struct explain *x)
{
	const struct msg_trend_question *t = x->t;
	enum err e = ERR_OK;
	x->moved = *t->structure_at;
	if (*t->structure_at)
		e = settle_day(x, t->structure_at, &x->day);
	x->group_day = x->day;
	if (e == ERR_OK && *t->group_structure_at)
		e = settle_day(x, t->group_structure_at, &x->group_day);
	if (e == ERR_OK && (x->moved || *t->group_structure_at)) {
		uint32_t basis = *t->weight_basis ? view_term(x->r->v, SPACE_TERM, slice_text(t->weight_basis)) : 0;
		x->atoms = atoms_new(x->r->v, basis, x->r->a);
		e = x->r->v->err;
	}
	return e;
}

/* ---- items -------------------------------------------------------------------------------------------- */

static const struct series *series_of(const struct explain *x, uint32_t id)
{
	for (size_t i = 0; i < x->n_series; i++)
		if (x->series[i].id == id)
			return &x->series[i];
	return NULL;
}

static void tell_source(struct explain *x, uint32_t src, struct msg_explain_item *item)
{
	const struct msg_source *def = define_get(x->r->v, SPACE_SOURCE, src, x->r->a, NULL);
	item->source = explain_text(x, SPACE_SOURCE, src);
	item->source_title = def ? def->title : "";
}

static void tell_statement(struct explain *x, const struct contributor *c, struct msg_explain_item *item)
{
	const struct statement *s = c->s;
	const struct series *series = series_of(x, s->series);
	item->unit = unit_id(x->r->v, s->unit, x->r->a);
	item->unit_name = unit_name(x->r->v, s->unit, c->day, x->r->a);
	item->indicator = x->def->id;
	item->n_categories = series ? series->n_categories : 0;
	item->categories = series ? series->categories : NULL;
	item->period = explain_text(x, SPACE_REF, s->ref);
	item->value = (struct msg_value *)arena_alloc(x->r->a, sizeof *item->value);
	memcpy((void *)item->value, s->said, sizeof *item->value);
	tell_source(x, s->src, item);
	item->locator = s->locator;
	item->round = explain_text(x, SPACE_ROUND, s->round);
	item->revision = s->rev;
	item->message_id = s->message_id;
	item->submitter = s->submitter;
	item->system_time_us = s->time_us;
	item->rule = choice_name(c->rule);
	item->alternatives = c->alternatives;
}

static void tell_used(struct explain *x, const struct span *s, bool exact, struct msg_figure *used)
{
	struct arena *a = x->r->a;
	if (!s->low)
		return;
	unsigned places = 0;
	mpq_ptr q = number(x);
	mpz_t rest;
	mpz_init(rest);
	for (mpz_set_ui(rest, 1); places < 6 && !mpz_divisible_p(rest, mpq_denref(s->low)); places++)
		mpz_mul_ui(rest, rest, 10);
	mpz_clear(rest);
	mpq_set(q, s->low);
	const char *text = span_text(a, s, places);
	used->shown = text ? text : "";
	if (exact && span_exact(s)) {
		struct made m = {.as = MADE_EXACT, .exact = q};
		struct msg_figure told;
		made_tell(x, &m, &told);
		used->numerator = told.numerator;
		used->denominator = told.denominator;
	} else {
		used->low = s->no_low ? "" : end_decimal(a, s->low, places, false);
		used->high = s->no_high ? "" : end_decimal(a, s->high, places, true);
	}
}

static const char *share_text(struct explain *x, const struct parcel *p)
{
	struct arena *a = x->r->a;
	if (!p->known)
		return "";
	const char *num = mpz_decimal(a, mpq_numref(p->share));
	return mpz_cmp_ui(mpq_denref(p->share), 1) == 0
		   ? num
		   : arena_printf(a, "%s/%s", num, mpz_decimal(a, mpq_denref(p->share)));
}

static void item_of_parcel(struct explain *x, const struct parcel *p)
{
	struct contributor *c = &x->from[p->from];
	if (c->item)
		return; /* it has a share in several cells of the group: the first is told */
	struct msg_explain_item *item = c->item = explain_item(x);
	tell_statement(x, c, item);
	item->method = c->method;
	item->share = share_text(x, p);
	if (x->moved && !(p->same && p->unit == c->s->unit))
		explain_steps(x, c, p->unit, NULL);
	bool additive = x->def->over_units == AGGREGATION_ADDITIVE;
	if (x->figure.measure == MEASURE_COUNT && !c->s->said->missing)
		item->used->shown = "1";
	else
		tell_used(x, additive && x->moved ? &p->own : &c->number, true, item->used);
}

static bool rest_of_row(struct explain *x, const struct rest *s)
{
	const struct contributor *c = &x->from[s->from];
	for (size_t i = 0; i < s->n; i++) {
		const char *const *keys;
		size_t n = explain_groups(x, c, s->units[i], x->day, &keys);
		for (size_t k = 0; k < n; k++)
			if (explain_has_key(x->row.among, x->row.n_among, keys[k]))
				return true;
	}
	return false;
}

/* What lies among several units: its statements, and how much of each nobody can place. */
static void items_of_rests(struct explain *x)
{
	for (size_t i = 0; i < x->n_rests; i++) {
		const struct rest *s = &x->rests[i];
		struct contributor *c = &x->from[s->from];
		if (!rest_of_row(x, s) || c->item)
			continue;
		struct msg_explain_item *item = c->item = explain_item(x);
		tell_statement(x, c, item);
		item->method = METHOD_UNALLOCATED;
		if (s->n)
			explain_steps(x, c, s->units[0], NULL);
		tell_used(x, &s->amount, true, item->used);
	}
}

/* A unit that lies in several groups, all of them the row's. */
static bool cell_among(const struct explain *x, const struct cell_made *c)
{
	bool among = c->n_keys > 1 && x->from[c->parcels[0]->from].s->round == x->round;
	for (size_t i = 0; i < c->n_keys && among; i++)
		among = explain_has_key(x->row.among, x->row.n_among, c->keys[i]);
	return among;
}

static void items_of_row(struct explain *x)
{
	if (x->among)
		items_of_rests(x);
	for (size_t i = 0; i < x->n_cells; i++) {
		if (x->among ? !cell_among(x, &x->cells[i]) : !explain_cell_in(x, &x->cells[i], x->key, x->round))
			continue;
		for (size_t k = 0; k < x->cells[i].n; k++)
			item_of_parcel(x, x->cells[i].parcels[k]);
	}
}

static void rules_of_row(struct explain *x)
{
	static const char *const by_method[] = {
	    [METHOD_EXACT] = NULL,
	    [METHOD_MERGED] = "figures of whole territories are put together",
	    [METHOD_APPORTIONED] = "what was divided is apportioned by weights; whole things by largest remainder",
	    [METHOD_BOUNDS] = "what is not known is between two ends, never at a midpoint",
	    [METHOD_UNALLOCATED] = "what was divided and has no weights stays among the units it was divided among",
	    [METHOD_REFUSED] = NULL,
	};
	if (x->row.method > 0 && x->row.method <= METHOD_REFUSED && by_method[x->row.method])
		explain_rule(x, by_method[x->row.method]);
	if (x->figure.measure == MEASURE_SUM)
		explain_rule(x, "the sum adds what the units say; the indicator is additive over units");
	if (x->figure.measure == MEASURE_COUNT)
		explain_rule(x, "units with a value are counted; kinds of missing are not values");
	for (size_t i = 0; i < x->row.n_notes; i++)
		explain_note(x, x->row.notes[i]);
}

static enum err second_path(struct explain *x)
{
	struct made made = {0};
	enum err e = explain_read(x);
	if (e == ERR_OK && !x->n_from && !x->newest && !x->round) {
		/* A row of no round: parts that were reported in different rounds, put together. */
		x->newest = true;
		e = explain_read(x);
	}
	if (e == ERR_OK)
		e = explain_place(x);
	if (e == ERR_OK)
		e = explain_cells(x);
	if (e != ERR_OK)
		return e;
	items_of_row(x);
	if (*x->figure.refused) {
		x->recomputed = x->figure;
		x->agrees = true;
		explain_note(x, "the figure is refused: there is nothing to recompute");
		return ERR_OK;
	}
	e = explain_figure(x, &made);
	made_tell(x, &made, &x->recomputed);
	x->agrees = made_agrees(x, &made, &x->figure) && !x->unheard;
	if (x->unheard)
		explain_note(x, "the index has a statement that the log's change records do not have");
	return e == ERR_OK ? (x->r->failed != ERR_OK ? x->r->failed : x->r->v->err) : e;
}

enum err explain_trend(struct explain *x)
{
	struct msg_query_request inner = {.trend = (struct msg_trend_question *)x->q->trend};
	struct msg_query_reply *parts;
	size_t n;
	x->t = x->q->trend;
	if (x->t->skip || x->t->limit)
		return fail(&x->r->why, ERR_INVALID,
			    "explain a figure by its row, not by a page: leave out skip and limit");
	x->only = x->t->n_measures == 1 ? x->t->measures[0] : MEASURE_UNSPECIFIED;
	enum err e = inner_ask(x->r, &inner, &parts, &n);
	if (e == ERR_OK)
		e = explain_find(x, parts, n);
	if (e == ERR_OK)
		e = settle_row(x);
	if (e == ERR_OK)
		e = settle_structure(x);
	if (e == ERR_OK)
		e = explain_group_ask(x);
	if (e == ERR_OK)
		e = second_path(x);
	rules_of_row(x);
	atoms_free(x->atoms);
	return e;
}

/* ---- the answer --------------------------------------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
	const struct msg_explain_item *const *x = a, *const *y = b;
	int d = strcmp((*x)->unit_name, (*y)->unit_name);
	return d ? d : strcmp((*x)->unit, (*y)->unit);
}

static enum err put(struct explain *x)
{
	struct answer *r = x->r;
	if (x->n_items)
		qsort(x->items, x->n_items, sizeof *x->items, by_name);
	answer_begin(r, 23, &msg_type_explain_answer, arena_alloc(r->a, sizeof(struct msg_explain_answer)));
	enum err e = answer_row(r, 1, &msg_type_trend_row, &x->row);
	for (size_t i = 0; i < x->n_items && e == ERR_OK; i++)
		e = answer_row(r, 2, &msg_type_explain_item, x->items[i]);
	if (e == ERR_OK)
		e = answer_row(r, 3, &msg_type_figure, &x->recomputed);
	for (size_t i = 0; i < x->n_rules && e == ERR_OK; i++)
		e = answer_bytes(r, 5, slice_text(x->rules[i]));
	for (size_t i = 0; i < x->n_notes && e == ERR_OK; i++)
		e = answer_bytes(r, 6, slice_text(x->notes[i]));
	if (e == ERR_OK && x->part)
		e = answer_row(r, 7, &msg_type_decompose_part, x->part);
	return e == ERR_OK ? answer_last(r, &(struct msg_explain_answer){.agrees = x->agrees}) : e;
}

enum err ask_explain(struct answer *r, const struct msg_explain_question *q)
{
	AUTO_ARENA struct arena *record = arena_new(0);
	struct explain x = {.r = r, .q = q, .record = record, .key = ""};
	enum err e;
	if (q->trend)
		e = explain_trend(&x);
	else if (q->count)
		e = explain_count(&x);
	else if (q->decompose)
		e = explain_decompose(&x);
	else
		e = fail(&r->why, ERR_INVALID, "say which question gave the figure: trend, count or decompose");
	if (e == ERR_OK)
		e = put(&x);
	pool_free(&x.numbers);
	return e;
}
