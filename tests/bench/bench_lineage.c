/* SPDX-License-Identifier: Apache-2.0
 *
 * bench_lineage.c - reorganisations: a long trend in the structure of today, and two structures against each other.
 *
 * usage: bench_lineage register FILE
 *        bench_lineage run ENDPOINTS_FILE DIR UNITS ROUNDS EVENTS
 *        bench_lineage again ENDPOINTS_FILE DIR ROUNDS
 * `run` loads a running daemon with a past (past.h) and the same into DIR as tables (*.tsv), asks, and writes what was
 * answered there too (varde.*), one line a row, so that somebody else's answers can be held against it. The last year's
 * reorganisations and the corrections come after everything else: `old` is as of the revision before them. `again` asks
 * a daemon that was loaded so before, once more.
 */
#include "bench.h"
#include <string.h>
#include <zmq.h>
#include "base/mem.h"
#include "clients/varde.h"
#include "past.h"
#include "proto/codec.h"

#define BATCH    4000u /* statements of a message */
#define ASKED    3u    /* times each; the median counts */
#define COMMUNES 400u
#define SHIRES   15u
#define REGIONS  20u

static char endpoints[3][128]; /* ingest, query, feed */
static const char *dir;

static FILE *file(const char *name)
{
	char path[512];
	snprintf(path, sizeof path, "%s/%s", dir, name);
	FILE *f = fopen(path, "w");
	if (!f)
		bench_die(path);
	return f;
}

static void done(FILE *f)
{
	if (fclose(f))
		bench_die("a file could not be written");
}

/* ---- the past, said to the daemon ------------------------------------------------------------------- */

static uint64_t submit(struct varde *v, struct arena *a, const struct msg_message *m)
{
	struct msg_receipt *r;
	struct why why = {""};
	struct msg_item item = varde_item(a, m);
	if (varde_submit(v, &item, 1, a, &r, &why) != ERR_OK)
		bench_die(why.text);
	if (r->verdict != VERDICT_ACCEPTED)
		bench_die(r->n_findings ? r->findings[0].text : "not accepted");
	return r->revision;
}

static void statements(struct varde *v, struct arena *a, struct msg_submission *s)
{
	struct msg_message m = {.submission = s};
	s->mode = SUBMISSION_MODE_PATCH;
	s->source = "bench";
	submit(v, a, &m);
}

static struct msg_unit_ref *ref(struct arena *a, const char *id)
{
	struct msg_unit_ref *r = arena_alloc(a, sizeof *r);
	r->id = arena_alloc(a, sizeof *r->id);
	r->id->id = id;
	return r;
}

static const char *unit_id(struct arena *a, uint32_t unit)
{
	return arena_printf(a, "unit/%06u", unit);
}

static const char *county_id(struct arena *a, unsigned county)
{
	return arena_printf(a, "county/%03u", county);
}

static void prepare(struct varde *v)
{
	AUTO_ARENA struct arena *a = arena_new(0);
	struct msg_source source = {.id = "bench", .title = "bench"};
	struct msg_indicator ind = {.id = "people",
				    .label = "people",
				    .type = VALUE_TYPE_COUNT,
				    .over_units = AGGREGATION_ADDITIVE,
				    .over_time = AGGREGATION_NONE};
	struct msg_define def = {.n_sources = 1, .sources = &source, .n_indicators = 1, .indicators = &ind};
	struct msg_message m = {.define = &def};
	submit(v, a, &m);
}

static void unit_add(struct arena *a, struct msg_submission *s, const char *kind, const char *id, const char *parent)
{
	struct msg_name *name = arena_alloc(a, sizeof *name);
	name->text = arena_printf(a, "Name of %s", id);
	s->units[s->n_units++] = (struct msg_unit_statement){.id = id,
							     .kind = kind,
							     .valid_from = "1990-01-01",
							     .n_names = 1,
							     .names = name,
							     .part_of = parent ? ref(a, parent) : NULL};
}

static void load_units(struct varde *v, const struct past *p)
{
	AUTO_ARENA struct arena *a = arena_new(0);
	struct msg_submission s = {.units = arena_alloc(a, PAST_COUNTIES * sizeof *s.units)};
	for (unsigned c = 0; c < PAST_COUNTIES; c++)
		unit_add(a, &s, "county", county_id(a, c), NULL);
	statements(v, a, &s);
	for (uint32_t u = 0; u < p->n_first;) {
		arena_reset(a);
		s = (struct msg_submission){.units = arena_alloc(a, BATCH * sizeof *s.units)};
		for (; s.n_units < BATCH && u < p->n_first; u++)
			unit_add(a, &s, "place", unit_id(a, u), county_id(a, p->county[u]));
		statements(v, a, &s);
	}
	FILE *f = file("unit.tsv");
	for (uint32_t u = 0; u < p->n_units; u++)
		fprintf(f, "%u\tunit/%06u\t%u\n", u, u, p->county[u]);
	done(f);
}

static uint64_t load_event(struct varde *v, struct arena *a, const struct past *p, size_t i)
{
	static const enum change_type types[] = {CHANGE_TYPE_MERGING, CHANGE_TYPE_TAKE_OVER, CHANGE_TYPE_BREAKDOWN,
						 CHANGE_TYPE_SPLIT_OFF, CHANGE_TYPE_REORGANISATION};
	const struct past_event *e = &p->events[i];
	struct msg_unit_ref sources[PAST_ENDS];
	struct msg_target targets[PAST_ENDS];
	for (size_t k = 0; k < e->n_sources; k++)
		sources[k] = *ref(a, unit_id(a, e->sources[k]));
	for (size_t k = 0; k < e->n_targets; k++) {
		const char **name = arena_alloc(a, sizeof *name), *id = unit_id(a, e->targets[k]);
		*name = arena_printf(a, "Name of %s", id);
		targets[k] = e->targets[k] == e->sources[0]
				 ? (struct msg_target){.unit = ref(a, id)}
				 : (struct msg_target){.id = id,
						       .kind = "place",
						       .n_names = 1,
						       .names = name,
						       .part_of = ref(a, county_id(a, p->county[e->targets[k]]))};
	}
	struct msg_reorganisation_event r = {.id = arena_printf(a, "event/%zu", i),
					     .type = types[e->kind],
					     .effective = e->day,
					     .n_sources = e->n_sources,
					     .sources = sources,
					     .n_targets = e->n_targets,
					     .targets = targets,
					     .status = EVENT_STATUS_EFFECTIVE,
					     .source = "bench"};
	struct msg_message m = {.event = &r};
	return submit(v, a, &m);
}

/* Those of the years from..to. Returns the last revision. */
static uint64_t load_events(struct varde *v, const struct past *p, FILE *f, unsigned from, unsigned to)
{
	AUTO_ARENA struct arena *a = arena_new(0);
	uint64_t rev = 0;
	for (size_t i = 0; i < p->n_events; i++) {
		const struct past_event *e = &p->events[i];
		if (e->year < from || e->year > to)
			continue;
		arena_reset(a);
		rev = load_event(v, a, p, i);
		for (size_t s = 0; s < e->n_sources; s++)
			for (size_t t = 0; t < e->n_targets; t++)
				fprintf(f, "%zu\t%" PRIu64 "\t%s\t%u\t%u\n", i, rev, e->day, e->sources[s],
					e->targets[t]);
	}
	return rev;
}

struct figures {
	size_t n, room;
	struct figure {
		uint32_t unit, round;
		uint64_t rev, superseded;
	} * list;
};

static uint64_t load_figures(struct varde *v, struct arena *a, struct figure *list, size_t n, bool corrected)
{
	struct msg_observation *o = arena_alloc(a, n * sizeof *o);
	struct msg_decimal *d = arena_alloc(a, n * sizeof *d);
	struct msg_value *value = arena_alloc(a, n * sizeof *value);
	for (size_t i = 0; i < n; i++) {
		struct msg_supersedes *old = corrected ? arena_alloc(a, sizeof *old) : NULL;
		if (old)
			*old = (struct msg_supersedes){.revision = list[i].rev, .reason = ""};
		d[i].digits = past_value(list[i].unit, list[i].round, corrected);
		value[i].exact = &d[i];
		o[i] = (struct msg_observation){.unit = ref(a, unit_id(a, list[i].unit)),
						.indicator = "people",
						.period = arena_printf(a, "%u-01-01", PAST_FIRST + list[i].round),
						.value = &value[i],
						.status = OBSERVATION_STATUS_MAIN,
						.supersedes = old};
	}
	struct msg_submission s = {.mode = SUBMISSION_MODE_PATCH,
				   .source = "bench",
				   .reason = corrected ? "counted again" : "",
				   .n_observations = n,
				   .observations = o};
	struct msg_message m = {.submission = &s};
	return submit(v, a, &m);
}

static void load_rounds(struct varde *v, const struct past *p, struct figures *all)
{
	AUTO_ARENA struct arena *a = arena_new(0);
	for (unsigned r = 0; r < p->n_rounds; r++)
		all->room += p->n_live[r];
	all->list = mem_zero(all->room, sizeof *all->list);
	for (unsigned r = 0; r < p->n_rounds; r++) {
		for (size_t i = 0; i < p->n_live[r];) {
			size_t n = 0;
			struct figure *list = all->list + all->n;
			for (; n < BATCH && i < p->n_live[r]; n++, i++)
				list[n] = (struct figure){.unit = p->live[r][i], .round = r};
			arena_reset(a);
			uint64_t rev = load_figures(v, a, list, n, false);
			for (size_t k = 0; k < n; k++)
				list[k].rev = rev;
			all->n += n;
		}
	}
}

/* One of twenty; a message has those of one round. */
static uint64_t load_corrections(struct varde *v, struct figures *all)
{
	AUTO_ARENA struct arena *a = arena_new(0);
	struct figure *list = mem_zero(BATCH, sizeof *list);
	size_t *where = mem_zero(BATCH, sizeof *where), n = 0;
	uint64_t rev = 0;
	for (size_t i = 0; i < all->n; i++) {
		if (past_corrected(all->list[i].unit, all->list[i].round)) {
			where[n] = i;
			list[n++] = all->list[i];
		}
		if (n < BATCH && i + 1 < all->n)
			continue;
		arena_reset(a);
		rev = n ? load_figures(v, a, list, n, true) : rev;
		for (; n; n--)
			all->list[where[n - 1]].superseded = rev;
	}
	free(list);
	free(where);
	return rev;
}

static void write_figures(const struct figures *all)
{
	FILE *f = file("observation.tsv");
	for (size_t i = 0; i < all->n; i++) {
		const struct figure *x = &all->list[i];
		unsigned year = PAST_FIRST + x->round;
		if (!x->superseded) {
			fprintf(f, "%u\t%u-01-01\t%u\t%" PRIu64 "\t\\N\n", x->unit, year,
				past_value(x->unit, x->round, false), x->rev);
			continue;
		}
		fprintf(f, "%u\t%u-01-01\t%u\t%" PRIu64 "\t%" PRIu64 "\n", x->unit, year,
			past_value(x->unit, x->round, false), x->rev, x->superseded);
		fprintf(f, "%u\t%u-01-01\t%u\t%" PRIu64 "\t\\N\n", x->unit, year, past_value(x->unit, x->round, true),
			x->superseded);
	}
	done(f);
}

/* Communes in shires, and regions that cover communes across the borders of shires. */
static void load_cover(struct varde *v)
{
	AUTO_ARENA struct arena *a = arena_new(0);
	struct msg_submission s = {.units = arena_alloc(a, (COMMUNES + SHIRES + REGIONS) * sizeof *s.units),
				   .links = arena_alloc(a, COMMUNES * sizeof *s.links)};
	FILE *f = file("cover.tsv");
	for (unsigned i = 0; i < SHIRES; i++)
		unit_add(a, &s, "shire", arena_printf(a, "shire/%02u", i), NULL);
	for (unsigned i = 0; i < REGIONS; i++)
		unit_add(a, &s, "region", arena_printf(a, "region/%02u", i), NULL);
	for (unsigned i = 0; i < COMMUNES; i++) {
		const char *id = arena_printf(a, "commune/%03u", i),
			   *shire = arena_printf(a, "shire/%02u", i * SHIRES / COMMUNES),
			   *region = arena_printf(a, "region/%02u", (i + 7) / 3 * 3 % COMMUNES * REGIONS / COMMUNES);
		unit_add(a, &s, "commune", id, shire);
		s.links[s.n_links++] = (struct msg_link_statement){
		    .type = LINK_TYPE_COVERS, .from = ref(a, region), .to = ref(a, id), .valid_from = "1990-01-01"};
		fprintf(f, "%s\t%s\t%s\n", id, shire, region);
	}
	done(f);
	statements(v, a, &s);
}

/* ---- questions -------------------------------------------------------------------------------------- */

struct parts {
	size_t n, room;
	zmq_msg_t *list;
};

static void *dealer(void)
{
	static void *context;
	int hwm = 0, wait = 600000;
	context = context ? context : zmq_ctx_new();
	void *s = zmq_socket(context, ZMQ_DEALER);
	zmq_setsockopt(s, ZMQ_RCVHWM, &hwm, sizeof hwm);
	zmq_setsockopt(s, ZMQ_RCVTIMEO, &wait, sizeof wait);
	if (zmq_connect(s, endpoints[1]))
		bench_die("connect");
	return s;
}

static const struct msg_query_reply *decode(zmq_msg_t *m, struct arena *a)
{
	void *d;
	if (codec_decode(&msg_type_query_reply, (struct slice){zmq_msg_data(m), zmq_msg_size(m)}, CODEC_TOLERANT, a, &d,
			 NULL) != ERR_OK)
		bench_die("an answer that cannot be read");
	const struct msg_query_reply *r = d;
	if (r->error)
		bench_die(r->error->text);
	return r;
}

/* The last part is the shorter one: only that is decoded while the clock runs. */
static bool is_end(zmq_msg_t *m)
{
	struct rd reply = rd_of((struct slice){zmq_msg_data(m), zmq_msg_size(m)});
	while (rd_ok(&reply) && !rd_done(&reply)) {
		uint64_t tag = rd_varint(&reply);
		if ((tag & 7) == 2)
			rd_slice(&reply);
		else if (rd_varint(&reply) && tag >> 3 == 8)
			return true;
	}
	return false;
}

static double ask(void *s, struct msg_query_request *q, struct parts *ret)
{
	static uint64_t number;
	struct buf out = {0};
	uint8_t rid[8];
	be64_put(rid, ++number);
	q->version = 1;
	q->request_id = (struct slice){rid, 8};
	q->deadline_ms = 600000;
	codec_encode(&msg_type_query_request, q, &out);
	while (ret->n)
		zmq_msg_close(&ret->list[--ret->n]);
	double from = bench_now();
	zmq_send(s, out.data, out.len, 0);
	do {
		if (ret->n == ret->room) {
			ret->room = ret->room ? ret->room * 2 : 64;
			ret->list = mem_grow(ret->list, ret->room * sizeof *ret->list);
		}
		zmq_msg_init(&ret->list[ret->n]);
		if (zmq_msg_recv(&ret->list[ret->n++], s, 0) < 0)
			bench_die("no answer");
	} while (!is_end(&ret->list[ret->n - 1]));
	double took = bench_now() - from;
	buf_free(&out);
	return took;
}

/* The median of some times, and the last answer. */
static double ask_often(struct msg_query_request *q, unsigned times, struct parts *ret)
{
	struct bench_times t = {0};
	void *s = dealer();
	for (unsigned i = 0; i < times; i++)
		bench_time(&t, ask(s, q, ret));
	double median = bench_quantile(&t, 0.5) / 1e6;
	zmq_close(s);
	free(t.list);
	return median;
}

/* Rows in the order of anybody: period, unit (or units that it lies among), sum, how sure. */
static void write_trend_row(FILE *f, const struct msg_trend_row *r)
{
	const struct msg_figure *x = &r->figures[0];
	fprintf(f, "%s|%s", r->period, r->group);
	for (size_t i = 0; i < r->n_among; i++)
		fprintf(f, "%s%s", i ? "+" : "", r->among[i]);
	if (*x->refused || strcmp(x->denominator, "1") != 0)
		bench_die(*x->refused ? x->refused : "a sum that is no whole number");
	bool sure = r->method == METHOD_EXACT || r->method == METHOD_MERGED;
	fprintf(f, "|%s|%s\n", x->numerator, sure ? "sure" : r->n_among ? "among" : "bounds");
}

static void trend(const char *name, const char *by, uint64_t as_of, unsigned rounds)
{
	AUTO_ARENA struct arena *a = arena_new(0);
	enum measure sum = MEASURE_SUM;
	char day[16], text[64];
	struct parts parts = {0};
	snprintf(day, sizeof day, "%u-01-01", PAST_FIRST + rounds);
	struct msg_trend_question t = {
	    .indicator = "people", .group_by = by, .n_measures = 1, .measures = &sum, .structure_at = day};
	struct msg_query_request q = {.as_of_revision = as_of, .trend = &t};
	double took = ask_often(&q, ASKED, &parts), bytes = 0;
	snprintf(text, sizeof text, "varde.%s", name);
	FILE *f = file(text);
	size_t rows = 0;
	for (size_t i = 0; i < parts.n; i++) {
		arena_reset(a);
		bytes += (double)zmq_msg_size(&parts.list[i]);
		const struct msg_query_reply *r = decode(&parts.list[i], a);
		for (size_t k = 0; r->trend && k < r->trend->n_rows; k++, rows++)
			write_trend_row(f, &r->trend->rows[k]);
	}
	done(f);
	snprintf(text, sizeof text, "lineage_%s_s", name);
	bench_say(text, took);
	snprintf(text, sizeof text, "lineage_%s_rows", name);
	bench_say(text, (double)rows);
	snprintf(text, sizeof text, "lineage_%s_mb", name);
	bench_say(text, bytes / 1e6);
	while (parts.n)
		zmq_msg_close(&parts.list[--parts.n]);
	free(parts.list);
}

static void overlap(const char *with)
{
	AUTO_ARENA struct arena *a = arena_new(0);
	char text[64];
	struct parts parts = {0};
	struct msg_overlap_question o = {.valid_at = "2001-01-01", .kind_a = "region", .kind_b = with};
	struct msg_query_request q = {.overlap = &o};
	double took = ask_often(&q, 51, &parts);
	snprintf(text, sizeof text, "varde.overlap_%s", with);
	FILE *f = file(text);
	for (size_t i = 0; i < parts.n; i++) {
		const struct msg_overlap_answer *r = decode(&parts.list[i], a)->overlap;
		for (size_t k = 0; r && k < r->n_rows; k++)
			fprintf(f, "%s|%s|%s|%s|%u\n", r->rows[k].a, r->rows[k].b,
				r->rows[k].extent == EXTENT_WHOLE ? "whole" : "part",
				r->rows[k].contains_a ? "contains" : "", r->rows[k].common);
	}
	done(f);
	snprintf(text, sizeof text, "lineage_overlap_%s_ms", with);
	bench_say(text, took * 1e3);
	while (parts.n)
		zmq_msg_close(&parts.list[--parts.n]);
	free(parts.list);
}

/* ---- the run ---------------------------------------------------------------------------------------- */

static void settle(struct varde *v, uint64_t rev)
{
	AUTO_ARENA struct arena *a = arena_new(0);
	struct why why = {""};
	struct msg_status_question sq = {0};
	struct msg_query_request q = {.min_revision = rev, .deadline_ms = 60000, .status = &sq};
	struct msg_query_reply *r;
	if (varde_ask_one(v, &q, a, &r, &why) != ERR_OK)
		bench_die(why.text);
}

static uint64_t load(struct varde *v, const struct past *p, uint64_t *old)
{
	struct figures all = {0};
	unsigned last = p->n_rounds - 1;
	double from = bench_now();
	prepare(v);
	load_units(v, p);
	load_cover(v);
	FILE *f = file("lineage.tsv");
	*old = load_events(v, p, f, 0, last - 1);
	load_rounds(v, p, &all);
	*old = all.list[all.n - 1].rev;
	load_events(v, p, f, last, last);
	done(f);
	uint64_t now = load_corrections(v, &all);
	write_figures(&all);
	settle(v, now);
	bench_say("lineage_load_s", bench_now() - from);
	bench_say("lineage_figures", (double)all.n);
	free(all.list);
	f = file("round.tsv");
	for (unsigned r = 0; r < p->n_rounds; r++)
		fprintf(f, "%u-01-01\n", PAST_FIRST + r);
	done(f);
	return now;
}

static void ask_all(uint64_t now, uint64_t old, unsigned rounds)
{
	trend("trend_county_now", "county", now, rounds);
	trend("trend_county_old", "county", old, rounds);
	trend("trend_unit_now", "unit", now, rounds);
	trend("trend_unit_old", "unit", old, rounds);
	overlap("shire");
	overlap("commune");
}

static int again(char **argv)
{
	char path[512];
	uint64_t now, old;
	bench_endpoints(argv[2], endpoints);
	dir = argv[3];
	snprintf(path, sizeof path, "%s/revisions", dir);
	FILE *f = fopen(path, "r");
	if (!f || fscanf(f, "now=%" SCNu64 "\nold=%" SCNu64, &now, &old) != 2)
		bench_die("no revisions: run first");
	fclose(f);
	ask_all(now, old, (unsigned)strtoul(argv[4], NULL, 10));
	return 0;
}

static int run(char **argv)
{
	AUTO_ARENA struct arena *a = arena_new(0);
	struct varde *v;
	struct why why = {""};
	bench_endpoints(argv[2], endpoints);
	dir = argv[3];
	uint32_t units = (uint32_t)strtoul(argv[4], NULL, 10);
	unsigned rounds = (unsigned)strtoul(argv[5], NULL, 10);
	size_t events = strtoull(argv[6], NULL, 10);
	if (units < 40 * PAST_COUNTIES || rounds < 2 || events < rounds || events / rounds > 300)
		bench_die("give 4000 units or more, 2 rounds or more, and 1 to 300 events a round");
	struct past *p = past_make(a, units, rounds, events);
	struct varde_options o = {
	    .ingest = endpoints[0], .query = endpoints[1], .feed = endpoints[2], .deadline_ms = 60000};
	if (varde_open(&o, &v, &why) != ERR_OK)
		bench_die(why.text);
	uint64_t old, now = load(v, p, &old);
	ask_all(now, old, rounds);
	FILE *f = file("revisions");
	fprintf(f, "now=%" PRIu64 "\nold=%" PRIu64 "\nstructure=%u-01-01\n", now, old, PAST_FIRST + rounds);
	done(f);
	varde_close(v);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 7 && strcmp(argv[1], "run") == 0)
		return run(argv);
	if (argc == 5 && strcmp(argv[1], "again") == 0)
		return again(argv);
	if (argc != 3 || strcmp(argv[1], "register") != 0)
		bench_die("usage: bench_lineage register FILE | run ENDPOINTS_FILE DIR UNITS ROUNDS EVENTS | again "
			  "ENDPOINTS_FILE DIR ROUNDS");
	FILE *f = fopen(argv[2], "w");
	if (!f)
		bench_die(argv[2]);
	bench_say("register_rows", (double)past_register(f));
	done(f);
	return 0;
}
