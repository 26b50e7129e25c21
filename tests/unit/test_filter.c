/* SPDX-License-Identifier: Apache-2.0
 *
 * test_filter.c - only what has one of these values; what nothing ever had is an error that says what there is.
 */
#include "query/filter.h"
#include "tests/unit/answer_kit.h"

static void lay(struct world *w)
{
	w_unit(w, "m/a", "municipality", "", "", "Alpha");
	w_unit(w, "m/b", "municipality", "", "", "Beta");
	w_attrs(w, "m/a", "region", "2010", "2015-01-01", "north");
	w_attrs(w, "m/a", "region", "2015-01-01", "", "south");
	w_arrangement(w, "fire", "m/a m/b", "m/a");
	w_attrs(w, "fire", "task", "2010", "", "Brann;Feiing");
	w_attrs(w, "fire", "sector", "2010", "", "technical");
	w_arrangement(w, "water", "m/a m/b", "m/b");
	w_attrs(w, "water", "task", "2010", "", "Vann");
	w_attrs(w, "water", "sector", "2010", "", "technical");
	w_arrangement(w, "none", "m/a", NULL);
	w_tick(w, "2020-01-01");
	w_commit(w);
}

/* What passes on 2020-01-01, by blanks; or the error. */
static const char *passing(struct world *w, const struct msg_filter *list, size_t n)
{
	struct answer *r = w_answer(w);
	struct filter *f;
	if (filter_ask(r, list, n, &f) != ERR_OK)
		return r->why.text;
	struct arrangements_ask ask = {.day = day_of(2020, 1, 1)};
	struct arrangements *l = arrangements_open(r, &ask);
	const struct arrangement *x;
	const char *text = "";
	while (arrangements_next(l, &x)) {
		if (filter_arrangement(f, x))
			text = arena_printf(w->a, "%s%s%s", text, *text ? " " : "", x->id);
	}
	assert_ok(arrangements_close(l));
	return text;
}

static const char *one(struct world *w, const char *field, const char *value)
{
	const char *values[] = {value};
	struct msg_filter f = {.field = field, .n_values = 1, .values = values};
	return passing(w, &f, 1);
}

static void values_are_alternatives_and_filters_hold_together(void **state)
{
	struct world *w = *state;
	lay(w);
	const char *tasks[] = {"feiing", "  VANN "}, *forms[] = {"technical"}, *host[] = {"Beta"};
	struct msg_filter list[] = {{.field = "task", .n_values = 2, .values = tasks},
				    {.field = "sector", .n_values = 1, .values = forms},
				    {.field = "host", .n_values = 1, .values = host}};
	assert_string_equal(passing(w, list, 0), "fire water none");
	assert_string_equal(passing(w, list, 1), "fire water"); /* folded */
	assert_string_equal(passing(w, list, 2), "fire water");
	assert_string_equal(passing(w, list, 3), "water");
	assert_string_equal(one(w, "host", "m/a"), "fire");
	assert_string_equal(one(w, "attr:task", "Brann"), "fire");
}

static void what_nothing_ever_had_is_an_error_that_tells_what_there_is(void **state)
{
	struct world *w = *state;
	lay(w);
	assert_non_null(strstr(one(w, "task", "Bran"), "there is: Brann, Feiing, Vann"));
	assert_non_null(strstr(one(w, "attr:colour", "red"), "there is: region, sector, task"));
	assert_non_null(strstr(one(w, "shape", "round"), "there is no field \"shape\""));
	assert_non_null(strstr(one(w, "attr:", "round"), "there is no field"));
	assert_non_null(strstr(one(w, "host", "Gamma"), "Gamma"));
	assert_non_null(strstr(one(w, "level", "local"), "nothing on record has a level"));
	struct msg_filter f = {.field = "task"};
	assert_non_null(strstr(passing(w, &f, 1), "names no value"));
	/* Of the past only what was known then. */
	w_attrs(w, "none", "task", "2010", "", "Havn");
	w_commit(w);
	assert_string_equal(one(w, "task", "Havn"), "none");
}

static void what_says_nothing_of_the_field_may_be_one_of_them(void **state)
{
	struct world *w = *state;
	lay(w);
	w_arrangement(w, "half", "m/a", NULL);
	w_attrs(w, "half", "sector", "2010", "", "technical");
	w_commit(w);
	struct answer *r = w_answer(w);
	const char *tasks[] = {"vann"}, *sectors[] = {"technical"};
	struct msg_filter list[] = {{.field = "task", .n_values = 1, .values = tasks},
				    {.field = "sector", .n_values = 1, .values = sectors}};
	struct filter *f;
	assert_ok(filter_ask(r, list, 2, &f));
	struct arrangements_ask ask = {.day = day_of(2020, 1, 1)};
	struct arrangements *l = arrangements_open(r, &ask);
	const struct arrangement *x;
	const char *text = "";
	while (arrangements_next(l, &x)) {
		if (filter_silent(f, x))
			text = arena_printf(w->a, "%s %s", text, x->id);
		assert_false(filter_silent(NULL, x));
	}
	assert_ok(arrangements_close(l));
	assert_string_equal(text, " none half"); /* fire says another task */
}

static void long_values_that_begin_alike_are_not_the_same(void **state)
{
	struct world *w = *state;
	const char *x = "Interkommunalt samarbeid om brann, redning, feiing og tilsyn i nord",
		   *y = "Interkommunalt samarbeid om brann, redning, feiing og tilsyn i sør";
	w_arrangement(w, "x", "", NULL);
	w_attrs(w, "x", "task", "2010", "", x);
	w_arrangement(w, "y", "", NULL);
	w_attrs(w, "y", "task", "2010", "", y);
	w_commit(w);
	assert_string_equal(one(w, "task", x), "x");
	assert_string_equal(one(w, "task", y), "y");
}

static void units_are_filtered_by_attributes_of_the_day(void **state)
{
	struct world *w = *state;
	lay(w);
	struct answer *r = w_answer(w);
	const char *values[] = {"North"};
	struct msg_filter ask = {.field = "attr:region", .n_values = 1, .values = values};
	struct filter *f;
	uint32_t a = w_word(w, SPACE_UNIT, "m/a"), b = w_word(w, SPACE_UNIT, "m/b");
	assert_ok(filter_ask(r, &ask, 1, &f));
	assert_true(filter_unit(r, f, a, day_of(2014, 12, 31)));
	assert_false(filter_unit(r, f, a, day_of(2015, 1, 1)));
	assert_false(filter_unit(r, f, b, day_of(2014, 12, 31)));
	assert_true(filter_unit(r, NULL, b, day_of(2014, 12, 31)));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
	    TEST(values_are_alternatives_and_filters_hold_together),
	    TEST(what_nothing_ever_had_is_an_error_that_tells_what_there_is),
	    TEST(what_says_nothing_of_the_field_may_be_one_of_them),
	    TEST(long_values_that_begin_alike_are_not_the_same),
	    TEST(units_are_filtered_by_attributes_of_the_day),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
