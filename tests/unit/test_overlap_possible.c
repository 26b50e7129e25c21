/* SPDX-License-Identifier: Apache-2.0
 *
 * test_overlap_possible.c - two structures on a day on which it is not certain that they were so: what rests on links
 * or units of uncertain dates is told as possible.
 *
 *   county = c1 c2      region ─covers─▶ county, attested in May 2018; nobody knows since when
 */
#include "tests/unit/query_kit.h"

static void map(struct world *w, const char *since)
{
	w_unit(w, "county", "county", "", "", "County");
	w_unit(w, "c1", "municipality", "", "", "C1");
	w_unit(w, "c2", "municipality", "", "", "C2");
	w_link(w, LINK_TYPE_PART_OF, "c1", "county", "", "");
	w_link(w, LINK_TYPE_PART_OF, "c2", "county", "", "");
	w_unit(w, "region", "agency-region", "", "", "Region");
	w_link(w, LINK_TYPE_COVERS, "region", "county", since, "");
}

/* "a b whole 2 possible; …; a 1/1/1": the pairs, then others/whole/possible of the regions. */
static const char *overlap(struct world *w, const char *day)
{
	struct msg_overlap_question q = {.valid_at = day, .kind_a = "agency-region", .kind_b = "county"};
	struct msg_query_request r = w_request();
	r.overlap = &q;
	struct msg_query_reply *reply = w_ask(w, &r);
	assert_non_null(reply->overlap);
	const char *text = "";
	for (size_t i = 0; i < reply->overlap->n_rows; i++) {
		const struct msg_overlap_row *x = &reply->overlap->rows[i];
		text = arena_printf(w->a, "%s%s %s %s %u%s; ", text, x->a, x->b,
				    msg_code_name(&msg_enum_extent, (int)x->extent), x->common,
				    x->possible ? " possible" : "");
	}
	for (size_t i = 0; i < reply->overlap->n_spans; i++) {
		const struct msg_span_row *x = &reply->overlap->spans[i];
		if (strcmp(x->kind, "agency-region") == 0)
			text = arena_printf(w->a, "%s%s %u/%u/%u", text, x->unit, x->others, x->whole, x->possible);
	}
	return text;
}

static void what_is_attested_only_later_is_possible_before(void **state)
{
	struct world *w = *state;
	map(w, "../2018-05");
	w_commit(w);
	assert_string_equal(overlap(w, "2005-01-01"), "region county WHOLE 2 possible; region 1/1/1");
	assert_string_equal(overlap(w, "1500-01-01"), "region county WHOLE 2 possible; region 1/1/1");
	assert_string_equal(overlap(w, "2018-06-01"), "region county WHOLE 2; region 1/1/0");
}

/* The county is covered for certain, one municipality of it besides, perhaps: that adds nothing. */
static void what_is_certain_anyway_is_not_marked(void **state)
{
	struct world *w = *state;
	map(w, "2001");
	w_link(w, LINK_TYPE_COVERS, "region", "c1", "../2018-05", "");
	w_commit(w);
	assert_string_equal(overlap(w, "2005-01-01"), "region county WHOLE 2; region 1/1/0");
}

/* Half of it for certain, and the other half perhaps. */
static void whole_that_may_be_a_part_is_possible(void **state)
{
	struct world *w = *state;
	map(w, "2030");
	w_link(w, LINK_TYPE_COVERS, "region", "c1", "2001", "");
	w_link(w, LINK_TYPE_COVERS, "region", "c2", "../2018-05", "");
	w_commit(w);
	assert_string_equal(overlap(w, "2005-01-01"), "region county WHOLE 2 possible; region 1/1/1");
}

static void a_unit_that_may_not_have_begun_makes_its_pairs_possible(void **state)
{
	struct world *w = *state;
	map(w, "2001");
	w_unit(w, "late", "agency-region", "../2018-05", "", "Late");
	w_link(w, LINK_TYPE_COVERS, "late", "county", "2001", "");
	w_commit(w);
	assert_string_equal(overlap(w, "2005-01-01"),
			    "late county WHOLE 2 possible; region county WHOLE 2; late 1/1/1region 1/1/0");
}

/* A region covers by its offices: that an office is one of its own may be uncertain too. */
static void what_a_part_covers_is_as_sure_as_that_it_is_a_part(void **state)
{
	struct world *w = *state;
	map(w, "2030");
	w_unit(w, "office", "office", "", "", "Office");
	w_link(w, LINK_TYPE_COVERS, "office", "county", "2001", "");
	w_link(w, LINK_TYPE_PART_OF, "office", "region", "../2018-05", "");
	w_commit(w);
	assert_string_equal(overlap(w, "2005-01-01"), "region county WHOLE 2 possible; region 1/1/1");
}

#define T(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(what_is_attested_only_later_is_possible_before),
	    T(what_is_certain_anyway_is_not_marked),
	    T(whole_that_may_be_a_part_is_possible),
	    T(a_unit_that_may_not_have_begun_makes_its_pairs_possible),
	    T(what_a_part_covers_is_as_sure_as_that_it_is_a_part),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
