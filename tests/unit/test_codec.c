/* SPDX-License-Identifier: Apache-2.0
 *
 * test_codec.c - bytes ↔ plain structs: nothing is lost, nothing wrong gets in, and nothing hostile grows.
 */
#include "tests/test.h"
#include <pthread.h>
#include "base/mem.h"
#include "proto/codec.h"
#include "proto/varde.pb-c.h"
#include "tests/msg_any.h"

#define NO_CAP 0

static struct arena *arena;
static struct codec_faults faults;

static int start(void **state)
{
	(void)state;
	arena = arena_new(NO_CAP);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	arena = arena_free(arena);
	return 0;
}

static struct slice encoded(const struct msg_type *type, const void *msg)
{
	AUTO_BUF struct buf b = {0};
	codec_encode(type, msg, &b);
	void *copy = arena_alloc(arena, b.len + 1);
	if (b.len)
		memcpy(copy, b.data, b.len);
	return (struct slice){copy, b.len};
}

static enum err decode(const struct msg_type *type, struct slice bytes, enum codec_mode mode, void **ret)
{
	return codec_decode(type, bytes, mode, arena, ret, &faults);
}

static void expect_fault(size_t i, enum err e, const char *path)
{
	assert_true(i < faults.n);
	assert_string_equal(faults.list[i].path, path);
	assert_int_equal(faults.list[i].err, e);
	assert_true(strlen(faults.list[i].text) > 3);
}

/* ---- what a small submission looks like ---- */

struct sample {
	struct msg_decimal number;
	struct msg_value value;
	struct msg_unit_by_code code;
	struct msg_unit_ref unit;
	struct msg_category categories[2];
	struct msg_observation observations[4];
	struct msg_submission submission;
	struct msg_message message;
};

static struct sample *sample(void)
{
	struct sample *s = arena_alloc(arena, sizeof *s);
	s->number = (struct msg_decimal){.digits = -1210, .scale = 2};
	s->value = (struct msg_value){.exact = &s->number, .printed = "−12,10"};
	s->code = (struct msg_unit_by_code){"kommunenummer", "1804"};
	s->unit = (struct msg_unit_ref){.code = &s->code};
	s->categories[0] = (struct msg_category){"sex", "female"};
	s->categories[1] = (struct msg_category){"age", "20-29"};
	for (size_t i = 0; i < 4; i++)
		s->observations[i] = (struct msg_observation){.unit = &s->unit,
							      .indicator = "population",
							      .n_categories = 2,
							      .categories = s->categories,
							      .value = &s->value,
							      .status = OBSERVATION_STATUS_MAIN};
	s->submission = (struct msg_submission){
	    .mode = SUBMISSION_MODE_PATCH, .source = "rapport", .n_observations = 4, .observations = s->observations};
	s->message = (struct msg_message){.submission = &s->submission};
	return s;
}

static struct slice sample_bytes(void)
{
	return encoded(&msg_type_message, &sample()->message);
}

/* The message that holds `submission` given as bytes. */
static struct slice around(struct slice submission)
{
	AUTO_BUF struct buf b = {0};
	codec_embed(&b, 2, submission);
	void *copy = arena_alloc(arena, b.len);
	memcpy(copy, b.data, b.len);
	return (struct slice){copy, b.len};
}

/* ---- nothing is lost ---- */

static void *decode_once(void *bytes)
{
	struct arena *own = arena_new(NO_CAP);
	void *ret = NULL;
	enum err e = codec_decode(&msg_type_message, *(struct slice *)bytes, CODEC_STRICT, own, &ret, NULL);
	arena_free(own);
	return e == ERR_OK ? bytes : NULL;
}

static void the_first_use_may_come_from_several_threads_at_once(void **state)
{
	(void)state;
	static const char tick[] = "\x2a\x0c\x0a\x0a"
				   "2020-01-01";
	struct slice bytes = {tick, sizeof tick - 1};
	pthread_t threads[4];
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, decode_once, &bytes), 0);
	for (size_t i = 0; i < 4; i++) {
		void *done;
		assert_int_equal(pthread_join(threads[i], &done), 0);
		assert_ptr_equal(done, &bytes);
	}
}

static void *filled(const struct msg_type *type, unsigned variant)
{
	struct any_filler f = {arena, 1, variant};
	void *msg = arena_alloc(arena, type->size);
	any_fill(&f, type, msg);
	return msg;
}

static void every_field_of_every_message_survives_the_way_there_and_back(void **state)
{
	(void)state;
	for (size_t i = 0; msg_types[i]; i++) {
		for (unsigned variant = 0; variant < 6; variant++) {
			arena_reset(arena);
			void *msg = filled(msg_types[i], variant), *back;
			struct slice bytes = encoded(msg_types[i], msg);
			assert_ok(decode(msg_types[i], bytes, CODEC_STRICT, &back));
			if (!any_equal(msg_types[i], msg, back))
				fail_msg("%s lost something", msg_types[i]->name);
			assert_true(slice_eq(bytes, encoded(msg_types[i], back)));
		}
	}
}

static void pack_again(const struct msg_type *type, const ProtobufCMessageDescriptor *d)
{
	arena_reset(arena);
	struct slice bytes = encoded(type, filled(type, 1));
	ProtobufCMessage *pb = protobuf_c_message_unpack(d, NULL, bytes.len, bytes.data);
	assert_non_null(pb);
	assert_int_equal(protobuf_c_message_get_packed_size(pb), bytes.len);
	uint8_t *packed = arena_alloc(arena, bytes.len);
	protobuf_c_message_pack(pb, packed);
	assert_memory_equal(packed, bytes.data, bytes.len);
	protobuf_c_message_free_unpacked(pb, NULL);
}

static void the_bytes_are_those_that_the_library_packs(void **state)
{
	(void)state;
#define MSG_ONLY_NAMES
#define ENUM(name, PREFIX)
#define MSG(name) pack_again(&msg_type_##name, &varde__v1__##name##__descriptor);
#include "proto/msg_undef.h"
#include "proto/msg.def"
#undef MSG_ONLY_NAMES
#include "proto/msg_undef.h"
}

static void an_empty_message_is_no_bytes_and_no_text_is_null(void **state)
{
	(void)state;
	for (size_t i = 0; msg_types[i]; i++) {
		const struct msg_type *type = msg_types[i];
		void *zero = arena_alloc(arena, type->size), *back;
		assert_int_equal(encoded(type, zero).len, 0);
		assert_ok(decode(type, (struct slice){NULL, 0}, CODEC_TOLERANT, &back));
		assert_true(any_equal(type, zero, back));
		for (unsigned k = 0; k < type->count; k++)
			if (type->fields[k].kind == MSG_TEXT)
				assert_non_null(any_pointer(&type->fields[k], back));
	}
}

static void the_input_may_go_once_it_is_decoded(void **state)
{
	(void)state;
	struct slice bytes = sample_bytes();
	void *copy = mem_alloc(bytes.len), *msg;
	memcpy(copy, bytes.data, bytes.len);
	assert_ok(decode(&msg_type_message, (struct slice){copy, bytes.len}, CODEC_STRICT, &msg));
	memset(copy, 0xff, bytes.len);
	free(copy);
	assert_true(any_equal(&msg_type_message, msg, &sample()->message));
}

static void an_embedded_receipt_reads_as_if_it_had_been_encoded(void **state)
{
	(void)state;
	struct msg_receipt receipt = {.verdict = VERDICT_ACCEPTED, .revision = 7, .submitter = "nordland"};
	struct msg_ingest_reply whole = {.version = 1, .n_receipts = 1, .receipts = &receipt};
	struct msg_ingest_reply rest = {.version = 1};
	AUTO_BUF struct buf b = {0};
	codec_encode(&msg_type_ingest_reply, &rest, &b);
	codec_embed(&b, 5, encoded(&msg_type_receipt, &receipt));
	assert_true(slice_eq(buf_view(&b), encoded(&msg_type_ingest_reply, &whole)));
}

static void lengths_of_one_two_and_three_bytes_are_written_right(void **state)
{
	(void)state;
	static const size_t lengths[] = {1, 120, 121, 127, 128, 129, 16370, 16383, 16384, 40000};
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		char *text = arena_alloc(arena, lengths[i] + 1);
		memset(text, 'x', lengths[i]);
		struct msg_submission s = {.mode = SUBMISSION_MODE_PATCH, .reason = text};
		struct msg_message m = {.submission = &s};
		void *back;
		assert_ok(decode(&msg_type_message, encoded(&msg_type_message, &m), CODEC_STRICT, &back));
		assert_true(any_equal(&msg_type_message, &m, back));
	}
}

/* ---- nothing wrong gets in ---- */

static void a_code_that_is_not_said_is_refused_with_its_path(void **state)
{
	(void)state;
	struct sample *s = sample();
	void *msg;
	s->observations[3].status = 0;
	s->submission.mode = 0;
	struct slice bytes = encoded(&msg_type_message, &s->message);
	assert_err(ERR_INVALID, decode(&msg_type_message, bytes, CODEC_STRICT, &msg));
	assert_int_equal(faults.n, 2);
	expect_fault(0, ERR_INVALID, "submission.mode");
	expect_fault(1, ERR_INVALID, "submission.observations[3].status");
	assert_non_null(strstr(faults.list[1].text, "MAIN, CONFLICT, PRELIMINARY, ESTIMATED"));
	assert_ok(decode(&msg_type_message, bytes, CODEC_TOLERANT, &msg));
}

static void an_unknown_code_is_refused_or_reads_as_zero(void **state)
{
	(void)state;
	int unknown[] = {5, 99, -1};
	for (size_t i = 0; i < 3; i++) {
		struct sample *s = sample();
		void *msg;
		memcpy(&s->observations[2].status, &unknown[i], sizeof unknown[i]);
		struct slice bytes = encoded(&msg_type_message, &s->message);
		assert_err(ERR_UNKNOWN_FIELD, decode(&msg_type_message, bytes, CODEC_STRICT, &msg));
		assert_int_equal(faults.n, 1);
		expect_fault(0, ERR_UNKNOWN_FIELD, "submission.observations[2].status");
		assert_ok(decode(&msg_type_message, bytes, CODEC_TOLERANT, &msg));
		assert_int_equal(((struct msg_message *)msg)->submission->observations[2].status, 0);
		assert_int_equal(((struct msg_message *)msg)->submission->observations[1].status,
				 OBSERVATION_STATUS_MAIN);
	}
}

static void an_unknown_code_in_a_list_is_told_with_its_place(void **state)
{
	(void)state;
	enum measure measures[3] = {MEASURE_SUM, MEASURE_MEAN, MEASURE_COUNT};
	int unknown = 50;
	memcpy(&measures[1], &unknown, sizeof unknown);
	struct msg_trend_question q = {.n_measures = 3, .measures = measures};
	struct slice bytes = encoded(&msg_type_trend_question, &q);
	void *msg;
	assert_err(ERR_UNKNOWN_FIELD, decode(&msg_type_trend_question, bytes, CODEC_STRICT, &msg));
	expect_fault(0, ERR_UNKNOWN_FIELD, "measures[1]");
	assert_ok(decode(&msg_type_trend_question, bytes, CODEC_TOLERANT, &msg));
	const struct msg_trend_question *back = msg;
	assert_int_equal(back->measures[0], MEASURE_SUM);
	assert_int_equal(back->measures[1], 0);
	assert_int_equal(back->measures[2], MEASURE_COUNT);
}

static void an_unknown_field_is_refused_or_passed_over(void **state)
{
	(void)state;
	struct msg_observation plain = {.indicator = "population", .status = OBSERVATION_STATUS_MAIN};
	AUTO_BUF struct buf o = {0}, s = {0};
	void *msg;
	codec_encode(&msg_type_observation, &plain, &o);
	codec_embed(&o, 90, slice_text("from a later version"));
	struct msg_submission head = {.mode = SUBMISSION_MODE_PATCH};
	codec_encode(&msg_type_submission, &head, &s);
	codec_embed(&s, 11, encoded(&msg_type_observation, &plain));
	codec_embed(&s, 11, buf_view(&o));
	struct slice bytes = around(buf_view(&s));
	assert_err(ERR_UNKNOWN_FIELD, decode(&msg_type_message, bytes, CODEC_STRICT, &msg));
	assert_int_equal(faults.n, 1);
	expect_fault(0, ERR_UNKNOWN_FIELD, "submission.observations[1].90");
	assert_ok(decode(&msg_type_message, bytes, CODEC_TOLERANT, &msg));
	assert_string_equal(((struct msg_message *)msg)->submission->observations[1].indicator, "population");
}

static enum err decode_text(struct slice text, enum codec_mode mode)
{
	AUTO_BUF struct buf s = {0};
	struct msg_submission head = {.mode = SUBMISSION_MODE_PATCH};
	codec_encode(&msg_type_submission, &head, &s);
	codec_embed(&s, 7, text);
	void *msg;
	return decode(&msg_type_message, around(buf_view(&s)), mode, &msg);
}

static void only_utf8_is_a_text_and_every_mode_says_so(void **state)
{
	(void)state;
	static const char *const good[] = {"",    "æ", "€", "😀", "\xf4\x8f\xbf\xbf", "\xed\x9f\xbf", "\xef\xbf\xbf",
					   "\x7f"};
	static const char *const bad[] = {"\x80",         "\xff",         "\xc0\x80",         "\xc1\xbf",
					  "\xc3",         "\xc3(",        "\xe0\x9f\xbf",     "\xed\xa0\x80",
					  "\xe2\x82",     "\xe2\x82(",    "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80",
					  "\xf0\x9f\x98", "\xf5\x80\x80", "\xf8\x88\x80\x80", "\xe6r"};
	for (size_t shift = 0; shift < 10; shift++) {
		char text[40];
		for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
			snprintf(text, sizeof text, "%.*s%stail of it", (int)shift, "0123456789", good[i]);
			assert_ok(decode_text(slice_text(text), CODEC_STRICT));
		}
		for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
			snprintf(text, sizeof text, "%.*s%s", (int)shift, "0123456789", bad[i]);
			assert_err(ERR_MALFORMED, decode_text(slice_text(text), CODEC_STRICT));
			expect_fault(0, ERR_MALFORMED, "submission.reason");
			assert_err(ERR_MALFORMED, decode_text(slice_text(text), CODEC_TOLERANT));
		}
	}
}

static void a_nul_inside_a_text_is_refused_and_not_cut_at(void **state)
{
	(void)state;
	static const char text[] = "one text and the other half";
	for (size_t at = 0; at < sizeof text - 1; at++) {
		char cut[sizeof text];
		memcpy(cut, text, sizeof text);
		cut[at] = 0;
		assert_err(ERR_MALFORMED, decode_text((struct slice){cut, sizeof text - 1}, CODEC_TOLERANT));
		expect_fault(0, ERR_MALFORMED, "submission.reason");
		assert_non_null(strstr(faults.list[0].text, "NUL"));
	}
}

static void a_bad_text_in_a_list_is_told_with_its_place(void **state)
{
	(void)state;
	const char *values[] = {"ok", "not \xff ok"};
	struct msg_attribute a = {.name = "sector", .n_values = 2, .values = values};
	void *msg;
	assert_err(ERR_MALFORMED, decode(&msg_type_attribute, encoded(&msg_type_attribute, &a), CODEC_STRICT, &msg));
	expect_fault(0, ERR_MALFORMED, "values[1]");
}

static void of_two_alternatives_the_last_one_counts(void **state)
{
	(void)state;
	struct msg_unit_by_id id = {"u:1"};
	struct msg_unit_by_name name = {.name = "Bodø"};
	struct msg_unit_ref by_id = {.id = &id}, by_name = {.name = &name};
	AUTO_BUF struct buf both = {0};
	codec_encode(&msg_type_unit_ref, &by_id, &both);
	codec_encode(&msg_type_unit_ref, &by_name, &both);
	void *msg;
	assert_ok(decode(&msg_type_unit_ref, buf_view(&both), CODEC_STRICT, &msg));
	assert_true(any_equal(&msg_type_unit_ref, msg, &by_name));
}

static void all_faults_are_told_and_those_over_the_limit_counted(void **state)
{
	(void)state;
	struct msg_observation *many = arena_alloc(arena, 100 * sizeof *many);
	struct msg_submission s = {.mode = SUBMISSION_MODE_PATCH, .n_observations = 100, .observations = many};
	void *msg = &s;
	assert_err(ERR_INVALID, decode(&msg_type_submission, encoded(&msg_type_submission, &s), CODEC_STRICT, &msg));
	assert_int_equal(faults.n, CODEC_FAULTS_MAX);
	assert_int_equal(faults.more, 100 - CODEC_FAULTS_MAX);
	expect_fault(63, ERR_INVALID, "observations[63].status");
	assert_ptr_equal(msg, &s); /* a refused message gives nothing out */
	assert_err(ERR_INVALID, codec_decode(&msg_type_submission, encoded(&msg_type_submission, &s), CODEC_STRICT,
					     arena, &msg, NULL));
}

static void a_message_cut_short_anywhere_is_refused_or_a_smaller_message(void **state)
{
	(void)state;
	struct slice bytes = sample_bytes();
	for (size_t len = 0; len < bytes.len; len++) {
		void *exact = mem_alloc(len), *msg = NULL; /* of just that size, so that a read past it is found */
		if (len)
			memcpy(exact, bytes.data, len);
		enum err e = decode(&msg_type_message, (struct slice){exact, len}, CODEC_STRICT, &msg);
		assert_int_equal(e, len ? ERR_MALFORMED : ERR_OK);
		if (len)
			expect_fault(0, ERR_MALFORMED, "");
		free(exact);
	}
}

static void a_field_of_another_wire_type_is_refused(void **state)
{
	(void)state;
	static const char number_for_text[] = "\x0a\x02\x08\x01"; /* Define.sources[0].id as a varint */
	static const char group[] = "\x0b\x0c";
	static const char tag_zero[] = "\x00\x01";
	void *msg;
	assert_err(ERR_MALFORMED, decode(&msg_type_define, (struct slice){number_for_text, 4}, CODEC_TOLERANT, &msg));
	assert_err(ERR_MALFORMED, decode(&msg_type_define, (struct slice){group, 2}, CODEC_TOLERANT, &msg));
	assert_err(ERR_MALFORMED, decode(&msg_type_define, (struct slice){tag_zero, 2}, CODEC_TOLERANT, &msg));
}

/* ---- nothing hostile grows ---- */

static void a_cap_stops_64_kib_of_empty_submessages(void **state)
{
	(void)state;
	static uint8_t bytes[64 << 10];
	static const uint8_t tags[] = {0x0a, 0x42, 0x5a,
				       0x7a}; /* of a list, a unit list, observations, nothing known */
	for (size_t k = 0; k < sizeof tags; k++) {
		for (size_t i = 0; i < sizeof bytes; i += 2) {
			bytes[i] = tags[k];
			bytes[i + 1] = 0;
		}
		struct arena *small = arena_new(256 << 10);
		const struct msg_type *type = k == 0 ? &msg_type_define : &msg_type_submission;
		void *msg = NULL;
		assert_err(ERR_TOO_LARGE, codec_decode(type, (struct slice){bytes, sizeof bytes}, CODEC_TOLERANT, small,
						       &msg, &faults));
		assert_null(msg);
		assert_true(arena_used(small) <= 256 << 10);
		assert_int_equal(faults.n, 1);
		assert_int_equal(faults.list[0].err, ERR_TOO_LARGE);
		arena_free(small);
	}
}

static void at_every_cap_a_message_is_too_large_or_right(void **state)
{
	(void)state;
	struct sample *s = sample();
	struct slice bytes = encoded(&msg_type_message, &s->message);
	bool fitted = false;
	for (size_t cap = 1; cap < 8192; cap += 7) {
		struct arena *small = arena_new(cap);
		void *msg = NULL;
		enum err e = codec_decode(&msg_type_message, bytes, CODEC_STRICT, small, &msg, &faults);
		assert_true(e == ERR_OK || e == ERR_TOO_LARGE);
		assert_true(e == ERR_OK || !fitted); /* what fits fits with more room too */
		fitted = e == ERR_OK;
		if (fitted)
			assert_true(any_equal(&msg_type_message, msg, &s->message));
		else
			assert_non_null(faults.list[0].path); /* told even where nothing is left to tell it in */
		arena_free(small);
	}
	assert_true(fitted);
}

/* ---- what the document promises ---- */

static void the_worked_example_of_protocol_md_is_a_message(void **state)
{
	(void)state;
	uint8_t bytes[200];
	size_t n = 0;
	bool inside = false;
	char line[2000];
	FILE *f = fopen("proto/PROTOCOL.md", "r");
	assert_non_null(f);
	while (fgets(line, sizeof line, f)) {
		if (strncmp(line, "```", 3) == 0)
			inside = strncmp(line, "```hex", 6) == 0;
		for (const char *p = line; inside && *p != '`' && p[0] != '\n' && n < sizeof bytes; p += 2) {
			unsigned byte;
			assert_int_equal(sscanf(p, "%2x", &byte), 1);
			bytes[n++] = (uint8_t)byte;
		}
	}
	fclose(f);
	void *request, *message;
	assert_ok(decode(&msg_type_ingest_request, (struct slice){bytes, n}, CODEC_STRICT, &request));
	const struct msg_item *item = ((struct msg_ingest_request *)request)->items;
	assert_int_equal(item->message_id.len, 16);
	assert_ok(decode(&msg_type_message, item->content, CODEC_STRICT, &message));
	const struct msg_observation *o = ((struct msg_message *)message)->submission->observations;
	assert_string_equal(o->unit->code->code, "1804");
	assert_int_equal(o->value->exact->digits, 12);
	assert_string_equal(o->locator, "table 3");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_first_use_may_come_from_several_threads_at_once), /* first */
	    cmocka_unit_test(every_field_of_every_message_survives_the_way_there_and_back),
	    cmocka_unit_test(the_bytes_are_those_that_the_library_packs),
	    cmocka_unit_test(an_empty_message_is_no_bytes_and_no_text_is_null),
	    cmocka_unit_test(the_input_may_go_once_it_is_decoded),
	    cmocka_unit_test(an_embedded_receipt_reads_as_if_it_had_been_encoded),
	    cmocka_unit_test(lengths_of_one_two_and_three_bytes_are_written_right),
	    cmocka_unit_test(a_code_that_is_not_said_is_refused_with_its_path),
	    cmocka_unit_test(an_unknown_code_is_refused_or_reads_as_zero),
	    cmocka_unit_test(an_unknown_code_in_a_list_is_told_with_its_place),
	    cmocka_unit_test(an_unknown_field_is_refused_or_passed_over),
	    cmocka_unit_test(only_utf8_is_a_text_and_every_mode_says_so),
	    cmocka_unit_test(a_nul_inside_a_text_is_refused_and_not_cut_at),
	    cmocka_unit_test(a_bad_text_in_a_list_is_told_with_its_place),
	    cmocka_unit_test(of_two_alternatives_the_last_one_counts),
	    cmocka_unit_test(all_faults_are_told_and_those_over_the_limit_counted),
	    cmocka_unit_test(a_message_cut_short_anywhere_is_refused_or_a_smaller_message),
	    cmocka_unit_test(a_field_of_another_wire_type_is_refused),
	    cmocka_unit_test(a_cap_stops_64_kib_of_empty_submessages),
	    cmocka_unit_test(at_every_cap_a_message_is_too_large_or_right),
	    cmocka_unit_test(the_worked_example_of_protocol_md_is_a_message),
	};
	return cmocka_run_group_tests(tests, start, stop);
}
