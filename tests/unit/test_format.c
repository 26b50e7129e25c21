/* SPDX-License-Identifier: Apache-2.0
 *
 * test_format.c - one fact of every kind and all its rows, byte for byte as stores on disk hold them (storage/FORMAT.md).
 * What stands here may only ever be added to: a byte that changes is a store that can no longer be read.
 */
#include "tests/unit/storage_kit.h"

#define REV 0x010203040506u

/* Every field has a value of its own, so that two that are swapped are seen. Bytes are in hexadecimal; a row is its table,
 * its key without the revision, and its value. */
static const struct golden {
	struct fact fact;
	const char *bytes, *rows[3];
} goldens[] = {
    {{.kind = FACT_TERM, .term = {.space = SPACE_TERM, .id = 0x1234, .text = {"area", 4}}},
     "010ab4240461726561",
     {"term 0a61726561 00001234010203040506", "term_by_id 0a00001234 61726561"}},
    {{.kind = FACT_DEF, .def = {.space = SPACE_INDICATOR, .id = 0x1234, .body = {"\0body", 5}}},
     "0204b4240500626f6479",
     {"def 0400001234 00626f6479"}},
    {{.kind = FACT_LIFE,
      .life = {.unit = 0x0a01,
	       .life = 0x0203,
	       .kind = 0x0304,
	       .state = STATE_CORRECTED,
	       .from = {.lo = -25567, .hi = -25203, .precision = WHEN_YEAR},
	       .to = {.lo = 17532, .hi = 17532, .precision = WHEN_DAY},
	       .src = 0x0506,
	       .born_by = 7,
	       .ended_by = 0xffffffff}},
     "038114830484060205bd8f03ec0201f89102860a07ffffffff0f",
     {"life 00000a010203 020000030405bd8f03ec0201f891020000050600000007ffffffff",
      "kind 0000030400000a010203 0205bd8f03ec0201f891020000050600000007ffffffff", "structure 010203040506 "}},
    {{.kind = FACT_NAME,
      .name = {.unit = 0x0a01,
	       .state = STATE_ASSERTED,
	       .from = {.precision = WHEN_NONE},
	       .to = {.lo = 17532, .hi = 17532, .precision = WHEN_DAY},
	       .src = 0x0506,
	       .text = {" HER\xc3\x98Y", 7},
	       .born_by = 7,
	       .ended_by = 8}},
     "048114010001f89102860a07080720484552c39859",
     {"name 686572c3b879000000000000000a01 010001f8910200000506000000070000000820484552c39859",
      "name_of 00000a0100000000686572c3b87900 010001f8910200000506000000070000000820484552c39859"}},
    {{.kind = FACT_CODE,
      .code = {.unit = 0x0a01,
	       .scheme = 0x0b02,
	       .state = STATE_ASSERTED,
	       .from = {.lo = -1, .hi = -1, .precision = WHEN_DAY},
	       .to = {.precision = WHEN_NONE},
	       .src = 0x0506,
	       .text = {"0301", 4},
	       .born_by = 7,
	       .ended_by = 8}},
     "058114821601010100860a07080430333031",
     {"code 00000b0230333031007fffffff00000a01 01010100000005060000000700000008",
      "code_of 00000a0100000b027fffffff3033303100 01010100000005060000000700000008"}},
    {{.kind = FACT_ATTR,
      .attr = {.unit = 0x0a01,
	       .name = 0x0b02,
	       .from = {.lo = 17532, .hi = 17896, .precision = WHEN_YEAR},
	       .to = {.lo = WHEN_DAY_MIN, .hi = WHEN_DAY_MAX, .precision = WHEN_UNKNOWN},
	       .src = 0x0506,
	       .seq = 0x0708,
	       .state = STATE_RETRACTED,
	       .values = {"\1\1x", 3},
	       .locator = {"p. 4", 4}}},
     "068114821605f89102ec020b860a880e030301017804702e2034",
     {"attr 00000a0100000b028000447c000005060708 0305f89102ec020b0301017804702e2034"}},
    {{.kind = FACT_LINK, /* a PART_OF is structure */
      .link = {.type = 1,
	       .a = 0x0a01,
	       .b = 0x0b02,
	       .from = {.lo = 17532, .hi = 17562, .precision = WHEN_MONTH},
	       .to = {.lo = 17563, .hi = WHEN_DAY_MAX, .precision = WHEN_AFTER, .lo_as = WHEN_DAY},
	       .src = 0x0506,
	       .seq = 0x0708,
	       .state = STATE_ASSERTED,
	       .role = 0x0910,
	       .part = 0x1112,
	       .locator = {"p. 4", 4},
	       .born_by = 0x1314,
	       .ended_by = 0x1516}},
     "07018114821602f891021e18b69202860a880e01901292229426962a04702e2034",
     {"link 0100000a0100000b028000447c000005060708 0102f891021e18b6920200000910000011120000131400001516702e2034",
      "link_to 0100000b0200000a018000447c000005060708 0102f891021e18b6920200000910000011120000131400001516702e2034",
      "structure 010203040506 "}},
    {{.kind = FACT_LINK, /* any other is not */
      .link = {.type = 3, .a = 0x0a01, .b = 0x0b02, .src = 0x0506, .seq = 1, .state = STATE_ERASED}},
     "0703811482160000860a01040000000000",
     {"link 0300000a0100000b0200000000000005060001 04000000000000000000000000000000000000",
      "link_to 0300000b0200000a0100000000000005060001 04000000000000000000000000000000000000"}},
    {{.kind = FACT_OBS,
      .obs = {.series = 0x0a01,
	      .ref = 0x0b02,
	      .unit = 0x0c03,
	      .src = 0x0506,
	      .seq = 0x0708,
	      .state = STATE_ASSERTED,
	      .status = 4,
	      .round = 0x0910,
	      .expressed_in = -2,
	      .locator = {"p. 4", 4},
	      .value = {"\2\0\3", 3}}},
     "08811482168318860a880e010490120304702e203403020003",
     {"obs 00000a0100000b0200000c03000005060708 010400000910fffffffe04702e2034020003"}},
    {{.kind = FACT_SCOPE,
      .scope =
	  {.round = 0x0a01, .unit = 0x0b02, .kind = 0x0c03, .state = STATE_ASSERTED, .completion = 2, .src = 0x0506}},
     "098114821683180102860a",
     {"scope 00000a0100000b0200000c03 010200000506"}},
    {{.kind = FACT_EVENT,
      .event = {.event = 0x0a01,
		.status = 3,
		.effective = {.lo = 17532, .hi = 17532, .precision = WHEN_DAY},
		.body = {"\0body", 5}}},
     "0a81140301f891020500626f6479",
     {"event 00000a01 0301f8910200626f6479"}},
    {{.kind = FACT_EVENT_UNIT,
      .event_unit = {.unit = 0x0a01, .event = 0x0b02, .day = -3, .role = ROLE_WAITS, .state = STATE_ASSERTED}},
     "0b81148216050401",
     {"event_of 00000a017ffffffd00000b02 0401"}},
    {{.kind = FACT_EDGE,
      .edge = {.from = 0x0a01,
	       .to = 0x0b02,
	       .event = 0x0c03,
	       .state = STATE_ASSERTED,
	       .effective = {.lo = 17532, .hi = 17532, .precision = WHEN_DAY},
	       .part = true,
	       .territory = 0x0d04}},
     "0c8114821683180101f8910201841a",
     {"edge 00000a0100000b0200000c03 0101f891020100000d04", "edge_to 00000b0200000a0100000c03 0101f891020100000d04",
      "structure 010203040506 "}},
    {{.kind = FACT_DUE, .due = {.day = 17532, .kind = 4, .id = 0x0a01, .id2 = 0x0b02, .state = STATE_RETRACTED}},
     "0df89102048114821603",
     {"due 8000447c0400000a0100000b02 03"}},
    {{.kind = FACT_TICK, .tick = {.day = 17532}}, "0ef89102", {"tick 00 8000447c"}},
    {{.kind = FACT_WEIGHT,
      .weight = {.event = 0x0a01,
		 .from = 0x0b02,
		 .to = 0x0c03,
		 .basis = 0x0d04,
		 .src = 0x0506,
		 .state = STATE_ASSERTED,
		 .digits = -1234567890123,
		 .scale = 6,
		 .date = {.lo = 17532, .hi = 17532, .precision = WHEN_DAY}}},
     "0f811482168318841a860a019593d89fee470601f89102",
     {"weight 00000a0100000b0200000c0300000d0400000506 01fffffee08e04fb350601f89102", "structure 010203040506 "}},
};
#define GOLDENS (sizeof goldens / sizeof *goldens)

static void add_hex(struct buf *b, struct slice s)
{
	for (size_t i = 0; i < s.len; i++) {
		char two[3];
		snprintf(two, sizeof two, "%02x", ((const uint8_t *)s.data)[i]);
		buf_put(b, two, 2);
	}
}

static void assert_hex(const char *expected, struct slice s, const char *what)
{
	AUTO_BUF struct buf hex = {0};
	add_hex(&hex, s);
	buf_u8(&hex, 0);
	if (strcmp((const char *)hex.data, expected) != 0)
		fail_msg("%s: %s, not %s", what, (const char *)hex.data, expected);
}

static void a_fact_of_every_kind_is_written_as_it_always_was(void **state)
{
	(void)state;
	unsigned kinds = 0;
	for (size_t i = 0; i < GOLDENS; i++) {
		AUTO_BUF struct buf b = {0};
		fact_put(&b, &goldens[i].fact);
		assert_hex(goldens[i].bytes, buf_view(&b), "fact");
		kinds |= 1u << goldens[i].fact.kind;
	}
	assert_int_equal(kinds, (2u << FACT_WEIGHT) - (1u << FACT_TERM));
}

static void a_fact_of_every_kind_is_read_as_it_was_written(void **state)
{
	(void)state;
	for (size_t i = 0; i < GOLDENS; i++) {
		AUTO_BUF struct buf b = {0}, again = {0};
		struct fact f;
		fact_put(&b, &goldens[i].fact);
		struct rd r = rd_of(buf_view(&b));
		assert_true(fact_get(&r, &f));
		assert_true(rd_done(&r));
		fact_put(&again, &f);
		assert_hex(goldens[i].bytes, buf_view(&again), "fact");
	}
}

/* What fact_rows() is expected to emit, in order. */
struct expected {
	const struct golden *of;
	size_t n;
	unsigned *tables;
};

static void check_row(void *arg, enum table t, struct slice key, struct slice val)
{
	struct expected *e = arg;
	AUTO_BUF struct buf row = {0}, back = {0};
	const char *expected = e->n < 3 ? e->of->rows[e->n] : NULL;
	buf_put(&row, table_name(t), strlen(table_name(t)));
	buf_u8(&row, ' ');
	add_hex(&row, key);
	buf_u8(&row, ' ');
	add_hex(&row, val);
	buf_u8(&row, 0);
	if (!expected || strcmp((const char *)row.data, expected) != 0)
		fail_msg("row %zu of a fact of kind %d: %s, not %s", e->n, (int)e->of->fact.kind,
			 (const char *)row.data, expected ? expected : "one row more");
	e->n++;
	*e->tables |= 1u << t;
	struct fact f;
	struct row r = {t, key, val, table_versioned(t) ? REV : 0};
	if (t == TABLE_STRUCTURE) {
		assert_err(ERR_INVALID, row_fact(&r, &f));
		return;
	}
	assert_ok(row_fact(&r, &f));
	fact_put(&back, &f);
	assert_hex(e->of->bytes, buf_view(&back), "the fact of a row");
}

static void every_row_is_as_it_always_was_and_gives_back_its_fact(void **state)
{
	(void)state;
	unsigned tables = 0;
	for (size_t i = 0; i < GOLDENS; i++) {
		struct expected e = {&goldens[i], 0, &tables};
		fact_rows(&goldens[i].fact, REV, check_row, &e);
		assert_true(e.n == 3 || !goldens[i].rows[e.n]);
	}
	assert_int_equal(tables, (1u << TABLE_POST) - (1u << TABLE_TERM));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_fact_of_every_kind_is_written_as_it_always_was),
	    cmocka_unit_test(a_fact_of_every_kind_is_read_as_it_was_written),
	    cmocka_unit_test(every_row_is_as_it_always_was_and_gives_back_its_fact),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
