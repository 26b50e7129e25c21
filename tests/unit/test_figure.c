/* SPDX-License-Identifier: Apache-2.0
 *
 * test_figure.c - exact numbers and intervals as figures.
 */
#include "query/figure.h"
#include "tests/test.h"

struct fix {
	struct arena *a;
	struct amounts *all;
};

static int setup(void **state)
{
	struct fix *f = mem_zero(1, sizeof *f);
	f->a = arena_new(0);
	f->all = amounts_new(f->a);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fix *f = *state;
	amounts_free(f->all);
	amounts_free(NULL);
	arena_free(f->a);
	free(f);
	return 0;
}

static struct amount between(struct fix *f, const char *low, const char *high)
{
	mpq_t l, h;
	mpq_inits(l, h, NULL);
	assert_int_equal(mpq_set_str(l, low, 10), 0);
	assert_int_equal(mpq_set_str(h, high, 10), 0);
	mpq_canonicalize(l);
	mpq_canonicalize(h);
	struct amount x = amount_between(f->all, l, h);
	mpq_clears(l, h, NULL);
	return x;
}

static struct msg_figure put(struct fix *f, const struct amount *x, unsigned places)
{
	struct msg_figure m;
	figure_put(f->a, x, MEASURE_SUM, places, &m);
	assert_int_equal(m.measure, MEASURE_SUM);
	return m;
}

static void what_was_said_keeps_its_ends_and_the_kind_of_missing(void **state)
{
	struct fix *f = *state;
	struct msg_decimal five = {.digits = 50, .scale = 1}, eight = {.digits = 8};
	struct msg_bound low = {.value = &five}, high = {.value = &eight, .exclusive = true};
	struct msg_interval both = {.low = &low, .high = &high}, open = {.high = &high};
	struct msg_missing none = {.kind = MISSING_KIND_NOT_ASKED};
	struct msg_figure m = {.low = "", .high = ""};
	figure_say(f->a, &(struct msg_value){.interval = &both}, &m);
	assert_string_equal(m.shown, "at least 5.0 and under 8");
	assert_string_equal(m.low, "5.0");
	assert_string_equal(m.high, "8");
	assert_int_equal(m.missing, MISSING_KIND_UNSPECIFIED);
	m = (struct msg_figure){.low = "", .high = ""};
	figure_say(f->a, &(struct msg_value){.interval = &open}, &m);
	assert_string_equal(m.shown, "under 8");
	assert_string_equal(m.low, "");
	assert_string_equal(m.high, "8");
	m = (struct msg_figure){.low = "", .high = ""};
	figure_say(f->a, &(struct msg_value){.missing = &none}, &m);
	assert_string_equal(m.shown, "(not asked)");
	assert_string_equal(m.low, "");
	assert_int_equal(m.missing, MISSING_KIND_NOT_ASKED);
}

static void an_exact_fraction_is_told_whole_and_rounded_once(void **state)
{
	struct fix *f = *state;
	struct amount x = between(f, "1950/451", "1950/451");
	struct msg_figure m = put(f, &x, 2);
	assert_string_equal(m.numerator, "1950");
	assert_string_equal(m.denominator, "451");
	assert_string_equal(m.shown, "4.32");
	assert_string_equal(m.low, "");
	assert_string_equal(m.refused, "");
	x = between(f, "-1/8", "-1/8");
	assert_string_equal(put(f, &x, 2).shown, "-0.13"); /* half away from zero */
	assert_string_equal(put(f, &x, 0).shown, "0");
	assert_string_equal(put(f, &x, 9).shown, "-0.125000");
}

static void ends_are_shown_outside_of_what_they_bound(void **state)
{
	struct fix *f = *state;
	struct amount x = between(f, "-1/3", "2/3");
	struct msg_figure m = put(f, &x, 1);
	assert_string_equal(m.numerator, "");
	assert_string_equal(m.low, "-0.4");
	assert_string_equal(m.high, "0.7");
	assert_string_equal(m.shown, "-0.4 to 0.7");
	x = between(f, "53", "99");
	assert_string_equal(put(f, &x, 0).shown, "53–99");
	x.no_high = true;
	m = put(f, &x, 0);
	assert_string_equal(m.shown, "at least 53");
	assert_string_equal(m.high, "");
	x.no_low = true;
	assert_string_equal(put(f, &x, 0).refused, "nothing bounds it on either side");
	assert_string_equal(put(f, &x, 0).shown, "");
}

static void open_and_excluded_ends_survive_sums_and_differences(void **state)
{
	struct fix *f = *state;
	struct amount x = between(f, "5", "8"), y = between(f, "1", "3");
	struct amount sum = amount_plus(f->all, &x, &y), less = amount_minus(f->all, &x, &y);
	assert_string_equal(put(f, &sum, 0).shown, "6–11");
	assert_string_equal(put(f, &less, 0).shown, "2–7");
	assert_string_equal(put(f, &x, 0).shown, "5–8"); /* what goes in is left alone */
	y.no_high = true;
	y.low_out = true;
	less = amount_minus(f->all, &x, &y);
	assert_string_equal(put(f, &less, 0).shown, "under 7");
	sum = amount_plus(f->all, &x, &y);
	assert_string_equal(put(f, &sum, 0).shown, "over 6");
	less = amount_minus(f->all, &x, &x); /* taken as independent */
	assert_string_equal(put(f, &less, 0).shown, "-3 to 3");
	assert_false(amount_is_zero(&less));
}

static void equality_looks_at_ends_that_are_there(void **state)
{
	struct fix *f = *state;
	struct amount x = amount_whole(f->all, -7), y = between(f, "-14/2", "-7"), z = amount_zero(f->all);
	assert_true(amount_equal(&x, &y));
	assert_false(amount_equal(&x, &z));
	assert_true(amount_is_zero(&z));
	y.high_out = true;
	assert_false(amount_equal(&x, &y));
	x = between(f, "1", "2");
	y = between(f, "1", "3");
	assert_false(amount_equal(&x, &y));
	x.no_high = y.no_high = true;
	assert_true(amount_equal(&x, &y)); /* an end that is not there has no value */
	z = amount_whole(f->all, INT64_MIN);
	assert_string_equal(put(f, &z, 0).shown, "-9223372036854775808");
	struct amount copy = amount_fraction(f->all, x.low);
	assert_string_equal(put(f, &copy, 0).shown, "1");
}

static void values_say_numbers_or_nothing(void **state)
{
	struct fix *f = *state;
	struct msg_decimal five = {.digits = 52, .scale = 1};
	struct msg_bound low = {.value = &five, .exclusive = true};
	struct msg_interval over = {.low = &low};
	struct msg_missing missing = {.kind = MISSING_KIND_NOT_ASKED};
	struct msg_approximate nearly = {.value = &five, .qualifier = "nearly"};
	struct msg_value v = {.exact = &five};
	struct amount x;
	assert_true(amount_of_value(f->all, &v, &x));
	assert_string_equal(put(f, &x, 1).shown, "5.2");
	v = (struct msg_value){.interval = &over};
	assert_true(amount_of_value(f->all, &v, &x));
	assert_string_equal(put(f, &x, 1).shown, "over 5.2");
	v = (struct msg_value){.missing = &missing};
	assert_false(amount_of_value(f->all, &v, &x));
	v = (struct msg_value){.approximate = &nearly};
	assert_false(amount_of_value(f->all, &v, &x));
	assert_false(amount_of_value(f->all, NULL, &x));
}

static void a_refused_figure_has_its_reason_and_nothing_else(void **state)
{
	struct fix *f = *state;
	struct msg_figure m;
	figure_refuse(f->a, MEASURE_RATE, "no frame is known", &m);
	assert_int_equal(m.measure, MEASURE_RATE);
	assert_string_equal(m.refused, "no frame is known");
	assert_string_equal(m.shown, "");
	assert_string_equal(m.numerator, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(what_was_said_keeps_its_ends_and_the_kind_of_missing, setup, teardown),
	    cmocka_unit_test_setup_teardown(an_exact_fraction_is_told_whole_and_rounded_once, setup, teardown),
	    cmocka_unit_test_setup_teardown(ends_are_shown_outside_of_what_they_bound, setup, teardown),
	    cmocka_unit_test_setup_teardown(open_and_excluded_ends_survive_sums_and_differences, setup, teardown),
	    cmocka_unit_test_setup_teardown(equality_looks_at_ends_that_are_there, setup, teardown),
	    cmocka_unit_test_setup_teardown(values_say_numbers_or_nothing, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_refused_figure_has_its_reason_and_nothing_else, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
