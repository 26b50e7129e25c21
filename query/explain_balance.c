/* SPDX-License-Identifier: Apache-2.0
 *
 * explain_balance.c - a line of a balance: which is meant, and what is made of the account (explain_balance.h).
 */
#include "query/explain_balance.h"
#include "query/explain_open.h"
#include "query/spoken.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* ---- which line ----------------------------------------------------------------------------------------- */

/* "moved in", "moved-in" and "moved_in" are one. */
static char *line_text(struct arena *a, const char *text)
{
	char *name = (char *)arena_text(a, text, strlen(text));
	for (char *p = name; *p; p++)
		*p = *p == ' ' || *p == '-' ? '_' : (char)tolower((unsigned char)*p);
	return name;
}

static const char *words_of(struct arena *a, const char *name)
{
	char *text = line_text(a, name);
	for (char *p = text; *p; p++)
		*p = *p == '_' ? ' ' : *p;
	return text;
}

static int line_named(const char *name)
{
	if (strcmp(name, "opening") == 0)
		return LINE_OPENING;
	if (strcmp(name, "closing") == 0)
		return LINE_CLOSING;
	if (strcmp(name, "unexplained") == 0)
		return LINE_UNEXPLAINED;
	int code = msg_code_number(&msg_enum_flow_kind, name);
	return code > 0 ? code : 0;
}

static const char *row_text(struct explain *x, const struct msg_balance_row *row)
{
	return arena_printf(x->r->a, "%s%s%s/%s", row->group_name, *row->group_name ? " " : "", row->from, row->to);
}

static bool row_wanted(struct explain *x, const struct msg_balance_row *row)
{
	const struct msg_explain_question *q = x->q;
	const char *both = arena_printf(x->r->a, "%s/%s", row->from, row->to);
	bool none = strcmp(q->group, "-") == 0 && !*row->group; /* in no group, which may have no name either */
	return (!*q->group || none || strcmp(q->group, row->group) == 0 || strcmp(q->group, row->group_name) == 0) &&
	       (!*q->period || strcmp(q->period, both) == 0 || strcmp(q->period, row->from) == 0);
}

static enum err find_row(struct explain *x, const struct msg_query_reply *parts, size_t n,
			 const struct msg_balance_row **ret)
{
	const struct msg_balance_row *found = NULL;
	for (size_t p = 0; p < n; p++)
		for (size_t i = 0; parts[p].balance && i < parts[p].balance->n_rows; i++) {
			const struct msg_balance_row *row = &parts[p].balance->rows[i];
			if (!row_wanted(x, row))
				continue;
			if (found)
				return fail(
				    &x->r->why, ERR_INVALID,
				    "several rows are meant, such as %.100s and %.100s: say which group, and as "
				    "period FROM/TO",
				    row_text(x, found), row_text(x, row));
			found = row;
		}
	*ret = found;
	return found ? ERR_OK : fail(&x->r->why, ERR_NOT_FOUND, "no row of the balance is of that group and period");
}

static const char *through_of(const struct msg_balance_flow *f)
{
	return *f->indicator ? f->indicator : f->event;
}

static enum err find_flow(struct explain *x, const struct msg_balance_row *row, int line,
			  const struct msg_balance_flow **ret)
{
	const struct msg_balance_flow *found = NULL;
	const char *through = x->q->through;
	for (size_t i = 0; i < row->n_flows; i++) {
		const struct msg_balance_flow *f = &row->flows[i];
		if ((int)f->kind != line ||
		    (*through && strcmp(strcmp(through, "-") == 0 ? "" : through, through_of(f)) != 0))
			continue;
		if (found)
			return fail(&x->r->why, ERR_INVALID,
				    "several lines are meant, through %.80s and %.80s: say through which event or "
				    "indicator (- is none)",
				    *through_of(found) ? through_of(found) : "-", *through_of(f) ? through_of(f) : "-");
		found = f;
	}
	*ret = found;
	return found ? ERR_OK
		     : fail(&x->r->why, ERR_NOT_FOUND, "the balance of %.100s has no line %.40s%s%.80s",
			    row_text(x, row), x->line, *through ? " through " : "", through);
}

static enum err find_line(struct account *b, const struct msg_balance_row *row, const char **ret_through)
{
	struct explain *x = b->x;
	const struct msg_balance_flow *flow;
	x->line = line_text(x->r->a, x->q->figure);
	b->line = line_named(x->line);
	*ret_through = "";
	if (!b->line)
		return fail(&x->r->why, ERR_INVALID,
			    "say which figure of the balance: opening, new, ended, merged, split, moved_in, moved_out, "
			    "not_found_again, found_late, corrected, closing or unexplained, not \"%.40s\"",
			    x->line);
	if (b->line == LINE_OPENING || b->line == LINE_CLOSING) {
		x->figure = b->line == LINE_OPENING ? *row->opening : *row->closing;
		return ERR_OK;
	}
	if (b->line == LINE_UNEXPLAINED) {
		x->figure = *row->unexplained;
		return ERR_OK;
	}
	enum err e = find_flow(x, row, b->line, &flow);
	if (e != ERR_OK)
		return e;
	x->figure = *flow->figure;
	*ret_through = through_of(flow);
	b->event = *flow->event ? view_term(x->r->v, SPACE_EVENT, slice_text(flow->event)) : 0;
	x->line = words_of(x->r->a, x->line);
	if (**ret_through)
		x->line = arena_printf(x->r->a, "%s, through %s", x->line, *ret_through);
	return ERR_OK;
}

static void tell_row(struct explain *x, const struct msg_balance_row *row)
{
	x->row = (struct msg_trend_row){.group = row->group,
					.group_name = row->group_name,
					.period = arena_printf(x->r->a, "%s → %s", row->from, row->to),
					.round = "",
					.covered = "",
					.n_figures = 1,
					.figures = &x->figure};
	for (size_t i = 0; i < row->n_notes; i++)
		explain_note(x, row->notes[i]);
}

/* ---- what the entries make ------------------------------------------------------------------------------ */

static uint32_t root_of(struct account *b, uint32_t thing)
{
	while (b->joined[thing] != thing)
		thing = b->joined[thing];
	return thing;
}

static int by_root(const void *a, const void *b, void *arg)
{
	const struct entry *x = a, *y = b;
	uint32_t p = root_of(arg, x->thing), q = root_of(arg, y->thing);
	return (p > q) - (p < q);
}

static int sign_of(int line)
{
	return line == LINE_CLOSING ? 1 : -1;
}

/* Of things that events between the points connect, together: none where their bounds allow none. */
static void left_of(struct account *b, struct span *ret)
{
	size_t off = 0, n = 0;
	qsort_r(b->entries, b->n_entries, sizeof *b->entries, by_root, b);
	for (size_t i = 0, end; i < b->n_entries; i = end) {
		long low = 0, high = 0;
		for (end = i; end < b->n_entries && by_root(&b->entries[i], &b->entries[end], b) == 0; end++) {
			const struct entry *e = &b->entries[end];
			low += sign_of(e->line) > 0 ? e->low : -e->high;
			high += sign_of(e->line) > 0 ? e->high : -e->low;
		}
		n++;
		if (low <= 0 && high >= 0)
			continue;
		off++;
		mpq_ptr x = number(b->x);
		mpq_set_si(x, low, 1);
		mpq_add(ret->low, ret->low, x);
		mpq_set_si(x, high, 1);
		mpq_add(ret->high, ret->high, x);
		for (size_t k = i; k < end; k++) {
			struct entry *e = &b->entries[k];
			int was = e->low, sign = sign_of(e->line);
			e->low = sign > 0 ? e->low : -e->high;
			e->high = sign > 0 ? e->high : -was;
			e->line = LINE_UNEXPLAINED;
			e->event = 0;
		}
	}
	explain_rule(b->x, "unexplained is taken thing by thing, of those that an event connects together: what is "
			   "uncertain of one is so once");
	explain_note(b->x,
		     off ? arena_printf(b->x->r->a,
					"%zu of %zu things, or sets of them that events connect, do not add up", off, n)
			 : arena_printf(b->x->r->a,
					"%zu things, or sets of them that events connect, were looked at: each adds "
					"up",
					n));
}

/* In a list of participants that is not said to be complete any unit may be. */
static enum err open_lists(struct account *b, const struct point *p, bool *ret)
{
	const struct arrangement *x;
	struct arrangements_ask ask = {.day = p->day};
	struct arrangements *list = arrangements_open(b->x->r, &ask);
	while (arrangements_next(list, &x))
		*ret |= x->complete != COMPLETION_YES;
	return arrangements_close(list);
}

/* Of what a round speaks of: it must say itself that it speaks of all. */
static bool round_lists(struct account *b, const struct point *p)
{
	struct spoken_round round = {.round = p->round, .def = p->def};
	struct spoken_scope in = {.n_rounds = 1, .rounds = &round, .from = p->day, .to = p->day};
	uint32_t *units = arena_alloc(b->x->r->a, (b->q->n_units + 1) * sizeof *units);
	size_t n = b->group ? 1 : b->q->n_units;
	bool some;
	for (size_t i = 0; i < n; i++)
		units[i] = b->group ? b->group : scope_unit(b->scope, i);
	return spoken_declared(b->x->r, &in, "arrangement", units, n, &some) || (!n && some);
}

/* May there be more at the opening, or the closing, than is on record? As known there. */
static enum err is_open(struct account *b, bool rounds, bool *ret)
{
	const struct point *p = b->line == LINE_CLOSING ? &b->to : &b->from;
	const struct msg_balance_question *q = b->q;
	struct open_ask o = {.x = b->x,
			     .scope = b->scope,
			     .subtree = q->subtree,
			     .n_units = q->n_units,
			     .arrangements = q->counted == COUNTED_ARRANGEMENTS || strcmp(q->kind, "arrangement") == 0,
			     .n_axes = 1,
			     .axes = {{.by_unit = scope_grouped(b->scope)}},
			     .day = p->day,
			     .place = p->day};
	*ret = false;
	if (b->line != LINE_OPENING && b->line != LINE_CLOSING)
		return ERR_OK;
	o.kind = o.arrangements ? 0 : b->kind;
	b->x->r->v->as_of = p->rev;
	enum err e = open_read(&o);
	if (e == ERR_OK && o.n && o.arrangements)
		e = open_lists(b, p, &o.open_lists);
	*ret = e == ERR_OK && open_more(&o, &b->group);
	*ret |= e == ERR_OK && rounds && !round_lists(b, p);
	if (*ret)
		explain_rule(b->x, open_rule(&o));
	b->x->r->v->as_of = b->to.rev;
	return e;
}

static void make(struct account *b, bool open, struct made *ret)
{
	struct explain *x = b->x;
	struct span s = span_zero(x);
	long low = 0, high = 0;
	if (b->line == LINE_UNEXPLAINED) {
		left_of(b, &s);
	} else {
		for (size_t i = 0; i < b->n_entries; i++) {
			const struct entry *e = &b->entries[i];
			low += e->line == b->line && e->event == b->event ? e->low : 0;
			high += e->line == b->line && e->event == b->event ? e->high : 0;
		}
		mpq_set_si(s.low, low, 1);
		mpq_set_si(s.high, high, 1);
	}
	s.no_high = open;
	*ret = span_exact(&s) ? (struct made){.as = MADE_EXACT, .exact = s.low}
			      : (struct made){.as = MADE_BETWEEN, .span = s};
}

static void rule_of(struct account *b)
{
	static const char *const rules[] = {
	    [FLOW_KIND_NEW] = "new: it begins between the points, and no event makes it of others of its kind",
	    [FLOW_KIND_ENDED] = "ended: it ends between the points, and no event makes others of its kind of it",
	    [FLOW_KIND_MERGED] =
		"merged: of m that become one by an event m − 1 are fewer; of those that join what lives on each is",
	    [FLOW_KIND_SPLIT] =
		"split: where one becomes n by an event n − 1 are more; of those that leave what lives on each is",
	    [FLOW_KIND_MOVED_IN] =
		"moved in: it lives on, or by an event in what it became, in a group in which it was not",
	    [FLOW_KIND_MOVED_OUT] =
		"moved out: it lives on, or by an event in what it became, outside the group in which it was",
	    [FLOW_KIND_NOT_FOUND_AGAIN] =
		"not found again: the later round does not speak of it, and nobody said that it ended",
	    [FLOW_KIND_FOUND_LATE] = "found late: it was there at the opening, as is known only since",
	    [FLOW_KIND_CORRECTED] =
		"corrected: what is known now of the opening less what was known then, where something was",
	};
	if (b->line < (int)(sizeof rules / sizeof *rules) && rules[b->line])
		explain_rule(b->x, rules[b->line]);
}

static enum err on_record(struct account *b, struct made *ret)
{
	struct explain *x = b->x;
	const struct msg_balance_question *q = b->q;
	uint32_t n = view_terms(x->r->v, SPACE_UNIT);
	b->kind = view_term(x->r->v, SPACE_TERM, slice_text(q->counted == COUNTED_UNITS ? q->kind : "arrangement"));
	b->joined = arena_alloc(x->r->a, ((size_t)n + 1) * sizeof *b->joined);
	for (uint32_t i = 0; i <= n; i++)
		b->joined[i] = i;
	bool rounds = q->counted == COUNTED_ARRANGEMENTS && b->from.round && b->to.round;
	enum err e = account_read(b);
	if (e == ERR_OK)
		e = rounds ? account_rounds(b) : account_days(b);
	bool open = false;
	if (e == ERR_OK)
		e = is_open(b, rounds, &open);
	if (e == ERR_OK)
		make(b, open, ret);
	if (e == ERR_OK)
		rule_of(b);
	return e == ERR_OK ? account_tell(b) : e;
}

/* ---- the question --------------------------------------------------------------------------------------- */

static enum err settle(struct account *b, const struct msg_balance_row *row)
{
	struct explain *x = b->x;
	struct answer *r = x->r;
	const struct msg_balance_question *q = b->q;
	enum err e = point_settle(r, q->from, "from", &b->from);
	if (e == ERR_OK)
		e = point_settle(r, q->to, "to", &b->to);
	r->v->as_of = b->to.rev;
	if (e == ERR_OK)
		e = scope_ask(r, q->units, q->n_units, q->subtree, b->to.day, &b->scope);
	if (e == ERR_OK)
		e = scope_group_ask(b->scope, q->group_by);
	if (e == ERR_OK)
		e = filter_ask(r, q->where, q->n_where, &b->where);
	b->group = *row->group ? view_term(r->v, SPACE_UNIT, slice_text(row->group)) : 0;
	return e;
}

static enum err made_again(struct account *b, const struct msg_balance_row *row, const char *through)
{
	struct explain *x = b->x;
	struct made made = {0};
	enum err e = b->q->counted ? on_record(b, &made) : explain_stock(b, row, through, &made);
	if (e != ERR_OK)
		return e;
	if (*x->figure.refused) {
		explain_refused(x);
		return ERR_OK;
	}
	x->made = made;
	made_tell(x, &made, &x->recomputed);
	x->agrees = made_agrees(x, &made, &x->figure) && !x->unheard;
	if (x->unheard)
		explain_note(x, "the index has a statement that the log's records do not have");
	return ERR_OK;
}

enum err explain_balance(struct explain *x)
{
	AUTO_ARENA struct arena *work = arena_new(0);
	struct msg_query_request inner = {.balance = (struct msg_balance_question *)x->q->balance};
	struct account b = {.x = x, .q = x->q->balance, .work = work};
	const struct msg_balance_row *row = NULL;
	const char *through = "";
	struct msg_query_reply *parts;
	uint64_t as_of = x->r->v->as_of;
	size_t n;
	enum err e = inner_ask(x->r, &inner, &parts, &n);
	if (e == ERR_OK)
		e = find_row(x, parts, n, &row);
	if (e == ERR_OK)
		e = settle(&b, row);
	if (e == ERR_OK)
		e = find_line(&b, row, &through);
	if (e == ERR_OK) {
		tell_row(x, row);
		e = made_again(&b, row, through);
	}
	x->r->v->as_of = as_of;
	return e == ERR_OK ? x->r->v->err : e;
}
