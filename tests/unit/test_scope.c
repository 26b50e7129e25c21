/* SPDX-License-Identifier: Apache-2.0
 *
 * test_scope.c - which units a question is about, and which group each belongs to, on any day.
 */
#include "query/scope.h"
#include "tests/unit/answer_kit.h"

static void lay(struct world *w)
{
	w_unit(w, "north", "county", "", "", "North");
	w_unit(w, "south", "county", "", "", "South");
	w_unit(w, "land", "country", "", "", "Land");
	w_unit(w, "a", "municipality", "", "", "Alpha");
	w_unit(w, "b", "municipality", "", "", "Beta");
	w_link(w, LINK_TYPE_PART_OF, "north", "land", "", "");
	w_link(w, LINK_TYPE_PART_OF, "a", "north", "", "2020-01-01");
	w_link(w, LINK_TYPE_PART_OF, "a", "south", "2020-01-01", "");
	w_commit(w);
}

static const struct msg_unit_ref *refs(struct world *w, const char *x, const char *y)
{
	struct msg_unit_ref *list = arena_alloc(w->a, 2 * sizeof *list);
	list[0] = *w_by_id(w, x);
	if (y)
		list[1] = *w_by_id(w, y);
	return list;
}

#define N(id) w_word(w, SPACE_UNIT, id)

static void nothing_named_is_everything(void **state)
{
	struct world *w = *state;
	lay(w);
	struct scope *s;
	assert_ok(scope_ask(w_answer(w), NULL, 0, true, 0, &s));
	assert_true(scope_all(s));
	assert_true(scope_has(s, N("b"), 0));
	assert_false(scope_grouped(s));
	assert_int_equal(scope_group(s, N("b"), 0), 0);
	assert_string_equal(scope_group_name(s, 0, 0), "");
}

static void a_subtree_is_that_of_the_day(void **state)
{
	struct world *w = *state;
	lay(w);
	struct scope *s;
	struct answer *r = w_answer(w);
	int32_t before = day_of(2019, 12, 31), after = day_of(2020, 1, 1);
	assert_ok(scope_ask(r, refs(w, "north", NULL), 1, true, before, &s));
	assert_false(scope_all(s));
	for (int again = 0; again < 2; again++) {
		assert_true(scope_has(s, N("a"), before));
		assert_false(scope_has(s, N("a"), after));
		assert_true(scope_has(s, N("north"), after));
		assert_false(scope_has(s, N("b"), before));
	}
	assert_ok(scope_ask(r, refs(w, "land", "b"), 2, true, before, &s));
	assert_true(scope_has(s, N("a"), before)); /* two steps up */
	assert_true(scope_has(s, N("b"), before));
	assert_ok(scope_ask(r, refs(w, "land", "b"), 2, false, before, &s));
	assert_false(scope_has(s, N("a"), before));
	assert_true(scope_has(s, N("b"), before));
	assert_int_equal(scope_ask(r, refs(w, "nowhere", NULL), 1, false, before, &s), ERR_NOT_FOUND);
}

static void groups_are_units_or_what_contains_them(void **state)
{
	struct world *w = *state;
	lay(w);
	struct scope *s;
	struct answer *r = w_answer(w);
	int32_t before = day_of(2019, 12, 31), after = day_of(2020, 1, 1);
	assert_ok(scope_ask(r, NULL, 0, false, 0, &s));
	assert_ok(scope_group_ask(s, "unit"));
	assert_true(scope_grouped(s));
	assert_int_equal(scope_group(s, N("a"), before), N("a"));
	assert_ok(scope_group_ask(s, "county"));
	for (int again = 0; again < 2; again++) {
		assert_int_equal(scope_group(s, N("a"), before), N("north"));
		assert_int_equal(scope_group(s, N("a"), after), N("south"));
		assert_int_equal(scope_group(s, N("north"), after), N("north"));
		assert_int_equal(scope_group(s, N("b"), after), 0);
	}
	assert_string_equal(scope_group_name(s, N("north"), after), "North");
	assert_string_equal(scope_group_name(s, 0, after), "(no county)");
	assert_int_equal(scope_group_ask(s, "village"), ERR_NOT_FOUND);
	assert_non_null(strstr(r->why.text, "\"village\" is no kind"));
	assert_int_equal(scope_group_ask(s, "north"), ERR_NOT_FOUND);
	w_unit(w, "u", "unit", "", "", "U");
	w_commit(w);
	r = w_answer(w);
	assert_ok(scope_ask(r, NULL, 0, false, 0, &s));
	assert_ok(scope_group_ask(s, "kind:unit"));
	assert_int_equal(scope_group(s, N("u"), after), N("u"));
	assert_int_equal(scope_group(s, N("a"), after), 0);
}

static void what_is_remembered_is_of_one_revision(void **state)
{
	struct world *w = *state;
	lay(w);
	uint64_t before = w->rev;
	w_link(w, LINK_TYPE_PART_OF, "b", "south", "", "");
	w_commit(w);
	struct answer *r = w_answer(w);
	struct scope *s;
	assert_ok(scope_ask(r, refs(w, "south", NULL), 1, true, 0, &s));
	assert_ok(scope_group_ask(s, "county"));
	r->v->as_of = before;
	assert_false(scope_has(s, N("b"), 0));
	assert_int_equal(scope_group(s, N("b"), 0), 0);
	r->v->as_of = w->rev;
	assert_true(scope_has(s, N("b"), 0));
	assert_int_equal(scope_group(s, N("b"), 0), N("south"));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
	    TEST(nothing_named_is_everything),
	    TEST(a_subtree_is_that_of_the_day),
	    TEST(groups_are_units_or_what_contains_them),
	    TEST(what_is_remembered_is_of_one_revision),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
