/* SPDX-License-Identifier: Apache-2.0
 *
 * test_value.c - values stored, compared, shown.
 */
#include "query/value.h"
#include "tests/test.h"

static struct msg_decimal twelve = {.digits = 120, .scale = 1}, twelve_whole = {.digits = 12};
static struct msg_decimal five = {.digits = 5}, eight = {.digits = 8}, minus = {.digits = -8};

static struct msg_value *round_trip(struct arena *a, const struct msg_value *v)
{
	AUTO_BUF struct buf b = {0};
	struct msg_value *back = NULL;
	value_put(&b, v);
	assert_ok(value_get(buf_view(&b), a, &back));
	assert_non_null(back);
	assert_true(value_equal(v, back));
	assert_string_equal(back->printed, v->printed ? v->printed : "");
	/* Every shorter piece of it is broken, unless only the printed text is cut off whole. */
	for (size_t n = 1; n < b.len; n++) {
		struct msg_value *cut;
		enum err e = value_get((struct slice){b.data, n}, a, &cut);
		assert_true(e == ERR_CORRUPT || (e == ERR_OK && value_equal(cut, v) && !*cut->printed));
	}
	return back;
}

static void shows(struct msg_value v, const char *text)
{
	AUTO_ARENA struct arena *a = arena_new(0);
	assert_string_equal(value_text(a, &v), text);
	struct msg_value *back = round_trip(a, &v);
	assert_string_equal(value_text(a, back), text);
	v.printed = "as printed";
	round_trip(a, &v);
}

static void what_is_stored_comes_back_and_reads_as_people_say_it(void **state)
{
	(void)state;
	struct msg_bound low = {.value = &five}, high = {.value = &eight}, below = {.value = &minus};
	struct msg_bound over = {.value = &five, .exclusive = true}, under = {.value = &eight, .exclusive = true};
	shows((struct msg_value){.exact = &twelve}, "12.0");
	shows((struct msg_value){.exact = &minus}, "-8");
	shows((struct msg_value){.interval = &(struct msg_interval){&low, &high}}, "5–8");
	shows((struct msg_value){.interval = &(struct msg_interval){&below, &high}}, "-8 to 8");
	shows((struct msg_value){.interval = &(struct msg_interval){&low, NULL}}, "at least 5");
	shows((struct msg_value){.interval = &(struct msg_interval){&over, NULL}}, "over 5");
	shows((struct msg_value){.interval = &(struct msg_interval){NULL, &high}}, "at most 8");
	shows((struct msg_value){.interval = &(struct msg_interval){NULL, &under}}, "under 8");
	shows((struct msg_value){.interval = &(struct msg_interval){&over, &high}}, "over 5 and at most 8");
	shows((struct msg_value){.approximate = &(struct msg_approximate){&twelve, "nearly"}}, "nearly 12.0");
	shows((struct msg_value){.verbal = &(struct msg_verbal){"some"}}, "some");
	shows((struct msg_value){.missing = &(struct msg_missing){MISSING_KIND_NOT_ANSWERED}}, "(not answered)");
	shows((struct msg_value){.missing = &(struct msg_missing){MISSING_KIND_ERASED}}, "(erased)");
}

static void trailing_zeros_and_printed_texts_do_not_make_values_differ(void **state)
{
	(void)state;
	struct msg_value a = {.exact = &twelve, .printed = "12,0"}, b = {.exact = &twelve_whole}, c = {.exact = &five};
	assert_true(value_equal(&a, &b));
	assert_false(value_equal(&a, &c));
	assert_true(value_equal(NULL, NULL));
	assert_false(value_equal(&a, NULL));
}

static void different_kinds_and_ends_differ(void **state)
{
	(void)state;
	struct msg_bound low = {.value = &five}, over = {.value = &five, .exclusive = true};
	struct msg_value exact = {.exact = &five}, missing = {.missing = &(struct msg_missing){MISSING_KIND_BLANK}};
	struct msg_value other = {.missing = &(struct msg_missing){MISSING_KIND_UNCLEAR}};
	struct msg_value at_least = {.interval = &(struct msg_interval){&low, NULL}};
	struct msg_value at_most = {.interval = &(struct msg_interval){NULL, &low}};
	struct msg_value above = {.interval = &(struct msg_interval){&over, NULL}};
	const struct msg_value *all[] = {&exact, &missing, &other, &at_least, &at_most, &above};
	for (size_t i = 0; i < 6; i++)
		for (size_t k = 0; k < 6; k++)
			assert_int_equal(value_equal(all[i], all[k]), i == k);
}

static void no_bytes_are_no_value_and_broken_bytes_are_refused(void **state)
{
	(void)state;
	AUTO_ARENA struct arena *a = arena_new(0);
	struct msg_value *v = (void *)a;
	struct num n;
	assert_ok(value_get((struct slice){0}, a, &v));
	assert_null(v);
	const char *broken[] = {"\x09", "\x01\x02\x13", "\x02\x10", "\x02\x04", "\x01\x02\x01\x05zz", "\x05"};
	for (size_t i = 0; i < 6; i++)
		assert_err(ERR_CORRUPT, value_get(slice_text(broken[i]), a, &v));
	assert_false(value_peek(slice_text("\x01\x02\x13"), &n));
	assert_false(value_peek((struct slice){0}, &n));
}

static void only_an_exact_number_is_exact(void **state)
{
	(void)state;
	AUTO_BUF struct buf b = {0};
	struct num n = {0}, peeked = {0};
	struct msg_value exact = {.exact = &twelve, .printed = "12"};
	struct msg_value nearly = {.approximate = &(struct msg_approximate){&twelve, "nearly"}};
	value_put(&b, &exact);
	assert_true(value_exact(&exact, &n));
	assert_true(value_peek(buf_view(&b), &peeked));
	assert_int_equal(n.digits, 120);
	assert_int_equal(n.scale, 1);
	assert_int_equal(peeked.digits, 120);
	assert_int_equal(peeked.scale, 1);
	buf_clear(&b);
	value_put(&b, &nearly);
	assert_false(value_exact(&nearly, &n));
	assert_false(value_peek(buf_view(&b), &n));
	assert_false(value_exact(NULL, &n));
}

/* Digits of every length, cut short at every place. */
static void a_peek_says_what_reading_the_value_says(void **state)
{
	AUTO_ARENA struct arena *a = arena_new(0);
	AUTO_BUF struct buf b = {0};
	(void)state;
	for (unsigned bit = 0; bit < 63; bit++) {
		for (int i = 0; i < 8; i++) {
			int64_t digits = (INT64_C(1) << bit) - (i & 1);
			struct msg_decimal d = {.digits = i & 2 ? -digits : digits, .scale = i & 4 ? 18 : 0};
			struct msg_value v = {.exact = &d, .printed = bit % 3 ? "" : "as printed"}, *read;
			struct num n;
			buf_clear(&b);
			value_put(&b, &v);
			assert_true(value_peek(buf_view(&b), &n));
			assert_true(n.digits == d.digits && n.scale == d.scale);
			for (size_t len = 0; len < b.len && bit % 3; len++) {
				uint8_t *cut =
				    arena_alloc(a, len + 1); /* of its own, so that nothing is read behind it */
				memcpy(cut, b.data, len);
				assert_false(value_peek((struct slice){cut, len}, &n));
				assert_true(!len || value_get((struct slice){cut, len}, a, &read) != ERR_OK);
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_stored_comes_back_and_reads_as_people_say_it),
	    cmocka_unit_test(trailing_zeros_and_printed_texts_do_not_make_values_differ),
	    cmocka_unit_test(different_kinds_and_ends_differ),
	    cmocka_unit_test(no_bytes_are_no_value_and_broken_bytes_are_refused),
	    cmocka_unit_test(only_an_exact_number_is_exact),
	    cmocka_unit_test(a_peek_says_what_reading_the_value_says),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
