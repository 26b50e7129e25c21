/* SPDX-License-Identifier: Apache-2.0
 *
 * test_crc.c - the checksum is CRC-32C at every length, however the bytes come in.
 */
#include "storage/crc.h"
#include "tests/test.h"

#define LONGEST 1700 /* more than four times what is taken at once */

/* Bit by bit, as the polynomial says. */
static uint32_t slowly(const uint8_t *p, size_t len)
{
	uint32_t c = UINT32_MAX;
	for (size_t i = 0; i < len; i++) {
		c ^= p[i];
		for (int bit = 0; bit < 8; bit++)
			c = c & 1 ? c >> 1 ^ 0x82f63b78u : c >> 1;
	}
	return ~c;
}

static void the_sums_of_the_standard_come_out(void **state)
{
	(void)state;
	static const uint8_t zeros[32];
	assert_int_equal(crc32c(0, "123456789", 9), 0xe3069283u);
	assert_int_equal(crc32c(0, zeros, sizeof zeros), 0x8a9136aau);
	assert_int_equal(crc32c(0, NULL, 0), 0);
}

static void every_length_has_its_sum_in_one_piece_or_two(void **state)
{
	(void)state;
	uint8_t bytes[LONGEST];
	uint32_t seed = 20261121;
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (uint8_t)((seed = seed * 1664525u + 1013904223u) >> 24);
	for (size_t len = 0; len <= sizeof bytes; len++) {
		uint32_t sum = slowly(bytes, len);
		size_t cut = len * 7 / 11;
		assert_int_equal(crc32c(0, bytes, len), sum);
		assert_int_equal(crc32c(crc32c(0, bytes, cut), bytes + cut, len - cut), sum);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_sums_of_the_standard_come_out),
	    cmocka_unit_test(every_length_has_its_sum_in_one_piece_or_two),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
