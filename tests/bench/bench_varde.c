/* SPDX-License-Identifier: Apache-2.0
 *
 * bench_varde.c - a running daemon under load, end to end over its real sockets.
 *
 * usage: bench_varde ENDPOINTS_FILE DAEMON_PID RECORDS
 * Makes 100,000 units, fills the store up to RECORDS observations (each its own message with its own receipt, about 200
 * bytes, units in random order), then measures in that steady state. The daemon's own counters must agree with what was
 * sent.
 */
#include "bench.h"
#include <pthread.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>
#include "base/mem.h"
#include "clients/varde.h"
#include "proto/codec.h"

#define UNITS   100000u
#define SERIES  5u
#define FIRST   1900u
#define SECONDS 10.0

static char endpoints[3][128]; /* ingest, query, feed */
static void *context;
static int daemon_pid;

static void *dealer(int which)
{
	void *s = zmq_socket(context, ZMQ_DEALER);
	int hwm = 0, wait = 30000;
	zmq_setsockopt(s, ZMQ_SNDHWM, &hwm, sizeof hwm);
	zmq_setsockopt(s, ZMQ_RCVHWM, &hwm, sizeof hwm);
	zmq_setsockopt(s, ZMQ_RCVTIMEO, &wait, sizeof wait);
	if (zmq_connect(s, endpoints[which]))
		bench_die("connect");
	return s;
}

/* One kB figure of /proc/PID/status, or the bytes written of /proc/PID/io. */
static double proc_figure(const char *file, const char *name)
{
	char path[64], line[256];
	double v = 0;
	snprintf(path, sizeof path, "/proc/%d/%s", daemon_pid, file);
	FILE *f = fopen(path, "r");
	while (f && fgets(line, sizeof line, f))
		if (strncmp(line, name, strlen(name)) == 0)
			v = strtod(line + strlen(name), NULL);
	if (f)
		fclose(f);
	return v;
}

/* ---- messages ---- */

static struct msg_item item_of(struct arena *a, const struct msg_message *m)
{
	return varde_item(a, m);
}

static void submit_one(struct varde *v, struct arena *a, const struct msg_message *m)
{
	struct msg_receipt *r;
	struct why why = {""};
	struct msg_item item = item_of(a, m);
	if (varde_submit(v, &item, 1, a, &r, &why) != ERR_OK)
		bench_die(why.text);
	if (r->verdict != VERDICT_ACCEPTED)
		bench_die(r->n_findings ? r->findings[0].text : "not accepted");
}

static void prepare(struct varde *v)
{
	AUTO_ARENA struct arena *a = arena_new(0);
	static struct msg_code codes[SERIES];
	static char names[SERIES][8];
	for (unsigned i = 0; i < SERIES; i++) {
		snprintf(names[i], sizeof names[i], "level%u", i);
		codes[i] = (struct msg_code){.code = names[i], .label = names[i]};
	}
	struct msg_source source = {.id = "bench", .title = "bench"};
	struct msg_code_list list = {.id = "levels", .n_codes = SERIES, .codes = codes};
	struct msg_dimension dim = {.id = "level", .code_list = "levels", .aggregation = AGGREGATION_ADDITIVE};
	struct msg_indicator ind = {.id = "arrangements",
				    .label = "arrangements",
				    .type = VALUE_TYPE_COUNT,
				    .n_dimensions = 1,
				    .dimensions = &dim,
				    .over_units = AGGREGATION_DISTINCT,
				    .over_time = AGGREGATION_NONE};
	struct msg_define def = {.n_sources = 1,
				 .sources = &source,
				 .n_code_lists = 1,
				 .code_lists = &list,
				 .n_indicators = 1,
				 .indicators = &ind};
	struct msg_message m = {.define = &def};
	submit_one(v, a, &m);
	for (unsigned u = 0; u < UNITS; u += 1000) {
		arena_reset(a);
		struct msg_unit_statement *units = arena_alloc(a, 1000 * sizeof *units);
		for (unsigned i = 0; i < 1000; i++) {
			struct msg_name *name = arena_alloc(a, sizeof *name);
			name->text = arena_printf(a, "Municipality %06u", u + i);
			units[i] = (struct msg_unit_statement){.id = arena_printf(a, "municipality/%06u", u + i),
							       .kind = "municipality",
							       .n_names = 1,
							       .names = name};
		}
		struct msg_submission s = {
		    .mode = SUBMISSION_MODE_PATCH, .source = "bench", .n_units = 1000, .units = units};
		struct msg_message um = {.submission = &s};
		submit_one(v, a, &um);
	}
}

/* Record i: in each (year, series) every unit once, in an order that hops about. */
static void observation(struct buf *out, uint64_t i)
{
	char unit[32], level[8], year[8], locator[64];
	uint64_t pass = i / UNITS, k = i % UNITS;
	uint64_t u = (k * 61803 + pass * 7919) % UNITS;
	snprintf(unit, sizeof unit, "municipality/%06u", (unsigned)u);
	snprintf(level, sizeof level, "level%u", (unsigned)(pass % SERIES));
	snprintf(year, sizeof year, "%u", (unsigned)(FIRST + pass / SERIES));
	snprintf(locator, sizeof locator, "table 4.2, row %u, column %u of the report on co-operation", (unsigned)u,
		 (unsigned)(pass % SERIES));
	struct msg_unit_by_id id = {.id = unit};
	struct msg_unit_ref ref = {.id = &id};
	struct msg_category cat = {.dimension = "level", .code = level};
	struct msg_decimal d = {.digits = (int64_t)(i % 97)};
	struct msg_value value = {.exact = &d};
	struct msg_observation o = {.unit = &ref,
				    .indicator = "arrangements",
				    .n_categories = 1,
				    .categories = &cat,
				    .period = year,
				    .value = &value,
				    .status = OBSERVATION_STATUS_MAIN,
				    .locator = locator};
	struct msg_submission s = {
	    .mode = SUBMISSION_MODE_PATCH, .source = "bench", .n_observations = 1, .observations = &o};
	struct msg_message m = {.submission = &s};
	codec_encode(&msg_type_message, &m, out);
}

static void request(struct buf *out, uint64_t first, unsigned items)
{
	struct msg_item list[64];
	static struct buf content[64];
	uint8_t ids[64][16];
	uint8_t rid[8];
	be64_put(rid, first);
	for (unsigned k = 0; k < items; k++) {
		buf_clear(&content[k]);
		observation(&content[k], first + k);
		varde_message_id(ids[k]);
		list[k] = (struct msg_item){.message_id = {ids[k], 16}, .content = buf_view(&content[k])};
	}
	struct msg_ingest_request r = {.version = 1, .request_id = {rid, 8}, .n_items = items, .items = list};
	buf_clear(out);
	codec_encode(&msg_type_ingest_request, &r, out);
}

/* ---- ingest ---- */

static uint64_t next_record;
static double content_bytes;

static double load(double seconds, uint64_t records, unsigned items, unsigned requests, struct bench_times *times)
{
	void *s = dealer(0);
	struct buf out = {0};
	double *sent_at = calloc(requests, sizeof *sent_at);
	uint64_t sent = 0, got = 0, first = next_record;
	double from = bench_now();
	for (;;) {
		bool more = records ? (sent * items < records) : (bench_now() - from < seconds);
		while (more && sent - got < requests) {
			request(&out, first + sent * items, items);
			sent_at[sent % requests] = bench_now();
			zmq_send(s, out.data, out.len, 0);
			sent++;
			more = !records || sent * items < records;
		}
		if (got == sent)
			break;
		zmq_msg_t m;
		zmq_msg_init(&m);
		if (zmq_msg_recv(&m, s, 0) < 0)
			bench_die("no receipt within 30 s");
		if (times)
			bench_time(times, bench_now() - sent_at[got % requests]); /* answers come in order */
		got++;
		zmq_msg_close(&m);
	}
	double rate = (double)(got * items) / (bench_now() - from);
	next_record = first + sent * items;
	content_bytes = (double)out.len / items;
	buf_free(&out);
	free(sent_at);
	zmq_close(s);
	return rate;
}

/* ---- questions ---- */

static void question(struct buf *out, uint64_t n, uint64_t known, uint64_t as_of)
{
	static uint64_t seed = 2463534242;
	uint64_t i = bench_random(&seed) % known;
	char unit[32], level[8], year[8];
	uint8_t rid[8];
	uint64_t pass = i / UNITS, u = (i % UNITS * 61803 + pass * 7919) % UNITS;
	be64_put(rid, n);
	snprintf(unit, sizeof unit, "municipality/%06u", (unsigned)u);
	snprintf(level, sizeof level, "level%u", (unsigned)(pass % SERIES));
	snprintf(year, sizeof year, "%u", (unsigned)(FIRST + pass / SERIES));
	struct msg_unit_by_id id = {.id = unit};
	struct msg_unit_ref ref = {.id = &id};
	struct msg_category cat = {.dimension = "level", .code = level};
	struct msg_snapshot_question q = {.scope = &ref,
					  .indicator = "arrangements",
					  .n_categories = 1,
					  .categories = &cat,
					  .period = year,
					  .observations = true};
	struct msg_query_request r = {.version = 1, .request_id = {rid, 8}, .as_of_revision = as_of, .snapshot = &q};
	buf_clear(out);
	codec_encode(&msg_type_query_request, &r, out);
}

/* Every answer must be the figure of that record. */
static void check_answer(zmq_msg_t *m, struct arena *a)
{
	void *d;
	if (codec_decode(&msg_type_query_reply, (struct slice){zmq_msg_data(m), zmq_msg_size(m)}, CODEC_TOLERANT, a, &d,
			 NULL) != ERR_OK)
		bench_die("an answer that cannot be read");
	const struct msg_query_reply *r = d;
	if (!r->snapshot || r->snapshot->n_observations != 1 || !r->snapshot->observations[0].value->exact)
		bench_die(r->error ? r->error->text : "an answer without its figure");
}

static double ask_one_by_one(double seconds, uint64_t known, uint64_t as_of, struct bench_times *times)
{
	void *s = dealer(1);
	AUTO_ARENA struct arena *a = arena_new(0);
	struct buf out = {0};
	double from = bench_now();
	uint64_t n = 0;
	for (; bench_now() - from < seconds; n++) {
		question(&out, n, known, as_of);
		double at = bench_now();
		zmq_send(s, out.data, out.len, 0);
		zmq_msg_t m;
		zmq_msg_init(&m);
		if (zmq_msg_recv(&m, s, 0) < 0)
			bench_die("no answer");
		bench_time(times, bench_now() - at);
		arena_reset(a);
		check_answer(&m, a);
		zmq_msg_close(&m);
	}
	buf_free(&out);
	zmq_close(s);
	return (double)n / seconds;
}

static double ask_pipelined(double seconds, uint64_t known)
{
	void *s = dealer(1);
	AUTO_ARENA struct arena *a = arena_new(0);
	enum { PREPARED = 4096, WINDOW = 256, BATCH = 64 };
	static struct buf ready[PREPARED];
	for (unsigned i = 0; i < PREPARED; i++)
		question(&ready[i], i, known, 0);
	uint64_t sent = 0, got = 0;
	double from = bench_now(), until = from + seconds;
	while (bench_now() < until) {
		for (; sent - got < WINDOW; sent++)
			zmq_send(s, ready[sent % PREPARED].data, ready[sent % PREPARED].len, 0);
		for (unsigned i = 0; i < BATCH; i++, got++) {
			zmq_msg_t m;
			zmq_msg_init(&m);
			if (zmq_msg_recv(&m, s, 0) < 0)
				bench_die("no answer");
			if (got % 1024 == 0) {
				arena_reset(a);
				check_answer(&m, a);
			}
			zmq_msg_close(&m);
		}
	}
	double rate = (double)got / (bench_now() - from);
	zmq_close(s);
	return rate;
}

struct background {
	pthread_t thread;
	double rate;
};
static void *load_background(void *arg)
{
	struct background *b = arg;
	b->rate = load(SECONDS, 0, 64, 16, NULL);
	return NULL;
}

/* ---- replay ---- */

static bool count_set(void *arg, struct slice bytes, const struct msg_change_set *set)
{
	uint64_t *n = arg;
	(void)bytes;
	(void)set;
	return ++*n < 2000000;
}

static void replay(struct varde *v)
{
	uint64_t n = 0;
	struct why why = {""};
	struct varde_watcher w = {.set = count_set, .arg = &n};
	double from = bench_now();
	if (varde_watch(v, 1, 2000, &w, &why) != ERR_OK)
		bench_die(why.text);
	bench_say("replay_library_per_s", (double)n / (bench_now() - from));
}

/* The next field of a message: its number, and what it holds when it is length-delimited. */
static uint64_t next_field(struct rd *r, struct slice *ret)
{
	uint64_t tag = rd_varint(r);
	*ret = (struct slice){0};
	if ((tag & 7) == 2)
		*ret = rd_slice(r);
	else
		ret->len = rd_varint(r);
	return tag >> 3;
}

/* How many change sets a part of an answer holds, and whether it is the last: read as far as a subscriber that only
 * counts must. */
static uint64_t count_sets(zmq_msg_t *m, bool *end)
{
	struct rd reply = rd_of((struct slice){zmq_msg_data(m), zmq_msg_size(m)});
	struct slice field, set;
	uint64_t n = 0;
	*end = false;
	while (rd_ok(&reply) && !rd_done(&reply)) {
		uint64_t number = next_field(&reply, &field);
		if (number == 10)
			bench_die("the replay was refused");
		if (number == 8)
			*end = true;
		if (number != 14)
			continue;
		struct rd changes = rd_of(field);
		while (rd_ok(&changes) && !rd_done(&changes))
			n += next_field(&changes, &set) == 1;
	}
	if (!rd_ok(&reply))
		bench_die("a replay that cannot be read");
	return n;
}

/* The same without the library, and without decoding each record: what the daemon and the wire can do. Credit of 8
 * requests. */
static void replay_raw(uint64_t newest)
{
	void *s = dealer(1);
	struct buf out = {0};
	uint64_t asked = 0, ended = 0, got = 0, step = 512, want = newest < 4000000 ? newest / step * step : 4000000;
	double from = bench_now();
	while (ended < want) {
		for (; asked < want && asked - ended < 8 * step; asked += step) {
			uint8_t rid[8];
			be64_put(rid, asked);
			struct msg_changes_question q = {
			    .from_revision = asked + 1, .to_revision = asked + step, .limit = (uint32_t)step};
			struct msg_query_request r = {.version = 1, .request_id = {rid, 8}, .changes = &q};
			buf_clear(&out);
			codec_encode(&msg_type_query_request, &r, &out);
			zmq_send(s, out.data, out.len, 0);
		}
		zmq_msg_t m;
		bool end;
		zmq_msg_init(&m);
		if (zmq_msg_recv(&m, s, 0) < 0)
			bench_die("no replay");
		got += count_sets(&m, &end);
		ended += end ? step : 0;
		zmq_msg_close(&m);
	}
	if (got < want)
		bench_die("the replay is not whole");
	bench_say("replay_per_s", (double)got / (bench_now() - from));
	buf_free(&out);
	zmq_close(s);
}

static struct msg_status_answer status(struct varde *v)
{
	static struct msg_status_answer out;
	AUTO_ARENA struct arena *a = arena_new(0);
	struct why why = {""};
	struct msg_status_question sq = {.sizes = true};
	struct msg_query_request q = {.status = &sq};
	struct msg_query_reply *r;
	if (varde_ask_one(v, &q, a, &r, &why) != ERR_OK)
		bench_die(why.text);
	out = *r->status;
	return out;
}

static void settle(struct varde *v, uint64_t rev)
{
	AUTO_ARENA struct arena *a = arena_new(0);
	struct why why = {""};
	struct msg_status_question sq = {0};
	struct msg_query_request q = {.min_revision = rev, .deadline_ms = 600000, .status = &sq};
	struct msg_query_reply *r;
	for (int i = 0; i < 60; i++) {
		struct msg_query_request copy = q;
		copy.deadline_ms = 10000;
		if (varde_ask_one(v, &copy, a, &r, &why) == ERR_OK)
			return;
	}
	bench_die(why.text);
}

int main(int argc, char **argv)
{
	if (argc != 4)
		bench_die("usage: bench_varde ENDPOINTS_FILE DAEMON_PID RECORDS");
	bench_endpoints(argv[1], endpoints);
	daemon_pid = (int)strtol(argv[2], NULL, 10);
	uint64_t records = strtoull(argv[3], NULL, 10);
	context = zmq_ctx_new();
	struct varde *v;
	struct why why = {""};
	struct varde_options o = {
	    .ingest = endpoints[0], .query = endpoints[1], .feed = endpoints[2], .deadline_ms = 60000};
	if (varde_open(&o, &v, &why) != ERR_OK)
		bench_die(why.text);
	prepare(v);
	bench_say("fill_per_s", load(0, records, 64, 16, NULL));
	bench_say("content_bytes", content_bytes);
	struct msg_status_answer st = status(v);
	settle(v, st.durable_revision);

	double written = proc_figure("io", "write_bytes:");
	uint64_t before = next_record;
	struct bench_times one = {0}, many = {0}, single = {0}, idle = {0}, old = {0}, busy = {0};
	bench_say("ingest_1024_per_s", load(SECONDS, 0, 64, 16, &many));
	bench_say("ingest_1024_p50_us", bench_quantile(&many, 0.5));
	bench_say("ingest_1024_p99_us", bench_quantile(&many, 0.99));
	bench_say("ingest_1024_single_per_s", load(SECONDS, 0, 1, 1024, &single));
	bench_say("ingest_1024_single_p99_us", bench_quantile(&single, 0.99));
	st = status(v);
	settle(v, st.durable_revision);
	bench_say("disk_bytes_per_record",
		  (proc_figure("io", "write_bytes:") - written) / (double)(next_record - before));
	bench_say("ingest_1_per_s", load(SECONDS / 2, 0, 1, 1, &one));
	bench_say("ingest_1_p50_us", bench_quantile(&one, 0.5));
	if (status(v).accepted != next_record + 1 + UNITS / 1000)
		bench_die("the daemon's count of accepted messages is not what was sent");

	st = status(v);
	settle(v, st.durable_revision);
	uint64_t known = next_record;
	bench_say("asof_per_s", ask_one_by_one(SECONDS / 2, known, 0, &idle));
	bench_say("asof_p50_us", bench_quantile(&idle, 0.5));
	bench_say("asof_p99_us", bench_quantile(&idle, 0.99));
	ask_one_by_one(SECONDS / 4, records / 2, st.durable_revision - known / 4, &old);
	bench_say("asof_old_p50_us", bench_quantile(&old, 0.5));
	bench_say("asof_pipelined_per_s", ask_pipelined(SECONDS / 2, known));
	struct background b = {0};
	pthread_create(&b.thread, NULL, load_background, &b);
	ask_one_by_one(SECONDS - 1, known, 0, &busy);
	pthread_join(b.thread, NULL);
	bench_say("asof_busy_p50_us", bench_quantile(&busy, 0.5));
	bench_say("asof_busy_p99_us", bench_quantile(&busy, 0.99));
	bench_say("ingest_while_asked_per_s", b.rate);
	st = status(v);
	settle(v, st.durable_revision);
	replay_raw(st.durable_revision);
	replay(v);
	bench_say("records", (double)status(v).durable_position);
	bench_say("log_bytes", (double)status(v).log_bytes);
	bench_say("index_bytes", (double)status(v).index_bytes);
	bench_say("rss_anon_kb", proc_figure("status", "RssAnon:"));
	varde_close(v);
	zmq_ctx_term(context);
	return 0;
}
