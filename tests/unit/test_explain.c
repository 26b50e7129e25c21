/* SPDX-License-Identifier: Apache-2.0
 *
 * test_explain.c - every figure, made once more from what the log says (the world is that of explain_kit.h).
 */
#include "query/value.h"
#include "tests/unit/explain_kit.h"

static const enum measure all_measures[] = {MEASURE_VALUE,  MEASURE_SUM,           MEASURE_MEAN, MEASURE_COUNT,
					    MEASURE_MEDIAN, MEASURE_MIN,           MEASURE_MAX,  MEASURE_SHARE,
					    MEASURE_RANK,   MEASURE_CONCENTRATION, MEASURE_RATE};
#define N_MEASURES (sizeof all_measures / sizeof *all_measures)

static struct msg_explain_answer *explain_row(struct world *w, const struct msg_trend_question *t,
					      const struct msg_trend_row *row, enum measure m)
{
	struct msg_trend_question copy = *t;
	const char *among = "";
	for (size_t i = 0; i < row->n_among; i++)
		among = arena_printf(w->a, "%s%s%s", among, i ? "; " : "", row->among[i]);
	struct msg_explain_question q = {.trend = &copy,
					 .group = *among        ? among
						  : *row->group ? row->group
								: row->group_name,
					 .n_categories = row->n_categories,
					 .categories = row->categories,
					 .period = row->period,
					 .round = row->round,
					 .measure = m};
	return x_explain(w, &q);
}

/* Explains every figure of an answer. Returns how many were not refused. */
static size_t explain_all(struct world *w, struct msg_trend_question *t)
{
	size_t n_told = 0;
	t->n_measures = N_MEASURES;
	t->measures = arena_alloc(w->a, sizeof all_measures);
	memcpy(t->measures, all_measures, sizeof all_measures);
	struct msg_trend_answer *answer = w_trend(w, t);
	for (size_t i = 0; i < answer->n_rows; i++)
		for (size_t k = 0; k < N_MEASURES; k++) {
			const struct msg_figure *f = &answer->rows[i].figures[k];
			struct msg_explain_answer *e = explain_row(w, t, &answer->rows[i], all_measures[k]);
			if (!e->agrees)
				fail_msg("%s %s by \"%s\" at \"%s\", %s %s %s: measure %d is %s%s [%s, %s] %s/%s, "
					 "recomputed %s%s "
					 "[%s, %s] %s/%s",
					 t->indicator, t->weight_basis ? t->weight_basis : "",
					 t->group_by ? t->group_by : "", t->structure_at ? t->structure_at : "",
					 answer->rows[i].group_name, answer->rows[i].period, answer->rows[i].round,
					 all_measures[k], f->shown, f->refused, f->low, f->high, f->numerator,
					 f->denominator, e->recomputed->shown, e->recomputed->refused,
					 e->recomputed->low, e->recomputed->high, e->recomputed->numerator,
					 e->recomputed->denominator);
			assert_string_equal(e->row->figures[0].shown, f->shown);
			if (*f->refused)
				assert_string_equal(e->recomputed->refused, f->refused);
			else
				assert_true(e->n_items > 0);
			n_told += !*f->refused;
		}
	return n_told;
}

static void every_figure_agrees_with_the_log(void **state)
{
	static const char *const indicators[] = {"people", "area", "arr", "old-share", "shore"};
	static const char *const groups[] = {"", "unit", "county"};
	static const char *const days[] = {"", "2016-01-01", "2019-01-01", "2022-01-01"};
	struct world *w = *state;
	size_t n_told = 0;
	x_lay(w);
	for (size_t i = 0; i < 5; i++)
		for (size_t g = 0; g < 3; g++)
			for (size_t d = 0; d < 8; d++) {
				struct msg_trend_question t = {.indicator = indicators[i],
							       .group_by = groups[g],
							       .structure_at = days[d % 4],
							       .weight_basis = d < 4 ? "" : "population",
							       .decimals = 2};
				n_told += explain_all(w, &t);
			}
	print_message("%zu figures explained\n", n_told);
	assert_true(n_told > 2500);
}

/* ---- other groups, other measures ---------------------------------------------------------------------- */

static void say_levels(struct world *w)
{
	static struct msg_code codes[] = {
	    {.code = "x", .label = "X"}, {.code = "y", .label = "Y"}, {.code = "t", .label = "T", .total = true}};
	struct msg_code_list list = {.id = "levels", .n_codes = 3, .codes = codes};
	static struct msg_dimension dim = {.id = "level", .code_list = "levels", .aggregation = AGGREGATION_ADDITIVE};
	struct msg_indicator def = {.id = "staff",
				    .label = "Staff",
				    .type = VALUE_TYPE_NUMBER,
				    .n_dimensions = 1,
				    .dimensions = &dim,
				    .over_units = AGGREGATION_ADDITIVE,
				    .over_time = AGGREGATION_NONE,
				    .unit_kind = "municipality"};
	w_entered(w, 2026); /* long after they were published */
	struct msg_source early = {.id = "s1", .title = "One", .published = "2015"},
			  late = {.id = "s2", .title = "Two", .published = "2022"};
	w_def(w, SPACE_CODE_LIST, "levels", &msg_type_code_list, &list);
	w_def(w, SPACE_INDICATOR, "staff", &msg_type_indicator, &def);
	w_def(w, SPACE_SOURCE, "s1", &msg_type_source, &early);
	w_def(w, SPACE_SOURCE, "s2", &msg_type_source, &late);
	static const char *const units[] = {"Bodo", "Rana", "Rissa", "Leksvik"};
	static const char *const x[] = {"1.5", "2", "0.25", "3"}, *const y[] = {"4", "1.5", "2", "1"};
	w->round = "r2014";
	for (size_t i = 0; i < 4; i++) {
		x_say(w, "staff|level=x", units[i], "2014", x[i]);
		x_say(w, "staff|level=y", units[i], "2014", y[i]);
		w_attr(w, units[i], "class", "", "", i % 2 ? "coast" : "inland");
	}
	x_say(w, "staff|level=t", "Bodo", "2014", "5.5");
	x_say(w, "staff|level=t", "Rana", "2014", "3.5");
	w->round = "r2021";
	x_say(w, "staff|level=x", "Bodo", "2021", "2.5");
	x_say(w, "staff|level=y", "Bodo", "2021", "3..4");
	w->source = "s2";
	x_say(w, "staff|level=x", "Rana", "2021", "9");
	w->source = "s1";
}

static void figures_of_all_groupings_agree(void **state)
{
	struct world *w = *state;
	size_t n_told = 0;
	x_lay(w);
	say_levels(w);
	static struct msg_decimal limits[] = {{5000, 0}, {30000, 0}};
	static struct msg_category level_x = {"level", "x"};
#define SIZES(of, by, day)                                                                                             \
	{                                                                                                              \
		.indicator = of, .group_by = "size", .size_indicator = by, .n_size_limits = 2, .size_limits = limits,  \
		.structure_at = day, .weight_basis = "population"                                                      \
	}
	struct msg_trend_question list[] = {
	    {.indicator = "people", .group_by = "survey"},
	    {.indicator = "people", .group_by = "source"},
	    {.indicator = "arr", .group_by = "source"},
	    {.indicator = "people", .group_by = "attr:class"},
	    {.indicator = "people", .group_by = "kind:county"},
	    {.indicator = "people",
	     .group_by = "size",
	     .size_indicator = "people",
	     .n_size_limits = 2,
	     .size_limits = limits},
	    SIZES("people", "people", "2019-01-01"),
	    SIZES("people", "people", "2022-01-01"),
	    SIZES("arr", "people", "2022-01-01"),
	    SIZES("people", "arr", "2022-01-01"),
	    SIZES("area", "area", "2016-01-01"),
	    {.indicator = "people", .group_by = "survey", .structure_at = "2022-01-01"},
	    {.indicator = "people", .group_by = "source", .structure_at = "2022-01-01"},
	    {.indicator = "arr", .group_by = "source", .structure_at = "2019-01-01"},
	    {.indicator = "people", .group_by = "attr:class", .structure_at = "2022-01-01"},
	    {.indicator = "staff", .group_by = "dim:level", .structure_at = "2022-01-01"},
	    {.indicator = "staff", .group_by = "unit", .share_of = "dim:level", .structure_at = "2019-01-01"},
	    {.indicator = "people", .group_by = "county", .latest_rounds = true, .structure_at = "2022-01-01"},
	    {.indicator = "people",
	     .group_by = "county",
	     .latest_rounds = true,
	     .structure_at = "2022-01-01",
	     .weight_basis = "population"},
	    {.indicator = "staff", .group_by = "county", .published_by = "2018", .structure_at = "2022-01-01"},
	    {.indicator = "old-share", .group_by = "county", .mean_weight = "people", .structure_at = "2019-01-01"},
	    {.indicator = "staff", .group_by = "dim:level"},
	    {.indicator = "staff", .group_by = "county"},
	    {.indicator = "staff", .group_by = "unit", .share_of = "dim:level"},
	    {.indicator = "staff",
	     .group_by = "county",
	     .share_of = "dim:level",
	     .n_categories = 1,
	     .categories = &level_x},
	    {.indicator = "staff", .group_by = "county", .published_by = "2018"},
	    {.indicator = "people", .group_by = "county", .latest_rounds = true},
	    {.indicator = "arr", .group_by = "unit", .latest_rounds = true},
	    {.indicator = "old-share", .group_by = "county", .mean_weight = "people"},
	    {.indicator = "people", .group_by = "county", .group_structure_at = "2022-01-01"},
	    {.indicator = "people",
	     .group_by = "county",
	     .group_structure_at = "2024-01-01",
	     .structure_at = "2022-01-01"},
	};
	for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
		list[i].decimals = 2;
		n_told += explain_all(w, &list[i]);
	}
	print_message("%zu figures explained\n", n_told);
	assert_true(n_told > 200);
}

/* ---- what is told --------------------------------------------------------------------------------------- */

static void an_item_is_a_statement_with_its_message_and_what_it_adds(void **state)
{
	struct world *w = *state;
	x_lay(w);
	struct msg_trend_question t = x_question(w, "people", "county", MEASURE_SUM);
	struct msg_explain_answer *e =
	    x_explain(w, &(struct msg_explain_question){.trend = &t, .group = "North", .period = "2014"});
	assert_true(e->agrees);
	assert_string_equal(e->row->group_name, "North");
	assert_int_equal(e->row->n_figures, 1);
	assert_string_equal(e->recomputed->shown, "79202");
	assert_int_equal(e->n_items, 3);
	const struct msg_explain_item *bodo = &e->items[0];
	assert_string_equal(bodo->unit, "Bodo");
	assert_string_equal(bodo->indicator, "people");
	assert_string_equal(bodo->period, "2014");
	assert_int_equal(bodo->value->exact->digits, 52001);
	assert_string_equal(bodo->source, "s1");
	assert_string_equal(bodo->round, "r2014");
	assert_string_equal(bodo->submitter, "plain:test");
	assert_string_equal(bodo->rule, "ONLY");
	assert_string_equal(bodo->share, "1");
	assert_string_equal(bodo->used->numerator, "52001");
	assert_int_equal(bodo->method, METHOD_UNSPECIFIED);
	/* Each was said in a revision of its own. */
	assert_int_equal(bodo->message_id.len, 16);
	assert_true(bodo->system_time_us > 0);
	assert_true(bodo->revision > 0 && bodo->revision < e->items[1].revision);
	assert_true(x_told(e->rules, e->n_rules, "additive"));
}

static void what_was_divided_names_its_events_weights_and_share(void **state)
{
	struct world *w = *state;
	x_lay(w);
	struct msg_trend_question t = x_question(w, "people", "unit", MEASURE_SUM);
	t.structure_at = "2022-01-01";
	t.weight_basis = "population";
	struct msg_explain_answer *e =
	    x_explain(w, &(struct msg_explain_question){.trend = &t, .group = "Heim", .period = "2014"});
	assert_true(e->agrees);
	assert_int_equal(e->n_items, 1);
	assert_string_equal(e->items[0].unit, "Snill");
	assert_int_equal(e->items[0].method, METHOD_APPORTIONED);
	assert_string_equal(e->items[0].share, "3/5");
	assert_string_equal(e->items[0].used->shown,
			    "598"); /* of 997: 598.2 and 398.8, the rest to the larger fraction */
	assert_int_equal(e->items[0].n_steps, 1);
	const struct msg_explain_step *step = &e->items[0].steps[0];
	assert_string_equal(step->event, "s2020");
	assert_string_equal(step->effective, "2020-01-01");
	assert_string_equal(step->from, "Snill");
	assert_string_equal(step->to, "Heim");
	assert_int_equal(step->n_weights, 1);
	assert_string_equal(step->weights[0].basis, "population");
	assert_int_equal(step->weights[0].value->digits, 60);
	assert_int_equal(step->revision, 1);
	assert_true(x_told(e->rules, e->n_rules, "weights of the events"));
	e = x_explain(w, &(struct msg_explain_question){.trend = &t, .group = "Hitra", .period = "2014"});
	assert_string_equal(e->recomputed->shown, "399");
	assert_true(e->agrees);
}

static void what_nobody_can_divide_is_explained_where_it_lies(void **state)
{
	struct world *w = *state;
	x_lay(w);
	struct msg_trend_question t = x_question(w, "people", "unit", MEASURE_SUM);
	t.structure_at = "2022-01-01";
	struct msg_explain_answer *e =
	    x_explain(w, &(struct msg_explain_question){.trend = &t, .group = "East; West", .period = "2014"});
	assert_true(e->agrees);
	assert_string_equal(e->recomputed->numerator, "811");
	assert_int_equal(e->n_items, 1);
	assert_string_equal(e->items[0].unit, "Old");
	assert_int_equal(e->items[0].method, METHOD_UNALLOCATED);
	assert_string_equal(e->items[0].share, "");
	e = x_explain(w, &(struct msg_explain_question){.trend = &t, .group = "East", .period = "2014"});
	assert_true(e->agrees);
	assert_string_equal(e->recomputed->low, "0");
	assert_string_equal(e->recomputed->high, "811");
}

static void the_rule_that_chose_is_named_with_the_alternatives(void **state)
{
	struct world *w = *state;
	x_lay(w);
	struct msg_trend_question t = x_question(w, "arr", "unit", MEASURE_VALUE);
	struct msg_explain_answer *e =
	    x_explain(w, &(struct msg_explain_question){.trend = &t, .group = "Bodo", .period = "2021"});
	assert_true(e->agrees);
	assert_string_equal(e->recomputed->shown, "43");
	assert_string_equal(e->items[0].rule, "SOURCES");
	assert_int_equal(e->items[0].alternatives, 1);
	assert_string_equal(e->items[0].source, "s2");
	assert_true(x_told(e->rules, e->n_rules, "more sources"));
}

static void a_status_main_counts_before_what_more_sources_say(void **state)
{
	static const char *const sources[] = {"s2", "s3", "s1"}, *const values[] = {"25", "25", "20"};
	struct world *w = *state;
	x_lay(w);
	w->round = "r2021";
	for (size_t i = 0; i < 3; i++) {
		w->source = sources[i];
		w_obs(w, "Vega", "arr", "2021", values[i])->obs.status =
		    i < 2 ? OBSERVATION_STATUS_CONFLICT : OBSERVATION_STATUS_MAIN;
		w_commit(w);
	}
	struct msg_trend_question t = x_question(w, "arr", "unit", MEASURE_VALUE);
	struct msg_explain_answer *e =
	    x_explain(w, &(struct msg_explain_question){.trend = &t, .group = "Vega", .period = "2021"});
	assert_true(e->agrees);
	assert_string_equal(e->recomputed->shown, "20");
	assert_string_equal(e->items[0].rule, "STATUS");
	assert_int_equal(e->items[0].alternatives, 1);
}

static void a_refused_figure_is_explained_as_refused(void **state)
{
	struct world *w = *state;
	x_lay(w);
	struct msg_trend_question t = x_question(w, "arr", "", MEASURE_SUM);
	struct msg_explain_answer *e = x_explain(w, &(struct msg_explain_question){.trend = &t, .period = "2014"});
	assert_non_null(strstr(e->recomputed->refused, "distinct"));
	assert_string_equal(e->recomputed->refused, e->row->figures[0].refused);
	assert_int_equal(e->n_items, 7);
	assert_true(x_told(e->notes, e->n_notes, "refused"));
}

/* ---- a second path ------------------------------------------------------------------------------------- */

static void a_wrong_row_of_the_index_does_not_agree_with_the_log(void **state)
{
	struct world *w = *state;
	x_lay(w);
	w->round = "r2021";
	/* The change record says 1204; what is folded into the index says 9204. */
	AUTO_BUF struct buf b = {0};
	struct fact *f = w_obs(w, "Vega", "people", "2021", "1204");
	value_put(&b, w_value(w, "9204"));
	f->obs.value = (struct slice){arena_text(w->a, (const char *)b.data, b.len), b.len};
	w_commit(w);
	struct msg_trend_question t = x_question(w, "people", "county", MEASURE_SUM);
	struct msg_explain_answer *e =
	    x_explain(w, &(struct msg_explain_question){.trend = &t, .group = "North", .period = "2021"});
	assert_string_equal(e->row->figures[0].shown, "62007");
	assert_string_equal(e->recomputed->shown, "54007");
	assert_false(e->agrees);
	/* In a share it is seen too, and where it plays no part nothing is said. */
	t = x_question(w, "people", "county", MEASURE_SHARE);
	assert_false(
	    x_explain(w, &(struct msg_explain_question){.trend = &t, .group = "South", .period = "2021"})->agrees);
	t = x_question(w, "people", "county", MEASURE_SUM);
	assert_true(
	    x_explain(w, &(struct msg_explain_question){.trend = &t, .group = "South", .period = "2021"})->agrees);
}

static void a_row_that_no_message_said_does_not_agree(void **state)
{
	struct world *w = *state;
	x_lay(w);
	w->round = "r2021";
	w_obs(w, "Vega", "people", "2021", "1204");
	w->n_changes = 0; /* in the index, and in no change record */
	w_commit(w);
	struct msg_trend_question t = x_question(w, "people", "county", MEASURE_SUM);
	struct msg_explain_answer *e =
	    x_explain(w, &(struct msg_explain_question){.trend = &t, .group = "North", .period = "2021"});
	assert_false(e->agrees);
	assert_true(x_told(e->notes, e->n_notes, "change records do not have"));
}

/* ---- what is meant -------------------------------------------------------------------------------------- */

static const char *not_explained(struct world *w, struct msg_explain_question *q, enum error_code code)
{
	struct msg_query_request r = w_request();
	r.explain = q;
	struct msg_query_reply *reply = w_ask(w, &r);
	assert_non_null(reply->error);
	assert_int_equal(reply->error->code, code);
	return reply->error->text;
}

static void a_figure_that_is_not_there_or_not_the_only_one_is_an_error(void **state)
{
	struct world *w = *state;
	x_lay(w);
	struct msg_trend_question t = x_question(w, "people", "county", MEASURE_SUM);
	struct msg_explain_question q = {.trend = &t, .group = "North"};
	assert_non_null(
	    strstr(not_explained(w, &q, ERROR_CODE_INVALID), "several rows are meant, such as North 2014 (r2014)"));
	q = (struct msg_explain_question){.trend = &t, .group = "West"};
	assert_non_null(strstr(not_explained(w, &q, ERROR_CODE_NOT_FOUND), "no row of the answer is of that group"));
	q = (struct msg_explain_question){.trend = &t, .group = "North", .period = "2014", .measure = MEASURE_MEAN};
	assert_non_null(strstr(not_explained(w, &q, ERROR_CODE_NOT_FOUND), "does not ask for that measure"));
	q = (struct msg_explain_question){.group = "North"};
	assert_non_null(strstr(not_explained(w, &q, ERROR_CODE_INVALID), "which question gave the figure"));
	t.indicator = "nonsense";
	q = (struct msg_explain_question){.trend = &t};
	assert_non_null(strstr(not_explained(w, &q, ERROR_CODE_NOT_FOUND), "no indicator \"nonsense\""));
}

static void as_of_an_old_revision_the_old_figure_is_explained(void **state)
{
	struct world *w = *state;
	x_lay(w);
	uint64_t before = w->rev;
	w->round = "r2014";
	w_obs(w, "Vega", "people", "2014", "1300")->obs.state = STATE_CORRECTED;
	w_commit(w);
	struct msg_trend_question t = x_question(w, "people", "county", MEASURE_SUM);
	struct msg_explain_question q = {.trend = &t, .group = "North", .period = "2014"};
	struct msg_explain_answer *e = x_explain(w, &q);
	assert_true(e->agrees);
	assert_string_equal(e->recomputed->shown, "79301");
	struct msg_query_request r = w_request();
	r.explain = &q;
	r.as_of_revision = before;
	e = w_ask(w, &r)->explain;
	assert_non_null(e);
	assert_true(e->agrees);
	assert_string_equal(e->recomputed->shown, "79202");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(every_figure_agrees_with_the_log),
	    TEST(figures_of_all_groupings_agree),
	    TEST(an_item_is_a_statement_with_its_message_and_what_it_adds),
	    TEST(what_was_divided_names_its_events_weights_and_share),
	    TEST(what_nobody_can_divide_is_explained_where_it_lies),
	    TEST(the_rule_that_chose_is_named_with_the_alternatives),
	    TEST(a_status_main_counts_before_what_more_sources_say),
	    TEST(a_refused_figure_is_explained_as_refused),
	    TEST(a_wrong_row_of_the_index_does_not_agree_with_the_log),
	    TEST(a_row_that_no_message_said_does_not_agree),
	    TEST(a_figure_that_is_not_there_or_not_the_only_one_is_an_error),
	    TEST(as_of_an_old_revision_the_old_figure_is_explained),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
