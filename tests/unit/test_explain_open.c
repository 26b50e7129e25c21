/* SPDX-License-Identifier: Apache-2.0
 *
 * test_explain_open.c - that a count is "at least" so many is explained by the declarations of completeness behind it;
 * of random declarations every figure of a count, and opening and closing of a balance, agree.
 */
#include "tests/unit/balance_explained.h"

#define COUNTIES 3
#define TOWNS    7

static void lay(struct world *w)
{
	accepted(w, "{'define': {'sources': [{'id': 's', 'title': 'S'}], 'surveys': [{'id': 'v', 'title': 'V'}]}}");
	accepted(w,
		 "{'submission': {'mode': 'patch', 'source': 's', 'units': [{'id': 'land', 'kind': 'state', 'names': "
		 "['Land'], 'valid_from': '2000-01-01'}]}}");
	for (int i = 0; i < COUNTIES; i++)
		accepted(w,
			 "{'submission': {'mode': 'patch', 'source': 's', 'units': [{'id': 'c%d', 'kind': 'county', "
			 "'names': ['C%d'], 'valid_from': '2000-01-01', 'part_of': 'land'}]}}",
			 i, i);
	for (int i = 0; i < TOWNS; i++)
		accepted(
		    w,
		    "{'submission': {'mode': 'patch', 'source': 's', 'units': [{'id': 't%d', 'kind': 'town', 'names': "
		    "['T%d'], 'valid_from': '2000-01-01', 'part_of': 'c%d'}]}}",
		    i, i, i % COUNTIES);
	for (int i = 0; i < 3; i++)
		accepted(w,
			 "{'define': {'rounds': [{'id': 'r%d', 'survey': 'v', 'reference': '%d', 'area': 'land', "
			 "'unit_kind': 'town'}]}}",
			 i, 2010 + 2 * i);
}

static void declare(struct world *w, int round, const char *scope, const char *kind, const char *complete)
{
	accepted(w,
		 "{'submission': {'round': 'r%d', 'mode': 'patch', 'source': 's', 'completeness': [{'scope': '%s', "
		 "'kind': '%s', 'complete': '%s'}]}}",
		 round, scope, kind, complete);
}

static void arrange(struct world *w, int i, const char *from, const char *members, const char *complete)
{
	accepted(w,
		 "{'submission': {'mode': 'patch', 'source': 's', 'arrangements': [{'id': 'a%d', 'name': "
		 "'A%d', 'established': '%s', 'participants': [%s], 'participants_complete': '%s'}]}}",
		 i, i, from, members, complete);
}

#define IN_2010 "'dates': ['2010-06-01'], 'measures': ['count']"

static struct answers counted(struct world *w, const char *count)
{
	return asked(w, "{'explain': {'count': {%s, " IN_2010 "}}}", count);
}

static bool noted(const struct answers *a, const char *text)
{
	for (size_t p = 0; p < a->n; p++)
		for (size_t i = 0; i < a->list[p].explain->n_notes; i++)
			if (strstr(a->list[p].explain->notes[i], text))
				return true;
	return false;
}

static const char *again(const struct answers *a)
{
	const char *text = "";
	bool agrees = false;
	for (size_t p = 0; p < a->n; p++) {
		text = a->list[p].explain->recomputed ? a->list[p].explain->recomputed->shown : text;
		agrees |= a->list[p].explain->agrees;
	}
	return agrees ? text : "does not agree";
}

static void a_list_that_is_declared_complete_names_its_message(void **state)
{
	struct world *w = *state;
	lay(w);
	arrange(w, 0, "2005-01-01", "'t0', 't1'", "yes");
	struct answers a = counted(w, "'counted': 'arrangements'");
	assert_string_equal(again(&a), "at least 1");
	declare(w, 0, "land", "arrangement", "yes");
	a = counted(w, "'counted': 'arrangements'");
	assert_string_equal(again(&a), "1");
	assert_true(noted(
	    &a,
	    arena_printf(w->a, "the list of kind arrangement in Land is declared complete by r0 (revision %llu, %s)",
			 (unsigned long long)w->rev, w->submitter)));
}

static void a_list_of_units_that_has_gaps_names_its_message(void **state)
{
	struct world *w = *state;
	lay(w);
	declare(w, 0, "c1", "town", "no");
	struct answers a = counted(w, "'counted': 'units', 'kind': 'town'");
	assert_string_equal(again(&a), "at least 7");
	assert_true(noted(&a, "the list of kind town in C1 has gaps, or may have: so declares r0"));
	a = counted(w, "'counted': 'units', 'kind': 'town', 'units': ['c0'], 'subtree': true");
	assert_string_equal(again(&a), "3");
}

/* ---- random declarations ---- */

static void random_world(struct world *w, uint64_t *seed)
{
	static const char *const complete[] = {"yes", "no", "unknown"}, *const kinds[] = {"arrangement", "town"};
	lay(w);
	for (int i = 0; i < 5; i++) {
		const char *members = "";
		for (int t = 0; t < TOWNS; t++)
			if (!i || !kit_below(seed, 3)) /* in the first one all are */
				members = arena_printf(w->a, "%s%s't%d'", members, *members ? ", " : "", t);
		arrange(w, i, kit_below(seed, 3) || !i ? "2005-01-01" : "2011/2013", members,
			complete[kit_below(seed, 5) ? 0 : 2]);
	}
	for (uint64_t k = kit_below(seed, 8); k--;) {
		uint64_t at = kit_below(seed, 2 + COUNTIES + TOWNS);
		const char *scope = at < 2              ? "land"
				    : at < 2 + COUNTIES ? arena_printf(w->a, "c%d", (int)at - 2)
							: arena_printf(w->a, "t%d", (int)at - 2 - COUNTIES);
		const char *kind = kinds[kit_below(seed, 2)];
		declare(w, (int)kit_below(seed, 3), strcmp(kind, "town") == 0 && *scope == 't' ? "land" : scope, kind,
			complete[kit_below(seed, 2) ? 0 : kit_below(seed, 3)]);
	}
}

static size_t explain_count(struct world *w, const char *count, const char *const *measures, size_t n)
{
	const char *list = "";
	size_t told = 0;
	for (size_t i = 0; i < n; i++)
		list = arena_printf(w->a, "%s%s'%s'", list, i ? ", " : "", measures[i]);
	const char *question = arena_printf(
	    w->a, "%s, 'dates': ['2010-06-01', '2012-06-01', '2015-06-01'], 'measures': [%s]", count, list);
	struct answers all = asked(w, "{'count': {%s}}", question);
	for (size_t p = 0; p < all.n; p++)
		for (size_t i = 0; i < all.list[p].trend->n_rows; i++)
			for (size_t k = 0; k < n; k++, told++) {
				const struct msg_trend_row *row = &all.list[p].trend->rows[i];
				struct answers one = asked(
				    w, "{'explain': {'count': {%s}, 'group': '%s', 'period': '%s', 'measure': '%s'}}",
				    question, *row->group ? row->group : row->group_name, row->period, measures[k]);
				if (strcmp(again(&one), "does not agree") == 0)
					fail_msg("{%s}: of \"%s\" %s the %s is %s%s, and does not agree", question,
						 row->group_name, row->period, measures[k], row->figures[k].shown,
						 row->figures[k].refused);
			}
	return told;
}

static size_t one_world(uint64_t seed)
{
	static const char *const count[] = {"count", "rank", "share"}, *const rates[] = {"count", "rate", "mean",
											 "rank"};
	static const char *const scopes[] = {"", ", 'units': ['c0'], 'subtree': true", ", 'units': ['t1']",
					     ", 'units': ['c0', 'c2'], 'subtree': true"};
	static const char *const groups[] = {"", ", 'group_by': 'county'", ", 'group_by': 'unit'"};
	void *world = NULL;
	size_t told = 0;
	assert_int_equal(world_folded(&world), 0);
	struct world *w = world;
	random_world(w, &seed);
	for (int i = 0; i < 4; i++) {
		const char *rest = arena_printf(w->a, "%s%s", scopes[kit_below(&seed, 4)], groups[kit_below(&seed, 3)]);
		told +=
		    explain_count(w, arena_printf(w->a, "'counted': 'arrangements', 'kind': 'town'%s", rest), count, 3);
		told +=
		    explain_count(w, arena_printf(w->a, "'counted': 'participants', 'kind': 'town'%s", rest), rates, 4);
		told += explain_count(w, arena_printf(w->a, "'counted': 'units', 'kind': 'town'%s", rest), count, 3);
		told += explain_count(w, arena_printf(w->a, "'counted': 'links', 'link': 'participates_in'%s", rest),
				      count, 1);
		balance_asked(w,
			      "'counted': 'arrangements', 'from': {'valid_at': '2010-06-01'}, 'to': {'valid_at': "
			      "'2012-06-01'}%s",
			      rest);
		balance_asked(w,
			      "'counted': 'units', 'kind': 'town', 'from': {'valid_at': '2010-06-01', "
			      "'as_of_revision': %llu}, 'to': {'valid_at': '2015-06-01'}%s",
			      (unsigned long long)(w->rev - kit_below(&seed, 4)), rest);
	}
	for (int i = 0; i < 4; i++) {
		const char *question = arena_printf(
		    w->a,
		    "'counted': 'arrangements', 'measure': 'count', 'from': {'valid_at': '2010-06-01'}, 'to': "
		    "{'valid_at': '2012-06-01'}%s%s",
		    scopes[i], kit_below(&seed, 2) ? ", 'group_by': 'county'" : "");
		struct answers all = asked(w, "{'decompose': {%s}}", question);
		for (size_t p = 0; p < all.n; p++)
			for (size_t k = 0; k < all.list[p].decompose->n_rows; k++, told++)
				causes_explained(w, question, &all.list[p].decompose->rows[k]);
	}
	world_gone(&world);
	return told;
}

static void at_least_agrees_whatever_is_declared(void **state)
{
	const char *given = getenv("VARDE_SEED");
	uint64_t seed = given ? strtoull(given, NULL, 0) : 20261125;
	size_t told = 0;
	(void)state;
	for (unsigned i = 0; i < test_rounds(6); i++) {
		print_message("seed %llu\n", (unsigned long long)(seed + i));
		told += one_world(seed + i);
	}
	print_message("%zu figures explained\n", told);
	assert_true(told > 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, world_folded, world_gone)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_list_that_is_declared_complete_names_its_message),
	    TEST(a_list_of_units_that_has_gaps_names_its_message),
	    cmocka_unit_test(at_least_agrees_whatever_is_declared),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
