/* SPDX-License-Identifier: Apache-2.0
 *
 * test_explain_count.c - every figure of a count of the real example, counted once more from the change records.
 */
#include "tests/unit/growth_explained.h"

static void lay(struct world *w)
{
	static const char *const files[] = {"definitions", "units", "rounds", "events", "arrangements", "agencies"};
	judge_free(w->judge);
	w->judge = judge_new(&w->about, &(struct judge_limits){.statements_max = 10000});
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		assert_true(accepted_file(w, arena_printf(w->a, "examples/%s.json", files[i])) > 0);
	tick(w, "2021-06-01");
}

/* The parts of an answer put together: the figure made again, all items, the verdict. */
static struct msg_explain_answer whole(struct world *w, const struct answers *a)
{
	struct msg_explain_answer all = {0};
	size_t room = 0;
	for (size_t p = 0; p < a->n; p++) {
		const struct msg_explain_answer *e = a->list[p].explain;
		if (!e)
			fail_msg("not explained");
		all.recomputed = e->recomputed ? e->recomputed : all.recomputed;
		all.agrees |= e->agrees;
		for (size_t i = 0; i < e->n_items; i++) {
			all.items = arena_grow(w->a, all.items, all.n_items, all.n_items + 1, sizeof *all.items, &room);
			all.items[all.n_items++] = e->items[i];
		}
	}
	assert_non_null(all.recomputed);
	return all;
}

static const char *group_of(const struct msg_trend_row *row)
{
	return *row->group ? row->group : row->group_name;
}

/* Explains each figure of the count; returns how many there were. */
static size_t explain_all(struct world *w, const char *count, const char *const *measures, size_t n_measures)
{
	const char *list = "";
	size_t told = 0;
	for (size_t i = 0; i < n_measures; i++)
		list = arena_printf(w->a, "%s%s'%s'", list, i ? ", " : "", measures[i]);
	struct answers all = asked(w, "{'count': {%s, 'measures': [%s], 'decimals': 2}}", count, list);
	const char *question = arena_printf(w->a, "'count': {%s, 'measures': [%s], 'decimals': 2}", count, list);
	for (size_t p = 0; p < all.n; p++) {
		for (size_t i = 0; i < all.list[p].trend->n_rows; i += 7) /* of what grew some are enough */
			told += growth_explained(w, question, &all.list[p].trend->rows[i]);
		for (size_t i = 0; i < all.list[p].trend->n_rows; i++)
			for (size_t k = 0; k < n_measures; k++) {
				const struct msg_trend_row *row = &all.list[p].trend->rows[i];
				const struct msg_figure *f = &row->figures[k];
				struct answers one = asked(w,
							   "{'explain': {'count': {%s, 'measures': [%s], 'decimals': "
							   "2}, 'group': '%s', 'period': '%s', "
							   "'measure': '%s'}}",
							   count, list, group_of(row), row->period, measures[k]);
				const struct msg_explain_answer e = whole(w, &one);
				if (!e.agrees)
					fail_msg("%s, %s %s: %s is %s%s [%s, %s], recomputed %s%s [%s, %s]", count,
						 row->group_name, row->period, measures[k], f->shown, f->refused,
						 f->low, f->high, e.recomputed->shown, e.recomputed->refused,
						 e.recomputed->low, e.recomputed->high);
				told += !*f->refused;
			}
	}
	return told;
}

static void every_count_of_the_example_agrees_with_the_log(void **state)
{
	static const char *const counts[] = {
	    "'counted': 'units', 'kind': 'municipality', 'dates': ['2014', '2019-12-31', '2020-01-01', '2024']",
	    "'counted': 'units', 'kind': 'municipality', 'group_by': 'county', 'dates': ['2014', '2020']",
	    "'counted': 'units', 'kind': 'county', 'dates': ['2018', '2020', '2024']",
	    "'counted': 'arrangements', 'dates': ['2020-12-31', '2020-06-01']",
	    "'counted': 'arrangements', 'group_by': 'county', 'dates': ['2020-12-31']",
	    "'counted': 'arrangements', 'group_by': 'unit', 'kind': 'municipality', 'dates': ['2020-12-31']",
	    "'counted': 'links', 'link': 'part_of', 'group_by': 'county', 'dates': ['2020']",
	};
	static const char *const parts[] = {
	    "'counted': 'participants', 'kind': 'municipality', 'dates': ['2020-12-31']",
	    "'counted': 'participants', 'kind': 'municipality', 'group_by': 'county', 'dates': ['2020-12-31']",
	};
	static const char *const count[] = {"count", "share", "rank"}, *const rates[] = {"count", "rate", "mean",
											 "rank", "concentration"};
	struct world *w = *state;
	size_t told = 0;
	lay(w);
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
		told += explain_all(w, counts[i], count, 3);
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		told += explain_all(w, parts[i], rates, 5);
	print_message("%zu figures explained\n", told);
	assert_true(told > 250);
}

static void a_unit_counted_names_the_message_that_said_it_was_there(void **state)
{
	struct world *w = *state;
	lay(w);
	struct answers a =
	    asked(w, "{'explain': {'count': {'counted': 'units', 'kind': 'municipality', 'group_by': 'county', "
		     "'dates': ['2020-12-31'], 'measures': ['count']}, 'group': 'fylke/nordland'}}");
	const struct msg_explain_answer all = whole(w, &a), *e = &all;
	assert_int_equal(e->n_items, 41);
	assert_string_equal(e->recomputed->shown, "41");
	assert_true(e->agrees);
	bool found = false;
	for (size_t i = 0; i < e->n_items; i++) {
		const struct msg_explain_item *x = &e->items[i];
		assert_int_equal(x->message_id.len, 16);
		assert_string_equal(x->used->shown, "1");
		found |= strcmp(x->unit, "kommune/bodo") == 0 && x->revision > 0 && *x->source && *x->submitter;
	}
	assert_true(found);
}

static void units_that_are_one_count_once(void **state)
{
	struct world *w = *state;
	lay(w);
	accepted(w, "{'submission': {'mode': 'patch', 'source': 'klass', 'reason': 'one', 'identities': [{'type': "
		    "'same_as', 'a': "
		    "'kommune/bodo', 'b': 'kommune/rana'}]}}");
	static const char *const count[] = {"count"};
	assert_int_equal(
	    explain_all(w, "'counted': 'units', 'kind': 'municipality', 'group_by': 'county', 'dates': ['2020-12-31']",
			count, 1) > 5,
	    true);
	struct answers a =
	    asked(w, "{'explain': {'count': {'counted': 'units', 'kind': 'municipality', 'group_by': 'county', "
		     "'dates': ['2020-12-31'], 'measures': ['count']}, 'group': 'fylke/nordland'}}");
	assert_string_equal(whole(w, &a).recomputed->shown, "40");
}

static void a_unit_whose_end_was_taken_back_is_there_in_the_log_too(void **state)
{
	struct world *w = *state;
	static const char *const count[] = {"count"};
	static const char *const counted = "'counted': 'units', 'kind': 'municipality', 'dates': ['2004', '2012']";
	lay(w);
	accepted(w, "{'submission': {'mode': 'patch', 'source': 'klass', 'units': [{'id': 'late', 'kind': "
		    "'municipality', 'names': [{'text': 'Late'}], 'valid_from': '2010-01-01'}]}}");
	uint64_t rev =
	    accepted(w, "{'submission': {'mode': 'patch', 'source': 'klass', 'units': [{'id': 'late', 'kind': "
			"'municipality', 'valid_from': '2010-01-01', 'valid_to': '2011-01-01'}]}}")
		->rev;
	assert_int_equal(explain_all(w, counted, count, 1), 2);
	accepted(w,
		 "{'submission': {'mode': 'patch', 'source': 'klass', 'retractions': [{'revision': %llu, 'unit': "
		 "'late', 'reason': 'it did not end'}]}}",
		 (unsigned long long)rev);
	assert_int_equal(explain_all(w, counted, count, 1), 2);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, world_folded, world_gone)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(every_count_of_the_example_agrees_with_the_log),
	    TEST(a_unit_counted_names_the_message_that_said_it_was_there),
	    TEST(units_that_are_one_count_once),
	    TEST(a_unit_whose_end_was_taken_back_is_there_in_the_log_too),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
