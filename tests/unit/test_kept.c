/* SPDX-License-Identifier: Apache-2.0
 *
 * test_kept.c - what is kept from question to question is what would be read again.
 *
 * Worlds in which everything may happen are asked the same with and without: the bytes must be the same.
 */
#include "query/kept.h"
#include "query/known.h"
#include "tests/unit/history.h"

#define UNITS    800u /* so many that the structure is read at once */
#define MOVED    60u  /* of them: to these things happen */
#define COUNTIES 4u

static const char *const dates[] = {"2001",      "2004-07-01", "2008-01-01", "2008",
				    "2012/2014", "2016-01-01", "2019-05-01"};

static const char *some_date(uint64_t *seed)
{
	return dates[kit_below(seed, sizeof dates / sizeof *dates)];
}

static const char *some_unit(struct world *w, uint64_t *seed)
{
	return arena_printf(w->a, "u:%u", (unsigned)kit_below(seed, MOVED));
}

static const char *some_county(struct world *w, uint64_t *seed)
{
	return arena_printf(w->a, "c:%u", (unsigned)kit_below(seed, COUNTIES));
}

static void lay(struct world *w, uint64_t *seed)
{
	w_indicator(w, "I", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, "municipality");
	w_indicator(w, "D", VALUE_TYPE_COUNT, AGGREGATION_DISTINCT, "municipality");
	for (unsigned i = 0; i < COUNTIES; i++)
		w_unit(w, arena_printf(w->a, "c:%u", i), "county", "", "", "County");
	for (unsigned i = 0; i < UNITS; i++) {
		const char *id = arena_printf(w->a, "u:%u", i);
		w_unit(w, id, "municipality", "", "", id);
		h_inside(w, id, arena_printf(w->a, "c:%u", i % COUNTIES));
		w_obs(w, id, "I", "2003", arena_printf(w->a, "%u", (unsigned)kit_below(seed, 100)));
		w_obs(w, id, "I", "2010", arena_printf(w->a, "%u", (unsigned)kit_below(seed, 100)));
		w_obs(w, id, "D", "2010", "3");
	}
	w_commit(w);
}

/* An event, or the same one corrected: said again with another date, or taken back. */
static void say_event(struct world *w, uint64_t *seed)
{
	size_t first = w->n_facts;
	const char *event = arena_printf(w->a, "e:%u", (unsigned)kit_below(seed, 6)), *from = some_unit(w, seed),
		   *to = some_unit(w, seed);
	bool part = kit_below(seed, 2);
	h_event(w, event, some_date(seed), arena_printf(w->a, "%s>%s%s", from, part ? "*" : "", to));
	if (part)
		h_event(w, event, "2008-01-01", arena_printf(w->a, "%s>*%s", from, from));
	bool back = !kit_below(seed, 4);
	for (size_t i = first; i < w->n_facts; i++) {
		if (back && w->facts[i].kind == FACT_EDGE)
			w->facts[i].edge.state = STATE_RETRACTED;
	}
	if (kit_below(seed, 2))
		h_weight(w, event, arena_printf(w->a, "%s>%s", from, to), 1 + (int64_t)kit_below(seed, 9), 1);
}

/* One revision. Most touch nothing of the structure. */
static void say(struct world *w, uint64_t *seed)
{
	switch (kit_below(seed, 10)) {
	case 0:
	case 1:
		say_event(w, seed);
		break;
	case 2:
		w_unit(w, some_unit(w, seed), "municipality", "", some_date(seed), NULL);
		break;
	case 3:
		h_inside(w, some_unit(w, seed), some_county(w, seed));
		w->facts[w->n_facts - 1].link.state = kit_below(seed, 2) ? STATE_ASSERTED : STATE_RETRACTED;
		break;
	case 4:
		h_same(w, some_unit(w, seed), some_unit(w, seed));
		w->facts[w->n_facts - 1].link.state = kit_below(seed, 3) ? STATE_RETRACTED : STATE_ASSERTED;
		break;
	case 5:
		w_name(w, some_unit(w, seed), "", "", arena_printf(w->a, "N%u", (unsigned)kit_below(seed, 1000)));
		break;
	case 6:
		w_unit(w, arena_printf(w->a, "new:%u", (unsigned)kit_below(seed, 50)), "municipality", "2010", "",
		       NULL);
		break;
	default:
		w_obs(w, some_unit(w, seed), "I", kit_below(seed, 2) ? "2003" : "2010",
		      arena_printf(w->a, "%u", (unsigned)kit_below(seed, 100)));
	}
	w_commit(w);
}

/* All parts of the answer, one behind the other. */
static struct slice bytes_of(struct world *w, struct msg_query_request *q, struct kept *k)
{
	struct buf all = {0};
	struct known *known = w->known;
	w->kept = k;
	w->known = k ? known : NULL;
	w_ask(w, q);
	w->kept = NULL;
	w->known = known;
	for (size_t i = 0; i < w->n_replies; i++)
		buf_put(&all, w->raw[i].data, w->raw[i].len);
	char *copy = arena_text(w->a, (const char *)all.data, all.len);
	struct slice ret = {copy, all.len};
	buf_free(&all);
	return ret;
}

static bool same_answer(struct world *w, struct msg_query_request *q, struct kept *k, uint64_t seed, unsigned turn)
{
	struct slice without = bytes_of(w, q, NULL), with = bytes_of(w, q, k);
	if (!slice_eq(with, without))
		fail_msg("seed %llu, turn %u: another answer, as of %llu", (unsigned long long)seed, turn,
			 (unsigned long long)q->as_of_revision);
	return !w->replies[0]->error;
}

/* Was it answered? */
static bool ask_something(struct world *w, uint64_t *seed, struct kept *k, uint64_t start, unsigned turn)
{
	static const char *const days[] = {"2002-01-01", "2010-06-01", "2020-01-01"};
	static const char *const groups[] = {"county", "unit", "municipality"};
	static enum measure sum = MEASURE_SUM;
	const char *day = days[kit_below(seed, 3)], *basis = kit_below(seed, 2) ? "population" : "";
	struct msg_trend_question t = {.indicator = kit_below(seed, 4) ? "I" : "D",
				       .group_by = groups[kit_below(seed, 3)],
				       .n_measures = 1,
				       .measures = &sum,
				       .structure_at = kit_below(seed, 4) ? day : "",
				       .weight_basis = basis};
	if (!*t.structure_at)
		t.weight_basis = "";
	struct msg_snapshot_question s = {
	    .indicator = "I", .period = "2003", .observations = true, .structure_at = day, .weight_basis = basis};
	struct msg_overlap_question o = {.valid_at = day, .kind_a = "county", .kind_b = "municipality"};
	struct msg_query_request q = w_request();
	q.as_of_revision = kit_below(seed, 3) ? 0 : 1 + kit_below(seed, w->rev);
	switch (kit_below(seed, 5)) {
	case 0:
		s.structure_at = s.weight_basis = "";
		s.scope = w_by_id(w, some_unit(w, seed));
		q.snapshot = &s;
		break;
	case 1:
		q.snapshot = &s;
		break;
	case 2:
		q.overlap = &o;
		break;
	default:
		q.trend = &t;
	}
	return same_answer(w, &q, k, start, turn);
}

static void answers_are_the_same_with_what_is_kept_and_without(void **state)
{
	struct world *w = *state;
	uint64_t seed = 20261121, start = seed;
	struct kept *k = kept_new();
	unsigned turns = getenv("VARDE_SMALL") ? 30 : 120;
	unsigned answered = 0;
	w->known = known_new();
	lay(w, &seed);
	for (unsigned i = 0; i < turns; i++) {
		say(w, &seed);
		for (unsigned n = 0; n < 3; n++)
			answered += ask_something(w, &seed, k, start, i);
	}
	assert_true(answered > 2 * turns); /* or they only agree on errors */
	assert_null(kept_free(k));
	w->known = known_free(w->known);
}

/* ---- when things are the same ones ------------------------------------------------------------------ */

static struct kept_thing *look(struct kept *k, struct view *v, uint64_t as_of)
{
	v->as_of = as_of;
	return kept_thing(k, v, KEPT_ATOMS, 0);
}

static void what_was_read_holds_until_the_structure_is_touched(void **state)
{
	struct world *w = *state;
	struct kept *k = kept_new();
	uint64_t seed = 1;
	lay(w, &seed);
	uint64_t first = w->rev;
	w_obs(w, "u:1", "I", "2003", "7");
	uint64_t observed = w_commit(w);
	assert_int_equal((w_view(w)->as_of = observed, kept_mark(&w->view)), first);

	say_event(w, &seed);
	uint64_t event = w_commit(w);
	h_same(w, "u:1", "u:2");
	uint64_t same = w_commit(w);
	h_weight(w, "e:1", "u:1>u:2", 3, 0);
	uint64_t weight = w_commit(w);
	w_name(w, "u:3", "", "", "Another");
	uint64_t named = w_commit(w);
	const uint64_t marks[][2] = {{first, first},   {observed, first}, {event, event}, {same, same},
				     {weight, weight}, {named, weight},   {first - 1, 0}};
	struct view *v = w_view(w);
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
		v->as_of = marks[i][0];
		if (v->as_of)
			assert_int_equal(kept_mark(v), marks[i][1]);
	}
	kept_begin(k);
	struct atoms *old = (v->as_of = first, kept_atoms(k, v, 0, w->a));
	assert_ptr_equal((v->as_of = observed, kept_atoms(k, v, 0, w->a)), old);
	assert_ptr_not_equal((v->as_of = named, kept_atoms(k, v, 0, w->a)), old);
	assert_ptr_not_equal((v->as_of = observed, kept_atoms(k, v, 1, w->a)), old); /* of other weights */
	assert_ptr_equal((v->as_of = observed, kept_atoms(k, v, 0, w->a)), old);
	kept_end(k, v);
	kept_free(k);
}

static void inner_questions_take_nothing_from_the_outer_one(void **state)
{
	struct world *w = *state;
	struct kept *k = kept_new();
	uint64_t seed = 2, revs[KEPT_THINGS + 1];
	lay(w, &seed);
	for (size_t i = 0; i <= KEPT_THINGS; i++) {
		h_event(w, arena_printf(w->a, "e:%zu", i), "2008-01-01", arena_printf(w->a, "u:%zu>u:50", i));
		revs[i] = w_commit(w);
	}
	struct view *v = w_view(w);
	v->as_of = revs[0];
	assert_null(look(k, v, revs[0])); /* not within a question */
	kept_begin(k);
	struct atoms *outer = kept_atoms(k, v, 0, w->a);
	for (size_t i = 1; i <= KEPT_THINGS; i++) {
		kept_begin(k);
		v->as_of = revs[i];
		struct atoms *inner = kept_atoms(k, v, 0, w->a);
		assert_ptr_not_equal(inner, outer);
		assert_int_equal(kept_thing(k, v, KEPT_ATOMS, 0) == NULL, i == KEPT_THINGS); /* no place left */
		atoms_free(inner);
		kept_end(k, v);
	}
	v->as_of = revs[0];
	assert_ptr_equal(kept_atoms(k, v, 0, w->a), outer);
	assert_null(look(k, v, REV_NEWEST)); /* as of nothing settled */
	kept_end(k, v);
	kept_begin(k); /* now there are places again, and the last ones are still there */
	assert_non_null(look(k, v, revs[KEPT_THINGS]));
	assert_ptr_equal(look(k, v, revs[0])->made, outer);
	kept_end(k, v);
	kept_free(k);
}

static void what_is_too_large_or_broken_is_forgotten(void **state)
{
	struct world *w = *state;
	struct kept *k = kept_new();
	uint64_t seed = 3;
	lay(w, &seed);
	struct view *v = w_view(w);
	v->as_of = w->rev;
	kept_begin(k);
	assert_non_null(kept_atoms(k, v, 0, w->a));
	kept_end(k, v);
	size_t small = kept_bytes(k);
	assert_in_range(small, 1, KEPT_BYTES_MAX);
	kept_begin(k);
	struct kept_thing *large = kept_thing(k, v, KEPT_STRUCTURE, 7);
	large->made = arena_alloc(large->a, KEPT_BYTES_MAX + 1);
	assert_true(kept_bytes(k) > KEPT_BYTES_MAX);
	kept_end(k, v);
	assert_int_equal(kept_bytes(k), 0); /* the older one first, and that was not enough */

	kept_begin(k);
	assert_non_null(kept_atoms(k, v, 0, w->a));
	v->err = ERR_IO;
	kept_end(k, v);
	assert_int_equal(kept_bytes(k), 0);
	v->err = ERR_OK;
	kept_free(k);
	kept_begin(NULL);
	assert_null(kept_thing(NULL, v, KEPT_ATOMS, 0));
	kept_end(NULL, v);
	assert_null(kept_free(NULL));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
	    TEST(answers_are_the_same_with_what_is_kept_and_without),
	    TEST(what_was_read_holds_until_the_structure_is_touched),
	    TEST(inner_questions_take_nothing_from_the_outer_one),
	    TEST(what_is_too_large_or_broken_is_forgotten),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
