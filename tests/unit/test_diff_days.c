/* SPDX-License-Identifier: Apache-2.0
 *
 * test_diff_days.c - figures between two days: they are of periods, so that only what is known of them can differ.
 */
#include "tests/unit/asking.h"

/* "WHAT unit period value -> value" a line, then the notes in brackets. */
static const char *diff(struct world *w, const char *from, const char *to, const char *more)
{
	struct answers all = asked(w, "{'diff': {'from': {%s}, 'to': {%s}, 'observations': true%s}}", from, to, more);
	const char *text = "";
	for (size_t p = 0; p < all.n; p++)
		for (size_t i = 0; i < all.list[p].diff->n_rows; i++) {
			const struct msg_diff_row *x = &all.list[p].diff->rows[i];
			text =
			    arena_printf(w->a, "%s%s %s %s; ", text, msg_code_name(&msg_enum_difference, (int)x->what),
					 x->unit, *x->after_at ? x->after_at : x->before_at);
		}
	for (size_t p = 0; p < all.n; p++)
		for (size_t i = 0; i < all.list[p].diff->n_notes; i++)
			text = arena_printf(w->a, "%s(%.18s)", text, all.list[p].diff->notes[i]);
	return text;
}

#define FIGURE(unit, period, value)                                                                                    \
	"{'unit': '" unit "', 'indicator': 'staff', 'period': '" period "', 'value': " value ", 'status': 'main'}"

static uint64_t tell(struct world *w, const char *inside)
{
	return accepted(w, "{'submission': {'mode': 'patch', 'source': 'a', 'reason': 'told', %s}}", inside)->rev;
}

/* Returns the revision at which the figures of 2014 and 2015 were first known. */
static uint64_t two_years(struct world *w)
{
	world_base(w);
	tick(w, "2026-01-01");
	tell(w, "'observations': [" FIGURE("bodo", "2014", "5") "," FIGURE("rissa", "2014", "6") "]");
	return tell(w, "'observations': [" FIGURE("bodo", "2015", "5") "]");
}

static void a_new_year_does_not_end_the_figures_of_the_old(void **state)
{
	struct world *w = *state;
	two_years(w);
	assert_string_equal(diff(w, "'valid_at': '2014-12-31'", "'valid_at': '2015-01-01'", ""),
			    "(figures have perio)");
	assert_string_equal(diff(w, "'period': '2014'", "'period': '2015'", ""), "NOT_FOUND_AGAIN rissa 2014; ");
}

static void what_was_learnt_of_any_period_between_two_revisions_is_told(void **state)
{
	struct world *w = *state;
	uint64_t first = two_years(w);
	uint64_t wrong = tell(w, "'observations': [" FIGURE("rissa", "2015", "7") "]");
	accepted(w,
		 "{'submission': {'mode': 'patch', 'source': 'a', 'reason': 'told', 'observations': [{'unit': 'bodo',"
		 "'indicator': 'staff', 'period': '2015', 'value': 9, 'status': 'main', 'supersedes': %llu}," FIGURE(
		     "bjugn", "2014", "1") "," FIGURE("bjugn", "2015", "1") "]}}",
		 (unsigned long long)first);
	uint64_t last = w->rev;
	const char *then = arena_printf(w->a, "'as_of_revision': %llu", (unsigned long long)first),
		   *now = arena_printf(w->a, "'as_of_revision': %llu", (unsigned long long)last);
	assert_string_equal(diff(w, then, now, ""),
			    "FOUND_LATE bjugn 2014; FOUND_LATE bjugn 2015; CORRECTED bodo 2015; FOUND_LATE rissa 2015; "
			    "(of figures, those )");
	/* Of a day, those of the period that holds it. */
	assert_string_equal(
	    diff(w, arena_printf(w->a, "'valid_at': '2014-06-01', %s", then), "'valid_at': '2014-06-01'", ""),
	    "FOUND_LATE bjugn 2014; (of figures, those )");
	/* Between two days, what was learnt of the earlier. */
	assert_string_equal(
	    diff(w, arena_printf(w->a, "'valid_at': '2014-06-01', %s", then), "'valid_at': '2015-06-01'", ""),
	    "FOUND_LATE bjugn 2014; (figures have perio)");
	accepted(w,
		 "{'submission': {'mode': 'patch', 'source': 'a', 'reason': 'told',"
		 "'retractions': [{'revision': %llu, 'unit': 'rissa'}]}}",
		 (unsigned long long)wrong);
	assert_string_equal(diff(w, now, arena_printf(w->a, "'as_of_revision': %llu", (unsigned long long)w->rev), ""),
			    "RETRACTED rissa 2015; (of figures, those )");
}

#define T(f) cmocka_unit_test_setup_teardown(f, world_folded, world_gone)
int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(a_new_year_does_not_end_the_figures_of_the_old),
	    T(what_was_learnt_of_any_period_between_two_revisions_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
