/* SPDX-License-Identifier: Apache-2.0
 *
 * test_roster_random.c - counts of units whose lists have gaps, against the rules of roster.h taken word for word: a
 * matrix of who holds whom, and every declaration gone through for every unit.
 *
 * VARDE_SEED the world.
 */
#include "query/roster.h"
#include "tests/unit/query_kit.h"

#define BIG    24 /* units with others in them; the first of them are the larger ones */
#define SMALL  40
#define ALL    (BIG + SMALL)
#define SAID   30
#define ROUNDS 8

struct said {
	int scope, round;
	enum completion how;
};
struct random {
	uint64_t seed;
	struct world *w;
	bool in[ALL][ALL]; /* [a][b]: a is in b, also itself */
	int32_t days[ROUNDS];
	size_t n_said;
	struct said said[SAID];
};

static const char *name(struct random *t, int i)
{
	return arena_printf(t->w->a, "%s%d", i < BIG ? "big" : "small", i);
}

/* Larger ones come first, so that nothing is inside itself. A few are in two. */
static void make_world(struct random *t)
{
	for (int i = 0; i < ALL; i++) {
		w_unit(t->w, name(t, i), i < BIG ? "big" : "small", "", "", NULL);
		t->in[i][i] = true;
		for (int n = (int)kit_below(&t->seed, 3); i && n > 0; n--) {
			int b = (int)kit_below(&t->seed, (uint64_t)(i < BIG ? i : BIG));
			if (t->in[i][b])
				continue;
			w_link(t->w, LINK_TYPE_PART_OF, name(t, i), name(t, b), "", "");
			for (int k = 0; k < ALL; k++)
				t->in[i][k] |= t->in[b][k];
		}
	}
	for (int i = 0; i < ROUNDS; i++) {
		const char *day = arena_printf(t->w->a, "20%02d-01-01", (int)kit_below(&t->seed, 6));
		struct when when = w_when(day);
		t->days[i] = when.lo;
		w_round(t->w, arena_printf(t->w->a, "r%d", i), day, 0);
	}
	w_commit(t->w);
}

/* Each in a revision of its own: what was said last in a round and a scope stands. */
static void declare(struct random *t)
{
	struct said x = {(int)kit_below(&t->seed, BIG), (int)kit_below(&t->seed, ROUNDS),
			 kit_below(&t->seed, 2) ? COMPLETION_YES : COMPLETION_NO};
	w_fact(t->w, FACT_SCOPE)->scope =
	    (struct fact_scope){.round = w_word(t->w, SPACE_ROUND, arena_printf(t->w->a, "r%d", x.round)),
				.unit = w_word(t->w, SPACE_UNIT, name(t, x.scope)),
				.kind = w_word(t->w, SPACE_TERM, "small"),
				.state = STATE_ASSERTED,
				.completion = (uint8_t)x.how,
				.src = w_word(t->w, SPACE_SOURCE, "s1")};
	w_commit(t->w);
	t->said[t->n_said++] = x;
}

static bool corrected(const struct random *t, size_t i)
{
	for (size_t k = i + 1; k < t->n_said; k++) {
		if (t->said[k].scope == t->said[i].scope && t->said[k].round == t->said[i].round)
			return true;
	}
	return false;
}

/* What holds of the scope's own list: YES, NO, or UNSPECIFIED = nothing. */
static enum completion own(const struct random *t, int scope, int32_t day)
{
	enum completion holds = COMPLETION_UNSPECIFIED, first = COMPLETION_UNSPECIFIED;
	int32_t since = INT32_MIN, first_day = INT32_MAX;
	for (size_t i = 0; i < t->n_said; i++) {
		int32_t from = t->days[t->said[i].round];
		if (t->said[i].scope != scope || corrected(t, i))
			continue;
		if (from <= day && from >= since) {
			since = from;
			holds = t->said[i].how;
		}
		if (from <= first_day) {
			first_day = from;
			first = t->said[i].how;
		}
	}
	return holds == COMPLETION_UNSPECIFIED && first == COMPLETION_NO ? COMPLETION_NO : holds;
}

static bool has_gaps(const struct random *t, int unit, int32_t day)
{
	bool any = false, complete = false;
	for (int b = 0; b < BIG; b++) {
		if (t->in[b][unit] && own(t, b, day) == COMPLETION_NO)
			return true;
		if (!t->in[unit][b] || own(t, b, day) == COMPLETION_UNSPECIFIED)
			continue;
		bool far = false;
		for (int c = 0; c < BIG && !far; c++)
			far = c != b && t->in[unit][c] && t->in[c][b] && own(t, c, day) != COMPLETION_UNSPECIFIED;
		any |= !far;
		complete |= !far && own(t, b, day) == COMPLETION_YES;
	}
	return any && !complete;
}

/* The only row of a count. */
static const struct msg_figure *counted(struct random *t, int unit, const char *day)
{
	enum measure count = MEASURE_COUNT;
	struct msg_count_question c = {.counted = COUNTED_UNITS,
				       .kind = "small",
				       .n_units = unit >= 0,
				       .units = unit >= 0 ? w_by_id(t->w, name(t, unit)) : NULL,
				       .subtree = true,
				       .n_dates = 1,
				       .dates = &day,
				       .n_measures = 1,
				       .measures = &count};
	struct msg_query_request q = w_request();
	q.count = &c;
	struct msg_query_reply *reply = w_ask(t->w, &q);
	assert_null(reply->error);
	assert_int_equal(reply->trend->n_rows, 1);
	return &reply->trend->rows[0].figures[0];
}

static void compare(struct random *t)
{
	const char *day =
	    arena_printf(t->w->a, "20%02d-0%d-01", (int)kit_below(&t->seed, 7), 1 + (int)kit_below(&t->seed, 2));
	struct when when = w_when(day);
	bool any = false;
	for (int b = 0; b < BIG; b++)
		any |= own(t, b, when.lo) == COMPLETION_NO;
	assert_int_equal(!*counted(t, -1, day)->numerator, any);
	for (int b = 0; b < BIG; b++) {
		int n = 0;
		for (int i = BIG; i < ALL; i++)
			n += t->in[i][b];
		const struct msg_figure *f = counted(t, b, day);
		const char *text = arena_printf(t->w->a, has_gaps(t, b, when.lo) ? "at least %d" : "%d", n);
		if (strcmp(f->shown, text) != 0)
			fail_msg("%s on %s: %s, not %s", name(t, b), day, f->shown, text);
	}
}

static void counts_follow_what_is_declared_of_their_lists(void **state)
{
	struct world *w = *state;
	const char *given = getenv("VARDE_SEED");
	struct random t = {.w = w, .seed = given ? strtoull(given, NULL, 10) : 4711};
	print_message("VARDE_SEED=%llu\n", (unsigned long long)t.seed);
	make_world(&t);
	for (int i = 0; i < SAID; i++) {
		declare(&t);
		compare(&t);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(counts_follow_what_is_declared_of_their_lists, world_setup, world_teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
