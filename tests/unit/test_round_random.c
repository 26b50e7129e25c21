/* SPDX-License-Identifier: Apache-2.0
 *
 * test_round_random.c - random rounds of two surveys, told to a judge: what they speak of, take back, declare complete.
 * A difference, a balance and a decomposition of any two of them, each as known at any time, say what a plain list of
 * who said what says, and so the same.
 */
#include "tests/unit/balance_explained.h"
#include "tests/unit/asking.h"

#define ROUNDS   6
#define ALLS     7 /* arrangements */
#define TOWNS    4 /* two in each county */
#define STEPS    34
#define SAID_MAX (STEPS + ALLS)

static const struct {
	const char *id, *survey, *reference, *last;
	bool everywhere; /* else it asks about c0 */
} rounds[ROUNDS] = {{"s2012", "s", "2012", "2012-12-31", true},     {"s2014", "s", "2014-03", "2014-03-31", true},
		    {"t2016", "t", "2016-06", "2016-06-30", false}, {"s2017", "s", "2017", "2017-12-31", true},
		    {"t2020", "t", "2020-09", "2020-09-30", false}, {"s2020", "s", "2020", "2020-12-31", true}};
static const char *const starts[] = {"2008-01-01", "2015-05-01", "2018-05-01"}, *const ends[] = {"", "2016-02-01",
												 "2019-02-01"};

struct twin {
	struct {
		uint64_t rev; /* 0 = not yet */
		const char *from, *to;
		bool attested; /* nobody says when it began: on `from` at the latest */
		bool in[2];    /* who takes part: of c0, of c1 */
	} all[ALLS];
	size_t n_said;
	struct {
		int round, all; /* round ROUNDS = outside any */
		uint64_t rev, gone;
		bool first; /* that made the arrangement known */
	} said[SAID_MAX];
	size_t n_declared;
	struct {
		int round, county;
		uint64_t rev;
		bool yes;
	} declared[STEPS];
};

/* ---- what is said ----------------------------------------------------------------------------------- */

static const char *members(struct world *w, struct twin *t, uint64_t *seed, int a)
{
	uint64_t which = 1 + kit_below(seed, 3);
	t->all[a].in[0] = which & 1;
	t->all[a].in[1] = which & 2;
	return arena_printf(w->a, "[%s%s%s]", which & 1 ? "'u0'" : "", which == 3 ? ", " : "", which & 2 ? "'u2'" : "");
}

static void begin(struct world *w, struct twin *t, uint64_t *seed, int a)
{
	const char *who = members(w, t, seed, a), *from = starts[kit_below(seed, 3)], *to = ends[kit_below(seed, 3)];
	int r = (int)kit_below(seed, ROUNDS);
	t->all[a].attested = kit_below(seed, 2);
	if (t->all[a].attested)
		from = rounds[r].last;
	if (strcmp(from, to) >= 0)
		to = "";
	t->all[a].from = from;
	t->all[a].to = to;
	t->all[a].rev = accepted(w,
				 "{'submission': {%s%s%s 'mode': 'patch', 'source': 'q', 'arrangements': [{'id': 'a%d',"
				 "'name': 'A%d', 'established': '%s', 'ended': '%s', 'participants': %s,"
				 "'participants_complete': 'yes'}]}}",
				 t->all[a].attested ? "'round': '" : "", t->all[a].attested ? rounds[r].id : "",
				 t->all[a].attested ? "'," : "", a, a, t->all[a].attested ? "" : from, to, who)
			    ->rev;
	t->said[t->n_said].first = true;
	t->said[t->n_said].round = t->all[a].attested ? r : ROUNDS;
	t->said[t->n_said].all = a;
	t->said[t->n_said++].rev = t->all[a].rev;
}

static void speak(struct world *w, struct twin *t, uint64_t *seed, int a, int step)
{
	int r = (int)kit_below(seed, ROUNDS);
	t->said[t->n_said].round = r;
	t->said[t->n_said].all = a;
	/* A level of its own, so that there is something to take back. */
	t->said[t->n_said++].rev =
	    accepted(w,
		     "{'submission': {'round': '%s', 'mode': 'patch', 'source': 'q', 'reason': 'r',"
		     "'arrangements': [{'id': 'a%d', 'name': 'A%d', 'sector': 'x%d',"
		     "'participants_complete': 'unknown'}]}}",
		     rounds[r].id, a, a, step)
		->rev;
}

static void take_back(struct world *w, struct twin *t, uint64_t *seed)
{
	size_t i = kit_below(seed, t->n_said);
	if (t->said[i].first || t->said[i].gone)
		return;
	struct said *s = say_bytes(w, world_message(w,
						    "{'submission': {'mode': 'patch', 'source': 'q', 'reason': 'r',"
						    "'retractions': [{'revision': %llu, 'unit': 'a%d'}]}}",
						    (unsigned long long)t->said[i].rev, t->said[i].all));
	t->said[i].gone = s->accepted ? s->rev : 0;
}

static void declare(struct world *w, struct twin *t, uint64_t *seed)
{
	int r = (int)kit_below(seed, ROUNDS), c = (int)kit_below(seed, 2);
	bool yes = kit_below(seed, 3);
	t->declared[t->n_declared].round = r;
	t->declared[t->n_declared].county = c;
	t->declared[t->n_declared].yes = yes;
	t->declared[t->n_declared++].rev =
	    accepted(w,
		     "{'submission': {'round': '%s', 'mode': 'patch', 'source': 'q', 'completeness': ["
		     "{'scope': 'c%d', 'kind': 'arrangement', 'complete': '%s'}]}}",
		     rounds[r].id, c, yes ? "yes" : "no")
		->rev;
}

/* ---- what the twin knows ---------------------------------------------------------------------------- */

enum lives { NEVER, PERHAPS, SURELY };

static enum lives lives(const struct twin *t, int a, int r, uint64_t rev)
{
	const char *day = rounds[r].last;
	if (!t->all[a].rev || t->all[a].rev > rev || (*t->all[a].to && strcmp(day, t->all[a].to) >= 0))
		return NEVER;
	if (strcmp(day, t->all[a].from) >= 0)
		return SURELY;
	return t->all[a].attested ? PERHAPS : NEVER;
}

static bool speaks(const struct twin *t, int r, int a, uint64_t rev)
{
	for (size_t i = 0; i < t->n_said; i++)
		if (t->said[i].round == r && t->said[i].all == a && t->said[i].rev <= rev &&
		    (!t->said[i].gone || t->said[i].gone > rev))
			return true;
	return false;
}

static bool complete(const struct twin *t, int r, int a, uint64_t rev)
{
	bool yes[2] = {false, false};
	for (size_t i = 0; i < t->n_declared; i++)
		if (t->declared[i].round == r && t->declared[i].rev <= rev)
			yes[t->declared[i].county] = t->declared[i].yes;
	return (yes[0] || !t->all[a].in[0]) && (yes[1] || !t->all[a].in[1]);
}

static bool asks(const struct twin *t, int r, int a)
{
	return rounds[r].everywhere || t->all[a].in[0];
}

struct points {
	int p, q;
	uint64_t then, now;
};
/* What each question is to say of one arrangement. */
struct expected {
	bool was, is, last;
	int learned;                      /* of the opening */
	enum flow_kind flow;              /* UNSPECIFIED = none */
	bool perhaps;                     /* new, or there before and not listed */
	enum difference by_round, silent; /* UNSPECIFIED = no row */
	unsigned causes;
};

static unsigned bit(enum cause c)
{
	return 1u << c;
}

static struct expected expect(const struct twin *t, const struct points *x, int a)
{
	enum lives p = lives(t, a, x->p, x->now), q = lives(t, a, x->q, x->now), before = lives(t, a, x->p, x->then);
	bool then = speaks(t, x->p, a, x->then), now = speaks(t, x->p, a, x->now), later = speaks(t, x->q, a, x->now);
	bool gone = complete(t, x->q, a, x->now), new = complete(t, x->p, a, x->now);
	struct expected e = {.was = before && then, .is = p && now, .last = q && later};
	e.learned = e.is - e.was;
	if (before && then != now)
		e.by_round = then ? DIFFERENCE_RETRACTED : DIFFERENCE_FOUND_LATE;
	if (e.is && !e.last) {
		e.flow = !q || gone ? FLOW_KIND_ENDED : FLOW_KIND_NOT_FOUND_AGAIN;
		if (q && (gone || asks(t, x->q, a)) && x->p != x->q)
			e.silent = gone ? DIFFERENCE_ENDED : DIFFERENCE_NOT_FOUND_AGAIN;
		e.causes = !q || gone         ? bit(CAUSE_REAL)
			   : asks(t, x->q, a) ? bit(CAUSE_REAL) | bit(CAUSE_RESPONSE)
					      : bit(CAUSE_FRAME);
	} else if (e.last && !e.is) {
		e.flow = p == SURELY ? FLOW_KIND_FOUND_LATE : FLOW_KIND_NEW;
		e.perhaps = p && p != SURELY && !new;
		e.causes = !p                          ? bit(CAUSE_REAL)
			   : !new && !asks(t, x->p, a) ? bit(CAUSE_FRAME)
			   : p == SURELY               ? bit(CAUSE_FOUND_LATE)
			   : new                       ? bit(CAUSE_REAL)
						       : bit(CAUSE_REAL) | bit(CAUSE_FOUND_LATE);
	}
	return e;
}

/* ---- against each other ----------------------------------------------------------------------------- */

static const char *points_text(struct world *w, const struct points *x)
{
	return arena_printf(w->a,
			    "'from': {'round': '%s', 'as_of_revision': %llu}, 'to': {'round': '%s', 'as_of_revision': "
			    "%llu}",
			    rounds[x->p].id, (unsigned long long)x->then, rounds[x->q].id, (unsigned long long)x->now);
}

static int number_of(const char *text)
{
	char *end;
	long n = strtol(text, &end, 10);
	if (end == text || *end)
		fail_msg("\"%s\" is no number", text);
	return (int)n;
}

static int end_of(const char *end, const char *shown)
{
	return number_of(*end ? end : shown);
}

static void check_balance(struct world *w, const struct twin *t, const struct points *x)
{
	int opening = 0, closing = 0, flows[FLOW_KIND_CORRECTED + 1] = {0}, perhaps = 0;
	for (int a = 0; a < ALLS; a++) {
		struct expected e = expect(t, x, a);
		opening += e.was;
		closing += e.last;
		if (e.learned)
			flows[e.learned > 0 ? FLOW_KIND_FOUND_LATE : FLOW_KIND_CORRECTED] += e.learned;
		flows[e.flow] += e.last - e.is;
		perhaps += e.perhaps;
	}
	if (!opening && !closing)
		return; /* refused: there is nothing */
	struct answers all = balance_asked(w, "%s, 'counted': 'arrangements'", points_text(w, x));
	const struct msg_balance_row *row = &all.list[0].balance->rows[0];
	assert_int_equal(end_of(row->opening->low, row->opening->shown), opening);
	assert_int_equal(end_of(row->closing->low, row->closing->shown), closing);
	assert_string_equal(row->unexplained->shown, "0");
	for (size_t i = 0; i < row->n_flows; i++) {
		const struct msg_figure *f = row->flows[i].figure;
		int less = row->flows[i].kind == FLOW_KIND_NEW ? perhaps : 0;
		assert_int_equal(end_of(f->low, f->shown), flows[row->flows[i].kind] - less);
		assert_int_equal(end_of(f->high, f->shown), flows[row->flows[i].kind]);
		flows[row->flows[i].kind] = 0;
	}
	for (int k = 1; k <= FLOW_KIND_CORRECTED; k++)
		assert_int_equal(flows[k], 0);
}

static int least(int low, int high)
{
	return low > 0 ? low : high < 0 ? high : 0;
}

static void check_decompose(struct world *w, const struct twin *t, const struct points *x)
{
	int low[CAUSE_UNDETERMINED + 1] = {0}, high[CAUSE_UNDETERMINED + 1] = {0}, from = 0, to = 0, sum = 0;
	for (int a = 0; a < ALLS; a++) {
		struct expected e = expect(t, x, a);
		int n = e.last - e.is, learned = e.learned > 0 ? CAUSE_FOUND_LATE : CAUSE_CORRECTION;
		bool one = !(e.causes & (e.causes - 1));
		from += e.was;
		to += e.last;
		low[learned] += e.learned;
		high[learned] += e.learned;
		for (int c = 1; c < CAUSE_UNDETERMINED; c++) {
			low[c] += e.causes >> c & 1 && (one || n < 0) ? n : 0;
			high[c] += e.causes >> c & 1 && (one || n > 0) ? n : 0;
		}
	}
	struct answers all =
	    asked(w, "{'decompose': {%s, 'counted': 'arrangements', 'measure': 'count'}}", points_text(w, x));
	const struct msg_decompose_row *row = &all.list[0].decompose->rows[0];
	assert_true(row->agrees);
	assert_int_equal(number_of(row->from->shown), from);
	assert_int_equal(number_of(row->to->shown), to);
	for (int c = 1; c < CAUSE_UNDETERMINED; c++) {
		const struct msg_figure *f = row->parts[c - 1].figure;
		assert_int_equal(end_of(f->low, f->shown), low[c]);
		assert_int_equal(end_of(f->high, f->shown), high[c]);
		assert_int_equal(number_of(f->shown), least(low[c], high[c]));
		sum += least(low[c], high[c]);
	}
	assert_int_equal(number_of(row->parts[CAUSE_UNDETERMINED - 1].figure->shown), to - from - sum);
	if (x->then % 3 == 0)
		causes_explained(
		    w, arena_printf(w->a, "%s, 'counted': 'arrangements', 'measure': 'count'", points_text(w, x)), row);
}

static void check_rows(struct world *w, const char *points, struct expected e[ALLS])
{
	struct answers all = asked(w, "{'diff': {%s, 'arrangements': true}}", points);
	for (size_t p = 0; p < all.n; p++)
		for (size_t i = 0; i < all.list[p].diff->n_rows; i++) {
			const struct msg_diff_row *row = &all.list[p].diff->rows[i];
			struct expected *one = &e[row->unit[1] - '0'];
			if (row->subject != SUBJECT_UNIT)
				continue;
			if (strcmp(row->field, "round") == 0) {
				assert_int_equal(row->what, one->by_round);
				one->by_round = DIFFERENCE_UNSPECIFIED;
			} else if (one->silent &&
				   (row->what == DIFFERENCE_NOT_FOUND_AGAIN || row->what == DIFFERENCE_ENDED)) {
				assert_int_equal(row->what, one->silent);
				one->silent = DIFFERENCE_UNSPECIFIED;
			} else {
				/* What a round spoke of at the earlier point is not new at the later. */
				assert_int_not_equal(row->what, DIFFERENCE_NOT_FOUND_AGAIN);
				assert_false(row->what == DIFFERENCE_NEW && one->is);
			}
		}
	for (int a = 0; a < ALLS; a++) {
		assert_int_equal(e[a].by_round, DIFFERENCE_UNSPECIFIED);
		assert_int_equal(e[a].silent, DIFFERENCE_UNSPECIFIED);
	}
}

static void check_diff(struct world *w, const struct twin *t, const struct points *x)
{
	struct expected e[ALLS];
	for (int a = 0; a < ALLS; a++)
		e[a] = expect(t, x, a);
	check_rows(w, points_text(w, x), e);
}

/* Between two days, by the rounds of one survey: those up to the first day, and those after it up to the second. */
enum when_of { OTHER, EARLIER, LATER };

static enum when_of when_of(const struct points *x, const char *survey, int r)
{
	if (r == ROUNDS || strcmp(rounds[r].survey, survey) != 0)
		return OTHER;
	return strcmp(rounds[r].last, rounds[x->p].last) <= 0   ? EARLIER
	       : strcmp(rounds[r].last, rounds[x->q].last) <= 0 ? LATER
								: OTHER;
}

static unsigned spoken_bits(const struct twin *t, int a, uint64_t rev)
{
	unsigned bits = 0;
	for (int r = 0; r <= ROUNDS; r++)
		bits |= speaks(t, r, a, rev) ? 1u << r : 0;
	return bits;
}

static void expect_survey(const struct twin *t, const struct points *x, const char *survey, int a, struct expected *e)
{
	unsigned then = spoken_bits(t, a, x->then), now = spoken_bits(t, a, x->now), earlier = 0, later = 0, own = 0;
	bool declared = false, asked = false;
	*e = (struct expected){0};
	for (int r = 0; r <= ROUNDS; r++) {
		enum when_of when = when_of(x, survey, r);
		earlier |= when == EARLIER ? 1u << r : 0;
		later |= when == LATER ? 1u << r : 0;
		own |= r < ROUNDS && strcmp(rounds[r].survey, survey) == 0 ? 1u << r : 0;
		declared |= when == LATER && complete(t, r, a, x->now);
		asked |= when == LATER && asks(t, r, a);
	}
	e->is = lives(t, a, x->p, x->now) && (now & earlier);
	if (lives(t, a, x->p, x->then) && (then & earlier) != (now & earlier))
		e->by_round = !(then & earlier)  ? DIFFERENCE_FOUND_LATE
			      : !(now & earlier) ? DIFFERENCE_RETRACTED
						 : DIFFERENCE_CORRECTED;
	if (e->is && later && !(now & later) && !(now & ~own) && lives(t, a, x->q, x->now) && (declared || asked))
		e->silent = declared ? DIFFERENCE_ENDED : DIFFERENCE_NOT_FOUND_AGAIN;
}

static void check_survey(struct world *w, const struct twin *t, const struct points *x, const char *survey)
{
	struct expected e[ALLS];
	for (int a = 0; a < ALLS; a++)
		expect_survey(t, x, survey, a, &e[a]);
	check_rows(w,
		   arena_printf(w->a,
				"'from': {'valid_at': '%s', 'as_of_revision': %llu}, 'to': {'valid_at': '%s',"
				"'as_of_revision': %llu}, 'survey': '%s'",
				rounds[x->p].last, (unsigned long long)x->then, rounds[x->q].last,
				(unsigned long long)x->now, survey),
		   e);
}

/* ---- histories -------------------------------------------------------------------------------------- */

static void define_all(struct world *w)
{
	accepted(w, "{'define': {'sources': [{'id': 'q', 'title': 'Q'}], 'surveys': [{'id': 's', 'title': 'S'},"
		    "{'id': 't', 'title': 'T'}]}}");
	accepted(w,
		 "{'submission': {'mode': 'patch', 'source': 'q', 'units': ["
		 "{'id': 'c0', 'kind': 'county', 'names': ['C0']}, {'id': 'c1', 'kind': 'county', 'names': ['C1']}]}}");
	for (int u = 0; u < TOWNS; u++)
		accepted(
		    w,
		    "{'submission': {'mode': 'patch', 'source': 'q', 'units': [{'id': 'u%d', 'kind': 'municipality',"
		    "'names': ['U%d'], 'part_of': 'c%d'}]}}",
		    u, u, u / 2);
	for (int r = 0; r < ROUNDS; r++)
		accepted(w, "{'define': {'rounds': [{'id': '%s', 'survey': '%s', 'reference': '%s'%s}]}}", rounds[r].id,
			 rounds[r].survey, rounds[r].reference, rounds[r].everywhere ? "" : ", 'area': 'c0'");
}

static void one_history(uint64_t seed)
{
	void *state = NULL;
	static struct twin t;
	memset(&t, 0, sizeof t);
	assert_int_equal(world_folded(&state), 0);
	struct world *w = state;
	define_all(w);
	uint64_t first = w->rev;
	for (int i = 0; i < STEPS; i++) {
		int a = (int)kit_below(&seed, ALLS);
		if (!t.all[a].rev)
			begin(w, &t, &seed, a);
		else if (kit_below(&seed, 5) == 0)
			declare(w, &t, &seed);
		else if (t.n_said && kit_below(&seed, 3) == 0)
			take_back(w, &t, &seed);
		else
			speak(w, &t, &seed, a, i);
	}
	for (int i = 0; i < 25; i++) {
		struct points x = {.p = (int)kit_below(&seed, ROUNDS),
				   .then = first + kit_below(&seed, w->rev - first + 1)};
		x.q = x.p + (int)kit_below(&seed, (uint64_t)(ROUNDS - x.p));
		x.now = x.then + kit_below(&seed, w->rev - x.then + 1);
		check_balance(w, &t, &x);
		check_decompose(w, &t, &x);
		check_diff(w, &t, &x);
		check_survey(w, &t, &x, i % 2 ? "s" : "t");
	}
	world_gone(&state);
}

static void three_questions_say_what_was_said(void **state)
{
	(void)state;
	const char *given = getenv("VARDE_SEED");
	uint64_t seed = given ? strtoull(given, NULL, 0) : 20260333;
	for (unsigned i = 0; i < test_rounds(30); i++) {
		print_message("seed %llu\n", (unsigned long long)(seed + i));
		one_history(seed + i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(three_questions_say_what_was_said)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
