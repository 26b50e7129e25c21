/* SPDX-License-Identifier: Apache-2.0
 *
 * crc.c - by the processor's own instruction where it has one, else by tables of eight bytes a step.
 *
 * The instruction takes three times as long as until the next one may begin. So of longer pieces three lanes are taken
 * side by side, and then put behind one another: what a lane of zeros does to a sum is a table.
 */
#include "storage/crc.h"
#include <pthread.h>
#include <stdbool.h>
#include <string.h>
#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

#define LANE 128u /* bytes */

static uint32_t tables[8][256];
static uint32_t past_lane[4][256]; /* a byte of the sum, with a lane of zeros behind it */
static bool by_instruction;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static uint32_t by_tables(uint32_t c, const uint8_t *p, size_t len)
{
	while (len >= 8) {
		uint32_t lo = c ^ ((uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24);
		c = tables[7][lo & 0xff] ^ tables[6][lo >> 8 & 0xff] ^ tables[5][lo >> 16 & 0xff] ^
		    tables[4][lo >> 24] ^ tables[3][p[4]] ^ tables[2][p[5]] ^ tables[1][p[6]] ^ tables[0][p[7]];
		p += 8;
		len -= 8;
	}
	while (len-- > 0)
		c = c >> 8 ^ tables[0][(c ^ *p++) & 0xff];
	return c;
}

static void prepare(void)
{
	for (uint32_t i = 0; i < 256; i++) {
		uint32_t c = i;
		for (int bit = 0; bit < 8; bit++)
			c = c & 1 ? c >> 1 ^ 0x82f63b78u : c >> 1;
		tables[0][i] = c;
	}
	for (uint32_t i = 0; i < 256; i++) {
		for (int t = 1; t < 8; t++)
			tables[t][i] = tables[t - 1][i] >> 8 ^ tables[0][tables[t - 1][i] & 0xff];
	}
	static const uint8_t zeros[LANE];
	for (unsigned place = 0; place < 4; place++)
		for (uint32_t byte = 0; byte < 256; byte++)
			past_lane[place][byte] = by_tables(byte << 8 * place, zeros, LANE);
#if defined(__x86_64__)
	by_instruction = __builtin_cpu_supports("sse4.2");
#endif
}

#if defined(__x86_64__)
static uint32_t behind_lane(uint32_t c)
{
	return past_lane[0][c & 0xff] ^ past_lane[1][c >> 8 & 0xff] ^ past_lane[2][c >> 16 & 0xff] ^
	       past_lane[3][c >> 24];
}

__attribute__((target("sse4.2"))) static uint32_t by_sse42(uint32_t c, const uint8_t *p, size_t len)
{
	uint64_t wide = c;
	for (; len >= 3 * LANE; p += 3 * LANE, len -= 3 * LANE) {
		uint64_t second = 0, third = 0;
		for (size_t i = 0; i < LANE; i += 8) {
			uint64_t word[3];
			memcpy(&word[0], p + i, 8);
			memcpy(&word[1], p + LANE + i, 8);
			memcpy(&word[2], p + 2 * LANE + i, 8);
			wide = _mm_crc32_u64(wide, word[0]);
			second = _mm_crc32_u64(second, word[1]);
			third = _mm_crc32_u64(third, word[2]);
		}
		wide = behind_lane(behind_lane((uint32_t)wide) ^ (uint32_t)second) ^ (uint32_t)third;
	}
	while (len >= 8) {
		uint64_t word;
		memcpy(&word, p, 8);
		wide = _mm_crc32_u64(wide, word);
		p += 8;
		len -= 8;
	}
	c = (uint32_t)wide;
	while (len-- > 0)
		c = _mm_crc32_u8(c, *p++);
	return c;
}
#endif

uint32_t crc32c(uint32_t crc, const void *data, size_t len)
{
	pthread_once(&once, prepare);
	const uint8_t *p = data;
	if (len == 0)
		return crc;
#if defined(__x86_64__)
	if (by_instruction)
		return ~by_sse42(~crc, p, len);
#endif
	return ~by_tables(~crc, p, len);
}
