/* SPDX-License-Identifier: Apache-2.0
 *
 * test_explain_network.c - every number of a network, counted once more from the change records.
 */
#include "tests/unit/explanation.h"

static struct msg_explain_answer line(struct world *w, const char *question, const char *rest)
{
	return explanation(w, arena_printf(w->a, "'network': {%s}, %s", question, rest));
}

static void agrees(struct world *w, const char *question, const char *group, const char *date, const char *figure,
		   unsigned n)
{
	struct msg_explain_answer e =
	    line(w, question, arena_printf(w->a, "'group': '%s', 'period': '%s', 'figure': '%s'", group, date, figure));
	if (!e.agrees)
		fail_msg("{%s}, %s of \"%s\" on %s is %s, made once more %s", question, figure, group, date,
			 e.row->figures[0].shown, e.recomputed->shown);
	assert_string_equal(e.recomputed->shown, arena_printf(w->a, "%u", n));
}

/* Every number of the answer; returns how many there were. */
static size_t explain_all(struct world *w, const char *question, bool border)
{
	struct answers all = asked(w, "{'network': {%s}}", question);
	size_t told = 0;
	for (size_t p = 0; p < all.n; p++) {
		const struct msg_network_answer *a = all.list[p].network;
		for (size_t i = 0; i < a->n_units; i++, told += 5) {
			const struct msg_network_unit *u = &a->units[i];
			agrees(w, question, u->unit, u->date, "arrangements", u->arrangements);
			agrees(w, question, u->unit, u->date, "possible", u->possible);
			agrees(w, question, u->unit, u->date, "partners", u->partners);
			agrees(w, question, u->unit, u->date, "constellations", u->constellations);
			agrees(w, question, u->unit, u->date, "hosts", u->hosts);
			if (border)
				agrees(w, question, u->unit, u->date, "crossing", u->crossing);
		}
		for (size_t i = 0; i < a->n_pairs; i++, told += 2) {
			const struct msg_network_pair *u = &a->pairs[i];
			const char *both = arena_printf(w->a, "%s; %s", u->b, u->a_name);
			agrees(w, question, both, u->date, "arrangements", u->arrangements);
			agrees(w, question, both, u->date, "possible", u->possible);
		}
		for (size_t i = 0; i < a->n_constellations; i++, told++) {
			const struct msg_network_constellation *u = &a->constellations[i];
			const char *set = "";
			for (size_t k = 0; k < u->n_units; k++)
				set = arena_printf(w->a, "%s%s%s", set, k ? "; " : "", u->units[k]);
			agrees(w, question, set, u->date, "constellation", u->arrangements);
		}
	}
	return told;
}

static void lay(struct world *w)
{
	accepted(w, "{'define': {'sources': [{'id': 's', 'title': 'S'}]}}");
	for (int i = 0; i < 2; i++)
		accepted(w,
			 "{'submission': {'mode': 'patch', 'source': 's', 'units': [{'id': 'c%d', 'kind': 'county', "
			 "'names': ['C%d'], 'valid_from': '2000-01-01'}]}}",
			 i, i);
	for (int i = 0; i < 6; i++)
		accepted(
		    w,
		    "{'submission': {'mode': 'patch', 'source': 's', 'units': [{'id': 't%d', 'kind': '%s', 'names': "
		    "['T%d'], 'valid_from': '2000-01-01', 'part_of': 'c%d'}]}}",
		    i, i == 5 ? "office" : "town", i, i % 2);
}

static void arrange(struct world *w, int i, const char *from, const char *more, const char *members)
{
	accepted(w,
		 "{'submission': {'mode': 'patch', 'source': 's', 'arrangements': [{'id': 'a%d', 'name': 'A%d', "
		 "'established': '%s'%s, 'participants': [%s], 'participants_complete': 'yes'}]}}",
		 i, i, from, more, members);
}

static void partners_are_told_by_the_statement_that_they_take_part(void **state)
{
	struct world *w = *state;
	lay(w);
	arrange(w, 0, "2005-01-01", "", "'t0', 't1', 't2'");
	arrange(w, 1, "2005-01-01", "", "'t0', 't1'");
	struct msg_explain_answer e = line(w, "'dates': ['2010-06-01']", "'group': 'T0', 'figure': 'partners'");
	assert_true(e.agrees);
	assert_string_equal(e.recomputed->shown, "2");
	assert_int_equal(e.n_items, 2);
	assert_string_equal(e.items[0].unit, "t1");
	assert_int_equal(e.items[0].message_id.len, 16);
	assert_string_equal(e.items[0].source, "s");
}

static void what_a_network_does_not_count_is_refused(void **state)
{
	struct world *w = *state;
	lay(w);
	arrange(w, 0, "2005-01-01", "", "'t0', 't1', 't2'");
#define REFUSED(e, text, rest)                                                                                         \
	assert_non_null(                                                                                               \
	    strstr(ask_refused(w, e, 100, "{'explain': {'network': {'dates': ['2010-06-01']}, " rest "}}"), text))
	REFUSED(ERR_INVALID, "not \"guests\"", "'figure': 'guests'");
	REFUSED(ERR_INVALID, "several rows are meant", "'figure': 'partners'");
	REFUSED(ERR_INVALID, "which border is crossed", "'figure': 'crossing', 'group': 't0'");
	REFUSED(ERR_NOT_FOUND, "no row of \"t0; t9\"", "'figure': 'arrangements', 'group': 't0; t9'");
}

static void every_number_of_random_networks_agrees(void **state)
{
	static const char *const from[] = {"2005-01-01", "2009", "2010", "2010/2011"};
	static const char *const questions[] = {
	    "'dates': ['2010-06-01']",
	    "'dates': ['2010-06-01', '2011-06-01'], 'kind': 'town'",
	    "'dates': ['2011-06-01'], 'units': ['t0', 't3']",
	    "'dates': ['2011-06-01'], 'units': ['c1'], 'subtree': true",
	    "'dates': ['2011-06-01'], 'border_kind': 'county'",
	    "'dates': ['2011-06-01'], 'structure_at': '2021-01-01', 'border_kind': 'county'",
	};
	const char *given = getenv("VARDE_SEED");
	uint64_t seed = given ? strtoull(given, NULL, 0) : 20261126;
	size_t told = 0;
	(void)state;
	for (unsigned i = 0; i < test_rounds(5); i++) {
		void *world = NULL;
		uint64_t at = seed + i;
		print_message("seed %llu\n", (unsigned long long)at);
		assert_int_equal(world_folded(&world), 0);
		struct world *w = world;
		lay(w);
		for (int k = 0; k < 7; k++) {
			const char *members = "'t0'";
			for (int t = 1; t < 6; t++)
				if (kit_below(&at, 2))
					members = arena_printf(w->a, "%s, 't%d'", members, t);
			const char *host = kit_below(&at, 3)   ? ", 'host': 't3'"
					   : kit_below(&at, 2) ? ", 'host': 't4'"
							       : "";
			arrange(w, k, from[kit_below(&at, 4)],
				kit_below(&at, 4) ? host : arena_printf(w->a, "%s, 'ended': '2011'", host),
				members + (strlen(members) > 6 && !kit_below(&at, 3) ? 6 : 0)); /* t0 is not in all */
		}
		accepted(w,
			 "{'event': {'id': 'm', 'type': 'merging', 'effective': '2015-01-01', 'status': 'effective', "
			 "'source': 's', 'sources': ['t1', 't2'], 'targets': [{'id': 'new', 'names': ['New'], "
			 "'part_of': 'c0'}]}}");
		accepted(w,
			 "{'event': {'id': 'd', 'type': 'breakdown', 'effective': '2016-01-01', 'status': 'effective', "
			 "'source': 's', 'sources': ['t4'], 'targets': [{'id': 'x', 'names': ['X'], 'part_of': 'c0'}, "
			 "{'id': 'y', 'names': ['Y'], 'part_of': 'c1'}]}}");
		for (size_t k = 0; k < sizeof questions / sizeof *questions; k++)
			told += explain_all(w, questions[k], strstr(questions[k], "border"));
		world_gone(&world);
	}
	print_message("%zu numbers explained\n", told);
	assert_true(told > 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, world_folded, world_gone)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(partners_are_told_by_the_statement_that_they_take_part),
	    TEST(what_a_network_does_not_count_is_refused),
	    cmocka_unit_test(every_number_of_random_networks_agrees),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
