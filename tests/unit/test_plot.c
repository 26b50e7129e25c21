/* SPDX-License-Identifier: Apache-2.0
 *
 * test_plot.c - charts: the gnuplot program by hand, what gnuplot draws of it, and names that would like to be
 * commands.
 */
#include "tests/test.h"
#include <sys/stat.h>
#include <unistd.h>
#include "clients/plot.h"
#include "tests/unit/cube_kit.h"

static struct answer_made m;
static struct why why;

static int teardown(void **state)
{
	(void)state;
	answer_end_made(&m);
	return 0;
}

static enum err script_of(enum plot_kind kind, enum plot_target target, struct buf *ret)
{
	struct plot_how how = {.kind = kind, .target = target, .width = 80, .height = 24};
	unsigned left;
	buf_clear(ret);
	why = (struct why){{0}};
	return plot_script(m.arena, &m.cube, &how, ret, &left, &why);
}

/* Heap text of what gnuplot draws. */
static char *drawn(enum plot_kind kind, enum plot_target target)
{
	AUTO_BUF struct buf script = {0}, out = {0};
	assert_ok(script_of(kind, target, &script));
	if (plot_run("gnuplot", buf_view(&script), &out, &why) != ERR_OK)
		fail_msg("%s\n%.*s", why.text, (int)script.len, (char *)script.data);
	assert_true(out.len > 0);
	buf_u8(&out, 0);
	return mem_dup((char *)out.data);
}

static char *script_text(enum plot_kind kind, enum plot_target target)
{
	AUTO_BUF struct buf script = {0};
	assert_ok(script_of(kind, target, &script));
	buf_u8(&script, 0);
	return mem_dup((char *)script.data);
}

static void assert_well_formed(const char *svg)
{
	static const char *const words = "/usr/bin/python3 -c 'import sys, xml.etree.ElementTree as e; "
					 "assert e.fromstring(sys.stdin.buffer.read()).tag.endswith(\"svg\")'";
	FILE *f = popen(words, "w");
	assert_non_null(f);
	fputs(svg, f);
	if (pclose(f) != 0)
		fail_msg("not well-formed: %.300s", svg);
}

static void three_years(void)
{
	answer_begin_made(&m, "");
	answer_row_made(&m, "", "total", "2010", "270");
	answer_row_made(&m, "", "total", "2014", "297");
	answer_row_made(&m, "", "total", "2020", "263");
}

/* ---- texts ---- */

static void names_are_quoted_so_that_nothing_in_them_speaks(void **state)
{
	(void)state;
	answer_begin_made(&m, "");
	struct arena *a = m.arena;
	assert_string_equal(plot_quote(a, "Bodø", 48), "'Bodø'");
	assert_string_equal(plot_quote(a, "it's", 48), "'it’s'");
	assert_string_equal(plot_quote(a, "a\"; system(\"x\")", 48), "'a\"; system(\"x\")'");
	assert_string_equal(plot_quote(a, "one\ntwo\x1b[31m\x7f", 48), "'one two [31m '");
	assert_string_equal(plot_quote(a, "c1 \xc2\x9b here", 48), "'c1   here'");
	assert_string_equal(plot_quote(a, "]]>", 48), "']] >'");
	assert_string_equal(plot_quote(a, "æøåæøå", 3), "'æøå…'");
	assert_string_equal(plot_quote(a, "bad \xff byte å", 48), "'bad ? byte ?\?'");
	assert_string_equal(plot_quote(a, "", 48), "''");
}

static void names_at_tics_are_cut_where_a_character_ends(void **state)
{
	(void)state;
	/* gnuplot keeps 49 bytes of them, and would cut an å in two. */
	for (int n = 10; n < 40; n++) {
		char name[128] = "%";
		for (int i = 0; i < n; i++)
			memcpy(name + 1 + 2 * i, "å", 3);
		answer_begin_made(&m, "unit");
		answer_row_made(&m, "a", "", "2010", "1")->group_name = name;
		answer_row_made(&m, "b", "", "2010", "2")->group_name = "5 % of it's";
		answer_cube_made(&m);
		char *svg = drawn(PLOT_BARS, PLOT_SVG);
		assert_well_formed(svg);
		assert_non_null(strstr(svg, "å 2010<") ? svg : strstr(svg, "… 2010<"));
		assert_non_null(strstr(svg, "5 % of it’s 2010<"));
		free(svg);
		answer_end_made(&m);
	}
	answer_begin_made(&m, "");
}

/* ---- the program ---- */

static void lines_stand_at_the_true_distance_of_years(void **state)
{
	(void)state;
	three_years();
	answer_cube_made(&m);
	char *text = script_text(PLOT_LINES, PLOT_TERMINAL);
	/* the middles of 2010, 2014 and 2020, in days from 1970 */
	assert_non_null(strstr(text, "$v0 << EOD\n14792 270\n16253 297\n18444 263\nEOD\n"));
	assert_non_null(strstr(text, "'2010' 14792, '2014' 16253, '2020' 18444)"));
	assert_non_null(strstr(text, "set title 'Arrangements, level=total (arrangements)'"));
	assert_non_null(strstr(text, "'as reported, as known at revision 7, today 2026-11-21, method 1'"));
	assert_non_null(strstr(text, "noenhanced"));
	free(text);
}

static void what_is_missing_is_a_gap(void **state)
{
	(void)state;
	three_years();
	m.rows[1].figures[0] =
	    (struct msg_figure){.measure = MEASURE_VALUE, .shown = "(blank)", .missing = MISSING_KIND_BLANK};
	answer_cube_made(&m);
	char *text = script_text(PLOT_LINES, PLOT_TERMINAL);
	assert_non_null(strstr(text, "$v0 << EOD\n14792 270\n\n18444 263\nEOD\n"));
	free(text);
	text = script_text(PLOT_BARS, PLOT_TERMINAL);
	assert_non_null(strstr(text, "$v << EOD\n270 0\n263 2\nEOD\n"));
	assert_non_null(strstr(text, "'2014 (blank)' 1"));
	free(text);
}

static void bounds_are_bars_and_ribbons_and_open_ends_arrows(void **state)
{
	(void)state;
	three_years();
	m.rows[1].figures[0] =
	    (struct msg_figure){.measure = MEASURE_VALUE, .shown = "280–310", .low = "280", .high = "310"};
	m.rows[2].figures[0] = (struct msg_figure){.measure = MEASURE_VALUE, .shown = "at least 250", .low = "250"};
	answer_cube_made(&m);
	char *text = script_text(PLOT_LINES, PLOT_SVG);
	assert_non_null(strstr(text, "$v0 << EOD\n14792 270\n\n\nEOD\n")); /* no midpoint is invented */
	assert_non_null(strstr(text, "16253 280 310\n18444 250 250\nEOD\n"));
	assert_non_null(strstr(text, "$r0 << EOD\n14792 270 270\n16253 280 310\n\nEOD\n"));
	assert_non_null(strstr(text, "set arrow from first 18444, first 250 to first 18444, graph 1 head"));
	assert_non_null(strstr(text, "$r0 using 1:2:3 with filledcurves"));
	assert_non_null(strstr(text, "$b0 using 1:2:2:3 with yerrorbars"));
	free(text);
	text = script_text(PLOT_LINES, PLOT_TERMINAL);
	assert_null(strstr(text, "filledcurves"));
	assert_non_null(strstr(text, "with yerrorbars"));
	free(text);
}

static void a_changed_definition_and_a_changed_frame_are_marked(void **state)
{
	(void)state;
	static struct msg_frame_size frames[] = {{.population = 44}, {.population = 41}};
	three_years();
	m.rows[1].frame = &frames[0];
	m.rows[2].frame = &frames[1];
	m.rows[1].break_before = true;
	answer_cube_made(&m);
	char *text = script_text(PLOT_LINES, PLOT_TERMINAL);
	assert_non_null(strstr(text, "set arrow from first 15522, graph 0 to first 15522, graph 1 nohead dt 2"));
	assert_non_null(strstr(text, "$v0 << EOD\n14792 270\n\n16253 297\n18444 263\nEOD\n"));
	assert_non_null(strstr(text, "'2014' 16253, '2020*' 18444"));
	assert_non_null(strstr(text, "'* another frame than before, 2020: 44 → 41'"));
	assert_non_null(strstr(text, "'dashed: the definition changed, not comparable across it'"));
	free(text);
	text = script_text(PLOT_BARS, PLOT_TERMINAL);
	assert_non_null(strstr(text, "'‖ 2014' 1, '2020*' 2"));
	free(text);
}

static void periods_without_a_time_are_counted_not_placed(void **state)
{
	(void)state;
	struct plot_how how = {.width = 80, .height = 24};
	AUTO_BUF struct buf script = {0};
	unsigned left;
	three_years();
	answer_row_made(&m, "", "total", "XXXX", "1");
	answer_cube_made(&m);
	assert_ok(plot_script(m.arena, &m.cube, &how, &script, &left, &why));
	assert_int_equal(left, 1);
}

static void a_chart_of_nothing_or_of_too_much_is_refused(void **state)
{
	(void)state;
	AUTO_BUF struct buf script = {0};
	answer_begin_made(&m, "unit");
	answer_row_made(&m, "a", "", "2010", "?(blank)");
	answer_cube_made(&m);
	for (enum plot_kind k = PLOT_LINES; k <= PLOT_MULTIPLES; k++)
		assert_err(ERR_NOT_FOUND, script_of(k, PLOT_SVG, &script));
	for (int i = 0; i < 27; i++)
		answer_row_made(&m, arena_printf(m.arena, "u%d", i), "", "2010", "1");
	answer_cube_made(&m);
	assert_err(ERR_TOO_LARGE, script_of(PLOT_LINES, PLOT_SVG, &script));
	assert_non_null(strstr(why.text, "28 lines in one chart, at most 26"));
	assert_ok(script_of(PLOT_MULTIPLES, PLOT_SVG, &script));
	assert_ok(script_of(PLOT_BARS, PLOT_SVG, &script));
	for (int i = 27; i < 60; i++)
		answer_row_made(&m, arena_printf(m.arena, "u%d", i), "", "2010", "1");
	answer_cube_made(&m);
	assert_err(ERR_TOO_LARGE, script_of(PLOT_MULTIPLES, PLOT_SVG, &script));
	assert_err(ERR_TOO_LARGE, script_of(PLOT_SLOPES, PLOT_SVG, &script));
}

/* ---- drawn ---- */

/* Two groups with everything that a row can have. */
static void a_mixed_answer(const char *name)
{
	static struct msg_frame_size frames[] = {{.population = 44}, {.population = 41}};
	answer_begin_made(&m, "unit");
	m.trend.label = name;
	answer_row_made(&m, "a", "x", "2010", "270")->group_name = name;
	answer_row_made(&m, "a", "x", "2014", "?(blank)")->group_name = name;
	answer_row_made(&m, "a", "x", "2020-06", "?200|310|200–310")->group_name = name;
	answer_row_made(&m, "b", "x", "2010", "12.5");
	answer_row_made(&m, "b", name, "2014", "-3")->break_before = true;
	answer_row_made(&m, "b", "x", "2014", "20")->frame = &frames[0];
	answer_row_made(&m, "b", "x", "2020", "?40||at least 40")->frame = &frames[1];
	answer_row_made(&m, "c", "x", "2014", "?(not asked)");
	answer_cube_made(&m);
}

static void every_kind_is_drawn_for_every_target(void **state)
{
	(void)state;
	a_mixed_answer(
	    "Bodø øøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøø" /* long */
	    "øøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøøø");
	for (enum plot_kind k = PLOT_LINES; k <= PLOT_MULTIPLES; k++) {
		char *text = drawn(k, PLOT_TERMINAL), *svg = drawn(k, PLOT_SVG), *png = drawn(k, PLOT_PNG);
		assert_non_null(strstr(text, "Bodø"));
		assert_non_null(strstr(text, "revision 7"));
		assert_null(strchr(text, '\x1b'));
		assert_non_null(strstr(svg, "Bodø"));
		assert_well_formed(svg);
		assert_memory_equal(png, "\x89PNG", 4);
		free(text);
		free(svg);
		free(png);
	}
}

static void a_panel_without_a_figure_is_empty_not_left_out(void **state)
{
	(void)state;
	a_mixed_answer("Bodø");
	char *svg = drawn(PLOT_MULTIPLES, PLOT_SVG);
	assert_non_null(strstr(svg, "<text>c</text>"));
	free(svg);
}

static void names_are_never_commands(void **state)
{
	(void)state;
	char dir[] = "/tmp/varde-plot-XXXXXX", path[64];
	struct stat st;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/x", dir);
	static const char *const forms[] = {"a\"; system(\"touch %s\"); b",
					    "a'; system('touch %s'); b",
					    "`touch %s`",
					    "'''.system(\"touch %s\").'''",
					    "'.system(\"touch %s\").'",
					    "\n!touch %s\n",
					    "EOD\nsystem \"touch %s\"\n",
					    "\\\"; system(\"touch %s\")",
					    "@ _ ^ { } & ~ < > ]]> %%d %%s %s",
					    "$(touch %s)"};
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		char name[160];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		snprintf(name, sizeof name, forms[i], path);
#pragma GCC diagnostic pop
		a_mixed_answer(name);
		m.reply.today = name;
		for (enum plot_kind k = PLOT_LINES; k <= PLOT_MULTIPLES; k++) {
			char *text = drawn(k, PLOT_TERMINAL), *svg = drawn(k, PLOT_SVG);
			assert_well_formed(svg);
			assert_non_null(strstr(svg, "touch") ? svg : strstr(svg, "@ _ ^ { }"));
			free(text);
			free(svg);
		}
		assert_int_not_equal(stat(path, &st), 0);
		answer_end_made(&m);
	}
	assert_int_equal(rmdir(dir), 0);
	answer_begin_made(&m, "");
}

/* ---- gnuplot itself ---- */

static void a_gnuplot_that_is_not_there_is_told_with_its_package(void **state)
{
	(void)state;
	AUTO_BUF struct buf out = {0};
	assert_err(ERR_NOT_FOUND, plot_run("gnuplot-that-nobody-has", slice_text("plot x\n"), &out, &why));
	assert_non_null(strstr(why.text, "install the package gnuplot-nox"));
	answer_begin_made(&m, "");
}

static void what_gnuplot_complains_of_is_told(void **state)
{
	(void)state;
	AUTO_BUF struct buf out = {0};
	assert_err(ERR_INTERNAL, plot_run("gnuplot", slice_text("set terminal dumb\nplott x\n"), &out, &why));
	assert_non_null(strstr(why.text, "invalid command"));
	answer_begin_made(&m, "");
}

#define T(f) cmocka_unit_test_teardown(f, teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(names_are_quoted_so_that_nothing_in_them_speaks),
	    T(names_at_tics_are_cut_where_a_character_ends),
	    T(lines_stand_at_the_true_distance_of_years),
	    T(what_is_missing_is_a_gap),
	    T(bounds_are_bars_and_ribbons_and_open_ends_arrows),
	    T(a_changed_definition_and_a_changed_frame_are_marked),
	    T(periods_without_a_time_are_counted_not_placed),
	    T(a_chart_of_nothing_or_of_too_much_is_refused),
	    T(every_kind_is_drawn_for_every_target),
	    T(a_panel_without_a_figure_is_empty_not_left_out),
	    T(names_are_never_commands),
	    T(a_gnuplot_that_is_not_there_is_told_with_its_package),
	    T(what_gnuplot_complains_of_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
