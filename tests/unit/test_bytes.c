/* SPDX-License-Identifier: Apache-2.0
 *
 * test_bytes.c - what was written is read back; what is not there is never read.
 */
#include "tests/test.h"
#include "base/bytes.h"
#include "tests/unit/death.h"

static void slices_order_as_bytes_and_a_prefix_comes_first(void **state)
{
	(void)state;
	struct slice none = slice_text(NULL), a = slice_text("a"), ab = slice_text("ab"), b = slice_text("b");
	assert_int_equal(none.len, 0);
	assert_true(slice_cmp(none, a) < 0 && slice_cmp(a, ab) < 0 && slice_cmp(ab, b) < 0);
	assert_true(slice_cmp(b, ab) > 0 && slice_cmp(a, none) > 0);
	assert_int_equal(slice_cmp(ab, slice_text("ab")), 0);
	assert_true(slice_cmp(slice_text("\x7f"), slice_text("\x80")) < 0); /* bytes are unsigned */
	assert_true(slice_eq(none, slice_text("")));
	assert_true(slice_eq(ab, slice_text("ab")));
	assert_false(slice_eq(a, ab));
	assert_false(slice_eq(a, b));
}

static const uint64_t edges[] = {
    0,
    1,
    0x7f,
    0x80,
    0xff,
    0x100,
    0x3fff,
    0x4000,
    0xffff,
    0x10000,
    0xffffffff,
    UINT64_C(1) << 32,
    0xffffffffffff,
    UINT64_C(1) << 56,
    INT64_MAX,
    UINT64_C(1) << 63,
    UINT64_MAX,
};
#define EDGES (sizeof edges / sizeof *edges)

static void every_number_reads_back(void **state)
{
	(void)state;
	AUTO_BUF struct buf b = {0};
	for (size_t i = 0; i < EDGES; i++) {
		buf_u8(&b, (uint8_t)edges[i]);
		buf_be16(&b, (uint16_t)edges[i]);
		buf_be32(&b, (uint32_t)edges[i]);
		buf_be48(&b, edges[i] & 0xffffffffffff);
		buf_be64(&b, edges[i]);
		buf_varint(&b, edges[i]);
		buf_zigzag(&b, (int64_t)edges[i]);
		buf_zigzag(&b, (int64_t)(0 - edges[i]));
	}
	struct rd r = rd_of(buf_view(&b));
	for (size_t i = 0; i < EDGES; i++) {
		assert_int_equal(rd_u8(&r), (uint8_t)edges[i]);
		assert_int_equal(rd_be16(&r), (uint16_t)edges[i]);
		assert_int_equal(rd_be32(&r), (uint32_t)edges[i]);
		assert_int_equal(rd_be48(&r), edges[i] & 0xffffffffffff);
		assert_int_equal(rd_be64(&r), edges[i]);
		assert_int_equal(rd_varint(&r), edges[i]);
		assert_true(rd_zigzag(&r) == (int64_t)edges[i]);
		assert_true(rd_zigzag(&r) == (int64_t)(0 - edges[i]));
	}
	assert_true(rd_done(&r));
}

static void the_bytes_are_the_documented_ones(void **state)
{
	(void)state;
	AUTO_BUF struct buf b = {0};
	buf_be16(&b, 0x0102);
	buf_be32(&b, 0x03040506);
	buf_be48(&b, 0x0708090a0b0c);
	buf_be64(&b, 0x0d0e0f1011121314);
	buf_varint(&b, 300);
	buf_zigzag(&b, -1);
	buf_zigzag(&b, 1);
	buf_slice(&b, slice_text("Os"));
	static const uint8_t want[] = {1,  2,  3,  4,  5,  6,  7,    8,    9,    10,   11,   12,  13, 14,
				       15, 16, 17, 18, 19, 20, 0xac, 0x02, 0x01, 0x02, 0x02, 'O', 's'};
	assert_int_equal(b.len, sizeof want);
	assert_memory_equal(b.data, want, sizeof want);
}

static void big_endian_numbers_sort_as_numbers(void **state)
{
	(void)state;
	for (size_t i = 0; i + 1 < EDGES; i++) {
		uint8_t low[8], high[8];
		be64_put(low, edges[i]);
		be64_put(high, edges[i + 1]);
		assert_true(memcmp(low, high, 8) < 0);
		assert_true(be64_get(high) == edges[i + 1]);
	}
}

static void a_buffer_grows_from_nothing_and_keeps_its_bytes(void **state)
{
	(void)state;
	AUTO_BUF struct buf b = {0};
	assert_int_equal(buf_view(&b).len, 0);
	buf_put(&b, NULL, 0);
	assert_non_null(buf_take(&b, 0));
	for (unsigned i = 0; i < 10000; i++)
		buf_put(&b, &(uint8_t){(uint8_t)i}, 1);
	assert_int_equal(b.len, 10000);
	for (unsigned i = 0; i < 10000; i++)
		assert_int_equal(b.data[i], i & 255);
	size_t room = b.room;
	buf_clear(&b);
	assert_int_equal(b.len, 0);
	memset(buf_take(&b, 5000), 'x', 5000);
	assert_int_equal(b.room, room);
	buf_free(&b);
	assert_null(b.data);
	buf_free(&b); /* twice is harmless */
}

static void a_short_read_gives_zero_and_stays_bad(void **state)
{
	(void)state;
	static const uint8_t some[] = {1, 2, 3};
	struct rd r = rd_of((struct slice){some, 3});
	assert_int_equal(rd_be16(&r), 0x0102);
	assert_true(rd_ok(&r));
	assert_false(rd_done(&r));
	assert_int_equal(rd_be32(&r), 0);
	assert_false(rd_ok(&r));
	assert_int_equal(rd_u8(&r), 0); /* though one byte was left */
	assert_int_equal(rd_be48(&r), 0);
	assert_int_equal(rd_be64(&r), 0);
	assert_int_equal(rd_varint(&r), 0);
	assert_int_equal(rd_zigzag(&r), 0);
	assert_int_equal(rd_slice(&r).len, 0);
	assert_int_equal(rd_bytes(&r, 1).len, 0);
	assert_int_equal(rd_bytes(&r, 0).len, 0);
	assert_false(rd_ok(&r));
	assert_false(rd_done(&r));
}

static void a_varint_beyond_64_bits_is_bad(void **state)
{
	(void)state;
	static const uint8_t most[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01};
	static const uint8_t more[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02};
	static const uint8_t endless[] = {0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x81, 0x01};
	static const uint8_t cut[] = {0x80, 0x80};
	struct rd r = rd_of((struct slice){most, sizeof most});
	assert_true(rd_varint(&r) == UINT64_MAX && rd_done(&r));
	r = rd_of((struct slice){more, sizeof more});
	assert_true(rd_varint(&r) == 0 && !rd_ok(&r));
	r = rd_of((struct slice){endless, sizeof endless});
	assert_true(rd_varint(&r) == 0 && !rd_ok(&r));
	r = rd_of((struct slice){cut, sizeof cut});
	assert_true(rd_varint(&r) == 0 && !rd_ok(&r));
}

static void a_slice_longer_than_what_is_left_is_bad(void **state)
{
	(void)state;
	static const uint8_t whole[] = {2, 'B', 0xc3};
	static const uint8_t too_long[] = {3, 'B', 0xc3};
	static const uint8_t huge[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 'x'};
	struct rd r = rd_of((struct slice){whole, sizeof whole});
	struct slice s = rd_slice(&r);
	assert_ptr_equal(s.data, whole + 1); /* borrowed, not copied */
	assert_int_equal(s.len, 2);
	assert_true(rd_done(&r));
	r = rd_of((struct slice){too_long, sizeof too_long});
	assert_int_equal(rd_slice(&r).len, 0);
	assert_false(rd_ok(&r));
	r = rd_of((struct slice){huge, sizeof huge});
	assert_int_equal(rd_slice(&r).len, 0);
	assert_false(rd_ok(&r));
}

static void nothing_at_all_can_be_read(void **state)
{
	(void)state;
	struct rd r = rd_of((struct slice){NULL, 0});
	assert_true(rd_done(&r));
	assert_int_equal(rd_bytes(&r, 0).len, 0);
	assert_true(rd_done(&r));
	assert_int_equal(rd_u8(&r), 0);
	assert_false(rd_ok(&r));
}

static void write_49_bits(void)
{
	struct buf b = {0};
	buf_be48(&b, UINT64_C(1) << 48);
}

static void a_number_too_wide_for_its_place_aborts(void **state)
{
	(void)state;
	char said[256];
	assert_true(aborts(write_49_bits, said, sizeof said));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(slices_order_as_bytes_and_a_prefix_comes_first),
	    cmocka_unit_test(every_number_reads_back),
	    cmocka_unit_test(the_bytes_are_the_documented_ones),
	    cmocka_unit_test(big_endian_numbers_sort_as_numbers),
	    cmocka_unit_test(a_buffer_grows_from_nothing_and_keeps_its_bytes),
	    cmocka_unit_test(a_short_read_gives_zero_and_stays_bad),
	    cmocka_unit_test(a_varint_beyond_64_bits_is_bad),
	    cmocka_unit_test(a_slice_longer_than_what_is_left_is_bad),
	    cmocka_unit_test(nothing_at_all_can_be_read),
	    cmocka_unit_test(a_number_too_wide_for_its_place_aborts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
