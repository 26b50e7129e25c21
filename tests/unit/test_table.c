/* SPDX-License-Identifier: Apache-2.0
 *
 * test_table.c - keys sort as what they mean, and every row gives back the fact that made it.
 */
#include "tests/unit/storage_kit.h"

static void days_before_1970_sort_before_those_after(void **state)
{
	(void)state;
	const int32_t days[] = {INT32_MIN, -719162, -25567, -1, 0, 1, 17683, INT32_MAX};
	AUTO_BUF struct buf a = {0}, b = {0};
	for (size_t i = 1; i < sizeof days / sizeof *days; i++) {
		key_day(&a, days[i - 1]);
		key_day(&b, days[i]);
		assert_true(slice_cmp(buf_view(&a), buf_view(&b)) < 0);
	}
	key_due(&a, -1);
	assert_memory_equal(a.data, "\x7f\xff\xff\xff", 4);
}

struct caught {
	const struct fact *fact;
	struct row rows[4];
	size_t n;
	struct arena *arena;
	unsigned *seen;
	uint64_t rev;
};

static struct slice keep(struct arena *a, struct slice s)
{
	uint8_t *p = arena_alloc(a, s.len + 1);
	if (s.len)
		memcpy(p, s.data, s.len);
	return (struct slice){p, s.len};
}

static void catch_row(void *arg, enum table t, struct slice key, struct slice val)
{
	struct caught *c = arg;
	assert_true(c->n < 4);
	assert_true(key.len > 0 && key.len + 6 <= KEY_MAX);
	assert_true(table_bucket(t, key) <= key.len);
	c->rows[c->n++] = (struct row){t, keep(c->arena, key), keep(c->arena, val), table_versioned(t) ? c->rev : 0};
	c->seen[t]++;
}

static void every_row_gives_back_its_fact(void **state)
{
	(void)state;
	AUTO_ARENA struct arena *a = arena_new(0);
	uint64_t seed = 11;
	unsigned seen[TABLE_COUNT] = {0};
	for (unsigned i = 0; i < test_rounds(20000); i++) {
		struct fact f = kit_fact(&seed, a), back;
		struct caught c = {.arena = a, .seen = seen, .rev = 1 + i};
		fact_rows(&f, c.rev, catch_row, &c);
		assert_true(c.n >= 1);
		for (size_t r = 0; r < c.n; r++) {
			if (c.rows[r].tab == TABLE_STRUCTURE) {
				assert_int_equal(be48_get(c.rows[r].key.data), c.rev);
				continue;
			}
			assert_ok(row_fact(&c.rows[r], &back));
			if (!fact_same(&f, &back))
				fail_msg("%s: not the fact that made it (kind %d)", table_name(c.rows[r].tab), f.kind);
		}
		arena_reset(a);
	}
	for (int t = TABLE_TERM; t < TABLE_POST; t++)
		assert_true(seen[t] > 0);
}

static void a_row_cut_short_is_corrupt(void **state)
{
	(void)state;
	AUTO_ARENA struct arena *a = arena_new(0);
	unsigned seen[TABLE_COUNT] = {0};
	struct fact f = {.kind = FACT_LIFE, .life = {.unit = 1, .life = 1, .kind = 2, .state = STATE_ASSERTED}}, back;
	struct caught c = {.arena = a, .seen = seen, .rev = 1};
	fact_rows(&f, 1, catch_row, &c);
	c.rows[0].val.len--;
	assert_err(ERR_CORRUPT, row_fact(&c.rows[0], &back));
	c.rows[0].val.len++;
	c.rows[0].key.len--;
	assert_err(ERR_CORRUPT, row_fact(&c.rows[0], &back));
	c.rows[0].tab = TABLE_ID;
	assert_err(ERR_INVALID, row_fact(&c.rows[0], &back));
}

static void names_are_keyed_folded_and_kept_as_printed(void **state)
{
	(void)state;
	AUTO_ARENA struct arena *a = arena_new(0);
	unsigned seen[TABLE_COUNT] = {0};
	struct fact f = {.kind = FACT_NAME,
			 .name = {.unit = 1, .state = STATE_ASSERTED, .text = slice_text("  HERØY\xc2\xa0")}},
		    back;
	struct caught c = {.arena = a, .seen = seen, .rev = 1};
	fact_rows(&f, 1, catch_row, &c);
	AUTO_BUF struct buf key = {0};
	key_name(&key, "herøy", strlen("herøy"));
	assert_int_equal(c.rows[0].tab, TABLE_NAME);
	assert_memory_equal(c.rows[0].key.data, key.data, key.len);
	assert_int_equal(table_bucket(TABLE_NAME, c.rows[0].key), key.len);
	assert_ok(row_fact(&c.rows[0], &back));
	assert_true(slice_eq(back.name.text, f.name.text));
}

/* Else a walk would meet rows of two keys interleaved. */
static void no_key_is_the_beginning_of_another(void **state)
{
	(void)state;
	AUTO_ARENA struct arena *a = arena_new(0);
	unsigned seen[TABLE_COUNT] = {0};
	struct caught one = {.arena = a, .seen = seen, .rev = 1}, two = one;
	struct fact f = {.kind = FACT_NAME, .name = {.unit = 1, .state = STATE_ASSERTED, .text = slice_text("a")}};
	fact_rows(&f, 1, catch_row, &one);
	f.name.text = slice_text("ab");
	fact_rows(&f, 1, catch_row, &two);
	for (size_t i = 0; i < 2; i++) {
		struct slice x = one.rows[i].key, y = two.rows[i].key;
		assert_true(x.len < y.len);
		assert_memory_not_equal(x.data, y.data, x.len);
	}
}

static void a_bucket_that_is_not_named_whole_is_noticed(void **state)
{
	(void)state;
	AUTO_BUF struct buf key = {0};
	key_obs(&key, 1, 2, 0);
	assert_true(table_bucket(TABLE_OBS, buf_view(&key)) > key.len);
	key_obs(&key, 1, 2, 3);
	assert_int_equal(table_bucket(TABLE_OBS, buf_view(&key)), 12);
	assert_true(table_bucket(TABLE_NAME, slice_text("abc")) > 3);
	key_code(&key, 1, slice_text("0301"));
	assert_int_equal(table_bucket(TABLE_CODE, buf_view(&key)), 9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(days_before_1970_sort_before_those_after),
	    cmocka_unit_test(every_row_gives_back_its_fact),
	    cmocka_unit_test(a_row_cut_short_is_corrupt),
	    cmocka_unit_test(names_are_keyed_folded_and_kept_as_printed),
	    cmocka_unit_test(no_key_is_the_beginning_of_another),
	    cmocka_unit_test(a_bucket_that_is_not_named_whole_is_noticed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
