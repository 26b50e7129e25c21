/* SPDX-License-Identifier: Apache-2.0
 *
 * explain_network.c - what a network counts: of a unit the arrangements that it takes part in, its partners, the sets of
 * participants that it is in, what of it crosses a border; of two units what both take part in; of a set what has just
 * these participants.
 *
 * Which participations there are is looked up in the index; whether each holds on the day is read from the change record
 * that said so last (explain_things.h). The rest is counted of these.
 */
#include "query/explain_network.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* ---- which is meant ------------------------------------------------------------------------------------- */

static enum err read_name(struct web *w)
{
	static const char *const names[COUNTINGS] = {
	    [ARRANGEMENTS] = "arrangements",     [POSSIBLE] = "possible", [PARTNERS] = "partners",
	    [CONSTELLATIONS] = "constellations", [CROSSING] = "crossing", [HOSTS] = "hosts",
	    [CONSTELLATION] = "constellation"};
	struct explain *x = w->x;
	char *name = arena_text(x->r->a, x->q->figure, strlen(x->q->figure));
	size_t i = 0;
	for (char *p = name; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	while (i < COUNTINGS && strcmp(names[i], name) != 0)
		i++;
	if (i == COUNTINGS)
		return fail(
		    &x->r->why, ERR_INVALID,
		    "not \"%.40s\": of a unit arrangements, possible, partners, constellations, crossing or hosts, of "
		    "two arrangements or possible, of a set constellation",
		    x->q->figure);
	w->what = (enum counting)i;
	x->line = names[i];
	return ERR_OK;
}

/* Is one of the words of "a; b; c" that id or name? */
static bool said(const char *list, const char *id, const char *name)
{
	size_t len;
	for (const char *at = list; *at; at += len + 2 * (at[len] != 0)) {
		const char *end = strstr(at, "; ");
		len = end ? (size_t)(end - at) : strlen(at);
		if ((strlen(id) == len && strncmp(at, id, len) == 0) ||
		    (strlen(name) == len && strncmp(at, name, len) == 0))
			return true;
	}
	return false;
}

static size_t words(const char *list)
{
	size_t n = *list != 0;
	while ((list = strstr(list, "; "))) {
		n++;
		list += 2;
	}
	return n;
}

static int by_number(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

static enum err take_row(struct web *w, const char *date, const char *const *ids, const char *const *names, size_t n,
			 uint64_t figure)
{
	struct explain *x = w->x;
	const char *text = "";
	if (w->named)
		return fail(
		    &x->r->why, ERR_INVALID,
		    "several rows are meant: say of which unit, of which two or which set, 'a; b', as group, and the "
		    "day");
	w->n_named = n;
	w->named = arena_alloc(x->r->a, (n + 1) * sizeof *w->named);
	for (size_t i = 0; i < n; i++) {
		w->named[i] = view_term(x->r->v, SPACE_UNIT, slice_text(ids[i]));
		text = arena_printf(x->r->a, "%s%s%s", text, i ? "; " : "", names[i]);
	}
	qsort(w->named, n, sizeof *w->named, by_number);
	x->figure = (struct msg_figure){.measure = MEASURE_COUNT,
					.numerator = arena_printf(x->r->a, "%llu", (unsigned long long)figure),
					.denominator = "1",
					.shown = arena_printf(x->r->a, "%llu", (unsigned long long)figure),
					.refused = "",
					.low = "",
					.high = ""};
	x->row = (struct msg_trend_row){.group = n == 1 ? ids[0] : "",
					.group_name = text,
					.period = date,
					.round = "",
					.covered = "",
					.n_figures = 1,
					.figures = &x->figure};
	return ERR_OK;
}

static bool day_wanted(const struct web *w, const char *date)
{
	struct when a, b;
	const char *asked = w->x->q->period;
	return !*asked || strcmp(asked, date) == 0 ||
	       (when_parse(asked, &a, NULL) == ERR_OK && when_parse(date, &b, NULL) == ERR_OK && when_eq(&a, &b));
}

static enum err find_unit(struct web *w, const struct msg_network_answer *a)
{
	enum err e = ERR_OK;
	for (size_t i = 0; i < a->n_units && e == ERR_OK; i++) {
		const struct msg_network_unit *m = &a->units[i];
		const uint64_t figures[] = {m->arrangements,   m->possible, m->partners,
					    m->constellations, m->crossing, m->hosts};
		if (day_wanted(w, m->date) && (!*w->x->q->group || said(w->x->q->group, m->unit, m->name)))
			e = take_row(w, m->date, &m->unit, &m->name, 1, figures[w->what]);
	}
	return e;
}

static enum err find_pair(struct web *w, const struct msg_network_answer *a)
{
	enum err e = ERR_OK;
	for (size_t i = 0; i < a->n_pairs && e == ERR_OK; i++) {
		const struct msg_network_pair *m = &a->pairs[i];
		const char *ids[] = {m->a, m->b}, *names[] = {m->a_name, m->b_name};
		if (day_wanted(w, m->date) && said(w->x->q->group, m->a, m->a_name) &&
		    said(w->x->q->group, m->b, m->b_name))
			e = take_row(w, m->date, ids, names, 2, w->what == POSSIBLE ? m->possible : m->arrangements);
	}
	return e;
}

static enum err find_set(struct web *w, const struct msg_network_answer *a)
{
	enum err e = ERR_OK;
	for (size_t i = 0; i < a->n_constellations && e == ERR_OK; i++) {
		const struct msg_network_constellation *m = &a->constellations[i];
		bool all = day_wanted(w, m->date) && words(w->x->q->group) == m->n_units;
		for (size_t k = 0; k < m->n_units && all; k++)
			all = said(w->x->q->group, m->units[k], m->names[k]);
		if (all)
			e = take_row(w, m->date, m->units, m->names, m->n_units, m->arrangements);
	}
	return e;
}

static enum err find(struct web *w)
{
	struct explain *x = w->x;
	struct msg_network_question q = *w->q;
	struct msg_query_request inner = {.network = &q};
	struct msg_query_reply *parts;
	bool two = words(x->q->group) == 2 && w->what <= POSSIBLE;
	size_t n = 0;
	q.crossing = false;
	q.pairs = two;
	q.constellations = w->what == CONSTELLATION;
	q.per_unit = !two && !q.constellations;
	enum err e = inner_ask(x->r, &inner, &parts, &n);
	for (size_t i = 0; i < n && e == ERR_OK; i++) {
		const struct msg_network_answer *a = parts[i].network;
		if (a)
			e = two ? find_pair(w, a) : q.constellations ? find_set(w, a) : find_unit(w, a);
	}
	if (e == ERR_OK && !w->named)
		e = fail(&x->r->why, ERR_NOT_FOUND, "the network has no row of \"%.100s\"", x->q->group);
	if (e == ERR_OK && w->what == CROSSING && !*w->q->border_kind)
		e = fail(&x->r->why, ERR_INVALID, "which border is crossed? name the kind of unit that it divides");
	return e;
}

/* ---- who takes part -------------------------------------------------------------------------------------- */

static enum err settle(struct web *w)
{
	struct explain *x = w->x;
	struct answer *r = x->r;
	struct things *t = &w->t;
	struct msg_count_question *q = arena_alloc(r->a, sizeof *q);
	struct when day, other;
	*q = (struct msg_count_question){.counted = COUNTED_PARTICIPANTS};
	msg_fill_texts(&msg_type_count_question, q);
	*t = (struct things){.x = x, .q = q};
	enum err e = answer_when(r, x->row.period, "dates", &day);
	t->day = t->place = day.lo;
	if (e == ERR_OK && *w->q->structure_at) {
		e = answer_when(r, w->q->structure_at, "structure_at", &other);
		t->place = other.lo;
		x->atoms = t->atoms = atoms_new(r->v, 0, r->a);
	}
	w->kind = *w->q->kind ? view_term(r->v, SPACE_TERM, slice_text(w->q->kind)) : 0;
	if (e == ERR_OK)
		e = scope_ask(r, NULL, 0, false, 0, &t->scope);
	if (e == ERR_OK)
		e = scope_ask(r, w->q->units, w->q->n_units, w->q->subtree, t->place, &w->scope);
	if (e == ERR_OK && *w->q->border_kind)
		e = scope_ask(r, NULL, 0, false, 0, &w->border);
	if (e == ERR_OK && *w->q->border_kind)
		e = scope_group_ask(w->border, w->q->border_kind);
	if (e == ERR_OK)
		e = filter_ask(r, w->q->where, w->q->n_where, &t->where);
	return e == ERR_OK ? things_group_ask(t) : e;
}

static bool kind_wanted(struct web *w, uint32_t unit)
{
	struct unit_life life;
	struct view *v = w->x->r->v;
	bool lives = unit_life_at(v, unit, w->t.place, &life) || unit_life_at(v, unit, w->t.day, &life);
	return !w->kind || (lives ? life.life.kind : unit_kind(v, unit)) == w->kind;
}

static int by_part(const void *a, const void *b)
{
	const struct part *x = a, *y = b;
	if (x->arrangement != y->arrangement)
		return x->arrangement < y->arrangement ? -1 : 1;
	if (x->unit != y->unit)
		return x->unit < y->unit ? -1 : 1;
	return (int)y->certain - (int)x->certain;
}

/* Hosted by one of the scope, or in it itself; of its participants their list says. */
static enum err hosted(struct web *w, bool *in)
{
	struct arrangements_ask ask = {.day = w->t.day, .atoms = w->t.atoms, .structure = w->t.place};
	struct arrangements *l = arrangements_open(w->x->r, &ask);
	const struct arrangement *a;
	while (arrangements_next(l, &a)) {
		if (!filter_arrangement(w->t.where, a))
			continue;
		in[a->unit] |=
		    scope_has(w->scope, a->unit, w->t.day) || (a->host && scope_has(w->scope, a->host, w->t.place));
		for (size_t i = 0; i < a->n_possible_hosts; i++)
			in[a->unit] |= scope_has(w->scope, a->possible_hosts[i], w->t.place);
	}
	return arrangements_close(l);
}

/* Each unit in each arrangement once, as surely as any of its statements has it. */
static enum err gather(struct web *w)
{
	struct answer *r = w->x->r;
	struct things *t = &w->t;
	struct part *list = arena_alloc(r->a, (t->n + 1) * sizeof *list);
	bool *in = w->in = arena_alloc(r->a, (size_t)view_terms(r->v, SPACE_UNIT) + 1);
	size_t n = 0, kept = 0;
	enum err e = hosted(w, in);
	for (size_t i = 0; i < t->n; i++) {
		const struct thing *p = &t->list[i];
		if (p->truth == TRUTH_NO)
			continue;
		in[p->other] |= scope_all(w->scope) || scope_has(w->scope, p->unit, t->place);
		if (kind_wanted(w, p->unit))
			list[n++] = (struct part){p->other, p->unit, p->truth == TRUTH_CERTAIN, p};
	}
	if (n)
		qsort(list, n, sizeof *list, by_part);
	for (size_t i = 0; i < n; i++)
		if (in[list[i].arrangement] &&
		    (!kept || list[kept - 1].arrangement != list[i].arrangement || list[kept - 1].unit != list[i].unit))
			list[kept++] = list[i];
	for (size_t i = 0, end; i < kept; i = end) {
		for (end = i; end < kept && list[end].arrangement == list[i].arrangement; end++)
			;
		w->list = arena_grow(r->a, w->list, w->n, w->n + 1, sizeof *w->list, &w->room);
		w->list[w->n++] = (struct meeting){list[i].arrangement, end - i, list + i};
	}
	return e;
}

static const struct part *part_of(const struct meeting *m, uint32_t unit)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->parts[i].unit == unit)
			return &m->parts[i];
	return NULL;
}

/* ---- counting ------------------------------------------------------------------------------------------- */

static void tell(struct web *w, const struct part *p, const char *adds)
{
	struct msg_explain_item *item = things_item(&w->t, p->thing);
	item->share = p->certain ? "1" : "";
	item->used->shown = adds;
}

/* All of those named, for certain (or, where it is asked, only perhaps). */
static bool all_named(const struct web *w, const struct meeting *m, bool *ret_certain)
{
	*ret_certain = true;
	for (size_t i = 0; i < w->n_named; i++) {
		const struct part *p = part_of(m, w->named[i]);
		if (!p)
			return false;
		*ret_certain &= p->certain;
	}
	return true;
}

static size_t certain_of(const struct meeting *m)
{
	size_t n = 0;
	for (size_t i = 0; i < m->n; i++)
		n += m->parts[i].certain;
	return n;
}

static bool same_set(const struct meeting *a, const struct meeting *b)
{
	bool same = certain_of(a) == certain_of(b);
	for (size_t i = 0; i < a->n && same; i++) {
		const struct part *p = a->parts[i].certain ? part_of(b, a->parts[i].unit) : NULL;
		same = !a->parts[i].certain || (p && p->certain);
	}
	return same;
}

static bool crosses(struct web *w, const struct meeting *m)
{
	uint32_t first = 0;
	bool two = false;
	for (size_t i = 0; i < m->n; i++) {
		uint32_t side = m->parts[i].certain ? scope_group(w->border, m->parts[i].unit, w->t.place) : 0;
		two |= side && first && side != first;
		first = first ? first : side;
	}
	return two;
}

/* Of one that all named take part in for certain: does it count once more? */
static bool counts(struct web *w, size_t at)
{
	const struct meeting *m = &w->list[at];
	bool certain, before = false;
	switch (w->what) {
	case ARRANGEMENTS:
		return true;
	case CONSTELLATION:
		return certain_of(m) == w->n_named;
	case CROSSING:
		return crosses(w, m);
	case CONSTELLATIONS:
		for (size_t i = 0; i < at && !before; i++)
			before = all_named(w, &w->list[i], &certain) && certain && same_set(&w->list[i], m);
		return !before;
	case POSSIBLE:
	case PARTNERS:
	case HOSTS:
		break;
	}
	return false;
}

/* Others that are for certain in something that the unit is in for certain. */
static void partners(struct web *w)
{
	bool *met = arena_alloc(w->x->r->a, (size_t)view_terms(w->x->r->v, SPACE_UNIT) + 1), certain;
	for (size_t i = 0; i < w->n; i++) {
		const struct meeting *m = &w->list[i];
		for (size_t k = 0; k < m->n && all_named(w, m, &certain) && certain; k++) {
			const struct part *p = &m->parts[k];
			if (!p->certain || p->unit == w->named[0] || met[p->unit])
				continue;
			met[p->unit] = true;
			w->count++;
			tell(w, p, "1");
		}
	}
}

static void count(struct web *w)
{
	bool certain;
	if (w->what == PARTNERS) {
		partners(w);
		return;
	}
	for (size_t i = 0; i < w->n; i++) {
		answer_did(w->x->r, w->list[i].n);
		if (!all_named(w, &w->list[i], &certain) || certain == (w->what == POSSIBLE))
			continue;
		if (certain && !counts(w, i))
			continue;
		w->count++;
		for (size_t k = 0; k < w->n_named; k++)
			tell(w, part_of(&w->list[i], w->named[k]), k ? "" : "1");
	}
}

static void rule_of(struct web *w)
{
	static const char *const rules[] = {
	    [ARRANGEMENTS] = "arrangements in which all that are named take part for certain",
	    [POSSIBLE] = "arrangements in which they may take part, and not all for certain",
	    [PARTNERS] = "partners are others that take part for certain in what the unit does; told by the first",
	    [CONSTELLATIONS] = "each set of certain participants that the unit is in counts once",
	    [CROSSING] = "of its arrangements those whose certain participants lie on several sides of the border",
	    [HOSTS] = "arrangements that it hosts for certain; of several hosts the one said first counts",
	    [CONSTELLATION] = "arrangements with just these participants, neither more nor fewer",
	};
	explain_rule(w->x, rules[w->what]);
}

enum err explain_network(struct explain *x)
{
	struct web w = {.x = x, .q = x->q->network};
	enum err e = read_name(&w);
	if (e == ERR_OK)
		e = find(&w);
	if (e == ERR_OK)
		e = settle(&w);
	if (e == ERR_OK)
		e = things_gather(&w.t);
	if (e == ERR_OK)
		e = things_hear(&w.t);
	if (e == ERR_OK)
		e = gather(&w);
	if (e == ERR_OK && w.what == HOSTS)
		e = network_hosts_again(&w);
	else if (e == ERR_OK)
		count(&w);
	if (e == ERR_OK) {
		mpq_ptr q = number(x);
		mpq_set_ui(q, w.count, 1);
		x->made = (struct made){.as = MADE_EXACT, .exact = q};
		made_tell(x, &x->made, &x->recomputed);
		x->agrees = made_agrees(x, &x->made, &x->figure) && !x->unheard;
		rule_of(&w);
	}
	if (x->unheard)
		explain_note(x, "the index has a statement that the log's change records do not have");
	x->atoms = atoms_free(x->atoms);
	return e == ERR_OK ? answer_work(x->r) : e;
}
