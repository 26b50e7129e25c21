/* SPDX-License-Identifier: Apache-2.0
 *
 * test_atom.c - territories cut into atoms: what a unit has, who holds it, and that the untouched cost nothing.
 */
#include <time.h>
#include "tests/unit/history.h"

static int32_t day(const char *text)
{
	return w_when(text).lo;
}

static uint32_t unit(struct world *w, const char *id)
{
	return w_word(w, SPACE_UNIT, id);
}

/* A──C   A's land was cut in two by C, and C has B's too
 *  ╌╌D
 * B──C      */
static void a_unit_has_the_atoms_that_it_was_given(void **state)
{
	struct world *w = *state;
	const uint32_t *a1, *list;
	mpq_t q;
	h_towns(w, "A B 1950..2000");
	h_towns(w, "C D 2000..");
	h_towns(w, "X 1950..");
	h_event(w, "e", "2000-01-01", "A>*C A>*D B>C");
	h_weight(w, "e", "A>C", 1, 0);
	h_weight(w, "e", "A>D", 3, 0);
	uint32_t basis = w_word(w, SPACE_TERM, "population");
	w_commit(w);
	struct atoms *t = atoms_new(w_view(w), basis, w->a);
	assert_int_equal(atoms_of(t, unit(w, "A"), day("1990-01-01"), true, &a1), 2);
	assert_true(a1[0] < a1[1]);
	assert_int_equal(atoms_of(t, unit(w, "C"), day("2000-01-01"), true, &list), 2);
	assert_int_equal(atoms_of(t, unit(w, "C"), day("1999-12-31"), true, &list), 0);
	assert_int_equal(atoms_of(t, unit(w, "A"), day("2000-01-01"), true, &list), 0);
	assert_int_equal(atoms_of(t, unit(w, "X"), day("2000-01-01"), false, &list), 1);
	assert_int_equal(atoms_of(t, 0, day("2000-01-01"), true, &list), 0);
	assert_int_equal(atoms_holder(t, a1[0], day("1999-12-31")), unit(w, "A"));
	assert_int_equal(atoms_holder(t, a1[0], day("2000-01-01")) + atoms_holder(t, a1[1], day("2000-01-01")),
			 unit(w, "C") + unit(w, "D"));
	assert_int_equal(atoms_holder(t, list ? list[0] : 0, day("2000-01-01")), 0);
	mpq_init(q);
	atoms_of(t, unit(w, "D"), day("2005-01-01"), true, &list);
	assert_true(atoms_share(t, unit(w, "A"), day("1990-01-01"), list[0], q));
	assert_int_equal(mpq_cmp_ui(q, 3, 4), 0);
	assert_true(atoms_share(t, unit(w, "D"), day("2005-01-01"), list[0], q));
	assert_int_equal(mpq_cmp_ui(q, 1, 1), 0);
	assert_false(atoms_share(t, unit(w, "C"), day("2005-01-01"), list[0], q)); /* it has none of it */
	atoms_of(t, unit(w, "C"), day("2005-01-01"), true, &list);
	assert_false(atoms_share(t, unit(w, "C"), day("2005-01-01"), list[0], q)); /* nobody knows */
	mpq_clear(q);
	assert_null(atoms_free(t));
	assert_null(atoms_free(NULL));
}

static void a_unit_with_parts_has_theirs_down_to_those_without(void **state)
{
	struct world *w = *state;
	const uint32_t *list;
	h_counties(w, "Country County 1950..");
	h_towns(w, "A B C 1950..");
	h_inside(w, "County", "Country 1950..");
	h_inside(w, "A", "County 1950..");
	h_inside(w, "B", "County 1950..2000");
	h_inside(w, "C", "Country 1950..");
	w_commit(w);
	struct atoms *t = atoms_new(w_view(w), 0, w->a);
	assert_int_equal(atoms_of(t, unit(w, "Country"), day("1990-01-01"), false, &list), 3);
	assert_int_equal(atoms_of(t, unit(w, "Country"), day("1990-01-01"), true, &list), 1);
	assert_int_equal(atoms_of(t, unit(w, "County"), day("1990-01-01"), false, &list), 2);
	assert_int_equal(atoms_of(t, unit(w, "County"), day("2000-01-01"), false, &list), 1);
	assert_int_equal(atoms_holder(t, list[0], day("2000-01-01")), unit(w, "A"));
	assert_int_equal(atoms_of(t, unit(w, "Country"), day("2000-01-01"), false, &list), 2);
	atoms_free(t);
}

static void an_error_of_the_view_sticks_and_gives_nothing(void **state)
{
	struct world *w = *state;
	const uint32_t *list;
	struct projected p;
	h_towns(w, "A 1950..");
	w_commit(w);
	struct view *v = w_view(w);
	struct atoms *t = atoms_new(v, 0, w->a);
	v->err = ERR_IO;
	assert_int_equal(atoms_of(t, unit(w, "A"), day("2000-01-01"), true, &list), 0);
	assert_err(ERR_IO, project_unit(t, unit(w, "A"), day("2000-01-01"), day("2001-01-01"), 0, &p));
	assert_null(p.parts);
	atoms_free(t);
}

/* Two neighbours that give each other unnamed parts for ever: every time all that they have is cut. It ends in an
 * error, not in all of the memory. */
static void too_many_pieces_are_an_error(void **state)
{
	struct world *w = *state;
	h_towns(w, "A B");
	for (int i = 0; i < 60; i++) {
		char event[16], on[16];
		snprintf(event, sizeof event, "e%d", i);
		snprintf(on, sizeof on, "%d-01-01", 1900 + i);
		h_event(w, event, on, i % 2 ? "A>*B" : "B>*A");
	}
	w_commit(w);
	AUTO_ARENA struct arena *a = arena_new(0);
	struct view *v = w_view(w);
	struct atoms *t = atoms_new(v, 0, a);
	assert_int_equal(v->err, ERR_TOO_LARGE);
	atoms_free(t);
}

static double seconds(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* Many units, of which events touch few: what was not touched stays, and all of it is asked at once. */
static void many_untouched_units_are_answered_by_their_numbers(void **state)
{
	struct world *w = *state;
	unsigned n = test_rounds(100000), events = n / 100;
	uint32_t kind = w_word(w, SPACE_TERM, "municipality");
	for (uint32_t u = 1; u <= n; u++)
		w_fact(w, FACT_LIFE)->life =
		    (struct fact_life){.unit = u, .life = 1, .kind = kind, .state = STATE_ASSERTED};
	for (uint32_t e = 1; e <= events; e++)
		for (uint32_t k = 0; k < 2; k++)
			w_fact(w, FACT_EDGE)->edge = (struct fact_edge){.from = 2 * e,
									.to = 2 * e + k,
									.event = e,
									.part = true,
									.state = STATE_ASSERTED,
									.effective = when_day((int32_t)(e % 97) * 100)};
	w_commit(w);
	struct view *v = w_view(w);
	double start = seconds();
	struct atoms *t = atoms_new(v, 0, w->a);
	double built = seconds();
	size_t exact = 0;
	for (unsigned round = 0; round < 2; round++) {
		for (uint32_t u = 1; u <= n; u++) {
			struct projected p;
			assert_int_equal(project_unit(t, u, -1, 20000, 0, &p), ERR_OK);
			exact += p.method == METHOD_EXACT && p.parts[0].target == u;
			project_clear(&p);
		}
	}
	double end = seconds();
	print_message("%u units, %u events: built in %.1f ms, %.2f million projections a second\n", n, events,
		      (built - start) * 1e3, 2 * n / (end - built) / 1e6);
	assert_int_equal(exact, 2 * (n - 2 * events));
	atoms_free(t);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
	    T(a_unit_has_the_atoms_that_it_was_given),
	    T(a_unit_with_parts_has_theirs_down_to_those_without),
	    T(an_error_of_the_view_sticks_and_gives_nothing),
	    T(too_many_pieces_are_an_error),
	    T(many_untouched_units_are_answered_by_their_numbers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
