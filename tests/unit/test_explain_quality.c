/* SPDX-License-Identifier: Apache-2.0
 *
 * test_explain_quality.c - every number of a quality question, counted once more from the change records.
 */
#include "tests/unit/explanation.h"

/* What the log makes of one number: "7: agrees", with how many items. */
static struct msg_explain_answer line(struct world *w, const char *question, const char *rest)
{
	return explanation(w, arena_printf(w->a, "'quality': {%s}, %s", question, rest));
}

static void agrees(struct world *w, const char *question, const char *rest, const char *shown)
{
	struct msg_explain_answer e = line(w, question, rest);
	if (!e.agrees)
		fail_msg("{%s}, %s is %s%s, made once more %s%s", question, rest, e.row->figures[0].shown,
			 e.row->figures[0].refused, e.recomputed->shown, e.recomputed->refused);
	if (shown)
		assert_string_equal(e.recomputed->shown, shown);
}

/* Every number of the answer; returns how many there were. */
static size_t explain_all(struct world *w, const char *question)
{
	struct answers all = asked(w, "{'quality': {%s}}", question);
	size_t told = 0, conflicts = 0;
	const char *indicator = NULL;
	for (size_t p = 0; p < all.n; p++) {
		const struct msg_quality_answer *a = all.list[p].quality;
		for (size_t i = 0; i < a->n_response; i++, told += 4) {
			const struct msg_response_row *x = &a->response[i];
			const char *at =
			    arena_printf(w->a, "'round': '%s', 'group': '%s', 'figure'", x->round, x->indicator);
			agrees(w, question, arena_printf(w->a, "%s: 'answered'", at),
			       arena_printf(w->a, "%u", x->answered));
			agrees(w, question, arena_printf(w->a, "%s: 'missing'", at),
			       arena_printf(w->a, "%u", x->missing));
			agrees(w, question, arena_printf(w->a, "%s: 'silent'", at),
			       x->frame ? arena_printf(w->a, "%u", x->silent) : NULL);
			agrees(w, question, arena_printf(w->a, "%s: 'rate'", at), x->rate ? x->rate->shown : NULL);
		}
		for (size_t i = 0; i < a->n_missing; i++, told++)
			agrees(w, question,
			       arena_printf(w->a, "'round': '%s', 'group': '%s', 'figure': 'cells', 'through': '%s'",
					    *a->missing[i].round ? a->missing[i].round : "-", a->missing[i].indicator,
					    msg_code_name(&msg_enum_missing_kind, (int)a->missing[i].kind)),
			       arena_printf(w->a, "%u", a->missing[i].cells));
		for (size_t i = 0; i < a->n_conflicts; i++) {
			conflicts = indicator && strcmp(indicator, a->conflicts[i].indicator) == 0 ? conflicts + 1 : 1;
			indicator = a->conflicts[i].indicator;
		}
	}
	if (indicator) /* of the last one all are seen */
		agrees(w, question, arena_printf(w->a, "'group': '%s', 'figure': 'conflicts'", indicator),
		       arena_printf(w->a, "%zu", conflicts));
	return told + (indicator != NULL);
}

static void lay(struct world *w)
{
	accepted(w,
		 "{'define': {'sources': [{'id': 's', 'title': 'S'}, {'id': 's2', 'title': 'S2'}], 'indicators': ["
		 "{'id': 'people', 'label': 'People', 'type': 'count', 'over_units': 'additive', 'over_time': 'none', "
		 "'unit_kind': 'town'}, {'id': 'roads', 'label': 'Roads', 'type': 'count', 'over_units': 'additive', "
		 "'over_time': 'none', 'unit_kind': 'town'}], 'surveys': [{'id': 'v', 'title': 'V'}]}}");
	accepted(w, "{'submission': {'mode': 'patch', 'source': 's', 'units': [{'id': 'c', 'kind': 'shire', 'names': "
		    "['C'], 'valid_from': '2000-01-01'}]}}");
	for (int i = 0; i < 6; i++)
		accepted(w,
			 "{'submission': {'mode': 'patch', 'source': 's', 'units': [{'id': 't%d', 'kind': 'town', "
			 "'names': ['T%d'], 'valid_from': '2000-01-01'%s}]}}",
			 i, i, i < 4 ? ", 'part_of': 'c'" : "");
	accepted(w, "{'define': {'rounds': [{'id': 'r1', 'survey': 'v', 'reference': '2010', 'area': 'c', 'unit_kind': "
		    "'town', 'frame': 4}, {'id': 'r2', 'survey': 'v', 'reference': '2012', 'unit_kind': 'town'}]}}");
}

static void say_of(struct world *w, const char *source, const char *round, const char *indicator, int unit, int year,
		   const char *value)
{
	accepted(w,
		 "{'submission': {'mode': 'patch', 'source': '%s', %s 'observations': [{'unit': 't%d', 'indicator': "
		 "'%s', 'period': '%d', 'status': 'main', 'value': %s}]}}",
		 source, *round ? arena_printf(w->a, "'round': '%s',", round) : "", unit, indicator, year, value);
}

static void a_response_rate_is_explained_by_who_answered(void **state)
{
	struct world *w = *state;
	lay(w);
	say_of(w, "s", "r1", "people", 0, 2010, "5");
	say_of(w, "s", "r1", "people", 1, 2010, "{'missing': 'not_answered'}");
	struct msg_explain_answer e = line(w, "'response': true", "'figure': 'rate'");
	assert_true(e.agrees);
	assert_string_equal(e.recomputed->shown, "25.0");
	assert_int_equal(e.n_items, 1);
	assert_string_equal(e.items[0].unit, "t0");
	assert_int_equal(e.items[0].message_id.len, 16);
	agrees(w, "'response': true", "'figure': 'silent'", "2");
	agrees(w, "'missing': true", "'figure': 'cells', 'through': 'not answered'", "1");
}

static void a_frame_that_nobody_knows_has_no_rate(void **state)
{
	struct world *w = *state;
	lay(w);
	say_of(w, "s", "r2", "people", 0, 2012, "5");
	struct msg_explain_answer e = line(w, "", "'figure': 'rate'");
	assert_true(e.agrees);
	assert_string_equal(e.row->figures[0].refused, "the frame is not known");
}

static void what_is_not_counted_is_refused_with_what_to_say(void **state)
{
	struct world *w = *state;
	lay(w);
	say_of(w, "s", "r1", "people", 0, 2010, "5");
	say_of(w, "s", "r1", "roads", 0, 2010, "5");
#define REFUSED(e, text, rest)                                                                                         \
	assert_non_null(strstr(ask_refused(w, e, 100, "{'explain': {'quality': {}, " rest "}}"), text))
	REFUSED(ERR_INVALID, "answered, missing, silent", "'figure': ''");
	REFUSED(ERR_INVALID, "several rows are meant", "'figure': 'rate'");
	REFUSED(ERR_INVALID, "through which kind of missing", "'figure': 'cells'");
	REFUSED(ERR_NOT_FOUND, "no such row", "'figure': 'conflicts'");
}

static void every_number_of_random_rounds_agrees(void **state)
{
	static const char *const missing[] = {"not_answered", "unclear", "not_asked"};
	static const char *const questions[] = {"", "'survey': 'v'", "'rounds': ['r1']", "'scope': 'c'",
						"'indicator': 'roads'"};
	const char *given = getenv("VARDE_SEED");
	uint64_t seed = given ? strtoull(given, NULL, 0) : 20261124;
	size_t told = 0;
	(void)state;
	for (unsigned i = 0; i < test_rounds(8); i++) {
		void *world = NULL;
		uint64_t at = seed + i;
		print_message("seed %llu\n", (unsigned long long)at);
		assert_int_equal(world_folded(&world), 0);
		struct world *w = world;
		lay(w);
		for (int k = 0; k < 30; k++) {
			static const char *const rounds[] = {"r1", "r2", ""};
			size_t round = kit_below(&at, 3);
			int year = round == 1 || (round == 2 && kit_below(&at, 2)) ? 2012 : 2010;
			const char *value = kit_below(&at, 3)
						? arena_printf(w->a, "%u", (unsigned)kit_below(&at, 4))
						: arena_printf(w->a, "{'missing': '%s'}", missing[kit_below(&at, 3)]);
			say_of(w, kit_below(&at, 2) ? "s" : "s2", rounds[round], kit_below(&at, 2) ? "people" : "roads",
			       (int)kit_below(&at, 6), year, value);
		}
		for (size_t k = 0; k < sizeof questions / sizeof *questions; k++)
			told += explain_all(w, questions[k]);
		world_gone(&world);
	}
	print_message("%zu numbers explained\n", told);
	assert_true(told > 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, world_folded, world_gone)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_response_rate_is_explained_by_who_answered),
	    TEST(a_frame_that_nobody_knows_has_no_rate),
	    TEST(what_is_not_counted_is_refused_with_what_to_say),
	    cmocka_unit_test(every_number_of_random_rounds_agrees),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
