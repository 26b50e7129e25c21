/* SPDX-License-Identifier: Apache-2.0
 *
 * test_hostile.c - a server that lies: answers of change over time with rows that hold nothing, with more figures than
 * were asked for, and with texts that would steer a terminal. The command ends, and nothing it says steers one.
 */
#include "tests/test.h"
#include <string.h>
#include <unistd.h>
#include "proto/codec.h"
#include "tests/integration/cli.h"
#include "tests/integration/fake.h"

/* Clears the screen; a title; CSI of eight bits; a quote of every kind, and what gnuplot would run. */
#define EVIL                                                                                                           \
	"\x1b[2J\x1b]0;x\x07\xc2\x9b"                                                                                  \
	"1m'\"`touch varde-was-here`\\n\n]]>\r%s%n@x{/=99 y}$(id)"

struct liar {
	bool full; /* else every row is empty */
};

static struct msg_figure figure(const char *text)
{
	return (struct msg_figure){.measure = MEASURE_SUM,
				   .numerator = text,
				   .denominator = text,
				   .shown = text,
				   .refused = "",
				   .low = text,
				   .high = text};
}

static const char *evil_notes[] = {EVIL, EVIL};
#define NOTES .n_notes = 2, .notes = evil_notes

static void lie_trend(struct msg_query_reply *q, bool full)
{
	static struct msg_trend_answer t;
	static struct msg_trend_row rows[2];
	static struct msg_figure figures[40];
	static struct msg_growth growth;
	static struct msg_category category = {EVIL, EVIL};
	growth = (struct msg_growth){.absolute = EVIL, .percent = EVIL, .points = EVIL, .from_period = EVIL};
	for (size_t i = 0; i < 40; i++) {
		figures[i] = figure(i % 2 ? EVIL : "7");
		figures[i].growth = &growth;
	}
	rows[0] = rows[1] = (struct msg_trend_row){0};
	if (full)
		rows[0] = (struct msg_trend_row){.group = EVIL,
						 .group_name = EVIL,
						 .period = EVIL,
						 .round = EVIL,
						 .covered = EVIL,
						 .n_categories = 1,
						 .categories = &category,
						 .n_figures = 40,
						 .figures = figures,
						 NOTES};
	t = (struct msg_trend_answer){.n_rows = 2, .rows = rows};
	if (full) {
		t.label = t.indicator = t.unit_of_measure = EVIL;
		t.n_notes = 2;
		t.notes = evil_notes;
	}
	q->trend = &t;
}

static void lie_diff(struct msg_query_reply *q, bool full)
{
	static struct msg_diff_answer d;
	static struct msg_diff_row row;
	static struct msg_diff_count count;
	static struct msg_point point = {.valid_at = EVIL, .round = EVIL, .period = EVIL};
	row = (struct msg_diff_row){.what = (enum difference)99};
	if (full)
		row = (struct msg_diff_row){.unit = EVIL, .unit_name = EVIL, .field = EVIL, .before_text = EVIL, NOTES};
	d = (struct msg_diff_answer){.n_rows = 1, .rows = &row, .n_counts = 1, .counts = &count, NOTES};
	d.from = d.to = full ? &point : NULL;
	q->diff = &d;
}

static void lie_balance(struct msg_query_reply *q, bool full)
{
	static struct msg_balance_answer b;
	static struct msg_balance_row row;
	static struct msg_balance_flow flow;
	static struct msg_figure f;
	f = figure(EVIL);
	flow = (struct msg_balance_flow){.figure = full ? &f : NULL, .indicator = full ? EVIL : ""};
	row = (struct msg_balance_row){.n_flows = 1, .flows = &flow, NOTES};
	if (full) {
		row.group = row.group_name = row.from = row.to = EVIL;
		row.opening = row.closing = row.unexplained = &f;
	}
	b = (struct msg_balance_answer){.n_rows = 1, .rows = &row, NOTES};
	q->balance = &b;
}

static void lie_decompose(struct msg_query_reply *q, bool full)
{
	static struct msg_decompose_answer d;
	static struct msg_decompose_row row;
	static struct msg_decompose_part parts[20];
	static struct msg_figure f;
	f = figure(EVIL);
	for (size_t i = 0; i < 20; i++)
		parts[i] = (struct msg_decompose_part){.cause = (enum cause)i, .figure = full ? &f : NULL, NOTES};
	row = (struct msg_decompose_row){.n_parts = 20, .parts = parts, NOTES};
	if (full) {
		row.group = row.group_name = EVIL;
		row.from = row.to = row.change = row.sum = &f;
	}
	d = (struct msg_decompose_answer){.n_rows = 1, .rows = &row, NOTES};
	q->decompose = &d;
}

static void lie_network(struct msg_query_reply *q, bool full)
{
	static struct msg_network_answer n;
	static struct msg_network_pair pair;
	static struct msg_network_constellation set;
	static struct msg_network_crossing crossing;
	static struct msg_network_unit unit;
	pair = (struct msg_network_pair){.arrangements = UINT32_MAX, .possible = UINT32_MAX};
	set = (struct msg_network_constellation){.arrangements = 1};
	crossing = (struct msg_network_crossing){0};
	unit = (struct msg_network_unit){0};
	if (full) {
		pair.a = pair.a_name = pair.b = pair.b_name = pair.date = EVIL;
		crossing.arrangement = crossing.name = unit.unit = unit.name = EVIL;
		set.n_names = 2;
		set.names = evil_notes;
	}
	n = (struct msg_network_answer){.n_pairs = 1,
					.pairs = &pair,
					.n_constellations = 1,
					.constellations = &set,
					.n_crossings = 1,
					.crossings = &crossing,
					.n_units = 1,
					.units = &unit,
					NOTES};
	q->network = &n;
}

static void lie_quality(struct msg_query_reply *q, bool full)
{
	static struct msg_quality_answer a;
	static struct msg_response_row response;
	static struct msg_missing_row missing;
	static struct msg_conflict_row conflict;
	static struct msg_conflict_value value;
	static struct msg_open_finding_row finding;
	static struct msg_asymmetry_row asymmetry;
	response = (struct msg_response_row){.round = full ? EVIL : ""};
	missing = (struct msg_missing_row){.kind = (enum missing_kind)77};
	value = (struct msg_conflict_value){.source = full ? EVIL : ""};
	conflict = (struct msg_conflict_row){.n_values = 1, .values = &value};
	finding = (struct msg_open_finding_row){.submitter = full ? EVIL : ""};
	asymmetry = (struct msg_asymmetry_row){.named_name = full ? EVIL : ""};
	a = (struct msg_quality_answer){.n_response = 1,
					.response = &response,
					.n_missing = 1,
					.missing = &missing,
					.n_conflicts = 1,
					.conflicts = &conflict,
					.n_findings = 1,
					.findings = &finding,
					.n_asymmetries = 1,
					.asymmetries = &asymmetry,
					NOTES};
	q->quality = &a;
}

static void lie_catalogue(struct msg_query_reply *q, bool full)
{
	static struct msg_catalogue_answer a;
	static struct msg_catalogue_entry x;
	x = (struct msg_catalogue_entry){.id = full ? EVIL : "", .name = full ? EVIL : ""};
	a = (struct msg_catalogue_answer){.n_entries = 1, .entries = &x};
	q->catalogue = &a;
}

static void lie_explain(struct msg_query_reply *q, bool full)
{
	static struct msg_explain_answer e;
	static struct msg_explain_item item;
	static struct msg_explain_step step;
	static struct msg_weight weight;
	static struct msg_trend_row row;
	static struct msg_figure f;
	f = figure(EVIL);
	step = (struct msg_explain_step){.n_weights = 1, .weights = &weight};
	item = (struct msg_explain_item){.n_steps = 1, .steps = &step};
	row = (struct msg_trend_row){.period = full ? EVIL : ""};
	e = (struct msg_explain_answer){.n_items = 1, .items = &item, .agrees = true};
	if (full) {
		item.unit = item.unit_name = item.source = item.source_title = item.locator = item.submitter = EVIL;
		row.group_name = row.round = EVIL;
		row.n_figures = 1;
		row.figures = &f;
		e.row = &row;
		e.recomputed = &f;
		e.n_rules = e.n_notes = 2;
		e.rules = e.notes = evil_notes;
	}
	q->explain = &e;
}

static bool lie(void *arg, struct slice request, struct buf *reply)
{
	const struct liar *how = arg;
	AUTO_ARENA struct arena *a = arena_new(0);
	void *decoded;
	if (codec_decode(&msg_type_query_request, request, CODEC_TOLERANT, a, &decoded, NULL) != ERR_OK)
		return false;
	const struct msg_query_request *asked = decoded;
	uint8_t id[16] = {1};
	struct msg_query_reply q = {.version = 1,
				    .request_id = asked->request_id,
				    .store_id = {id, sizeof id},
				    .epoch = 1,
				    .revision = 1,
				    .today = how->full ? EVIL : "",
				    .end = true,
				    .method = "1"};
	static struct msg_error error = {.code = ERROR_CODE_NOT_FOUND, .text = EVIL};
	static struct msg_status_answer status = {.indexed_revision = 1, .durable_revision = 1};
	if (asked->status) /* every command asks first what is newest */
		q.status = &status;
	else if (asked->trend || asked->count)
		lie_trend(&q, how->full);
	else if (asked->diff)
		lie_diff(&q, how->full);
	else if (asked->balance)
		lie_balance(&q, how->full);
	else if (asked->decompose)
		lie_decompose(&q, how->full);
	else if (asked->network)
		lie_network(&q, how->full);
	else if (asked->quality)
		lie_quality(&q, how->full);
	else if (asked->explain)
		lie_explain(&q, how->full);
	else if (asked->catalogue)
		lie_catalogue(&q, how->full);
	else
		q.error = &error;
	codec_encode(&msg_type_query_reply, &q, reply);
	return true;
}

/* It ended by itself; a table, a chart and all notes hold nothing that a terminal obeys. */
static void ends_quietly(struct cli *c, bool shown, bool told, const char *what)
{
	if (told && c->status != 0)
		fail_msg("varde %s did not show it: %s", what, c->err);
	if (c->status < 0 || strstr(c->err, "Sanitizer"))
		fail_msg("varde %s ended with %d: %s", what, c->status, c->err);
	for (const char *said = c->err, *next = c->out; said; said = next, next = NULL) {
		if (said == c->out && !shown)
			continue;
		if (strpbrk(said, "\x1b\x07\r") || strstr(said, "\xc2\x9b"))
			fail_msg("varde %s says %s", what, said);
	}
	cli_free(c);
}

#define FROM_TO "--from", "2014-01-01", "--to", "2020-01-01"

static void every_command(struct fake *f)
{
	static const char *const commands[][12] = {
	    {"trend", "n", "--measure", "sum,mean"},
	    {"trend", "n", "--sort", "sum"},
	    {"count", "arrangements", "--date", "2020"},
	    {"diff", FROM_TO},
	    {"balance", "arrangements", FROM_TO},
	    {"decompose", "n", FROM_TO},
	    {"network", "--border", "county"},
	    {"network", "--format", "dot"},
	    {"quality"},
	    {"catalogue"},
	    {"catalogue", "indicators"},
	    {"catalogue", "rounds"},
	    {"catalogue", "surveys"},
	    {"catalogue", "sources"},
	    {"catalogue", "codes"},
	    {"catalogue", "dimensions"},
	    {"catalogue", "events"},
	    {"catalogue", "tags"},
	    {"catalogue", "kinds"},
	    {"catalogue", "values", "x"},
	    {"explain", "trend", "n"},
	    {"lineage", "x"},
	    {"trend", "n", "--plot", "lines"},
	    {"trend", "n", "--plot", "bars"},
	    {"trend", "n", "--format", "csv"},
	    {"trend", "n", "--format", "json"},
	    {"trend", "n", "--format", "jsonstat"},
	    {"trend", "n", "--format", "sdmx-csv"},
	    {"diff", FROM_TO, "--format", "csv"},
	    {"decompose", "n", FROM_TO, "--format", "csv"},
	    {"explain", "trend", "n", "--format", "csv"},
	};
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
		const char *words[16] = {0};
		size_t n = 0;
		while (commands[i][n]) {
			words[n] = commands[i][n];
			n++;
		}
		bool told = strcmp(words[0], "lineage") != 0 && !(n > 2 && strcmp(words[2], "--plot") == 0);
		bool data = n > 2 && strcmp(words[n - 2], "--format") == 0 && strcmp(words[n - 1], "dot") != 0;
		words[n] = "--query";
		words[n + 1] = f->endpoint;
		struct cli c = cli_run(words, NULL);
		ends_quietly(&c, !data, told && !(data && strcmp(words[0], "trend") == 0), words[0]);
	}
}

static void rows_that_hold_nothing_end_no_command(void **state)
{
	(void)state;
	struct liar how = {.full = false};
	struct fake f = {.answer = lie, .arg = &how};
	fake_start(&f);
	every_command(&f);
	fake_stop(&f);
}

static void what_a_server_says_steers_no_terminal(void **state)
{
	(void)state;
	struct liar how = {.full = true};
	struct fake f = {.answer = lie, .arg = &how};
	fake_start(&f);
	every_command(&f);
	fake_stop(&f);
	assert_int_not_equal(access("varde-was-here", F_OK), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(rows_that_hold_nothing_end_no_command),
	    cmocka_unit_test(what_a_server_says_steers_no_terminal),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
