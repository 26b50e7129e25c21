/* SPDX-License-Identifier: Apache-2.0
 *
 * test_round_participants.c - who takes part at a round that names all who do, told to a judge: who left before it and who
 * came after it do not count, though on record nobody says when they did. A date has what is on record.
 */
#include "tests/unit/asking.h"

/* Bodø, Herøy and Steigen are in Nordland; both rounds declare its list of arrangements complete. */
static void told(struct world *w)
{
	accepted(w, "{'define': {'sources': [{'id': 'a', 'title': 'A'}], 'surveys': [{'id': 's', 'title': 'S'}]}}");
	accepted(w, "{'submission': {'mode': 'patch', 'source': 'a', 'units': ["
		    "{'id': 'no', 'kind': 'county', 'names': ['Nordland'], 'valid_from': '2000-01-01'}]}}");
	for (int i = 0; i < 3; i++) {
		static const char *const ids[] = {"bodo", "heroy", "steigen"};
		accepted(w,
			 "{'submission': {'mode': 'patch', 'source': 'a', 'units': [{'id': '%s', 'kind': "
			 "'municipality', 'names': ['%s'], 'valid_from': '2000-01-01', 'part_of': 'no'}]}}",
			 ids[i], ids[i]);
	}
	accepted(w, "{'define': {'rounds': ["
		    "{'id': 'r2014', 'survey': 's', 'reference': '2014-06-01', 'unit_kind': 'municipality'},"
		    "{'id': 'r2020', 'survey': 's', 'reference': '2020-06-01', 'unit_kind': 'municipality'}]}}");
	tick(w, "2021-06-01");
}

static void says(struct world *w, const char *round, const char *members, const char *more)
{
	accepted(w,
		 "{'submission': {'round': '%s', 'mode': 'patch', 'source': 'a', 'arrangements': [{'id': 'x', 'name': "
		 "'X', 'established': '2010', 'participants': [%s], %s}], 'completeness': [{'scope': 'no', 'kind': "
		 "'arrangement', 'complete': 'yes'}]}}",
		 round, members, more);
}
#define ALL  "'participants_complete': 'yes'"
#define SOME "'participants_complete': 'no'"

static const char *first_figure(struct world *w, const char *what, const char *when)
{
	struct answers all = asked(w, "{'count': {'counted': %s, %s, 'measures': ['count']}}", what, when);
	return all.list[0].trend->rows[0].figures[0].shown;
}

static bool agrees(struct world *w, const char *what, const char *when)
{
	struct answers all = asked(
	    w, "{'explain': {'count': {'counted': %s, %s, 'measures': ['count']}, 'measure': 'count'}}", what, when);
	bool yes = false;
	for (size_t p = 0; p < all.n; p++)
		yes |= all.list[p].explain->agrees;
	return yes;
}

static bool has_note(struct world *w, const char *what, const char *when, const char *text)
{
	struct answers all = asked(w, "{'count': {'counted': %s, %s, 'measures': ['count']}}", what, when);
	bool found = false;
	for (size_t p = 0; p < all.n; p++)
		for (size_t i = 0; i < all.list[p].trend->n_notes; i++)
			found |= strcmp(all.list[p].trend->notes[i], text) == 0;
	return found;
}

#define PARTICIPANTS "'participants', 'kind': 'municipality'"
#define LINKS        "'links', 'link': 'participates_in'"
#define AT_2014      "'rounds': ['r2014']"
#define AT_2020      "'rounds': ['r2020']"

static void who_left_before_a_round_that_names_all_does_not_take_part_at_it(void **state)
{
	struct world *w = *state;
	told(w);
	says(w, "r2014", "'bodo', 'heroy'", ALL);
	says(w, "r2020", "'bodo'", ALL);
	assert_string_equal(first_figure(w, PARTICIPANTS, AT_2014), "2");
	assert_string_equal(first_figure(w, PARTICIPANTS, AT_2020), "1");
	assert_string_equal(first_figure(w, LINKS, AT_2020), "1");
	assert_true(has_note(w, PARTICIPANTS, AT_2020,
			     "2020-06-01: 1 participations on record are not counted: r2020, which names all who take "
			     "part, does not name them"));
	assert_string_equal(first_figure(w, PARTICIPANTS, "'dates': ['2020-06-01']"), "2");
	assert_true(agrees(w, PARTICIPANTS, AT_2020));
	assert_true(agrees(w, LINKS, AT_2020));
}

/* That it may have taken part before is only what nobody said. */
static void who_is_named_later_did_not_take_part_at_a_round_that_named_all(void **state)
{
	struct world *w = *state;
	told(w);
	says(w, "r2014", "'bodo'", ALL);
	says(w, "r2020", "'bodo', 'heroy'", ALL);
	assert_string_equal(first_figure(w, PARTICIPANTS, AT_2014), "1");
	assert_string_equal(first_figure(w, PARTICIPANTS, AT_2020), "2");
	assert_string_equal(first_figure(w, PARTICIPANTS, "'dates': ['2014-06-01']"), "1–2");
	assert_true(agrees(w, PARTICIPANTS, AT_2014));
	assert_string_equal(first_figure(w, PARTICIPANTS ", 'structure_at': '2020-06-01'", AT_2014), "1");
	assert_true(agrees(w, PARTICIPANTS ", 'structure_at': '2020-06-01'", AT_2014));
}

/* Whether all are named is each round's own word, whatever another one says of its list. */
static void a_round_that_does_not_name_all_leaves_nobody_out(void **state)
{
	struct world *w = *state;
	told(w);
	says(w, "r2014", "'bodo', 'heroy'", ALL);
	says(w, "r2020", "'bodo'", SOME);
	assert_string_equal(first_figure(w, PARTICIPANTS, AT_2014), "2");
	assert_string_equal(first_figure(w, PARTICIPANTS, AT_2020), "2–3");
	assert_true(agrees(w, PARTICIPANTS, AT_2020));
}

static void a_list_in_the_units_of_another_day_leaves_nobody_out(void **state)
{
	struct world *w = *state;
	told(w);
	says(w, "r2014", "'bodo', 'heroy'", ALL);
	accepted(w, "{'submission': {'round': 'r2020', 'mode': 'patch', 'source': 'a', 'expressed_in': '2021-01-01', "
		    "'arrangements': [{'id': 'x', 'name': 'X', 'participants': ['bodo'], " ALL "}]}}");
	assert_string_equal(first_figure(w, LINKS, AT_2020), "at least 2"); /* nor is its list complete */
}

static void who_is_named_under_another_id_is_named(void **state)
{
	struct world *w = *state;
	told(w);
	says(w, "r2014", "'bodo', 'heroy'", ALL);
	says(w, "r2020", "'bodo', 'steigen'", ALL);
	assert_string_equal(first_figure(w, LINKS, AT_2020), "2");
	accepted(w, "{'submission': {'mode': 'patch', 'source': 'a', 'identities': [{'type': 'same_as', 'a': 'heroy', "
		    "'b': 'steigen'}]}}");
	assert_string_equal(first_figure(w, LINKS, AT_2020), "3");
	assert_true(agrees(w, LINKS, AT_2020));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    BOTH(who_left_before_a_round_that_names_all_does_not_take_part_at_it),
	    BOTH(who_is_named_later_did_not_take_part_at_a_round_that_named_all),
	    BOTH(a_round_that_does_not_name_all_leaves_nobody_out),
	    BOTH(a_list_in_the_units_of_another_day_leaves_nobody_out),
	    BOTH(who_is_named_under_another_id_is_named),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
