/* SPDX-License-Identifier: Apache-2.0
 *
 * Klass in both forms, and, where the samples are, 190 years of Norwegian municipalities. VARDE_SAMPLES says where they
 * are (default ../shared/samples).
 */
#include "clients/import.h"
#include "tests/test.h"

struct read {
	struct arena *a;
	struct register_findings findings;
	struct import_table t;
	struct register_row *rows;
	struct register_version *versions;
	size_t n, n_versions;
};

static void read_begin(struct read *r)
{
	*r = (struct read){.a = arena_new(0)};
	r->findings.arena = r->a;
	r->t = (struct import_table){.file = "changes", .arena = r->a, .findings = &r->findings};
}

/* Heap text, or NULL where the samples are not. */
static char *sample(const char *name, size_t *len)
{
	char path[512];
	const char *dir = getenv("VARDE_SAMPLES");
	snprintf(path, sizeof path, "%s/%s", dir && *dir ? dir : "../shared/samples", name);
	FILE *f = fopen(path, "re");
	if (!f) {
		print_message("skipped: there is no %s; VARDE_SAMPLES says where the samples are\n", path);
		return NULL;
	}
	char *text = malloc(1 << 20);
	*len = fread(text, 1, 1 << 20, f);
	fclose(f);
	return text;
}

static void json_and_latin_csv_say_the_same(void **state)
{
	(void)state;
	static const char json[] =
	    "{\n \"codeChanges\": [\n  {\"oldCode\": \"0101\", \"oldName\": \"\xc3\x98ygarden\",\n"
	    "   \"newCode\": \"0102\", \"newName\": \"B {\\\"}\", \"changeOccurred\": \"2020-01-01\"},\n"
	    "  {\"oldCode\": null, \"newCode\": \"0103\", \"newName\": \"C\",\n"
	    "   \"changeOccurred\": \"bad\"}\n]}";
	static const char csv[] = "\"oldCode\";\"oldName\";\"newCode\";\"newName\";\"changeOccurred\"\n"
				  "0101;\xd8ygarden;0102;\"B {\"\"}\"\"\";2020-01-01\n";
	struct read r;
	char *text;
	size_t len;
	read_begin(&r);
	assert_true(import_klass_changes(json, sizeof json - 1, &r.t, &r.rows, &r.n));
	assert_int_equal(r.n, 1);
	assert_int_equal(r.rows[0].line, 3);
	assert_string_equal(r.rows[0].old_name, "\xc3\x98ygarden");
	assert_int_equal(r.findings.n, 1);
	assert_int_equal(r.findings.list[0].line, 5);
	assert_string_equal(r.findings.list[0].rule, "BAD_DATE");
	assert_false(import_text(csv, sizeof csv - 1, IMPORT_UTF8, r.a, &text, &len));
	assert_true(import_text(csv, sizeof csv - 1, IMPORT_AUTO, r.a, &text, &len));
	assert_true(import_klass_changes(text, len, &r.t, &r.rows, &r.n));
	assert_string_equal(r.rows[0].old_name, "\xc3\x98ygarden");
	assert_string_equal(r.rows[0].old_code, "0101");
	assert_int_equal(r.rows[0].line, 2);
	arena_free(r.a);
}

static void broken_files_are_told_not_read(void **state)
{
	(void)state;
	static const char *const broken[] = {"{\"codeChanges\": [",
					     "{\"codes\": []}",
					     "{}",
					     "",
					     "oldCode,newCode\nA,B\n",
					     "oldCode,newCode,changeOccurred\nA,B\n",
					     "oldCode,newCode,changeOccurred\n\"A,B\n"};
	for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
		struct read r;
		read_begin(&r);
		assert_false(import_klass_changes(broken[i], strlen(broken[i]), &r.t, &r.rows, &r.n));
		assert_true(r.findings.count[REGISTER_ERROR] > 0);
		arena_free(r.a);
	}
}

static bool all_years(struct read *r, struct register_model *m, bool with_codes)
{
	static const char *skip[] = {"9999"};
	struct register_options o = {.kind = "kommune", .skip = skip, .n_skip = 1};
	size_t len, codes_len;
	char *text = sample("klass131_changes_1838_2024.csv", &len);
	char *codes = text ? sample("klass131_codes_since_2017.csv", &codes_len) : NULL;
	if (!codes) {
		free(text);
		return false;
	}
	read_begin(r);
	assert_true(import_klass_changes(text, len, &r->t, &r->rows, &r->n));
	struct import_table list = {.file = "codes", .arena = r->a, .findings = &r->findings};
	assert_true(import_klass_codes(codes, codes_len, &list, &r->versions, &r->n_versions));
	register_init(m, r->a, &o);
	assert_true(register_build(m, r->rows, r->n));
	if (with_codes)
		assert_true(register_check(m, r->versions, r->n_versions));
	free(text);
	free(codes);
	return true;
}

static const struct register_span *span_of(const struct register_model *m, const char *code, int32_t day)
{
	const struct register_unit *u = register_find(m, code, day);
	return u ? register_span_at(u, day) : NULL;
}

static void norway_has_356_municipalities_in_2020_and_357_in_2024(void **state)
{
	(void)state;
	struct read r;
	struct register_model m;
	if (!all_years(&r, &m, true))
		skip();
	assert_int_equal(register_living(&m, day_of(2019, 12, 31)), 422);
	assert_int_equal(register_living(&m, day_of(2020, 1, 1)), 356);
	assert_int_equal(register_living(&m, day_of(2020, 1, 2)), 356);
	assert_int_equal(register_living(&m, day_of(2023, 12, 31)), 356);
	assert_int_equal(register_living(&m, day_of(2024, 1, 1)), 357);
	arena_free(r.a);
}

static void codes_have_the_right_lives(void **state)
{
	(void)state;
	struct read r;
	struct register_model m;
	if (!all_years(&r, &m, true))
		skip();
	/* Oslo: one unit under four names. */
	const struct register_unit *oslo = register_find(&m, "0301", day_of(2024, 1, 1));
	assert_ptr_equal(oslo, register_find(&m, "0301", day_of(1850, 1, 1)));
	assert_string_equal(oslo->id, "kommune/0301");
	assert_string_equal(span_of(&m, "0301", day_of(1876, 12, 31))->name, "Christiania");
	assert_string_equal(span_of(&m, "0301", day_of(1924, 12, 31))->name, "Kristiania");
	assert_string_equal(span_of(&m, "0301", day_of(1925, 1, 1))->name, "Oslo");
	/* Ålesund 2020-2023, divided into 1508 and 1580. */
	const struct register_unit *alesund = register_find(&m, "1507", day_of(2020, 1, 1));
	assert_int_equal(alesund->from, day_of(2020, 1, 1));
	assert_int_equal(alesund->to, day_of(2024, 1, 1));
	assert_null(register_find(&m, "1507", day_of(2019, 12, 31)));
	assert_ptr_not_equal(register_find(&m, "1508", day_of(2024, 1, 1)), alesund);
	/* Trondheim kept itself through a new number and the take-over of Klæbu. */
	const struct register_unit *trondheim = register_find(&m, "5001", day_of(2018, 1, 1));
	assert_string_equal(trondheim->id, "kommune/1601");
	assert_ptr_equal(trondheim, register_find(&m, "5001", day_of(2023, 6, 1)));
	assert_ptr_equal(trondheim, register_find(&m, "1601", day_of(2017, 12, 31)));
	assert_null(register_find(&m, "1601", day_of(2018, 1, 1)));
	/* 0712 was Skoger's until 1964, and Larvik's in 2018 and 2019. */
	assert_string_equal(register_find(&m, "0712", day_of(1963, 12, 31))->id, "kommune/0712");
	assert_null(register_find(&m, "0712", day_of(1964, 1, 1)));
	assert_null(register_find(&m, "0712", day_of(2017, 12, 31)));
	assert_string_equal(register_find(&m, "0712", day_of(2018, 1, 1))->id, "kommune/0712:2018-01-01");
	assert_string_equal(span_of(&m, "0712", day_of(2019, 12, 31))->name, "Larvik");
	arena_free(r.a);
}

static void one_decision_is_one_event(void **state)
{
	(void)state;
	struct read r;
	struct register_model m;
	size_t snillfjord = 0, renumbered = 0, of[16] = {0};
	if (!all_years(&r, &m, false))
		skip();
	for (size_t i = 0; i < m.n_events; i++) {
		const struct register_event *e = m.events[i];
		of[e->type] += e->day == day_of(2020, 1, 1);
		renumbered += e->day == day_of(2020, 1, 1) && e->type == CHANGE_TYPE_CODE_CHANGE;
		for (size_t k = 0; k < e->n_flows; k++)
			snillfjord += e->day == day_of(2020, 1, 1) && e->type == CHANGE_TYPE_REORGANISATION &&
				      strcmp(e->sources[e->flows[k].source]->spans[0].name, "Snillfjord") == 0 &&
				      e->flows[k].part;
	}
	assert_int_equal(snillfjord, 3);
	assert_int_equal(renumbered, 202);
	assert_int_equal(of[CHANGE_TYPE_NAME_CHANGE], 3);
	assert_int_equal(of[CHANGE_TYPE_MERGING], 36);
	assert_int_equal(of[CHANGE_TYPE_TAKE_OVER], 2);
	assert_int_equal(of[CHANGE_TYPE_REORGANISATION], 2);
	arena_free(r.a);
}

/* What the change list leaves out, by line of the list of codes; and nothing else. */
static void differences_of_the_two_files_are_all_told(void **state)
{
	(void)state;
	static const size_t lines[] = {185, 186, 360, 380};
	struct read r;
	struct register_model m;
	size_t told = 0;
	if (!all_years(&r, &m, true))
		skip();
	register_sort(&m.findings);
	assert_int_equal(m.findings.count[REGISTER_ERROR], 0);
	assert_int_equal(m.findings.count[REGISTER_WARNING], 4);
	for (size_t i = 0; i < m.findings.n; i++)
		if (m.findings.list[i].severity == REGISTER_WARNING) {
			assert_string_equal(m.findings.list[i].rule, "NEVER_CHANGED");
			assert_int_equal(m.findings.list[i].line, lines[told++]);
		}
	arena_free(r.a);
}

/* The same files with one row taken out of the changes: the list of codes misses it. */
static void a_row_taken_out_is_missed(void **state)
{
	(void)state;
	struct read r;
	struct register_model m;
	struct register_options o = {.kind = "kommune"};
	if (!all_years(&r, &m, false))
		skip();
	size_t kept = 0, before;
	register_init(&m, r.a, &o);
	for (size_t i = 0; i < r.n; i++) /* what became of Klæbu */
		if (strcmp(r.rows[i].old_code, "5030") != 0)
			r.rows[kept++] = r.rows[i];
	assert_true(register_build(&m, r.rows, kept));
	before = m.findings.count[REGISTER_WARNING];
	assert_true(register_check(&m, r.versions, r.n_versions));
	bool missed = false;
	for (size_t i = 0; i < m.findings.n; i++)
		missed |= strstr(m.findings.list[i].text, "5030") && m.findings.list[i].severity == REGISTER_WARNING;
	assert_true(missed);
	assert_true(m.findings.count[REGISTER_WARNING] > before);
	arena_free(r.a);
}

static void the_api_s_own_json_reads_the_same_events(void **state)
{
	(void)state;
	struct read r;
	struct register_model m;
	struct register_options o = {.kind = "kommune"};
	size_t len;
	char *text = sample("klass131_changes_tricky.json", &len);
	if (!text)
		skip();
	read_begin(&r);
	assert_true(import_klass_changes(text, len, &r.t, &r.rows, &r.n));
	assert_int_equal(r.n, 40);
	assert_int_equal(r.rows[0].line, 3);
	register_init(&m, r.a, &o);
	assert_true(register_build(&m, r.rows, r.n));
	/* Stokke went to Tønsberg and Sandefjord in one decision. */
	const struct register_event *e = m.events[0];
	assert_int_equal(e->type, CHANGE_TYPE_REORGANISATION);
	assert_int_equal(e->n_sources, 4);
	assert_int_equal(e->n_targets, 2);
	arena_free(r.a);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(json_and_latin_csv_say_the_same),
	    cmocka_unit_test(broken_files_are_told_not_read),
	    cmocka_unit_test(norway_has_356_municipalities_in_2020_and_357_in_2024),
	    cmocka_unit_test(codes_have_the_right_lives),
	    cmocka_unit_test(one_decision_is_one_event),
	    cmocka_unit_test(differences_of_the_two_files_are_all_told),
	    cmocka_unit_test(a_row_taken_out_is_missed),
	    cmocka_unit_test(the_api_s_own_json_reads_the_same_events),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
