/* SPDX-License-Identifier: Apache-2.0
 *
 * test_arrangement.c - the arrangements of a day, as reported and in the units of another day.
 *
 *   2020   A ──┐                2020   D ─┬─▷ E
 *          B ──┴─▷ AB                     └─▷ F
 *          C stays
 */
#include "query/arrangement.h"
#include "tests/unit/answer_kit.h"

static void lay(struct world *w)
{
	h_towns(w, "A B D ..2020, AB E F 2020.., C");
	h_event(w, "m", "2020-01-01", "A>AB B>AB");
	h_event(w, "s", "2020-01-01", "D>*E D>*F");
	w_arrangement(w, "ab", "B A", "B");
	w_arrangement(w, "abd", "A B D", "D");
	w_arrangement(w, "c", "C", NULL);
	w_attrs(w, "ab", "task", "2010", "", "fire;water");
	w_attrs(w, "ab", "sector", "2010", "", "technical");
	w_attrs(w, "ab", "sector", "2015", "", "health");
	w_attrs(w, "ab", "level", "2010", "", "local");
	w_attrs(w, "ab", "legal_form", "2010", "", "IKS");
	w_attrs(w, "ab", "participants_complete", "2010", "", "yes");
	w_attrs(w, "ab", "printed_participants", "2010", "", "3");
	w_commit(w);
}

static const struct arrangement *find(struct answer *r, const struct arrangements_ask *ask, const char *id)
{
	struct arrangements *l = arrangements_open(r, ask);
	const struct arrangement *x, *found = NULL;
	while (arrangements_next(l, &x)) {
		if (strcmp(x->id, id) == 0)
			found = arrangement_keep(x, r->a);
	}
	assert_ok(arrangements_close(l));
	if (!found)
		fail_msg("no arrangement %s", id);
	return found;
}

static void what_is_said_of_an_arrangement_is_read_at_the_day(void **state)
{
	struct world *w = *state;
	lay(w);
	struct arrangements_ask ask = {.day = day_of(2019, 6, 30)};
	struct answer *r = w_answer(w);
	const struct arrangement *x = find(r, &ask, "ab");
	assert_string_equal(x->name, "ab");
	assert_string_equal(w_ids(w, x->participants, x->n_participants), "A B");
	assert_int_equal(x->reported, 2);
	assert_int_equal(x->n_tasks, 2);
	assert_string_equal(x->tasks[1], "water");
	assert_string_equal(x->sector, "health"); /* from 2015 */
	assert_string_equal(x->level, "local");
	assert_string_equal(x->legal_form, "IKS");
	assert_string_equal(w_ids(w, &x->host, 1), "B");
	assert_int_equal(x->complete, COMPLETION_YES);
	assert_int_equal(x->printed, 3);
	assert_int_equal(x->life.truth, TRUTH_CERTAIN);
	assert_false(x->internalised);
	assert_true(arrangement_has(x, w_word(w, SPACE_UNIT, "A")));
	assert_false(arrangement_has(x, w_word(w, SPACE_UNIT, "C")));
	ask.day = day_of(2012, 6, 30);
	assert_string_equal(find(r, &ask, "ab")->sector, "technical");
	x = find(r, &ask, "c");
	assert_int_equal(x->complete, COMPLETION_UNKNOWN);
	assert_string_equal(x->sector, "");
	assert_int_equal(x->host, 0);
}

static void only_what_lives_on_the_day_and_is_asked_for_is_listed(void **state)
{
	struct world *w = *state;
	lay(w);
	struct answer *r = w_answer(w);
	struct arrangements_ask ask = {.day = day_of(2009, 12, 31)};
	struct arrangements *l = arrangements_open(r, &ask);
	const struct arrangement *x;
	assert_false(arrangements_next(l, &x));
	assert_ok(arrangements_close(l));
	assert_ok(arrangements_close(NULL));
	uint8_t only[64] = {0};
	uint32_t unit = w_word(w, SPACE_UNIT, "c");
	only[unit / 8] |= (uint8_t)(1u << unit % 8);
	ask = (struct arrangements_ask){.day = day_of(2019, 6, 30), .only = only};
	l = arrangements_open(r, &ask);
	assert_true(arrangements_next(l, &x));
	assert_int_equal(x->unit, unit);
	assert_false(arrangements_next(l, &x));
	assert_ok(arrangements_close(l));
}

static void participants_are_expressed_in_another_structure(void **state)
{
	struct world *w = *state;
	lay(w);
	struct answer *r = w_answer(w);
	struct arrangements_ask ask = {.day = day_of(2019, 6, 30), .structure = day_of(2020, 1, 1)};
	ask.atoms = atoms_new(r->v, 0, r->a);
	const struct arrangement *x = find(r, &ask, "ab");
	assert_string_equal(w_ids(w, x->participants, x->n_participants), "AB");
	assert_int_equal(x->reported, 2);
	assert_true(x->internalised);
	assert_string_equal(w_ids(w, &x->host, 1), "AB");
	assert_string_equal(w_ids(w, &x->host_reported, 1), "B");
	x = find(r, &ask, "abd");
	assert_string_equal(w_ids(w, x->participants, x->n_participants), "AB");
	assert_string_equal(w_ids(w, x->possible, x->n_possible), "E F");
	assert_true(arrangement_may_have(x, w_word(w, SPACE_UNIT, "F")));
	assert_false(arrangement_may_have(x, w_word(w, SPACE_UNIT, "AB")));
	assert_false(x->internalised);
	assert_string_equal(w_ids(w, &x->host, 1), "D"); /* was divided: nobody knows who hosts */
	assert_string_equal(w_ids(w, x->possible_hosts, x->n_possible_hosts), "E F");
	assert_false(find(r, &ask, "c")->internalised);
	atoms_free(ask.atoms);
}

static void a_structure_without_units_of_the_kind_is_an_error(void **state)
{
	struct world *w = *state;
	w_unit(w, "a", "municipality", "1838-01-01", "", "A");
	w_arrangement(w, "x", "a", NULL);
	w_commit(w);
	struct answer *r = w_answer(w);
	struct arrangements_ask ask = {.day = day_of(2019, 6, 30), .structure = day_of(1700, 1, 1)};
	ask.atoms = atoms_new(r->v, 0, r->a);
	struct arrangements *l = arrangements_open(r, &ask);
	const struct arrangement *x;
	assert_false(arrangements_next(l, &x));
	assert_int_equal(arrangements_close(l), ERR_NOT_FOUND);
	assert_non_null(strstr(r->why.text, "living on 1700-01-01"));
	atoms_free(ask.atoms);
}

static void uncertain_dates_make_participants_possible(void **state)
{
	struct world *w = *state;
	w_unit(w, "A", "municipality", "", "", "A");
	w_unit(w, "B", "municipality", "", "", "B");
	w_unit(w, "sure", "arrangement", "2010-01-01", "", "sure");
	w_link(w, LINK_TYPE_PARTICIPATES_IN, "A", "sure", "2010-01-01", "");
	w_link(w, LINK_TYPE_PARTICIPATES_IN, "B", "sure", "2015", "");
	w_unit(w, "unsure", "arrangement", "2015", "", "unsure");
	w_link(w, LINK_TYPE_PARTICIPATES_IN, "A", "unsure", "2015", "");
	w_commit(w);
	struct answer *r = w_answer(w);
	struct arrangements_ask ask = {.day = day_of(2015, 6, 30)};
	const struct arrangement *x = find(r, &ask, "sure");
	assert_string_equal(w_ids(w, x->participants, x->n_participants), "A");
	assert_string_equal(w_ids(w, x->possible, x->n_possible), "B");
	x = find(r, &ask, "unsure"); /* if it is there at all, A takes part */
	assert_int_equal(x->life.truth, TRUTH_POSSIBLE);
	assert_string_equal(w_ids(w, x->participants, x->n_participants), "A");
}

static void it_stays_with_the_revision_it_was_opened_at(void **state)
{
	struct world *w = *state;
	lay(w);
	uint64_t before = w->rev;
	w_unit(w, "G", "municipality", "", "", "G");
	w_link(w, LINK_TYPE_PARTICIPATES_IN, "G", "c", "2010", "");
	w_commit(w);
	struct answer *r = w_answer(w);
	struct arrangements_ask ask = {.day = day_of(2019, 6, 30)};
	r->v->as_of = before;
	struct arrangements *l = arrangements_open(r, &ask);
	r->v->as_of = w->rev;
	const struct arrangement *x;
	while (arrangements_next(l, &x))
		assert_false(arrangement_has(x, w_word(w, SPACE_UNIT, "G")));
	assert_int_equal(r->v->as_of, w->rev);
	assert_ok(arrangements_close(l));
	assert_string_equal(w_ids(w, find(r, &ask, "c")->participants, 2), "C G");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
	    TEST(what_is_said_of_an_arrangement_is_read_at_the_day),
	    TEST(only_what_lives_on_the_day_and_is_asked_for_is_listed),
	    TEST(participants_are_expressed_in_another_structure),
	    TEST(a_structure_without_units_of_the_kind_is_an_error),
	    TEST(uncertain_dates_make_participants_possible),
	    TEST(it_stays_with_the_revision_it_was_opened_at),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
