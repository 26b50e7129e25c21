/* SPDX-License-Identifier: Apache-2.0
 *
 * world_ask.c - the same question to both, and what was sent once against what is sent now.
 */
#include "tests/model/world.h"
#include <stdio.h>
#include <string.h>
#include "proto/codec.h"

#define PARTS_MAX 4096

struct asked {
	struct world *w;
	struct arena *arena;
	size_t n;
	const struct msg_query_reply *part[PARTS_MAX];
};

static enum err take(void *arg, struct slice bytes, bool end)
{
	struct asked *a = arg;
	void *decoded;
	enum err e = codec_decode(&msg_type_query_reply, bytes, CODEC_TOLERANT, a->arena, &decoded, NULL);
	const struct msg_query_reply *r = decoded;
	if (e != ERR_OK)
		return e;
	if (r->end != end || r->part != a->n || a->n == PARTS_MAX)
		world_fail(a->w, "part %u of an answer has number %zu", r->part, a->n);
	else
		a->part[a->n++] = r;
	return ERR_OK;
}

/* Ask through a view of one's own, as the daemon's query thread does. */
static bool ask_real(struct world *w, struct msg_query_request *q, struct asked *ret)
{
	struct view v = {0};
	struct journal_reader *journal = NULL;
	AUTO_ARENA struct arena *a = arena_new(0);
	struct ask_limits limits = {.rows_max = 100000,
				    .part_bytes = 64 + gen_below(&w->gen, 4000),
				    .changes_max = 1 + gen_below(&w->gen, 12),
				    .history_max = 1 + gen_below(&w->gen, 12)};
	struct ask_status status = {.server_version = "test", .feed_endpoint = ""};
	struct ask_context c = {
	    .store = w->store, .view = &v, .limits = &limits, .status = &status, .emit = take, .emit_arg = ret};
	q->version = 1;
	q->request_id = (struct slice){"q", 1};
	q->as_of_time = q->as_of_tag = "";
	*ret = (struct asked){.w = w, .arena = w->arena};
	enum err e = view_open(w->store, &v);
	if (e == ERR_OK)
		e = journal_read_begin(w->store, &journal);
	c.journal = journal;
	/* Through the codec, as a question comes: what is left out reads as "" and not as NULL. */
	AUTO_BUF struct buf bytes = {0};
	void *asked = NULL;
	codec_encode(&msg_type_query_request, q, &bytes);
	if (e == ERR_OK)
		e = codec_decode(&msg_type_query_request, buf_view(&bytes), CODEC_TOLERANT, a, &asked, NULL);
	if (e == ERR_OK)
		e = ask(&c, asked, a);
	journal_read_end(journal);
	view_close(&v);
	if (e != ERR_OK)
		return world_fail(w, "ask: %s", err_symbol(e));
	if (*w->failure)
		return false;
	if (ret->n == 0 || !ret->part[ret->n - 1]->end)
		return world_fail(w, "an answer has no end");
	if (q->as_of_revision && ret->part[0]->revision != q->as_of_revision && !ret->part[0]->error)
		return world_fail(w, "asked as of %llu, answered as of %llu", (unsigned long long)q->as_of_revision,
				  (unsigned long long)ret->part[0]->revision);
	return true;
}

static const struct msg_error *error_of(const struct asked *a)
{
	return a->part[a->n - 1]->error;
}

/* ---- snapshots ---- */

static void unit_line(struct lines *l, const struct msg_unit_row *u)
{
	const char *list[64];
	size_t n = 0;
	const char *names[64];
	for (size_t i = 0; i < u->n_names && i < 64; i++)
		names[i] = arena_printf(l->arena, "=%s", u->names[i]);
	const char *shown = set_text(l->arena, names, u->n_names < 64 ? u->n_names : 64);
	for (size_t i = 0; i < u->n_codes && i < 64; i++)
		list[n++] = arena_printf(l->arena, "%s=%s", u->codes[i].scheme, u->codes[i].code);
	const char *codes = set_text(l->arena, list, n);
	n = 0;
	for (size_t i = 0; i < u->n_attributes && i < 64; i++)
		list[n++] = arena_printf(l->arena, "%s=%s", u->attributes[i].name,
					 set_text(l->arena, u->attributes[i].values, u->attributes[i].n_values));
	line_add(l, "unit %s %s life %u from %s to %s certainty %u rev %llu names {%s} codes {%s} attributes {%s}",
		 u->id, u->kind, u->life, u->valid_from, u->valid_to, u->certainty, (unsigned long long)u->revision,
		 shown, codes, set_text(l->arena, list, n));
}

/* Links that several sources, or several revisions, say are one line, as certain as the surest of them. */
static void link_line(struct lines *l, const struct msg_snapshot_answer *s, const struct msg_link_row *k,
		      const struct asked *a)
{
	unsigned best = k->certainty;
	(void)s;
	for (size_t p = 0; p < a->n; p++) {
		const struct msg_snapshot_answer *other = a->part[p]->snapshot;
		for (size_t i = 0; other && i < other->n_links; i++) {
			const struct msg_link_row *o = &other->links[i];
			if (o->type == k->type && strcmp(o->from, k->from) == 0 && strcmp(o->to, k->to) == 0 &&
			    strcmp(o->role, k->role) == 0 && strcmp(o->part, k->part) == 0 && o->certainty < best)
				best = o->certainty;
		}
	}
	line_add(l, "link %u %s %s (%s) (%s) certainty %u", k->type, k->from, k->to, k->role, k->part, best);
}

static void snapshot_lines(struct lines *l, const struct asked *a)
{
	for (size_t p = 0; p < a->n; p++) {
		const struct msg_snapshot_answer *s = a->part[p]->snapshot;
		if (!s)
			continue;
		for (size_t i = 0; i < s->n_units; i++)
			unit_line(l, &s->units[i]);
		for (size_t i = 0; i < s->n_links; i++)
			link_line(l, s, &s->links[i], a);
		for (size_t i = 0; i < s->n_arrangements; i++) {
			const struct msg_arrangement_row *r = &s->arrangements[i];
			line_add(l, "arrangement %s certainty %u participants {%s} possible {%s}", r->id, r->certainty,
				 set_text(l->arena, r->participants, r->n_participants),
				 set_text(l->arena, r->possible_participants, r->n_possible_participants));
		}
		for (size_t i = 0; i < s->n_observations; i++) {
			const struct msg_observation_row *o = &s->observations[i];
			const char *what = o->n_categories
					       ? arena_printf(l->arena, "%s|%s=%s", o->indicator,
							      o->categories[0].dimension, o->categories[0].code)
					       : o->indicator;
			line_add(l, "observation %s %s %s = %s status %u source %s at (%s) round %s rev %llu", o->unit,
				 what, o->period, value_word(l->arena, o->value), o->status, o->source, o->locator,
				 o->round, (unsigned long long)o->revision);
		}
	}
	lines_sort(l);
}

/* The first lines that only one of the two has. */
static bool lines_differ(struct world *w, const struct lines *twin, const struct lines *real, const char *about)
{
	char text[2048] = "";
	size_t i = 0, k = 0, said = 0;
	while ((i < twin->n || k < real->n) && said < 8) {
		int d = i == twin->n ? 1 : k == real->n ? -1 : strcmp(twin->line[i], real->line[k]);
		size_t len = strlen(text);
		if (d == 0) {
			i++;
			k++;
			continue;
		}
		snprintf(text + len, sizeof text - len, "\n  %s %s",
			 d < 0 ? "twin only:" : "real only:", d < 0 ? twin->line[i] : real->line[k]);
		said++;
		if (d < 0)
			i++;
		else
			k++;
	}
	return said ? world_fail(w, "%s%s", about, text) : true;
}

static bool ask_snapshot_of(struct world *w, uint64_t rev)
{
	struct asked real;
	struct lines mine = {.arena = w->arena}, theirs = {.arena = w->arena};
	struct msg_snapshot_question *s = gen_snapshot(&w->gen, rev);
	struct msg_query_request q = {.as_of_revision = rev, .snapshot = s};
	if (!ask_real(w, &q, &real))
		return false;
	bool told = twin_snapshot(w->twin, rev, s, &mine);
	const char *about =
	    arena_printf(w->arena, "snapshot at %s as of %llu, scope %s%s, kind %s, round %s, period %s, indicator %s",
			 s->valid_at, (unsigned long long)rev, s->scope ? s->scope->id->id : "-",
			 s->subtree ? " and below" : "", s->kind, s->round, s->period, s->indicator);
	const struct msg_error *error = error_of(&real);
	if (told && error && error->code == ERROR_CODE_NOT_FOUND && *s->period && *s->indicator && !mine.n)
		return true; /* nobody ever spoke of the period */
	if (told != !error_of(&real))
		return world_fail(w, "%s: %s", about,
				  error_of(&real) ? error_of(&real)->text : "answered, though it cannot be");
	if (!told)
		return true;
	snapshot_lines(&theirs, &real);
	return lines_differ(w, &mine, &theirs, about);
}

/* ---- history and changes: what was first sent ---- */

static bool encoded_is(const struct msg_change_set *set, struct slice bytes)
{
	AUTO_BUF struct buf b = {0};
	codec_encode(&msg_type_change_set, set, &b);
	return slice_eq(buf_view(&b), bytes);
}

static bool ask_changes_from(struct world *w, uint64_t reached)
{
	struct asked real;
	size_t at = 0;
	uint64_t next = 1 + gen_below(&w->gen, (unsigned)reached);
	while (at < w->n_sent && w->sent[at].rev < next)
		at++;
	for (;;) {
		struct msg_changes_question c = {.from_revision = next};
		struct msg_query_request q = {.changes = &c};
		size_t sets = 0;
		if (!ask_real(w, &q, &real))
			return false;
		if (error_of(&real))
			return world_fail(w, "changes from %llu: %s", (unsigned long long)next, error_of(&real)->text);
		for (size_t p = 0; p < real.n; p++) {
			const struct msg_changes_answer *a = real.part[p]->changes;
			for (size_t i = 0; a && i < a->n_sets; i++, sets++) {
				while (at < w->n_sent && !w->sent[at].rev)
					at++;
				if (at == w->n_sent || !encoded_is(&a->sets[i], w->sent[at].changes[0]))
					return world_fail(w, "revision %llu is replayed otherwise than sent",
							  (unsigned long long)a->sets[i].revision);
				at++;
			}
			if (a && a->next_revision)
				next = a->next_revision;
		}
		if (sets == 0)
			break;
	}
	/* The log is the truth: it tells all that is durable, indexed or not. */
	if (next != w->head.rev + 1)
		return world_fail(w, "changes end at %llu of %llu", (unsigned long long)next,
				  (unsigned long long)w->head.rev);
	return true;
}

static bool names_unit(const struct msg_change *c, const char *unit)
{
	for (size_t i = 0; i < c->n_units; i++)
		if (strcmp(c->units[i], unit) == 0)
			return true;
	return false;
}

static void change_line(struct lines *l, const char *unit, uint64_t rev, const struct msg_change *c)
{
	AUTO_BUF struct buf b = {0};
	codec_encode(&msg_type_change, c, &b);
	uint64_t h = 1469598103934665603u;
	for (size_t i = 0; i < b.len; i++)
		h = (h ^ b.data[i]) * 1099511628211u;
	line_add(l, "%s %05llu %03u %s %s %016llx", unit, (unsigned long long)rev, c->sequence,
		 msg_code_name(&msg_enum_change_kind, (int)c->kind), msg_code_name(&msg_enum_subject, (int)c->subject),
		 (unsigned long long)h);
}

static bool ask_history_of(struct world *w, uint64_t rev)
{
	struct asked real;
	struct lines mine = {.arena = w->arena}, theirs = {.arena = w->arena};
	uint64_t newest = w->gen.rev, from = 0, last = 0;
	w->gen.rev = rev;
	unsigned unit = gen_unit(&w->gen, "");
	w->gen.rev = newest;
	const char *id = twin_text(w->twin, unit);
	for (size_t i = 0; unit && i < w->n_sent; i++) {
		const struct sent *s = &w->sent[i];
		void *decoded;
		if (!s->rev || s->rev > rev ||
		    codec_decode(&msg_type_change_set, s->changes[0], CODEC_TOLERANT, w->arena, &decoded, NULL) !=
			ERR_OK)
			continue;
		const struct msg_change_set *set = decoded;
		for (size_t k = 0; k < set->n_changes; k++)
			if (names_unit(&set->changes[k], id))
				change_line(&mine, id, s->rev, &set->changes[k]);
	}
	while (unit) {
		struct msg_history_question h = {
		    .unit = gen_id_ref(&w->gen, unit), .indicator = "", .period = "", .from_revision = from};
		struct msg_query_request q = {.as_of_revision = rev, .history = &h};
		if (!ask_real(w, &q, &real))
			return false;
		if (error_of(&real))
			return world_fail(w, "history of %s as of %llu: %s", id, (unsigned long long)rev,
					  error_of(&real)->text);
		from = 0;
		for (size_t p = 0; p < real.n; p++) {
			const struct msg_history_answer *a = real.part[p]->history;
			for (size_t i = 0; a && i < a->n_rows; i++) {
				if (a->rows[i].revision < last)
					return world_fail(w, "history of %s goes back", id);
				last = a->rows[i].revision;
				change_line(&theirs, id, last, a->rows[i].change);
			}
			if (a && a->next_revision)
				from = a->next_revision;
		}
		if (!from)
			break;
	}
	lines_sort(&mine);
	lines_sort(&theirs);
	return lines_differ(w, &mine, &theirs,
			    arena_printf(w->arena, "history of %s as of %llu", id, (unsigned long long)rev));
}

/* ---- lineage: the flows at a unit ---- */

static void edge_line(struct lines *l, const struct msg_lineage_edge *e)
{
	const char *list[64];
	size_t n = 0;
	for (size_t i = 0; i < e->n_weights && n < 64; i++) {
		const struct msg_weight *w = &e->weights[i];
		list[n++] = arena_printf(l->arena, "%s=%s of %s by %s", w->basis, decimal_word(l->arena, w->value),
					 w->date, w->source);
	}
	line_add(l, "%s: %s to %s on %s part %u territory (%s) weights {%s}", e->event, e->from, e->to, e->effective,
		 e->part, e->territory_of, set_text(l->arena, list, n));
}

static bool ask_lineage_of(struct world *w, uint64_t rev)
{
	struct asked real;
	struct lines mine = {.arena = w->arena}, theirs = {.arena = w->arena};
	uint64_t newest = w->gen.rev;
	w->gen.rev = rev;
	unsigned unit = gen_unit(&w->gen, gen_one_in(&w->gen, 2) ? "parish" : "");
	w->gen.rev = newest;
	const char *id = twin_text(w->twin, unit);
	struct msg_lineage_question l = {.unit = gen_id_ref(&w->gen, unit), .valid_at = "", .steps = 1};
	struct msg_query_request q = {.as_of_revision = rev, .lineage = &l};
	if (!unit)
		return true;
	if (!ask_real(w, &q, &real))
		return false;
	if (error_of(&real))
		return world_fail(w, "lineage of %s as of %llu: %s", id, (unsigned long long)rev,
				  error_of(&real)->text);
	for (size_t p = 0; p < real.n; p++) {
		const struct msg_lineage_answer *a = real.part[p]->lineage;
		for (size_t i = 0; a && i < a->n_edges; i++)
			if (strcmp(a->edges[i].from, id) == 0 || strcmp(a->edges[i].to, id) == 0)
				edge_line(&theirs, &a->edges[i]);
	}
	lines_sort(&theirs);
	twin_lineage(w->twin, rev, unit, &mine);
	return lines_differ(w, &mine, &theirs,
			    arena_printf(w->arena, "lineage of %s as of %llu", id, (unsigned long long)rev));
}

/* ---- trends ---- */

/* What a row of a trend is made from. */
struct figures {
	unsigned values, exact; /* units with a value; with an exact one */
	int64_t tenths;         /* sum of the exact ones */
	bool open;              /* some are not exact: the sum has bounds, or is refused */
	bool tie;               /* the contract does not say which of two was chosen */
};

static struct figures figures(struct world *w, uint64_t rev, const char *series, const char *period, const char *round)
{
	struct figures f = {0};
	struct twin *t = w->twin;
	unsigned what = twin_word(t, series), when = twin_word(t, period), in = twin_word(t, round);
	for (unsigned unit = 1; unit < t->n_words; unit++) {
		long long digits;
		unsigned scale;
		bool tie;
		long i = twin_chosen(t, rev, what, when, unit, in, &tie);
		f.tie |= tie;
		if (i < 0)
			continue;
		f.values += twin_text(t, t->list[i].text)[0] != 'm';
		if (sscanf(twin_text(t, t->list[i].text), "x:%lld/%u", &digits, &scale) != 2) {
			f.open = true;
			continue;
		}
		f.exact++;
		f.tenths += scale ? digits : digits * 10;
	}
	return f;
}

/* numerator/denominator, decimal texts, as tenths × n; -1 = none */
static bool fraction_is(const struct msg_figure *f, int64_t tenths, int64_t over)
{
	long long a, b;
	if (sscanf(f->numerator, "%lld", &a) != 1 || sscanf(f->denominator, "%lld", &b) != 1 || b == 0)
		return false;
	return a * 10 * over == tenths * b;
}

static bool row_is(const struct msg_trend_row *r, const struct figures *f)
{
	return r->n_figures == 3 && fraction_is(&r->figures[0], (int64_t)f->values * 10, 1) &&
	       (f->exact == 0 || fraction_is(&r->figures[1], f->tenths, f->exact)) &&
	       (f->open || fraction_is(&r->figures[2], f->tenths, 1));
}

static bool ask_trend_of(struct world *w, uint64_t rev)
{
	struct asked real;
	static const enum measure all[] = {MEASURE_COUNT, MEASURE_MEAN, MEASURE_SUM};
	enum measure measures[3];
	memcpy(measures, all, sizeof all);
	struct msg_trend_question t = {.indicator = "area",
				       .group_by = "",
				       .survey = "",
				       .structure_at = "",
				       .group_structure_at = "",
				       .weight_basis = "",
				       .n_measures = 3,
				       .measures = measures};
	struct msg_query_request q = {.as_of_revision = rev, .trend = &t};
	if (!ask_real(w, &q, &real))
		return false;
	bool none = error_of(&real) && error_of(&real)->code == ERROR_CODE_NOT_FOUND; /* then no row is expected */
	if (error_of(&real) && !none)
		return world_fail(w, "trend as of %llu: %s", (unsigned long long)rev, error_of(&real)->text);
	unsigned rows = 0, expected = 0;
	bool tie = false;
	for (unsigned i = 0; i < GEN_PERIODS; i++)
		for (unsigned k = 0; k <= GEN_PERIODS; k++) {
			struct figures f =
			    figures(w, rev, "area", gen_periods[i], k < GEN_PERIODS ? gen_rounds[k] : "");
			expected += f.values > 0;
			tie |= f.tie;
		}
	for (size_t p = 0; p < real.n; p++)
		for (size_t i = 0; real.part[p]->trend && i < real.part[p]->trend->n_rows; i++) {
			const struct msg_trend_row *r = &real.part[p]->trend->rows[i];
			struct figures f = figures(w, rev, "area", r->period, r->round);
			rows += f.values > 0;
			if (!f.tie && !row_is(r, &f))
				return world_fail(w,
						  "trend as of %llu, %s, round %s: count %s, mean %s, sum %s; the "
						  "twin: %u values, %u exact, sum %lld tenths",
						  (unsigned long long)rev, r->period, r->round, r->figures[0].shown,
						  r->figures[1].shown, r->figures[2].shown, f.values, f.exact,
						  (long long)f.tenths);
		}
	return tie || rows == expected
		   ? true
		   : world_fail(w, "trend as of %llu: %u rows, not %u", (unsigned long long)rev, rows, expected);
}

/* ---- all of it ---- */

bool world_ask(struct world *w)
{
	struct index_progress p;
	if (index_reached(w->store, &p) != ERR_OK)
		return world_fail(w, "index_reached");
	if (p.rev < 4)
		return true;
	uint64_t rev = gen_one_in(&w->gen, 3) ? p.rev : 4 + gen_below(&w->gen, (unsigned)(p.rev - 3));
	switch (gen_below(&w->gen, 10)) {
	case 0:
		return ask_changes_from(w, p.rev);
	case 1:
		return ask_history_of(w, rev);
	case 2:
		return ask_trend_of(w, rev);
	case 3:
	case 4:
		return ask_lineage_of(w, rev);
	default:
		return ask_snapshot_of(w, rev);
	}
}

bool world_replay(struct world *w)
{
	AUTO_ARENA struct arena *a = arena_new(0);
	struct journal_reader *r;
	enum err e = journal_read_begin(w->store, &r);
	for (size_t i = 0; e == ERR_OK && i < w->n_sent; i++) {
		const struct sent *s = &w->sent[i];
		struct journal_record rec;
		struct outcome o;
		if (s->pos > w->head.pos)
			break;
		e = journal_get(r, s->pos, &rec);
		if (e == ERR_OK)
			e = outcome_get(rec.outcome, a, true, &o);
		if (e != ERR_OK)
			break;
		bool same = rec.rev == s->rev && slice_eq(rec.body, s->content) && slice_eq(o.receipt, s->receipt) &&
			    memcmp(rec.id, s->id, 16) == 0 && o.n_changes == s->n_changes;
		for (size_t k = 0; same && k < s->n_changes; k++)
			same = slice_eq(o.changes[k], s->changes[k]);
		if (!same)
			world_fail(w, "position %llu is not what it was", (unsigned long long)s->pos);
	}
	if (r)
		journal_read_end(r);
	if (e != ERR_OK)
		return world_fail(w, "the log cannot be read: %s", err_symbol(e));
	return !*w->failure;
}
