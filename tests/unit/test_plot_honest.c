/* SPDX-License-Identifier: Apache-2.0
 *
 * test_plot_honest.c - charts that must not mislead: what the title says, where axes end, what marks stand for, which
 * note belongs to which panel, and labels that would hide each other.
 */
#include "tests/test.h"
#include "clients/plot.h"
#include "tests/unit/cube_kit.h"

static struct answer_made m;

static int teardown(void **state)
{
	(void)state;
	answer_end_made(&m);
	return 0;
}

/* Heap. Also drawn, since a script that gnuplot refuses says nothing. */
static char *script(enum plot_kind kind, enum plot_target target)
{
	AUTO_BUF struct buf text = {0}, out = {0};
	struct plot_how how = {.kind = kind, .target = target, .width = 80, .height = 24};
	struct why why = {{0}};
	unsigned left;
	answer_cube_made(&m);
	assert_ok(plot_script(m.arena, &m.cube, &how, &text, &left, &why));
	enum err e = plot_run("gnuplot", buf_view(&text), &out, &why);
	if (e != ERR_OK && e != ERR_NOT_FOUND)
		fail_msg("%s\n%.*s", why.text, (int)text.len, (char *)text.data);
	buf_u8(&text, 0);
	return mem_dup((char *)text.data);
}

static unsigned times(const char *text, const char *part)
{
	unsigned n = 0;
	for (const char *at = text; (at = strstr(at, part)); at += strlen(part))
		n++;
	return n;
}

static void has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("no %s in\n%s", part, text);
}

static void the_unit_and_the_filters_stand_in_the_title(void **state)
{
	(void)state;
	static const char *line[] = {"arrangements", "--where task=NAV", "--unit fylke/nordland", "--published-by 2016",
				     "--decimals 2"};
	static const char *ids[] = {"fylke/nordland"}, *names[] = {"Nordland"};
	answer_begin_made(&m, "");
	m.asked.line = line;
	m.asked.n_line = 5;
	answer_row_made(&m, "", "", "2010", "270");
	char *text = script(PLOT_LINES, PLOT_SVG);
	has(text, "; where task=NAV, unit fylke/nordland, published-by 2016'");
	free(text);
	m.trend.n_units = m.trend.n_unit_names = 1; /* the daemon says who that is */
	m.trend.units = ids;
	m.trend.unit_names = names;
	text = script(PLOT_LINES, PLOT_SVG);
	has(text, ", Nordland; where task=NAV, published-by 2016'");
	free(text);
}

static void an_axis_does_not_go_below_zero_where_no_figure_does(void **state)
{
	(void)state;
	for (enum plot_kind k = PLOT_LINES; k <= PLOT_MULTIPLES; k++) {
		if (k == PLOT_BARS)
			continue;
		answer_begin_made(&m, "");
		answer_row_made(&m, "", "", "2010", "1");
		struct msg_trend_row *last = answer_row_made(&m, "", "", "2014", "51");
		char *text = script(k, PLOT_SVG);
		has(text, "set yrange [0:55]");
		free(text);
		last->figures[0].shown = last->figures[0].numerator = "-49";
		text = script(k, PLOT_SVG);
		has(text, "set yrange [-53:5]");
		free(text);
		answer_end_made(&m);
	}
	answer_begin_made(&m, "");
	answer_row_made(&m, "", "", "2010", "100");
}

static void percentages_stay_between_0_and_100_unless_a_figure_does_not(void **state)
{
	(void)state;
	answer_begin_made(&m, "");
	m.trend.unit_of_measure = "percent of the municipalities";
	answer_row_made(&m, "", "", "2010", "2");
	struct msg_trend_row *last = answer_row_made(&m, "", "", "2014", "98");
	char *text = script(PLOT_LINES, PLOT_SVG);
	has(text, "set yrange [0:100]");
	free(text);
	last->figures[0].shown = last->figures[0].numerator = "102";
	text = script(PLOT_LINES, PLOT_SVG);
	has(text, "set yrange [0:110]");
	free(text);
}

static void the_low_end_of_an_interval_has_no_mark(void **state)
{
	(void)state;
	answer_begin_made(&m, "");
	answer_row_made(&m, "", "", "2010", "?0|297|0–297");
	answer_row_made(&m, "", "", "2014", "297");
	char *text = script(PLOT_LINES, PLOT_SVG);
	has(text, "with yerrorbars lc 1 pt -1 ");
	has(text, "$v0 << EOD\n16253 297\nEOD");
	free(text);
	text = script(PLOT_BARS, PLOT_SVG);
	has(text, "with xerrorbars lc 2 pt -1 ");
	free(text);
}

static void a_frame_is_marked_below_the_panel_that_it_is_of_and_named(void **state)
{
	(void)state;
	static struct msg_frame_size frames[] = {{.population = 44}, {.population = 41}};
	answer_begin_made(&m, "county");
	answer_row_made(&m, "a", "", "2014", "1")->frame = &frames[0];
	answer_row_made(&m, "a", "", "2020", "2")->frame = &frames[1];
	answer_row_made(&m, "b", "", "2014", "3")->frame = &frames[0];
	answer_row_made(&m, "b", "", "2020", "4")->frame = &frames[0];
	char *text = script(PLOT_MULTIPLES, PLOT_SVG);
	char *first = strstr(text, "set title 'a'"), *second = strstr(text, "set title 'b'");
	assert_true(first && second);
	const char *starred = strstr(text, "'2020*'"), *bare = strstr(first, "'2020' ");
	has(text, "* another frame than before, a 2020: 44 → 41'");
	while (starred && strstr(starred + 1, "'2020*'") && strstr(starred + 1, "'2020*'") < first)
		starred = strstr(starred + 1, "'2020*'");
	assert_true(starred && starred < first); /* tics are set before the panel's title */
	assert_true(bare && bare < second);
	assert_null(strstr(second, "'2020*'"));
	free(text);
}

static void a_legend_stands_below_its_panel(void **state)
{
	(void)state;
	answer_begin_made(&m, "county");
	answer_row_made(&m, "a", "x", "2014", "1");
	answer_row_made(&m, "a", "y", "2014", "2");
	char *text = script(PLOT_MULTIPLES, PLOT_SVG);
	has(text, "set key below");
	assert_null(strstr(text, "set key top"));
	free(text);
}

static void a_slope_is_interrupted_where_the_definition_changed(void **state)
{
	(void)state;
	answer_begin_made(&m, "");
	answer_row_made(&m, "", "", "2010", "270");
	struct msg_trend_row *last = answer_row_made(&m, "", "", "2020", "263");
	char *text = script(PLOT_SLOPES, PLOT_SVG);
	has(text, "$s0 << EOD\n14792 270\n18444 263\nEOD");
	free(text);
	last->break_before = true;
	text = script(PLOT_SLOPES, PLOT_SVG);
	has(text, "$s0 << EOD\n14792 270\n\n18444 263\nEOD");
	has(text, "not comparable across it");
	free(text);
}

/* The places of all labels on the right. */
static size_t places(const char *text, double *ret, size_t room)
{
	size_t n = 0;
	for (const char *at = text; (at = strstr(at, "set label ")) && n < room; at++) {
		const char *end = strchr(at, '\n'), *place = strstr(at, "first 18444, first ");
		if (place && place < end && strstr(at, " left offset") && strstr(at, " left offset") < end)
			ret[n++] = strtod(place + strlen("first 18444, first "), NULL);
	}
	return n;
}

static void labels_of_slopes_are_moved_apart_and_keep_their_order(void **state)
{
	(void)state;
	double at[ANSWER_ROWS];
	for (int t = PLOT_TERMINAL; t <= PLOT_SVG; t++) {
		answer_begin_made(&m, "county");
		for (int i = 0; i < 30; i++) {
			const char *id = arena_printf(m.arena, "u%02d", i);
			answer_row_made(&m, id, "", "2010", arena_printf(m.arena, "%d", 100 - i));
			answer_row_made(&m, id, "", "2020", i < 20 ? "50" : i < 29 ? "51" : "0");
		}
		char *text = script(PLOT_SLOPES, (enum plot_target)t);
		assert_int_equal(places(text, at, ANSWER_ROWS), 30);
		for (size_t i = 1; i < 30; i++)
			assert_true(at[i] - at[i - 1] > 1.5); /* of about 108 in at least 50 lines */
		assert_true(at[0] == 0 && at[29] <= 109);
		free(text);
		answer_end_made(&m);
	}
	answer_begin_made(&m, "");
	answer_row_made(&m, "", "", "2010", "1");
}

static void near_days_keep_their_tics_and_their_labels(void **state)
{
	(void)state;
	answer_begin_made(&m, "");
	answer_row_made(&m, "", "", "2018-12-31", "1");
	answer_row_made(&m, "", "", "2019-01-15", "2");
	answer_row_made(&m, "", "", "2019-02-01", "3");
	answer_row_made(&m, "", "", "2019-02-03", "3");
	answer_row_made(&m, "", "", "2024", "4");
	char *text = script(PLOT_LINES, PLOT_TERMINAL);
	has(text, "set xtics ('2018-12-31' 17896, \"\\n\".'2019-01-15' 17911, \"\\n\\n\".'2019-02-01' 17928, '' 17930, "
		  "'2024' ");
	has(text, "set xlabel ''.\"\\n\".''.\"\\n\".'"); /* the caption stands below them */
	assert_int_equal(times(text, "set xtics"), 1);
	free(text);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_teardown(f, teardown)
	const struct CMUnitTest tests[] = {
	    TEST(the_unit_and_the_filters_stand_in_the_title),
	    TEST(an_axis_does_not_go_below_zero_where_no_figure_does),
	    TEST(percentages_stay_between_0_and_100_unless_a_figure_does_not),
	    TEST(the_low_end_of_an_interval_has_no_mark),
	    TEST(a_frame_is_marked_below_the_panel_that_it_is_of_and_named),
	    TEST(a_legend_stands_below_its_panel),
	    TEST(a_slope_is_interrupted_where_the_definition_changed),
	    TEST(labels_of_slopes_are_moved_apart_and_keep_their_order),
	    TEST(near_days_keep_their_tics_and_their_labels),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
