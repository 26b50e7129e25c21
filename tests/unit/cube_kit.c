/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/cube_kit.h"
#include "clients/out_jsonstat.h"
#include "clients/out_sdmx.h"
#include "clients/show.h"
#include "tests/unit/field_check.h"

void answer_begin_made(struct answer_made *m, const char *group_by)
{
	*m = (struct answer_made){.arena = arena_new(0)};
	m->trend = (struct msg_trend_answer){
	    .indicator = "arrangements", .label = "Arrangements", .unit_of_measure = "arrangements", .rows = m->rows};
	m->reply = (struct msg_query_reply){
	    .store_id = {"\x01\xab", 2}, .epoch = 1, .revision = 7, .today = "2026-11-21", .method = "1"};
	m->reply.trend = &m->trend;
	m->measures[0] = MEASURE_VALUE;
	m->asked = (struct cube_asked){.group_by = group_by, .n_measures = 1, .measures = m->measures};
}

static void without_fraction(struct arena *a, const char *text, struct msg_figure *f)
{
	const char *first = strchr(text, '|'), *second = first ? strchr(first + 1, '|') : NULL;
	f->shown = text;
	if (second) {
		f->low = arena_text(a, text, (size_t)(first - text));
		f->high = arena_text(a, first + 1, (size_t)(second - first - 1));
		f->shown = second + 1;
	}
	for (unsigned i = 1; i < msg_enum_missing_kind.count; i++) {
		int kind = msg_enum_missing_kind.values[i].number;
		if (strcmp(text, arena_printf(a, "(%s)", show_code(a, &msg_enum_missing_kind, kind))) == 0)
			f->missing = (enum missing_kind)kind;
	}
}

struct msg_trend_row *answer_row_made(struct answer_made *m, const char *group, const char *category,
				      const char *period, const char *shown)
{
	assert_true(m->trend.n_rows < ANSWER_ROWS);
	struct msg_trend_row *row = &m->rows[m->trend.n_rows++];
	struct msg_figure *f = arena_alloc(m->arena, sizeof *f);
	*f = (struct msg_figure){.measure = MEASURE_VALUE,
				 .numerator = "",
				 .denominator = "",
				 .shown = shown,
				 .refused = "",
				 .low = "",
				 .high = ""};
	if (*shown == '?') {
		without_fraction(m->arena, shown + 1, f);
	} else {
		f->numerator = shown;
		f->denominator = "1";
	}
	*row = (struct msg_trend_row){.group = group,
				      .group_name = group,
				      .period = period,
				      .round = "",
				      .covered = "",
				      .units = 1,
				      .n_figures = 1,
				      .figures = f};
	if (*category) {
		row->n_categories = 1;
		row->categories = arena_alloc(m->arena, sizeof *row->categories);
		row->categories[0] = (struct msg_category){.dimension = "level", .code = category};
	}
	return row;
}

void answer_cube_made(struct answer_made *m)
{
	struct msg_query_reply *parts[] = {&m->reply};
	struct why why = {{0}};
	if (cube_of(m->arena, parts, 1, &m->asked, &m->cube, &why) != ERR_OK)
		fail_msg("no cube: %s", why.text);
}

void answer_end_made(struct answer_made *m)
{
	m->arena = arena_free(m->arena);
}

char *answer_jsonstat(struct answer_made *m)
{
	static char *text; /* gcc takes what it points to for what it is */
	size_t len;
	FILE *f = open_memstream(&text, &len);
	jsonstat_write(f, m->arena, &m->cube);
	fclose(f);
	return text;
}

char *answer_sdmx(struct answer_made *m, bool labels)
{
	static char *text;
	size_t len;
	struct out out = {.file = open_memstream(&text, &len), .format = FORMAT_SDMX_CSV, .arena = m->arena};
	struct grid g = sdmx_grid(m->arena, &m->cube, labels);
	grid_print(&out, &g, NULL);
	fclose(out.file);
	return text;
}

void answer_fields_hold(struct answer_made *m, bool any_period)
{
	struct why why = {{0}};
	char *json = answer_jsonstat(m), *csv = answer_sdmx(m, false);
	if (!jsonstat_check(json, &why))
		fail_msg("JSON-stat: %s\n%s", why.text, json);
	if (!sdmx_check(csv, any_period, &why))
		fail_msg("SDMX-CSV: %s\n%s", why.text, csv);
	free(json);
	free(csv);
}
