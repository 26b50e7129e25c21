/* SPDX-License-Identifier: Apache-2.0
 *
 * test_json.c - messages survive JSON, short forms mean what they say, and every fault is told with its path.
 */
#include "tests/test.h"
#include "clients/json.h"
#include "proto/codec.h"
#include "tests/msg_any.h"

struct fix {
	struct arena *arena;
	struct faults faults;
};

static int setup(void **state)
{
	static struct fix f;
	f.arena = arena_new(0);
	f.faults = (struct faults){.arena = f.arena};
	*state = &f;
	return 0;
}

static int teardown(void **state)
{
	struct fix *f = *state;
	arena_free(f->arena);
	return 0;
}

static void *read_one(struct fix *f, const struct msg_type *type, const char *text)
{
	json_error_t error;
	json_t *j = json_loads(text, JSON_DECODE_ANY, &error);
	if (!j)
		fail_msg("%s: %s", text, error.text);
	f->faults.n = 0;
	void *msg = json_to_msg(type, j, "", f->arena, &f->faults);
	json_decref(j);
	return msg;
}

static struct msg_value *value_of(struct fix *f, const char *text)
{
	struct msg_value *v = read_one(f, &msg_type_value, text);
	if (!v)
		fail_msg("%s: %s", text, f->faults.list[0].text);
	return v;
}

static void expect_fault(struct fix *f, const struct msg_type *type, const char *text, const char *path,
			 const char *about)
{
	if (read_one(f, type, text))
		fail_msg("%s was taken", text);
	for (size_t i = 0; i < f->faults.n; i++)
		if (strcmp(f->faults.list[i].path, path) == 0 &&
		    (strstr(f->faults.list[i].text, about) || strstr(f->faults.list[i].remedy, about)))
			return;
	fail_msg("%s: \"%s\" at \"%s\" (%s), not %s at %s", text, f->faults.list[0].text, f->faults.list[0].path,
		 f->faults.list[0].remedy, about, path);
}

static void every_message_is_the_same_after_json(void **state)
{
	struct fix *f = *state;
	for (unsigned variant = 0; variant < 6; variant++)
		for (const struct msg_type *const *t = msg_types; *t; t++) {
			struct any_filler filler = {.arena = f->arena, .next = 1, .variant = variant};
			void *msg = arena_alloc(f->arena, (*t)->size);
			any_fill(&filler, *t, msg);
			json_t *j = json_from_msg(*t, msg);
			void *back = json_to_msg(*t, j, "", f->arena, &f->faults);
			if (!back)
				fail_msg("%s: %s at %s", (*t)->name, f->faults.list[0].text, f->faults.list[0].path);
			if (!any_equal(*t, msg, back))
				fail_msg("%s: %s", (*t)->name, json_dumps(j, 0));
			json_decref(j);
		}
}

static void an_empty_message_is_the_same_after_json(void **state)
{
	struct fix *f = *state;
	for (const struct msg_type *const *t = msg_types; *t; t++) {
		void *msg = arena_alloc(f->arena, (*t)->size);
		json_t *j = json_from_msg(*t, msg);
		void *back = json_to_msg(*t, j, "", f->arena, &f->faults);
		if (!back || !any_equal(*t, msg, back))
			fail_msg("%s", (*t)->name);
		json_decref(j);
	}
}

static void an_integer_is_an_exact_value(void **state)
{
	struct msg_value *v = value_of(*state, "50");
	assert_int_equal(v->exact->digits, 50);
	assert_int_equal(v->exact->scale, 0);
	assert_string_equal(v->printed, "");
}

static void a_decimal_string_keeps_its_last_zero(void **state)
{
	struct msg_value *v = value_of(*state, "\"12.10\"");
	assert_int_equal(v->exact->digits, 1210);
	assert_int_equal(v->exact->scale, 2);
	json_t *j = json_from_msg(&msg_type_value, v);
	assert_string_equal(json_string_value(j), "12.10");
	json_decref(j);
}

static void the_other_kinds_of_value_have_short_forms(void **state)
{
	struct fix *f = *state;
	assert_int_equal(value_of(f, "{\"missing\": \"blank\"}")->missing->kind, MISSING_KIND_BLANK);
	struct msg_value *v = value_of(f, "{\"low\": 5, \"high\": null, \"printed\": \"minst 5\"}");
	assert_int_equal(v->interval->low->value->digits, 5);
	assert_null(v->interval->high);
	assert_string_equal(v->printed, "minst 5");
	v = value_of(f, "{\"low\": {\"value\": 50, \"exclusive\": true}}");
	assert_true(v->interval->low->exclusive);
	v = value_of(f, "{\"about\": \"20\", \"qualifier\": \"nearly\"}");
	assert_int_equal(v->approximate->value->digits, 20);
	assert_string_equal(v->approximate->qualifier, "nearly");
	assert_string_equal(value_of(f, "{\"words\": \"over halvparten\"}")->verbal->text, "over halvparten");
	assert_int_equal(value_of(f, "{\"exact\": 7, \"printed\": \"7*\"}")->exact->digits, 7);
}

static void a_unit_may_be_an_id_a_code_or_a_name(void **state)
{
	struct fix *f = *state;
	struct msg_unit_ref *u = read_one(f, &msg_type_unit_ref, "\"k-1804\"");
	assert_string_equal(u->id->id, "k-1804");
	u = read_one(f, &msg_type_unit_ref, "{\"code\": \"0301\", \"scheme\": \"kommunenummer\"}");
	assert_string_equal(u->code->code, "0301");
	assert_string_equal(u->code->scheme, "kommunenummer");
	u = read_one(f, &msg_type_unit_ref, "{\"name\": \"Bø\", \"within\": \"Telemark\"}");
	assert_string_equal(u->name->name, "Bø");
	assert_string_equal(u->name->kind, "");
	assert_string_equal(u->name->within, "Telemark");
	u = read_one(f, &msg_type_unit_ref, "{\"name\": {\"name\": \"Bø\"}}");
	assert_string_equal(u->name->name, "Bø");
}

static void a_real_is_refused_with_the_remedy(void **state)
{
	struct fix *f = *state;
	expect_fault(f, &msg_type_value, "12.10", "", "write decimals as strings");
	expect_fault(f, &msg_type_observation, "{\"value\": {\"low\": 0.5}}", "value.low", "write decimals as strings");
	expect_fault(f, &msg_type_decimal, "{\"digits\": 1.0}", "digits", "write decimals as strings");
	expect_fault(f, &msg_type_printed_count, "1e3", "", "write decimals as strings");
	expect_fault(f, &msg_type_supersedes, "17.0", "", "write decimals as strings");
}

static void an_unknown_key_is_refused_with_its_path(void **state)
{
	struct fix *f = *state;
	expect_fault(f, &msg_type_message, "{\"submission\": {\"observations\": [{}, {\"vlaue\": 1}]}}",
		     "submission.observations[1].vlaue", "value");
	expect_fault(f, &msg_type_value, "{\"missing\": \"blank\", \"why\": 1}", "why", "no such field");
	expect_fault(f, &msg_type_unit_ref, "{\"code\": \"1\", \"kind\": \"x\"}", "kind", "no such field");
}

static void all_faults_are_told_at_once(void **state)
{
	struct fix *f = *state;
	assert_null(
	    read_one(f, &msg_type_submission,
		     "{\"mode\": \"patsh\", \"round\": 2014, \"observations\": [{\"value\": 1.5, \"status\": \"main\"},"
		     " {\"status\": \"unspecified\", \"categories\": {\"level\": 7}}]}"));
	assert_int_equal(f->faults.n, 5);
	static const char *const paths[] = {"mode", "round", "observations[0].value", "observations[1].status",
					    "observations[1].categories.level"};
	for (size_t i = 0; i < 5; i++)
		assert_string_equal(f->faults.list[i].path, paths[i]);
}

static void two_alternatives_are_refused(void **state)
{
	expect_fault(*state, &msg_type_message, "{\"tag\": {\"name\": \"a\"}, \"tick\": {\"day\": \"2020-01-01\"}}",
		     "tick", "only one of them");
}

static void numbers_out_of_range_are_refused(void **state)
{
	struct fix *f = *state;
	expect_fault(f, &msg_type_printed_count, "-1", "", "outside");
	expect_fault(f, &msg_type_printed_count, "4294967296", "", "outside");
	expect_fault(f, &msg_type_receipt, "{\"message_id\": \"0g\"}", "message_id", "hex");
	expect_fault(f, &msg_type_value, "\"1.0000000000000000001\"", "", "number");
	expect_fault(f, &msg_type_value, "{\"low\": null, \"high\": null}", "", "without ends");
}

static size_t messages(struct fix *f, const char *text, const char *wrap, struct msg_message ***ret)
{
	size_t n = 0;
	f->faults.n = 0;
	if (!json_messages(text, strlen(text), wrap, f->arena, ret, &n, &f->faults))
		return 0;
	return n;
}

static void one_message_a_list_and_lines_are_all_read(void **state)
{
	struct fix *f = *state;
	struct msg_message **m;
	assert_int_equal(messages(f, "{\"tag\": {\"name\": \"a\"}}", NULL, &m), 1);
	assert_int_equal(messages(f, "[{\"tag\": {\"name\": \"a\"}}, {\"tag\": {\"name\": \"b\"}}]", NULL, &m), 2);
	assert_string_equal(m[1]->tag->name, "b");
	assert_int_equal(
	    messages(f, "\xef\xbb\xbf{\"tag\": {\"name\": \"a\"}}\n{\"tag\": {\"name\": \"b\"}}\n\n", NULL, &m), 2);
	assert_string_equal(m[1]->tag->name, "b");
}

static void the_inside_alone_is_wrapped(void **state)
{
	struct fix *f = *state;
	struct msg_message **m;
	assert_int_equal(messages(f, "{\"mode\": \"patch\", \"source\": \"s\"}", "submission", &m), 1);
	assert_string_equal(m[0]->submission->source, "s");
	assert_int_equal(messages(f, "{\"mode\": \"patch\", \"source\": \"s\"}", NULL, &m), 0);
}

static void broken_json_is_told_with_its_line(void **state)
{
	struct fix *f = *state;
	struct msg_message **m;
	assert_int_equal(messages(f, "{\"tag\": {\"name\": \"a\"}}\n{\"tag\": }\n", NULL, &m), 0);
	assert_string_equal(f->faults.list[0].path, "line 2");
	assert_int_equal(messages(f, "{\"tag\": {\"name\": \"a\", \"name\": \"b\"}}", NULL, &m), 0);
	assert_int_equal(messages(f, "  \n", NULL, &m), 0);
	assert_int_equal(messages(f, "{}", NULL, &m), 0);
	assert_int_equal(messages(f, "[{\"tag\": {\"name\": \"a\"}}, {\"tag\": {\"nmae\": \"b\"}}]", NULL, &m), 0);
	assert_string_equal(f->faults.list[0].path, "message 2: tag.nmae");
}

static void what_is_read_can_be_sent(void **state)
{
	struct fix *f = *state;
	AUTO_BUF struct buf b = {0};
	void *back;
	struct msg_submission *s = read_one(
	    f, &msg_type_submission,
	    "{\"mode\": \"patch\", \"source\": \"s\", \"observations\": [{\"unit\": {\"name\": \"Bodø\"}, "
	    "\"indicator\": "
	    "\"a\", \"categories\": {\"level\": \"total\"}, \"value\": 44, \"status\": \"main\", \"supersedes\": 3}]}");
	assert_non_null(s);
	codec_encode(&msg_type_submission, s, &b);
	assert_ok(codec_decode(&msg_type_submission, buf_view(&b), CODEC_STRICT, f->arena, &back, NULL));
	assert_true(any_equal(&msg_type_submission, s, back));
	assert_int_equal(s->observations[0].supersedes->revision, 3);
	assert_string_equal(s->observations[0].categories[0].code, "total");
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
	    T(every_message_is_the_same_after_json),
	    T(an_empty_message_is_the_same_after_json),
	    T(an_integer_is_an_exact_value),
	    T(a_decimal_string_keeps_its_last_zero),
	    T(the_other_kinds_of_value_have_short_forms),
	    T(a_unit_may_be_an_id_a_code_or_a_name),
	    T(a_real_is_refused_with_the_remedy),
	    T(an_unknown_key_is_refused_with_its_path),
	    T(all_faults_are_told_at_once),
	    T(two_alternatives_are_refused),
	    T(numbers_out_of_range_are_refused),
	    T(one_message_a_list_and_lines_are_all_read),
	    T(the_inside_alone_is_wrapped),
	    T(broken_json_is_told_with_its_line),
	    T(what_is_read_can_be_sent),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
