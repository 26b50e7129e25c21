/* SPDX-License-Identifier: Apache-2.0
 *
 * test_diff_twin.c - random assertions, corrections and retractions over both axes of time, against a naive twin: the
 * differences between two points, applied to what was at the one, give what is at the other.
 */
#include "tests/unit/query_kit.h"

#define UNITS   5
#define ALLS    3 /* arrangements */
#define SLOTS   2 /* statements of one participation, each with a start of its own */
#define PERIODS 3
#define STEPS   24

static const char *const unit_ids[UNITS] = {"u0", "u1", "u2", "u3", "u4"};
static const char *const all_ids[ALLS] = {"a0", "a1", "a2"};
static const char *const periods[PERIODS] = {"2014", "2017", "2020"};
static const char *const days[PERIODS] = {"2014-06-01", "2017-06-01", "2020-06-01"};
static const char *const starts[SLOTS] = {"2012-01-01", "2016-01-01"};
static const char *const ends[] = {"", "2015-01-01", "2018-01-01", "2021-01-01"};

struct said {
	bool stands;
	int end; /* index into ends */
};
/* All that is known at a revision. */
struct twin {
	int value[UNITS][PERIODS]; /* 0 = nothing stands */
	struct said part[UNITS][ALLS][SLOTS];
};

static void say_value(struct world *w, struct twin *t, uint64_t *seed, int u, int p)
{
	bool back = t->value[u][p] && kit_below(seed, 3) == 0;
	int value = back ? 0 : (int)kit_below(seed, 4) + 1;
	struct fact *f = w_obs(w, unit_ids[u], "i", periods[p], back ? NULL : arena_printf(w->a, "%d", value));
	if (!back && t->value[u][p])
		f->obs.state = STATE_CORRECTED;
	t->value[u][p] = value;
}

static void say_part(struct world *w, struct twin *t, uint64_t *seed, int u, int a, int s)
{
	struct said *x = &t->part[u][a][s];
	bool back = x->stands && kit_below(seed, 3) == 0;
	/* A start after the end is no statement. */
	int end = s ? (int)kit_below(seed, 3) : (int)kit_below(seed, 4);
	end = s && end ? end + 1 : end;
	w_link(w, LINK_TYPE_PARTICIPATES_IN, unit_ids[u], all_ids[a], starts[s], ends[back ? x->end : end]);
	struct fact_link *l = &w->facts[w->n_facts - 1].link;
	l->state = back ? STATE_RETRACTED : x->stands ? STATE_CORRECTED : STATE_ASSERTED;
	*x = (struct said){!back, back ? x->end : end};
}

static bool takes_part(const struct twin *t, int u, int a, int p)
{
	for (int s = 0; s < SLOTS; s++) {
		const struct said *x = &t->part[u][a][s];
		if (x->stands && strcmp(starts[s], days[p]) <= 0 &&
		    (!*ends[x->end] || strcmp(days[p], ends[x->end]) < 0))
			return true;
	}
	return false;
}

static int index_of(const char *const *ids, int n, const char *id)
{
	for (int i = 0; i < n; i++)
		if (strcmp(ids[i], id) == 0)
			return i;
	fail_msg("what is \"%s\"?", id);
	return 0;
}

static int number_of(const struct msg_value *v)
{
	assert_true(!v || v->exact);
	return v ? (int)v->exact->digits : 0;
}

static bool learned(enum difference what)
{
	return what == DIFFERENCE_CORRECTED || what == DIFFERENCE_RETRACTED || what == DIFFERENCE_FOUND_LATE;
}

struct sides {
	int p, q;
	uint64_t r, s;
};

/* What holds before the row must be what it says was before; then what it says is after holds. */
static void apply(const struct msg_diff_row *x, const struct sides *at, int value[UNITS], bool part[UNITS][ALLS])
{
	if (at->p == at->q)
		assert_true(learned(x->what));
	if (at->r == at->s)
		assert_false(learned(x->what));
	if (x->subject == SUBJECT_OBSERVATION) {
		int *v = &value[index_of(unit_ids, UNITS, x->unit)];
		assert_int_equal(*v, number_of(x->before));
		*v = number_of(x->after);
		assert_int_not_equal(number_of(x->before), number_of(x->after));
		return;
	}
	assert_int_equal(x->subject, SUBJECT_LINK);
	assert_int_equal(x->n_others, 1);
	bool *b = &part[index_of(unit_ids, UNITS, x->others[0])][index_of(all_ids, ALLS, x->unit)];
	assert_int_equal(*b, *x->before_text != 0);
	*b = *x->after_text != 0;
	assert_int_not_equal(*x->before_text != 0, *b);
}

static struct msg_point *point(struct world *w, bool figures, int p, uint64_t rev)
{
	struct msg_point *m = arena_alloc(w->a, sizeof *m);
	m->period = figures ? periods[p] : "";
	m->valid_at = figures ? "" : days[p];
	m->as_of_revision = rev;
	return m;
}

static void compare(struct world *w, const struct twin *twins, const struct sides *at, bool figures)
{
	const struct twin *a = &twins[at->r], *b = &twins[at->s];
	int value[UNITS];
	bool part[UNITS][ALLS];
	struct msg_diff_question d = {.from = point(w, figures, at->p, at->r),
				      .to = point(w, figures, at->q, at->s),
				      .indicator = figures ? "i" : "",
				      .observations = figures,
				      .arrangements = !figures};
	struct msg_query_request q = {.version = 1, .diff = w_settle(w, &msg_type_diff_question, &d)};
	for (int u = 0; u < UNITS; u++) {
		value[u] = a->value[u][at->p];
		for (int k = 0; k < ALLS; k++)
			part[u][k] = takes_part(a, u, k, at->p);
	}
	struct msg_query_reply *last = w_ask(w, &q);
	if (last->error)
		fail_msg("refused: %s", last->error->text);
	for (size_t i = 0; i < w->n_replies; i++)
		for (size_t k = 0; k < w->replies[i]->diff->n_rows; k++)
			apply(&w->replies[i]->diff->rows[k], at, value, part);
	for (int u = 0; u < UNITS; u++) {
		if (figures)
			assert_int_equal(value[u], b->value[u][at->q]);
		for (int k = 0; k < ALLS && !figures; k++)
			assert_int_equal(part[u][k], takes_part(b, u, k, at->q));
	}
}

static void one_history(uint64_t seed)
{
	void *state = NULL;
	struct twin twins[STEPS + 2];
	memset(twins, 0, sizeof twins);
	assert_int_equal(world_setup(&state), 0);
	struct world *w = state;
	w_indicator(w, "i", VALUE_TYPE_NUMBER, AGGREGATION_ADDITIVE, "municipality");
	for (int u = 0; u < UNITS; u++)
		w_unit(w, unit_ids[u], "municipality", "", "", unit_ids[u]);
	for (int a = 0; a < ALLS; a++)
		w_unit(w, all_ids[a], "arrangement", "", "", all_ids[a]);
	uint64_t first = w_commit(w);
	assert_int_equal(first, 1);
	for (int i = 0; i < STEPS; i++) {
		struct twin *t = &twins[w->rev + 1];
		*t = twins[w->rev];
		for (int k = 0; k < 3; k++) {
			int u = (int)kit_below(&seed, UNITS);
			if (kit_below(&seed, 2))
				say_value(w, t, &seed, u, k % PERIODS); /* one statement a key and revision */
			else
				say_part(w, t, &seed, u, k % ALLS, (int)kit_below(&seed, SLOTS));
		}
		w_commit(w);
	}
	for (int i = 0; i < 60; i++) {
		struct sides at = {.p = (int)kit_below(&seed, PERIODS), .r = 1 + kit_below(&seed, STEPS + 1)};
		at.q = at.p + (int)kit_below(&seed, (uint64_t)(PERIODS - at.p));
		at.s = at.r + kit_below(&seed, STEPS + 2 - at.r);
		compare(w, twins, &at, i % 2);
	}
	world_teardown(&state);
}

static void differences_applied_to_one_point_give_the_other(void **state)
{
	(void)state;
	const char *given = getenv("VARDE_SEED");
	uint64_t seed = given ? strtoull(given, NULL, 0) : 20260111;
	for (unsigned i = 0; i < test_rounds(40); i++) {
		print_message("seed %llu\n", (unsigned long long)(seed + i));
		one_history(seed + i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(differences_applied_to_one_point_give_the_other)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
