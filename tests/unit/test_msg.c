/* SPDX-License-Identifier: Apache-2.0
 *
 * test_msg.c - msg.def, varde.proto, what protoc-c made of it, and err.def say the same.
 *
 * varde.proto is read as a text, line by line: it holds one field, value or opening a line.
 */
#include "tests/test.h"
#include <ctype.h>
#include "proto/msg.h"
#include "proto/varde.pb-c.h"

/* ---- varde.proto, read ---- */

#define LINES_MAX 2000

struct line {
	enum { LINE_OTHER, LINE_MESSAGE, LINE_ENUM, LINE_FIELD, LINE_VALUE } what;
	char of[64];   /* the message or enum it stands in, or opens */
	char one[64];  /* the oneof it stands in */
	char type[64]; /* of a field */
	char name[64];
	int number;
	bool repeated;
	char comment[512]; /* its own, or that of the line above */
};
static struct line lines[LINES_MAX];
static size_t line_count;

static void read_line(const char *text, struct line *l, const struct line *before)
{
	char repeated[16] = "", rest[8] = "";
	const char *comment = strstr(text, "//");
	memcpy(l->of, before->of, sizeof l->of);
	memcpy(l->one, before->one, sizeof l->one);
	if (comment)
		snprintf(l->comment, sizeof l->comment, "%s", comment + 2);
	else if (before->what == LINE_OTHER)
		snprintf(l->comment, sizeof l->comment, "%s", before->comment);
	if (sscanf(text, "message %63s {", l->of) == 1)
		l->what = LINE_MESSAGE;
	else if (sscanf(text, "enum %63s {", l->of) == 1)
		l->what = LINE_ENUM;
	else if (sscanf(text, " oneof %63s {", l->one) == 1)
		l->what = LINE_OTHER;
	else if (text[strspn(text, " ")] == '}')
		(text[0] == '}' ? l->of : l->one)[0] = 0;
	else if (sscanf(text, " %15[repeated] %63[A-Za-z0-9] %63[a-z_0-9] = %d%1[;]", repeated, l->type, l->name,
			&l->number, rest) == 5 &&
		 strcmp(repeated, "repeated") == 0)
		l->what = LINE_FIELD, l->repeated = true;
	else if (sscanf(text, " %63[A-Za-z0-9] %63[a-z_0-9] = %d%1[;]", l->type, l->name, &l->number, rest) == 4)
		l->what = LINE_FIELD;
	else if (sscanf(text, " %63[A-Z_0-9] = %d%1[;]", l->name, &l->number, rest) == 3)
		l->what = LINE_VALUE;
}

static int read_proto(void **state)
{
	(void)state;
	FILE *f = fopen("proto/varde.proto", "r");
	if (!f)
		return -1;
	static const struct line none;
	char text[1024];
	while (fgets(text, sizeof text, f) && line_count < LINES_MAX) {
		text[strcspn(text, "\n")] = 0;
		read_line(text, &lines[line_count], line_count ? &lines[line_count - 1] : &none);
		line_count++;
	}
	fclose(f);
	return line_count > 500 && line_count < LINES_MAX ? 0 : -1;
}

/* "UnitById" is unit_by_id. */
static const char *snake(const char *camel, char out[128])
{
	size_t n = 0;
	for (const char *p = camel; *p && n < 126; p++) {
		if (isupper((unsigned char)*p) && p != camel)
			out[n++] = '_';
		out[n++] = (char)tolower((unsigned char)*p);
	}
	out[n] = 0;
	return out;
}

static const struct msg_type *type_named(const char *camel)
{
	char name[128];
	for (size_t i = 0; msg_types[i]; i++)
		if (strcmp(msg_types[i]->name, snake(camel, name)) == 0)
			return msg_types[i];
	return NULL;
}

static const struct msg_enum *enum_named(const char *camel)
{
	char name[128];
	for (size_t i = 0; msg_enums[i]; i++)
		if (strcmp(msg_enums[i]->name, snake(camel, name)) == 0)
			return msg_enums[i];
	return NULL;
}

/* ---- the tests ---- */

static enum msg_kind kind_in_proto(const struct line *l)
{
	static const struct {
		const char *type;
		enum msg_kind one, many;
	} scalars[] = {
	    {"string", MSG_TEXT, MSG_TEXTS}, {"bytes", MSG_BYTES, MSG_BYTES}, {"uint32", MSG_U32, MSG_U32},
	    {"uint64", MSG_U64, MSG_U64},    {"sint64", MSG_S64, MSG_S64},    {"bool", MSG_BOOL, MSG_BOOL},
	};
	for (size_t i = 0; i < sizeof scalars / sizeof *scalars; i++)
		if (strcmp(l->type, scalars[i].type) == 0)
			return l->repeated ? scalars[i].many : scalars[i].one;
	if (enum_named(l->type))
		return l->repeated ? MSG_CODES : MSG_CODE;
	return l->repeated ? MSG_SUBS : *l->one ? MSG_ALT : MSG_SUB;
}

static void same_field(const struct line *l, const struct msg_field *f)
{
	assert_string_equal(l->name, f->name);
	assert_int_equal(kind_in_proto(l), f->kind);
	if (f->sub)
		assert_ptr_equal(f->sub, type_named(l->type));
	if (f->codes)
		assert_ptr_equal(f->codes, enum_named(l->type));
	if (f->kind == MSG_ALT)
		assert_string_equal(l->one, f->one);
}

static void msg_def_and_varde_proto_have_the_same_fields_in_the_same_order(void **state)
{
	(void)state;
	size_t messages = 0, k = 0;
	const struct msg_type *type = NULL;
	for (size_t i = 0; i < line_count; i++) {
		const struct line *l = &lines[i];
		if (l->what == LINE_MESSAGE) {
			assert_true(!type || k == type->count);
			type = type_named(l->of);
			if (!type)
				fail_msg("msg.def has no %s", l->of);
			messages++;
			k = 0;
		} else if (l->what == LINE_FIELD) {
			assert_non_null(type);
			if (k >= type->count)
				fail_msg("%s of msg.def has no %s", type->name, l->name);
			same_field(l, &type->fields[k++]);
		}
	}
	assert_true(type && k == type->count);
	assert_int_equal(messages, MSG_TYPE_COUNT);
}

static void msg_def_and_varde_proto_have_the_same_codes(void **state)
{
	(void)state;
	size_t enums = 0, n = 0, k = 0;
	const struct msg_enum *e = NULL;
	for (size_t i = 0; i < line_count; i++) {
		const struct line *l = &lines[i];
		if (l->what == LINE_ENUM) {
			assert_true(!e || k == e->count);
			e = enum_named(l->of);
			assert_non_null(e);
			enums++;
			k = 0;
		} else if (l->what == LINE_VALUE) {
			char name[160];
			assert_true(e && k < e->count);
			snprintf(name, sizeof name, "%s_%s", e->prefix, e->values[k].name);
			assert_string_equal(l->name, name);
			assert_int_equal(l->number, e->values[k].number);
			k++;
		}
	}
	assert_true(e && k == e->count);
	while (msg_enums[n])
		n++;
	assert_int_equal(enums, n);
}

static void same_descriptor(const struct msg_type *type, const ProtobufCMessageDescriptor *d)
{
	assert_int_equal(type->count, d->n_fields);
	for (unsigned i = 0; i < type->count; i++) {
		const struct msg_field *f = &type->fields[i];
		assert_string_equal(f->name, d->fields[i].name);
		if (!f->codes)
			continue;
		const ProtobufCEnumDescriptor *e = d->fields[i].descriptor;
		assert_int_equal(e->n_values, f->codes->count);
		for (unsigned k = 0; k < e->n_values; k++)
			assert_int_equal(e->values[k].value, f->codes->values[k].number);
	}
}

static void the_generated_descriptors_are_those_of_msg_def(void **state)
{
	(void)state;
#define MSG_ONLY_NAMES
#define ENUM(name, PREFIX)
#define MSG(name) same_descriptor(&msg_type_##name, &varde__v1__##name##__descriptor);
#include "proto/msg_undef.h"
#include "proto/msg.def"
#undef MSG_ONLY_NAMES
#include "proto/msg_undef.h"
}

static void dive(const struct msg_type *type, const struct msg_type **above, size_t depth)
{
	for (size_t i = 0; i < depth; i++)
		if (above[i] == type)
			fail_msg("%s contains itself", type->name);
	assert_true(depth < 16);
	above[depth] = type;
	for (unsigned i = 0; i < type->count; i++)
		if (type->fields[i].sub)
			dive(type->fields[i].sub, above, depth + 1);
}

static void no_message_contains_itself(void **state)
{
	(void)state;
	const struct msg_type *above[17];
	for (size_t i = 0; msg_types[i]; i++)
		dive(msg_types[i], above, 0);
}

static void error_codes_are_those_of_err_def(void **state)
{
	(void)state;
	assert_int_equal(msg_enum_error_code.count, ERR_COUNT);
#define ERR(sym, retry, text)                                                                                          \
	assert_int_equal(ERR_##sym, ERROR_CODE_##sym);                                                                 \
	assert_string_equal(#sym, msg_code_name(&msg_enum_error_code, ERR_##sym));
#include "base/err.def"
#undef ERR
}

static void mark(const struct msg_type *type, bool *seen)
{
	seen[type->index] = true;
	for (unsigned i = 0; i < type->count; i++)
		if (type->fields[i].sub)
			mark(type->fields[i].sub, seen);
}

static void every_field_says_what_it_means_and_an_ingested_one_its_effect(void **state)
{
	(void)state;
	bool ingested[MSG_TYPE_COUNT] = {false};
	mark(&msg_type_ingest_request, ingested);
	mark(&msg_type_message, ingested);
	for (size_t i = 0; i < line_count; i++) {
		const struct line *l = &lines[i];
		if (l->what != LINE_FIELD)
			continue;
		if (strspn(l->comment, " ") == strlen(l->comment))
			fail_msg("line %zu: %s.%s has no comment", i + 1, l->of, l->name);
		if (ingested[type_named(l->of)->index] && !strstr(l->comment, "effect:"))
			fail_msg("line %zu: %s.%s does not say its effect", i + 1, l->of, l->name);
	}
}

static void a_code_is_found_by_its_name_in_any_case_with_or_without_prefix(void **state)
{
	(void)state;
	const struct msg_enum *e = &msg_enum_observation_status;
	assert_int_equal(msg_code_number(e, "MAIN"), OBSERVATION_STATUS_MAIN);
	assert_int_equal(msg_code_number(e, "conflict"), OBSERVATION_STATUS_CONFLICT);
	assert_int_equal(msg_code_number(e, "Observation_Status_Estimated"), OBSERVATION_STATUS_ESTIMATED);
	assert_int_equal(msg_code_number(e, "OBSERVATION_STATUS_"), -1);
	assert_int_equal(msg_code_number(e, "OBSERVATION_STATUSMAIN"), -1);
	assert_int_equal(msg_code_number(e, ""), -1);
	assert_int_equal(msg_code_number(e, NULL), -1);
	assert_string_equal(msg_code_name(e, OBSERVATION_STATUS_PRELIMINARY), "PRELIMINARY");
	assert_string_equal(msg_code_name(e, 77), "?");
	assert_string_equal(msg_code_name(e, -1), "?");
}

static void texts_that_are_not_set_become_empty_and_set_ones_stay(void **state)
{
	(void)state;
	struct msg_count_question q = {.kind = "county", .n_dates = 1};
	msg_fill_texts(&msg_type_count_question, &q);
	assert_string_equal(q.kind, "county");
	assert_string_equal(q.group_by, "");
	assert_string_equal(q.published_by, "");
	assert_int_equal(q.n_dates, 1);
	assert_null(q.dates);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(msg_def_and_varde_proto_have_the_same_fields_in_the_same_order),
	    cmocka_unit_test(msg_def_and_varde_proto_have_the_same_codes),
	    cmocka_unit_test(the_generated_descriptors_are_those_of_msg_def),
	    cmocka_unit_test(no_message_contains_itself),
	    cmocka_unit_test(error_codes_are_those_of_err_def),
	    cmocka_unit_test(every_field_says_what_it_means_and_an_ingested_one_its_effect),
	    cmocka_unit_test(a_code_is_found_by_its_name_in_any_case_with_or_without_prefix),
	    cmocka_unit_test(texts_that_are_not_set_become_empty_and_set_ones_stay),
	};
	return cmocka_run_group_tests(tests, read_proto, NULL);
}
