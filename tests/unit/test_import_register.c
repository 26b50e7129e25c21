/* SPDX-License-Identifier: Apache-2.0
 *
 * The register's model on histories made by hand, and the generic table of changes.
 */
#include "base/bytes.h"
#include "clients/import.h"
#include "proto/codec.h"
#include "tests/test.h"

#define HEAD "date,type,old_code,old_name,new_code,new_name,event,weight:share\n"

struct made {
	struct arena *a;
	struct register_findings findings;
	struct register_model m;
	bool good;
};

static struct made *made_of(const char *table, const char *codes, bool inclusive)
{
	struct arena *a = arena_new(0);
	struct made *x = arena_alloc(a, sizeof *x);
	x->a = a;
	x->findings.arena = a;
	struct import_table t = {.file = "changes", .arena = a, .findings = &x->findings};
	struct register_row *rows;
	struct register_version *versions;
	size_t n;
	import_register_rows(table, strlen(table), &t, inclusive, "", &rows, &n);
	struct import_table list = {.file = "codes", .arena = a, .findings = &x->findings};
	size_t n_versions = 0;
	if (codes)
		import_register_versions(codes, strlen(codes), &list, inclusive, &versions, &n_versions);
	struct register_options o = {.kind = "u", .strict = true};
	register_init(&x->m, a, &o);
	x->m.findings = x->findings;
	x->good = register_build(&x->m, rows, n);
	if (x->good && codes)
		x->good = register_check(&x->m, versions, n_versions);
	import_check_shares(&x->m);
	x->good = x->good && !x->m.findings.count[REGISTER_ERROR];
	register_sort(&x->m.findings);
	return x;
}
#define MADE(rows) made_of(HEAD rows, NULL, false)

static void gone(struct made *x)
{
	arena_free(x->a);
}

/* "merging 2020-01-01: a + b → c*; …", new units with a star. */
static const char *events_of(struct made *x)
{
	const char *text = "";
	for (size_t i = 0; i < x->m.n_events; i++) {
		const struct register_event *e = x->m.events[i];
		text = arena_printf(x->a, "%s%s%s %s:", text, i ? "; " : "",
				    msg_code_name(&msg_enum_change_type, (int)e->type), register_day(x->a, e->day));
		for (size_t k = 0; k < e->n_sources; k++)
			text = arena_printf(x->a, "%s %s", text, e->sources[k]->id);
		text = arena_printf(x->a, "%s >", text);
		for (size_t k = 0; k < e->n_targets; k++)
			text = arena_printf(x->a, "%s %s%s", text, e->targets[k].unit->id,
					    e->targets[k].is_new ? "*" : "");
	}
	return text;
}

static bool has(struct made *x, size_t line, const char *rule)
{
	for (size_t i = 0; i < x->m.findings.n; i++)
		if (x->m.findings.list[i].line == line && strcmp(x->m.findings.list[i].rule, rule) == 0)
			return true;
	for (size_t i = 0; i < x->m.findings.n; i++)
		print_message("%zu %s %s\n", x->m.findings.list[i].line, x->m.findings.list[i].rule,
			      x->m.findings.list[i].text);
	return false;
}

static void says(const char *table, const char *expected)
{
	struct made *x = made_of(table, NULL, false);
	if (!x->good)
		has(x, 0, "");
	assert_true(x->good);
	assert_string_equal(events_of(x), expected);
	gone(x);
}

static void wrong(const char *table, const char *codes, size_t line, const char *rule)
{
	struct made *x = made_of(table, codes, false);
	assert_false(x->good);
	assert_true(has(x, line, rule));
	gone(x);
}

/* ---- containers ---- */

#define CONTAINED "date,type,old_code,new_code,part_of\n"

static void a_row_may_name_the_container_of_what_comes(void **state)
{
	(void)state;
	struct made *x = made_of(CONTAINED "1999-01-01,stock,,A,c/1\n1999-01-01,stock,,B,\n"
					   "2020-01-01,,A,D,c/2\n2020-01-01,,B,D,c/2\n2021-01-01,,D,E,c/3\n"
					   "2022-01-01,,E,E,c/4\n2023-01-01,,E,E,\n",
				 NULL, false);
	assert_true(x->good);
	assert_string_equal(events_of(x), "MERGING 2020-01-01: u/A u/B > u/D*; CODE_CHANGE 2021-01-01: u/D > u/D; "
					  "REPARENTING 2022-01-01: u/D > u/D");
	assert_true(has(x, 8, "NOTHING_CHANGES"));
	struct register_emission e = {.source = "s", .scheme = "nr", .kind = "u", .part_of = "c/0", .split = 10};
	size_t n;
	struct msg_message **list = register_messages(&x->m, &e, &n);
	assert_int_equal(n, 4);
	assert_string_equal(list[0]->submission->units[0].part_of->id->id, "c/1");
	assert_string_equal(list[0]->submission->units[1].part_of->id->id, "c/0"); /* it names none */
	assert_string_equal(list[1]->event->targets[0].part_of->id->id, "c/2");
	assert_string_equal(list[2]->event->targets[0].part_of->id->id, "c/3");
	assert_string_equal(list[3]->event->targets[0].part_of->id->id, "c/4");
	gone(x);
	wrong(CONTAINED "2020-01-01,,A,D,c/2\n2020-01-01,,B,D,c/3\n", NULL, 3, "TWO_CONTAINERS");
}

/* ---- types ---- */

static void rows_of_a_day_that_hang_together_are_one_typed_event(void **state)
{
	(void)state;
	says(HEAD "2020-01-01,,A,a,B,a,,\n", "CODE_CHANGE 2020-01-01: u/A > u/A");
	says(HEAD "2020-01-01,,A,a,A,b,,\n", "NAME_CHANGE 2020-01-01: u/A > u/A");
	says(HEAD "2020-01-01,,A,a,C,c,,\n2020-01-01,,B,b,C,c,,\n", "MERGING 2020-01-01: u/A u/B > u/C*");
	says(HEAD "2020-01-01,,A,a,B,b,,\n2020-01-01,,B,b,B,b,,\n", "TAKE_OVER 2020-01-01: u/A u/B > u/B");
	says(HEAD "2020-01-01,,A,a,B,b,,\n2020-01-01,,A,a,C,c,,\n", "BREAKDOWN 2020-01-01: u/A > u/B* u/C*");
	says(HEAD "2020-01-01,,A,a,A,a,,\n2020-01-01,,A,a,C,c,,\n", "SPLIT_OFF 2020-01-01: u/A > u/A u/C*");
	says(HEAD "2020-01-01,,A,a,C,c,,\n2020-01-01,,A,a,D,d,,\n2020-01-01,,B,b,D,d,,\n",
	     "REORGANISATION 2020-01-01: u/A u/B > u/C* u/D*");
	says(HEAD "2020-01-01,,,,A,a,,\n", "CREATION 2020-01-01: > u/A*");
	says(HEAD "2020-01-01,,A,a,,,,\n", "DELETION 2020-01-01: u/A >");
	says(HEAD "2020-01-01,transfer-of-part,A,a,B,b,,\n2021-01-01,,A,a,B,b,,\n2021-01-01,,B,b,B,b,,\n"
		  "2019-01-01,stock,,,B,b,,\n2019-01-01,stock,,,A,a,,\n",
	     "TRANSFER_OF_PART 2020-01-01: u/A > u/B; TAKE_OVER 2021-01-01: u/A u/B > u/B");
}

/*   2000        2010        2020
 *   A ── X      (gap)       B + C ── A'                        */
static void a_code_that_comes_back_is_another_unit(void **state)
{
	(void)state;
	struct made *x =
	    MADE("2000-01-01,,A,a,X,x,,\n2000-01-01,,Z,z,X,x,,\n2020-01-01,,B,b,A,n,,\n2020-01-01,,C,c,A,n,,\n");
	assert_true(x->good);
	int32_t day = day_of(2020, 1, 1);
	assert_string_equal(register_find(&x->m, "A", day)->id, "u/A:2020-01-01");
	assert_string_equal(register_find(&x->m, "A", day_of(1999, 12, 31))->id, "u/A");
	assert_null(register_find(&x->m, "A", day - 1));
	assert_null(register_find(&x->m, "A", day_of(2000, 1, 1)));
	gone(x);
}

/* A gives its code to B, B its code to C: nobody is joined, nobody ends. */
static void codes_may_pass_on_in_a_day(void **state)
{
	(void)state;
	struct made *x = MADE("2000-01-01,stock,,,A,a,,\n2000-01-01,stock,,,B,b,,\n"
			      "2020-01-01,,A,a,B,a,,\n2020-01-01,,B,b,C,b,,\n");
	assert_true(x->good);
	assert_string_equal(events_of(x), "CODE_CHANGE 2020-01-01: u/B > u/B; CODE_CHANGE 2020-01-01: u/A > u/A");
	assert_string_equal(register_find(&x->m, "B", day_of(2020, 1, 1))->id, "u/A");
	assert_string_equal(register_find(&x->m, "C", day_of(2020, 1, 1))->id, "u/B");
	assert_int_equal(register_living(&x->m, day_of(2020, 1, 1)), 2);
	gone(x);
}

/* M begins and ends the same day: A + B ── M ── C. */
static void a_unit_of_no_days_is_looked_through(void **state)
{
	(void)state;
	struct made *x = MADE("2000-01-01,stock,,,A,a,,\n2000-01-01,stock,,,B,b,,\n"
			      "2020-01-01,,A,a,M,m,,\n2020-01-01,,B,b,M,m,,\n2020-01-01,,M,m,C,c,,\n");
	assert_true(x->good);
	assert_string_equal(events_of(x), "MERGING 2020-01-01: u/A u/B > u/C*");
	assert_true(has(x, 4, "CHAIN"));
	gone(x);
}

static void inclusive_ends_are_a_day_later(void **state)
{
	(void)state;
	struct made *x =
	    made_of(HEAD "2019-12-31,,A,a,C,c,,\n2019-12-31,,B,b,C,c,,\n2020-01-01,,,,N,n,,\n", NULL, true);
	assert_true(x->good);
	assert_string_equal(events_of(x), "MERGING 2020-01-01: u/A u/B > u/C*; CREATION 2020-01-01: > u/N*");
	assert_non_null(register_find(&x->m, "A", day_of(2019, 12, 31)));
	assert_null(register_find(&x->m, "A", day_of(2020, 1, 1)));
	gone(x);
}

/* ---- malformed ---- */

static void what_contradicts_itself_is_told_by_line(void **state)
{
	(void)state;
	wrong(HEAD "2020-01-01,,,,A,a,,\n2021-01-01,,,,A,a,,\n", NULL, 3, "OVERLAP");
	wrong(HEAD "2000-01-01,stock,,,A,a,,\n2020-01-01,,X,x,B,b,,\n", NULL, 3, "NEVER_BEGAN");
	wrong(HEAD "2021-01-01,stock,,,A,a,,\n2020-01-01,,A,a,B,b,,\n", NULL, 3, "BEGINS_LATER");
	wrong(HEAD "2020-01-01,,A,a,,,,\n2021-01-01,,A,a,B,b,,\n", NULL, 3, "ENDED_BEFORE");
	wrong(HEAD "2020-01-01,split-off,A,a,A,a,,\n", NULL, 2, "INTO_ITSELF");
	wrong(HEAD "last year,,A,a,B,b,,\n", NULL, 2, "BAD_DATE");
	wrong(HEAD "2020-01,,A,a,B,b,,\n", NULL, 2, "BAD_DATE");
	wrong(HEAD "2020-01-01,fusion,A,a,B,b,,\n", NULL, 2, "UNKNOWN_TYPE");
	wrong(HEAD "2020-01-01,merging,A,a,B,b,,\n", NULL, 2, "OTHER_TYPE");
	wrong(HEAD "2020-01-01,,,,,,,\n", NULL, 2, "NO_CODE");
	wrong(HEAD "2020-01-01,,A b,a,B,b,,\n", NULL, 2, "BAD_CODE");
	wrong(HEAD "2000-01-01,stock,,,Q,q,,\n2020-01-01,,A,a,B,b,,\n2020-01-01,,B,b,A,a,,\n", NULL, 3, "CYCLE");
	wrong(HEAD "2020-01-01,,A,a,B,b,,0.7\n2020-01-01,,A,a,C,c,,0.5\n", NULL, 3, "WEIGHTS_OVER_ONE");
	wrong(HEAD "2020-01-01,,A,a,B,b,,-1\n", NULL, 2, "BAD_NUMBER");
	wrong(HEAD "2000-01-01,stock,,,A,a,,\n2000-01-01,stock,,,B,b,,\n2020-01-01,,A,a,B,b,,\n", NULL, 4, "OVERLAP");
	wrong("date,new_code\n2020-01-01,A\n", NULL, 1, "NO_COLUMN");
	wrong(HEAD "2020-01-01,,A,a,B,b,,\n",
	      "code,name,valid_from,valid_to\nB,b,2020-01-01,2022-01-01\nB,b,2021-01-01,\n", 3, "OVERLAP");
}

static void all_findings_come_at_once(void **state)
{
	(void)state;
	struct made *x = MADE("x,,A,a,B,b,,\n2020-01-01,,,,,,,\n2020-01-01,fusion,C,c,D,d,,\n");
	assert_int_equal(x->m.findings.count[REGISTER_ERROR], 3);
	gone(x);
}

/* ---- the list of codes against the changes ---- */

static void every_difference_between_the_two_files_is_told(void **state)
{
	(void)state;
	static const char changes[] = HEAD "2020-01-01,,A,a,C,c,,\n2020-01-01,,B,b,C,c,,\n2010-01-01,,D,d,E,d,,\n"
					   "2015-01-01,,F,f,G,f,,\n";
	static const char codes[] = "code,name,valid_from,valid_to\n"
				    "A,a,1990-01-01,2020-01-01\n"
				    "B,other,1990-01-01,2020-01-01\n" /* 3: another name */
				    "C,c,2020-01-01,2021-01-01\n"     /* 4: ends, lives on */
				    "C,new,2021-01-01,\n"             /* 5: a rename left out */
				    "D,d,1990-01-01,\n"               /* 6: ended by the changes */
				    "F,f,1990-01-01,2015-01-01\n"
				    "G,f,2016-01-01,\n" /* 8: begins on another day */
				    "H,h,2000-01-01,\n" /* 9: in no change */
				    "I,i,2000-01-01,2005-01-01\n";
	struct made *x = made_of(changes, codes, false);
	assert_true(x->good);
	assert_true(has(x, 3, "OTHER_NAME"));
	assert_true(has(x, 4, "STILL_LIVING"));
	assert_true(has(x, 5, "RENAME_LEFT_OUT"));
	assert_true(has(x, 6, "ENDED_BEFORE"));
	assert_true(has(x, 8, "BEGIN_LEFT_OUT"));
	assert_true(has(x, 9, "NEVER_CHANGED"));
	assert_true(has(x, 10, "NEVER_CHANGED"));
	assert_true(has(x, 4, "NOT_LISTED")); /* E */
	assert_int_equal(x->m.n_events, 3);   /* nothing was added to them */
	assert_int_equal(register_find(&x->m, "A", day_of(2000, 1, 1))->from, day_of(1990, 1, 1));
	gone(x);
}

/* ---- messages ---- */

static struct buf bytes_of(struct made *x)
{
	struct register_emission e = {.source = "s", .scheme = "codes", .kind = "commune", .part_of = "", .split = 2};
	struct buf b = {0};
	size_t n;
	struct msg_message **list = register_messages(&x->m, &e, &n);
	for (size_t i = 0; i < n; i++)
		codec_encode(&msg_type_message, list[i], &b);
	return b;
}

static void the_order_of_rows_does_not_matter(void **state)
{
	(void)state;
	struct made *x =
	    MADE("2020-01-01,,A,a,C,c,,\n2020-01-01,,B,b,C,c,,\n2021-01-01,,C,c,D,d,,\n2020-01-01,,E,e,F,f,,\n");
	struct made *y =
	    MADE("2021-01-01,,C,c,D,d,,\n2020-01-01,,E,e,F,f,,\n2020-01-01,,B,b,C,c,,\n2020-01-01,,A,a,C,c,,\n");
	struct buf b = bytes_of(x), c = bytes_of(y);
	assert_true(b.len > 100);
	assert_true(slice_eq(buf_view(&b), buf_view(&c)));
	buf_free(&b);
	buf_free(&c);
	gone(x);
	gone(y);
}

/* 100,000 units, each merged with its neighbour, in two events a pair. */
static void a_country_takes_seconds(void **state)
{
	(void)state;
	struct buf b = {0};
	unsigned n = test_rounds(100000);
	buf_put(&b, HEAD, sizeof HEAD - 1);
	for (unsigned i = 0; i < n; i++) {
		char line[96];
		int len = snprintf(line, sizeof line, "%u-01-01,,%u,n,m%u,m,,\n", 1900 + i / 2 % 100, i, i / 2);
		buf_put(&b, line, (size_t)len);
	}
	buf_u8(&b, 0);
	struct made *x = made_of((const char *)b.data, NULL, false);
	assert_true(x->good);
	assert_int_equal(x->m.n_events, n / 2);
	assert_int_equal(register_living(&x->m, day_of(2020, 1, 1)), n / 2);
	gone(x);
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_row_may_name_the_container_of_what_comes),
	    cmocka_unit_test(rows_of_a_day_that_hang_together_are_one_typed_event),
	    cmocka_unit_test(a_code_that_comes_back_is_another_unit),
	    cmocka_unit_test(codes_may_pass_on_in_a_day),
	    cmocka_unit_test(a_unit_of_no_days_is_looked_through),
	    cmocka_unit_test(inclusive_ends_are_a_day_later),
	    cmocka_unit_test(what_contradicts_itself_is_told_by_line),
	    cmocka_unit_test(all_findings_come_at_once),
	    cmocka_unit_test(every_difference_between_the_two_files_is_told),
	    cmocka_unit_test(the_order_of_rows_does_not_matter),
	    cmocka_unit_test(a_country_takes_seconds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
