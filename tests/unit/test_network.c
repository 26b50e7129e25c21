/* SPDX-License-Identifier: Apache-2.0
 *
 * test_network.c - who co-operates with whom: pairs, constellations, borders, units, over several dates.
 *
 *   north: a b     south: c d      2020-01-01: a, b ─▷ ab (north);  d ─▷ f (south), g (north)
 */
#include "tests/unit/answer_kit.h"

static void complete(struct world *w, const char *id)
{
	w_attrs(w, id, "participants_complete", "", "", "yes");
}

static void lay(struct world *w)
{
	static const char *const in[][4] = {
	    {"a", "north", "", "2020-01-01"}, {"b", "north", "", "2020-01-01"},  {"c", "south", "", ""},
	    {"d", "south", "", "2020-01-01"}, {"ab", "north", "2020-01-01", ""}, {"f", "south", "2020-01-01", ""},
	    {"g", "north", "2020-01-01", ""}};
	w_unit(w, "north", "county", "", "", "North");
	w_unit(w, "south", "county", "", "", "South");
	for (size_t i = 0; i < 7; i++) {
		const char *name = arena_printf(w->a, "%c%s", in[i][0][0] - 'a' + 'A', in[i][0] + 1);
		w_unit(w, in[i][0], "municipality", in[i][2], in[i][3], name);
		w_link(w, LINK_TYPE_PART_OF, in[i][0], in[i][1], in[i][2], in[i][3]);
	}
	h_event(w, "m", "2020-01-01", "a>ab b>ab");
	h_event(w, "s", "2020-01-01", "d>*f d>*g");
	w_arrangement(w, "fire", "a b c", "a");
	w_arrangement(w, "rescue", "c b a", "b");
	w_arrangement(w, "water", "a b", NULL);
	w_arrangement(w, "wide", "a d north", NULL);
	w_attrs(w, "water", "task", "", "", "water");
	complete(w, "fire");
	complete(w, "rescue");
	complete(w, "water");
	w_unit(w, "late", "arrangement", "2015", "", "late");
	w_link(w, LINK_TYPE_PARTICIPATES_IN, "c", "late", "2015", "");
	w_link(w, LINK_TYPE_PARTICIPATES_IN, "d", "late", "2015", "");
	complete(w, "late");
	w_tick(w, "2019-06-30");
	w_commit(w);
}

static struct msg_network_answer *ask_it(struct world *w, struct msg_network_question *q)
{
	struct msg_query_request r = w_request();
	r.network = q;
	struct msg_query_reply *reply = w_ask(w, &r);
	if (!reply->network)
		fail_msg("no network: %s", reply->error ? reply->error->text : "?");
	return reply->network;
}

static const char *refused(struct world *w, struct msg_network_question *q)
{
	struct msg_query_request r = w_request();
	r.network = q;
	struct msg_query_reply *reply = w_ask(w, &r);
	assert_non_null(reply->error);
	return reply->error->text;
}

static struct msg_network_question on(struct world *w, const char *date)
{
	struct msg_network_question q = {.n_dates = 1, .kind = "municipality"};
	q.dates = arena_alloc(w->a, 4 * sizeof *q.dates);
	q.dates[0] = date;
	return q;
}

/* "A B 3; B C 2+1" */
static const char *pairs(struct world *w, struct msg_network_question *q)
{
	q->pairs = true;
	struct msg_network_answer *n = ask_it(w, q);
	const char *text = "";
	for (size_t i = 0; i < n->n_pairs; i++) {
		struct msg_network_pair *p = &n->pairs[i];
		text = arena_printf(w->a, "%s%s%s %s %u", text, i ? "; " : "", p->a_name, p->b_name, p->arrangements);
		if (p->possible)
			text = arena_printf(w->a, "%s+%u", text, p->possible);
	}
	q->pairs = false;
	return text;
}

/* "A B C: fire rescue; A D: wide?" */
static const char *sets(struct world *w, struct msg_network_question *q)
{
	q->constellations = true;
	struct msg_network_answer *n = ask_it(w, q);
	const char *text = "";
	for (size_t i = 0; i < n->n_constellations; i++) {
		struct msg_network_constellation *x = &n->constellations[i];
		assert_int_equal(x->arrangements, x->n_arrangement_names);
		text = arena_printf(w->a, "%s%s", text, i ? "; " : "");
		for (size_t k = 0; k < x->n_names; k++)
			text = arena_printf(w->a, "%s%s%s", text, k ? " " : "", x->names[k]);
		text = arena_printf(w->a, "%s:", text);
		for (size_t k = 0; k < x->arrangements; k++)
			text = arena_printf(w->a, "%s %s", text, x->arrangement_names[k]);
		text = arena_printf(w->a, "%s%s", text, x->incomplete ? "?" : "");
	}
	q->constellations = false;
	return text;
}

/* "A 4+0 hosts 1 partners 3 sets 3 crossing 2" a line */
static const char *units(struct world *w, struct msg_network_question *q)
{
	q->per_unit = true;
	struct msg_network_answer *n = ask_it(w, q);
	const char *text = "";
	for (size_t i = 0; i < n->n_units; i++) {
		struct msg_network_unit *x = &n->units[i];
		text =
		    arena_printf(w->a, "%s%s %u+%u hosts %u partners %u sets %u crossing %u\n", text, x->name,
				 x->arrangements, x->possible, x->hosts, x->partners, x->constellations, x->crossing);
	}
	q->per_unit = false;
	return text;
}

static void pairs_meet_for_certain_or_possibly(void **state)
{
	struct world *w = *state;
	lay(w);
	struct msg_network_question q = on(w, "2014");
	assert_string_equal(pairs(w, &q), "A B 3; A C 2; B C 2; A D 1");
	q.dates[0] = "2015-06-30";
	assert_string_equal(pairs(w, &q), "A B 3; A C 2; B C 2; A D 1; C D 0+1");
	assert_string_equal(ask_it(w, &q)->pairs[0].a, "a");
	q.dates[0] = "2016";
	assert_string_equal(pairs(w, &q), "A B 3; A C 2; B C 2; A D 1; C D 1");
	q.kind = "";
	assert_string_equal(pairs(w, &q), "A B 3; A C 2; B C 2; A D 1; A North 1; C D 1; D North 1");
}

static void constellations_are_distinct_sets(void **state)
{
	struct world *w = *state;
	lay(w);
	struct msg_network_question q = on(w, "2014");
	assert_string_equal(sets(w, &q), "A B C: fire rescue; A B: water; A D: wide?");
	q.dates[0] = "2015-06-30"; /* what only may be there makes none */
	assert_string_equal(sets(w, &q), "A B C: fire rescue; A B: water; A D: wide?");
	assert_non_null(strstr(ask_it(w, &q)->notes[1], "1 arrangements only may be there"));
	q.dates[0] = "2016";
	assert_string_equal(sets(w, &q), "A B C: fire rescue; A B: water; A D: wide?; C D: late");
}

static void arrangements_cross_borders(void **state)
{
	struct world *w = *state;
	lay(w);
	struct msg_network_question q = on(w, "2016");
	q.border_kind = "county";
	q.crossing = true;
	struct msg_network_answer *n = ask_it(w, &q);
	assert_int_equal(n->n_crossings, 3);
	assert_int_equal(n->n_pairs, 0);
	assert_string_equal(n->crossings[0].name, "fire");
	assert_int_equal(n->crossings[0].n_sides, 2);
	assert_string_equal(n->crossings[0].sides[0].name, "North");
	assert_int_equal(n->crossings[0].sides[0].n_names, 2);
	assert_string_equal(n->crossings[0].sides[0].names[1], "B");
	assert_string_equal(n->crossings[0].sides[1].unit, "south");
	assert_string_equal(n->crossings[2].name, "wide");
	q.crossing = false;
	assert_string_equal(units(w, &q), "A 4+0 hosts 1 partners 3 sets 3 crossing 3\n"
					  "B 3+0 hosts 1 partners 2 sets 2 crossing 2\n"
					  "C 3+0 hosts 0 partners 3 sets 2 crossing 2\n"
					  "D 2+0 hosts 0 partners 2 sets 2 crossing 1\n");
	q.border_kind = "";
	q.crossing = true;
	assert_non_null(strstr(refused(w, &q), "which border"));
	q.border_kind = "village";
	assert_non_null(strstr(refused(w, &q), "no kind of unit"));
}

static void another_structure_maps_once_and_leaves_open_what_was_divided(void **state)
{
	struct world *w = *state;
	lay(w);
	struct msg_network_question q = on(w, "2016");
	q.structure_at = "2020-01-01";
	q.border_kind = "county";
	assert_string_equal(pairs(w, &q), "Ab C 2; Ab F 0+1; Ab G 0+1; C F 0+1; C G 0+1; F G 0+2");
	assert_string_equal(sets(w, &q), "Ab: water wide?; Ab C: fire rescue; C: late?");
	assert_string_equal(units(w, &q), "Ab 4+0 hosts 2 partners 1 sets 2 crossing 2\n"
					  "C 3+0 hosts 0 partners 1 sets 2 crossing 2\n"
					  "F 0+2 hosts 0 partners 0 sets 0 crossing 0\n"
					  "G 0+2 hosts 0 partners 0 sets 0 crossing 0\n");
	q.crossing = true;
	struct msg_network_answer *n = ask_it(w, &q);
	assert_int_equal(n->n_crossings, 2);
	assert_non_null(strstr(n->notes[1], "1 arrangements are internalised"));
	assert_non_null(strstr(n->notes[2], "2 arrangements more may cross"));
	q.n_units = 1;
	q.units = w_by_id(w, "a");
	assert_non_null(strstr(refused(w, &q), "A does not live on 2020-01-01"));
}

static void units_and_filters_choose_arrangements(void **state)
{
	struct world *w = *state;
	lay(w);
	struct msg_network_question q = on(w, "2016");
	q.n_units = 1;
	q.units = w_by_id(w, "d");
	assert_string_equal(pairs(w, &q), "A D 1; C D 1");
	assert_string_equal(units(w, &q), "D 2+0 hosts 0 partners 2 sets 2 crossing 0\n");
	q.units = w_by_id(w, "south");
	assert_string_equal(pairs(w, &q), "");
	q.subtree = true;
	assert_string_equal(pairs(w, &q), "A B 2; A C 2; B C 2; A D 1; C D 1");
	const char *values[] = {"water"};
	struct msg_filter water = {.field = "task", .n_values = 1, .values = values};
	q = on(w, "2016");
	q.n_where = 1;
	q.where = &water;
	assert_string_equal(pairs(w, &q), "A B 1");
	assert_non_null(strstr(ask_it(w, &q)->notes[0], "4 arrangements are left out"));
	values[0] = "wine";
	assert_non_null(strstr(refused(w, &q), "there is: water"));
	q = on(w, "2016");
	q.kind = "village";
	assert_non_null(strstr(refused(w, &q), "no unit is of kind \"village\""));
}

static void dates_follow_each_other_and_today_is_asked_by_default(void **state)
{
	struct world *w = *state;
	lay(w);
	struct msg_network_question q = on(w, "2016");
	q.dates[1] = "2014";
	q.dates[2] = "2014-12-31"; /* the same */
	q.n_dates = 3;
	assert_string_equal(pairs(w, &q), "A B 3; A C 2; B C 2; A D 1; A B 3; A C 2; B C 2; A D 1; C D 1");
	q.pairs = true;
	assert_string_equal(ask_it(w, &q)->pairs[0].date, "2014-12-31");
	assert_string_equal(ask_it(w, &q)->pairs[4].date, "2016-12-31");
	assert_non_null(strstr(ask_it(w, &q)->notes[0], "2014-12-31: 1 of 4 arrangements do not say"));
	q.n_dates = 0;
	struct msg_network_answer *n = ask_it(w, &q);
	assert_string_equal(n->pairs[0].date, "2019-06-30");
	q.pairs = false;
	n = ask_it(w, &q); /* all parts, but no border */
	assert_int_equal(n->n_pairs, 5);
	assert_int_equal(n->n_constellations, 4);
	assert_int_equal(n->n_units, 4);
	q.n_dates = 1;
	q.dates[0] = "someday";
	assert_non_null(strstr(refused(w, &q), "dates"));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
	    TEST(pairs_meet_for_certain_or_possibly),
	    TEST(constellations_are_distinct_sets),
	    TEST(arrangements_cross_borders),
	    TEST(another_structure_maps_once_and_leaves_open_what_was_divided),
	    TEST(units_and_filters_choose_arrangements),
	    TEST(dates_follow_each_other_and_today_is_asked_by_default),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
