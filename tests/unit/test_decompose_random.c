/* SPDX-License-Identifier: Apache-2.0
 *
 * test_decompose_random.c - histories made by chance, against a twin that knows what it made.
 *
 * The twin keeps plain arrays of whole numbers and shares no code with the readers: it says of every event by itself
 * what its parts are, and takes what is left of the change as undetermined. DECOMPOSE_SEEDS=n tries n histories.
 */
#include "tests/unit/decompose_kit.h"

#define TOWNS    40
#define EVENTS   16
#define COUNTIES 3

struct range {
	long low, high;
};
enum event_kind { STANDS, MOVES, MERGES, SPLITS, ENDS, BEGINS, EVENT_KINDS };
struct town {
	char id[8];
	bool early, late; /* lives at the earlier, the later point */
	int county0, county1;
	bool framed0, framed1;
	/* said of the earlier point: as known then, as known now; of the later */
	bool has_then, known_before, has_now, has_to;
	struct range then, now, to;
};
struct event {
	enum event_kind kind;
	int n_from, n_to, from[3], to[2];
	bool weighted;
	long weight[2];
};
struct story {
	uint64_t seed;
	struct town town[TOWNS];
	int n_towns;
	struct event event[EVENTS];
	int n_events;
	bool frames_known[2];
};

static uint64_t chance(struct story *s)
{
	s->seed ^= s->seed << 13;
	s->seed ^= s->seed >> 7;
	s->seed ^= s->seed << 17;
	return s->seed;
}

static int below(struct story *s, int n)
{
	return (int)(chance(s) % (uint64_t)n);
}

static bool often(struct story *s, int percent)
{
	return below(s, 100) < percent;
}

/* ---- a story ---------------------------------------------------------------------------------------- */

static int town_new(struct story *s, bool early, bool late)
{
	struct town *t = &s->town[s->n_towns];
	snprintf(t->id, sizeof t->id, "T%02d", s->n_towns);
	t->early = early;
	t->late = late;
	t->county0 = t->county1 = below(s, COUNTIES);
	return s->n_towns++;
}

static struct range some(struct story *s)
{
	long low = below(s, 60);
	return (struct range){low, often(s, 15) ? low + below(s, 9) : low};
}

static void event_make(struct story *s)
{
	struct event *e = &s->event[s->n_events++];
	/* One stands, so that there is a structure at both points. */
	e->kind = s->n_events == 1 ? STANDS : (enum event_kind)below(s, EVENT_KINDS);
	bool stays = e->kind == STANDS || e->kind == MOVES;
	if (e->kind != BEGINS)
		for (int i = 0, n = e->kind == MERGES ? 2 + below(s, 2) : 1; i < n; i++)
			e->from[e->n_from++] = town_new(s, true, stays);
	if (e->kind == MOVES)
		s->town[e->from[0]].county1 = below(s, COUNTIES);
	if (stays)
		e->to[e->n_to++] = e->from[0];
	else if (e->kind != ENDS)
		for (int i = 0, n = e->kind == SPLITS ? 2 : 1; i < n; i++)
			e->to[e->n_to++] = town_new(s, false, true);
	e->weighted = often(s, 50);
	e->weight[0] = 1 + below(s, 9);
	e->weight[1] = 1 + below(s, 9);
}

static void statements_make(struct story *s)
{
	s->frames_known[0] = often(s, 60);
	s->frames_known[1] = often(s, 60);
	for (int i = 0; i < s->n_towns; i++) {
		struct town *t = &s->town[i];
		t->framed0 = t->early && often(s, 80);
		t->framed1 = t->late && often(s, 80);
		t->has_to = t->late && often(s, 80);
		t->to = some(s);
		if (!t->early || often(s, 15))
			continue; /* silent at the earlier point */
		t->now = some(s);
		if (often(s, 15)) { /* found late */
			t->has_now = true;
			continue;
		}
		t->has_then = t->known_before = true;
		t->then = often(s, 20) ? some(s) : t->now;
		t->has_now = often(s, 90);
	}
}

/* A frame without a member is not told. */
static void frames_settle(struct story *s)
{
	bool any[2] = {false, false};
	for (int i = 0; i < s->n_towns; i++) {
		any[0] |= s->town[i].framed0;
		any[1] |= s->town[i].framed1;
	}
	s->frames_known[0] &= any[0];
	s->frames_known[1] &= any[1];
}

static struct story *story_make(struct world *w, uint64_t seed)
{
	struct story *s = arena_alloc(w->a, sizeof *s);
	s->seed = seed * 0x9e3779b97f4a7c15 + 1;
	for (int i = 0, n = 1 + below(s, EVENTS - 1); i < n && s->n_towns < TOWNS - 6; i++)
		event_make(s);
	statements_make(s);
	frames_settle(s);
	return s;
}

/* ---- told to the store ------------------------------------------------------------------------------ */

static void say_one(struct world *w, const char *round, const char *period, const struct town *t, const struct range *x,
		    bool again)
{
	const char *text = x->low == x->high ? arena_printf(w->a, "%s %ld", t->id, x->low)
					     : arena_printf(w->a, "%s %ld..%ld", t->id, x->low, x->high);
	if (again)
		k_correct(w, round, "people", period, text);
	else
		k_say(w, round, "people", period, text);
}

static void frame_tell(struct world *w, const struct story *s, int which)
{
	const char *list = "";
	uint32_t n = 0;
	for (int i = 0; i < s->n_towns; i++) {
		if (!(which ? s->town[i].framed1 : s->town[i].framed0))
			continue;
		list = arena_printf(w->a, "%s %s", list, s->town[i].id);
		n++;
	}
	/* One more than are named: then nobody knows who they are. */
	k_round(w, which ? "r1" : "r0", which ? "2022" : "2014", n + (s->frames_known[which] ? 0 : 1), list, "");
}

static uint64_t story_tell(struct world *w, const struct story *s)
{
	for (int c = 0; c < COUNTIES; c++)
		h_counties(w, arena_printf(w->a, "C%d", c));
	w_indicator(w, "people", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, "municipality");
	w_tick(w, "2026-01-01");
	for (int i = 0; i < s->n_towns; i++) {
		const struct town *t = &s->town[i];
		const char *from = t->early ? "" : "2018-01-01", *to = t->late ? "" : "2018-01-01";
		w_unit(w, t->id, "municipality", from, to, t->id);
		const char *c0 = arena_printf(w->a, "C%d", t->county0), *c1 = arena_printf(w->a, "C%d", t->county1);
		w_link(w, LINK_TYPE_PART_OF, t->id, c0, from, t->county0 == t->county1 ? to : "2018-01-01");
		if (t->county0 != t->county1)
			w_link(w, LINK_TYPE_PART_OF, t->id, c1, "2018-01-01", to);
	}
	for (int i = 0; i < s->n_events; i++) {
		const struct event *e = &s->event[i];
		const char *id = arena_printf(w->a, "e%d", i);
		for (int f = 0; f < e->n_from && (e->kind == MERGES || e->kind == SPLITS); f++)
			for (int t = 0; t < e->n_to; t++) {
				const char *a = s->town[e->from[f]].id, *b = s->town[e->to[t]].id;
				h_event(w, id, "2018-01-01",
					arena_printf(w->a, e->kind == SPLITS ? "%s>*%s" : "%s>%s", a, b));
				if (e->kind == SPLITS && e->weighted)
					h_weight(w, id, arena_printf(w->a, "%s>%s", a, b), e->weight[t], 0);
			}
	}
	frame_tell(w, s, 0);
	frame_tell(w, s, 1);
	for (int i = 0; i < s->n_towns; i++)
		if (s->town[i].has_then)
			say_one(w, "r0", "2014", &s->town[i], &s->town[i].then, false);
	uint64_t then = w_commit(w);
	for (int i = 0; i < s->n_towns; i++) {
		const struct town *t = &s->town[i];
		bool same = t->then.low == t->now.low && t->then.high == t->now.high;
		if (t->has_then && !t->has_now)
			k_say(w, "r0", "people", "2014", arena_printf(w->a, "%s -", t->id));
		else if (t->has_now && !(t->has_then && same))
			say_one(w, "r0", "2014", t, &t->now, t->has_then);
		if (t->has_to)
			say_one(w, "r1", "2022", t, &t->to, false);
	}
	w_commit(w);
	return then;
}

/* ---- the twin --------------------------------------------------------------------------------------- */

struct parts {
	bool said_from, said_to; /* a value, in scope */
	struct range part[CAUSE_UNDETERMINED];
	long from_low, from_high, to_low, to_high;
};

static void add(struct parts *p, enum cause c, struct range x, int sign)
{
	p->part[c].low += sign > 0 ? x.low : -x.high;
	p->part[c].high += sign > 0 ? x.high : -x.low;
}

static struct range up_to(struct range x)
{
	return (struct range){0, x.high};
}

static bool in(int scope, int county)
{
	return scope < 0 || scope == county;
}

/* Of a town of the later point: who of its sources said something of the earlier one, and who should have. */
static enum cause fate0(const struct story *s, const struct event *e)
{
	bool any = false;
	for (int i = 0; i < e->n_from; i++) {
		const struct town *u = &s->town[e->from[i]];
		if (!u->has_now)
			any |= s->frames_known[0] ? u->framed0 : true;
	}
	return any ? CAUSE_RESPONSE : CAUSE_FRAME;
}

static enum cause fate1(const struct story *s, const struct town *w)
{
	return !s->frames_known[1] || w->framed1 ? CAUSE_RESPONSE : CAUSE_FRAME;
}

/* What each heir gets of a divided figure, where weights tell. */
static void divide(const struct event *e, struct range x, struct range ret[2])
{
	long a = e->weight[0], all = e->weight[0] + e->weight[1];
	if (x.low != x.high) {
		for (int i = 0; i < 2; i++)
			ret[i] = (struct range){x.low * e->weight[i] / all, (x.high * e->weight[i] + all - 1) / all};
		return;
	}
	long first = x.low * a / all, rest0 = x.low * a % all, rest1 = x.low * e->weight[1] % all;
	if (rest0 && rest0 >= rest1) /* the one left over goes to the larger remainder, the first of equal ones */
		first++;
	ret[0] = (struct range){first, first};
	ret[1] = (struct range){x.low - first, x.low - first};
}

/* `x` of the earlier point is known to be the heir's. */
static void known_flow(const struct story *s, const struct town *u, const struct town *w, struct range x, int scope,
		       struct parts *p)
{
	bool was = in(scope, u->county0), is = in(scope, w->county1);
	if (was != is)
		add(p, CAUSE_STRUCTURE, x, is ? 1 : -1);
	if (is)
		add(p, w->has_to ? CAUSE_REAL : fate1(s, w), x, -1);
}

/* Nobody knows how it was divided: each fate of its heirs may have none or all. */
static void unknown_flow(const struct story *s, const struct event *e, int scope, struct parts *p)
{
	const struct town *u = &s->town[e->from[0]];
	bool has[CAUSE_UNDETERMINED] = {false}, out = false, was = in(scope, u->county0);
	int fates = 0;
	for (int i = 0; i < 2; i++) {
		const struct town *w = &s->town[e->to[i]];
		if (!in(scope, w->county1)) {
			out = true;
			continue;
		}
		has[w->has_to ? CAUSE_REAL : fate1(s, w)] = true;
	}
	fates = has[CAUSE_REAL] + has[CAUSE_RESPONSE] + has[CAUSE_FRAME] + out;
	struct range x = fates > 1 ? up_to(u->now) : u->now, moved = out ? x : u->now;
	for (int c = 1; c < CAUSE_UNDETERMINED; c++)
		if (has[c])
			add(p, (enum cause)c, x, -1);
	if (was && out)
		add(p, CAUSE_STRUCTURE, moved, -1);
	if (!was && (!out || fates > 1))
		add(p, CAUSE_STRUCTURE, moved, 1);
}

static void one_event(const struct story *s, const struct event *e, int scope, struct parts *p)
{
	int spoke = 0;
	for (int i = 0; i < e->n_from; i++) {
		const struct town *u = &s->town[e->from[i]];
		bool was = in(scope, u->county0),
		     same = u->has_then && u->has_now && u->then.low == u->now.low && u->then.high == u->now.high;
		spoke += u->has_now;
		if (!was || same)
			continue;
		enum cause c = u->known_before ? CAUSE_CORRECTION : CAUSE_FOUND_LATE;
		if (u->has_now)
			add(p, c, u->now, 1);
		if (u->has_then)
			add(p, c, u->then, -1);
	}
	for (int i = 0; i < e->n_from; i++) {
		const struct town *u = &s->town[e->from[i]];
		struct range shares[2];
		if (!u->has_now)
			continue;
		if (e->kind == ENDS) {
			if (in(scope, u->county0))
				add(p, CAUSE_FRAME, u->now, -1);
		} else if (e->kind != SPLITS) {
			known_flow(s, u, &s->town[e->to[0]], u->now, scope, p);
		} else if (e->weighted) {
			divide(e, u->now, shares);
			known_flow(s, u, &s->town[e->to[0]], shares[0], scope, p);
			known_flow(s, u, &s->town[e->to[1]], shares[1], scope, p);
		} else {
			unknown_flow(s, e, scope, p);
		}
	}
	for (int i = 0; i < e->n_to; i++) {
		const struct town *w = &s->town[e->to[i]];
		if (!in(scope, w->county1) || !w->has_to)
			continue;
		add(p, spoke ? CAUSE_REAL : fate0(s, e), w->to, 1);
		if (spoke && spoke < e->n_from) { /* what of it was said of those who had been silent? */
			add(p, fate0(s, e), up_to(w->to), 1);
			add(p, CAUSE_REAL, up_to(w->to), -1);
		}
	}
}

static bool twin(const struct story *s, int scope, struct parts *p)
{
	bool any = false;
	*p = (struct parts){0};
	for (int i = 0; i < s->n_events; i++)
		one_event(s, &s->event[i], scope, p);
	for (int i = 0; i < s->n_towns; i++) {
		const struct town *t = &s->town[i];
		if (t->has_then && in(scope, t->county0)) {
			p->from_low += t->then.low;
			p->from_high += t->then.high;
			p->said_from = any = true;
		}
		if (t->has_to && in(scope, t->county1)) {
			p->to_low += t->to.low;
			p->to_high += t->to.high;
			p->said_to = any = true;
		}
	}
	return any;
}

static long least(struct range x)
{
	return x.low > 0 ? x.low : x.high < 0 ? x.high : 0;
}

static const char *range_text(struct world *w, struct range x)
{
	return x.low == x.high           ? arena_printf(w->a, "%ld", x.low)
	       : x.low < 0 || x.high < 0 ? arena_printf(w->a, "%ld to %ld", x.low, x.high)
					 : arena_printf(w->a, "%ld–%ld", x.low, x.high);
}

static bool any_part(const struct parts *p, int first, int last)
{
	for (int c = first; c <= last; c++)
		if (p->part[c].low || p->part[c].high)
			return true;
	return false;
}

/* Nothing is said at a point: that is no 0, unless the causes say why. */
static const char *silent_text(struct world *w, const struct parts *p)
{
	bool happened = any_part(p, CAUSE_FRAME, CAUSE_DEFINITION) || any_part(p, CAUSE_REAL, CAUSE_REAL);
	bool known = any_part(p, CAUSE_CORRECTION, CAUSE_STRUCTURE) || any_part(p, CAUSE_FOUND_LATE, CAUSE_FOUND_LATE);
	bool no_from = !p->said_from && happened && !known, no_to = !p->said_to && happened;
	if (!no_from && !no_to)
		return NULL;
	return arena_printf(
	    w->a,
	    "%s → %s = refused: correction refused, structure refused, frame refused, response refused, "
	    "definition refused, late refused, real refused, undetermined refused",
	    no_from ? "refused" : range_text(w, (struct range){p->from_low, p->from_high}),
	    no_to ? "refused" : range_text(w, (struct range){p->to_low, p->to_high}));
}

/* As k_text() tells it. */
static const char *twin_text(struct world *w, const struct parts *p)
{
	static const char *const names[] = {"",         "correction", "structure", "frame",
					    "response", "definition", "late",      "real"};
	struct range change = {p->to_low - p->from_high, p->to_high - p->from_low}, left = change;
	const char *text = arena_printf(w->a, "%s → %s = %s:", range_text(w, (struct range){p->from_low, p->from_high}),
					range_text(w, (struct range){p->to_low, p->to_high}), range_text(w, change));
	bool any = false;
	if (silent_text(w, p))
		return silent_text(w, p);
	for (int c = 1; c < CAUSE_UNDETERMINED; c++) {
		struct range x = p->part[c];
		left.low -= least(x);
		left.high -= least(x);
		if (!x.low && !x.high)
			continue;
		text = arena_printf(w->a, "%s%s %s %ld", text, any ? "," : "", names[c], least(x));
		if (x.low != x.high)
			text = arena_printf(w->a, "%s (%ld..%ld)", text, x.low, x.high);
		any = true;
	}
	if (left.low || left.high) {
		text = arena_printf(w->a, "%s%s undetermined %s", text, any ? "," : "", range_text(w, left));
		any = true;
	}
	return any ? text : arena_printf(w->a, "%s nothing", text);
}

/* ---- against each other ----------------------------------------------------------------------------- */

/* Where nobody says anything at a point, there is nothing to take apart. */
static bool said_at_both(const struct story *s)
{
	bool from = false, to = false;
	for (int i = 0; i < s->n_towns; i++) {
		from |= s->town[i].has_then || s->town[i].has_now;
		to |= s->town[i].has_to;
	}
	return from && to;
}

/* A basis that no weight has is refused. */
static const char *weights(const struct story *s)
{
	for (int i = 0; i < s->n_events; i++)
		if (s->event[i].kind == SPLITS && s->event[i].weighted)
			return "population";
	return "";
}

static void compare(struct world *w, const struct story *s, uint64_t then, int scope, uint64_t seed)
{
	struct parts p;
	bool any = said_at_both(s) && twin(s, scope, &p);
	struct k_ask ask = {.indicator = "people",
			    .from_rev = then,
			    .weights = weights(s),
			    .in = scope < 0 ? NULL : arena_printf(w->a, "C%d", scope)};
	if (!any)
		return; /* there is no row, or only what passed through */
	const char *expected = twin_text(w, &p), *got = k_parts(w, &ask);
	if (strcmp(expected, got) != 0)
		fail_msg("seed %llu, scope %d:\n  expected %s\n  got      %s", (unsigned long long)seed, scope,
			 expected, got);
}

/* Grouped by county the same is said of each. */
static void compare_groups(struct world *w, const struct story *s, uint64_t then, uint64_t seed)
{
	struct parts p;
	if (!said_at_both(s) || !twin(s, -1, &p))
		return;
	struct msg_decompose_answer *a = k_decompose(
	    w, &(struct k_ask){.indicator = "people", .from_rev = then, .weights = weights(s), .group_by = "county"});
	for (size_t i = 0; i < a->n_rows; i++) {
		(void)twin(s, a->rows[i].group[1] - '0', &p);
		const char *expected = twin_text(w, &p), *got = k_text(w, &a->rows[i]);
		if (strcmp(expected, got) != 0)
			fail_msg("seed %llu, grouped, %s:\n  expected %s\n  got      %s", (unsigned long long)seed,
				 a->rows[i].group, expected, got);
	}
}

/* Figures of several groupings in the units of another day, also of one county alone: made once more of the log. */
static void figures_explained(struct world *w, uint64_t seed)
{
	static const enum measure all[] = {MEASURE_SUM,  MEASURE_COUNT,  MEASURE_SHARE, MEASURE_RANK,
					   MEASURE_MEAN, MEASURE_MEDIAN, MEASURE_MAX,   MEASURE_CONCENTRATION};
	static const char *const groups[] = {"size", "county", "", "unit"};
	struct msg_decimal limits[] = {{.digits = 20}, {.digits = 40}};
	bool size = seed % 4 == 0;
	struct msg_trend_question t = {.indicator = "people",
				       .group_by = groups[seed % 4],
				       .size_indicator = size ? "people" : "",
				       .n_size_limits = size ? 2 : 0,
				       .size_limits = limits,
				       .n_units = seed / 4 % 2,
				       .units = w_by_id(w, "C0"),
				       .subtree = true,
				       .weight_basis = seed / 8 % 2 ? "population" : "",
				       .structure_at = seed % 3 ? "2022-06-01" : "2016-06-01",
				       .decimals = 1,
				       .n_measures = sizeof all / sizeof *all,
				       .measures = (enum measure *)(uintptr_t)all};
	struct msg_query_request r = w_request();
	r.trend = &t;
	const struct msg_trend_answer *answer = w_ask(w, &r)->trend;
	for (size_t i = 0; answer && i < answer->n_rows; i++)
		for (size_t k = 0; k < t.n_measures; k++) {
			const struct msg_trend_row *row = &answer->rows[i];
			const char *among = "";
			for (size_t n = 0; n < row->n_among; n++)
				among = arena_printf(w->a, "%s%s%s", among, n ? "; " : "", row->among[n]);
			struct msg_explain_question e = {.trend = &t,
							 .group = *among        ? among
								  : *row->group ? row->group
										: row->group_name,
							 .period = row->period,
							 .round = row->round,
							 .measure = all[k]};
			struct msg_query_request one = w_request();
			one.explain = &e;
			const struct msg_query_reply *reply = w_ask(w, &one);
			const struct msg_figure *f = &row->figures[k];
			if (!reply->explain || !reply->explain->agrees)
				fail_msg("seed %llu, %s %s, measure %d is %s%s, made once more %s",
					 (unsigned long long)seed, row->group_name, row->period, (int)all[k], f->shown,
					 f->refused,
					 reply->explain ? reply->explain->recomputed->shown : reply->error->text);
			k_explained++;
		}
}

static void parts_are_those_that_the_twin_knows(void **state)
{
	const char *asked = getenv("DECOMPOSE_SEEDS");
	uint64_t n = asked ? strtoull(asked, NULL, 10) : 150;
	(void)state;
	for (uint64_t seed = 1; seed <= n; seed++) {
		void *world;
		assert_int_equal(world_setup(&world), 0);
		struct world *w = world;
		struct story *s = story_make(w, seed);
		uint64_t then = story_tell(w, s);
		for (int scope = -1; scope < COUNTIES; scope++) {
			k_silent = (int)(seed % 5) != scope + 1;
			compare(w, s, then, scope, seed);
		}
		k_silent = seed % 5 != 4;
		compare_groups(w, s, then, seed);
		if (seed % 5 < 2)
			figures_explained(w, seed);
		assert_int_equal(world_teardown(&world), 0);
	}
	print_message("%zu figures explained\n", k_explained);
	assert_true(k_explained > 5 * n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(parts_are_those_that_the_twin_knows),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
