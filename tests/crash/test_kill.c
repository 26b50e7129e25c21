/* SPDX-License-Identifier: Apache-2.0
 *
 * test_kill.c - kill -9 under load, again and again, with a client that remembers every receipt.
 *
 * Each round keeps a window of messages in flight, takes a random number of receipts and kills the daemon at once: what
 * was sent and not yet answered is in flight, is counted, and must not be nothing. After the restart the client does
 * what a client does: it sends everything unanswered again, with the same ids. VARDE_KILLS sets the number of kills,
 * VARDE_SEED the order.
 */
#include "tests/test.h"
#include <sodium.h>
#include "storage/index.h"
#include "tests/integration/daemon.h"
#include "tests/integration/raw.h"

#define MARK       0x7661726465000000u /* begins every id of this client */
#define WINDOW     192u                /* requests in flight */
#define UNITS      40u
#define OLD_CHECKS 64u /* receipts of earlier rounds asked for again after each restart */

struct said {
	uint8_t id[16];
	struct slice content; /* heap */
	struct slice receipt; /* heap; empty until the first one came */
};
struct client {
	struct daemon d;
	struct raw r;
	uint64_t seed;
	size_t n, room, answered; /* said[0 .. answered) have a receipt: answers come in order */
	struct said *said;
	uint64_t durable;            /* position that the log had reached when this life began */
	uint64_t in_flight_at_kills; /* sent, and not answered when the daemon was killed */
	uint64_t found_durable;      /* of these, found on record by the next life */
	uint64_t kills;
};

static uint64_t next(struct client *c)
{
	c->seed ^= c->seed << 13;
	c->seed ^= c->seed >> 7;
	c->seed ^= c->seed << 17;
	return c->seed;
}

static struct slice keep(const void *data, size_t len)
{
	void *copy = malloc(len + 1);
	assert_non_null(copy);
	memcpy(copy, data, len);
	return (struct slice){copy, len};
}

/* ---- what is said ---- */

static void say(struct client *c, const struct msg_message *m)
{
	AUTO_BUF struct buf b = {0};
	if (c->n == c->room) {
		c->room = c->room ? c->room * 2 : 1024;
		c->said = realloc(c->said, c->room * sizeof *c->said);
		assert_non_null(c->said);
	}
	struct said *s = &c->said[c->n++];
	memset(s, 0, sizeof *s);
	be64_put(s->id, MARK);
	be64_put(s->id + 8, c->n);
	codec_encode(&msg_type_message, m, &b);
	s->content = keep(b.data, b.len);
}

static void say_definitions(struct client *c)
{
	struct msg_source source = {.id = "report", .title = "report"};
	struct msg_indicator ind = {.id = "arrangements",
				    .label = "arrangements",
				    .type = VALUE_TYPE_COUNT,
				    .over_units = AGGREGATION_DISTINCT,
				    .over_time = AGGREGATION_NONE};
	struct msg_define def = {.n_sources = 1, .sources = &source, .n_indicators = 1, .indicators = &ind};
	say(c, &(struct msg_message){.define = &def});
	for (unsigned u = 0; u < UNITS; u++) {
		char id[32];
		snprintf(id, sizeof id, "kommune/%u", u);
		struct msg_name name = {.text = id};
		struct msg_unit_statement unit = {.id = id, .kind = "municipality", .n_names = 1, .names = &name};
		struct msg_submission s = {
		    .mode = SUBMISSION_MODE_PATCH, .source = "report", .n_units = 1, .units = &unit};
		say(c, &(struct msg_message){.submission = &s});
	}
}

/* Mostly observations, some on a key that has one; now and then one that must be refused. */
static void say_something(struct client *c)
{
	char unit[32], period[8];
	snprintf(unit, sizeof unit, "kommune/%u", (unsigned)(next(c) % UNITS));
	snprintf(period, sizeof period, "%u", (unsigned)(1900 + next(c) % 120));
	bool wrong = next(c) % 10 == 0;
	struct msg_unit_by_id id = {.id = unit};
	struct msg_unit_ref ref = {.id = &id};
	struct msg_decimal number = {.digits = (int64_t)(next(c) % 60)};
	struct msg_value value = {.exact = &number};
	struct msg_observation o = {.unit = &ref,
				    .indicator = wrong ? "nothing" : "arrangements",
				    .period = period,
				    .value = &value,
				    .status = OBSERVATION_STATUS_MAIN};
	struct msg_submission s = {
	    .mode = SUBMISSION_MODE_PATCH, .source = "report", .n_observations = 1, .observations = &o};
	say(c, &(struct msg_message){.submission = &s});
}

/* ---- sending and being answered ---- */

static void send_said(struct client *c, size_t i)
{
	struct msg_item item = {.message_id = {c->said[i].id, 16}, .content = c->said[i].content};
	raw_submit(&c->r, &item, 1);
}

/* The receipt of said[i]: the first one is remembered, every later one must be the same bytes. */
static void take_receipt(struct client *c, size_t i)
{
	struct msg_ingest_reply *reply = raw_reply(&c->r, RAW_WAIT_MS);
	if (!reply)
		fail_msg("no receipt for message %zu within 10 s", i);
	assert_int_equal(reply->n_receipts, 1);
	assert_memory_equal(reply->receipts[0].message_id.data, c->said[i].id, 16);
	assert_true(reply->receipts[0].verdict == VERDICT_ACCEPTED || reply->receipts[0].verdict == VERDICT_REFUSED);
	struct slice now = raw_receipt(&c->r, 0);
	struct slice *first = &c->said[i].receipt;
	if (!first->data) {
		*first = keep(now.data, now.len);
		c->found_durable += reply->receipts[0].position <= c->durable;
	} else if (!slice_eq(*first, now)) {
		fail_msg("message %zu got another receipt than the first", i);
	}
	arena_reset(c->r.a);
}

/* The status once the index has reached a revision. */
static struct msg_status_answer status_at(struct client *c, uint64_t revision)
{
	struct raw q;
	raw_open(&q, ZMQ_DEALER, c->d.query, NULL);
	struct msg_status_question status = {0};
	struct msg_query_request request = {.min_revision = revision, .status = &status};
	raw_ask(&q, &request);
	const struct msg_query_reply *r = raw_answer(&q, RAW_WAIT_MS);
	assert_non_null(r);
	assert_non_null(r->status);
	struct msg_status_answer out = *r->status;
	raw_close(&q);
	return out;
}

static void live_again(struct client *c)
{
	daemon_start(&c->d, NULL);
	c->durable = status_at(c, 0).durable_position;
	raw_open(&c->r, ZMQ_DEALER, c->d.ingest, NULL);
}

/* One life of the daemon: settle what was unanswered, check old receipts, load it, kill it in the middle. */
static void one_life(struct client *c)
{
	live_again(c);
	size_t sent = c->answered;
	for (unsigned k = 0; k < OLD_CHECKS && c->answered; k++) {
		size_t i = next(c) % c->answered;
		send_said(c, i);
		take_receipt(c, i);
	}
	size_t until = c->answered + next(c) % 400;
	for (;;) {
		while (sent - c->answered < WINDOW) {
			if (sent == c->n)
				say_something(c);
			send_said(c, sent++);
		}
		if (c->answered >= until)
			break;
		take_receipt(c, c->answered);
		c->answered++;
	}
	c->in_flight_at_kills += sent - c->answered;
	c->kills++;
	assert_true(sent > c->answered); /* else the kill proves nothing */
	daemon_kill(&c->d);
	raw_close(&c->r);
}

/* ---- afterwards ---- */

struct replay {
	uint64_t sets, revisions;
	uint8_t hash[32];
};

static bool accepted_once(const struct client *c, const struct msg_change_set *set, uint8_t *seen)
{
	const uint8_t *id = set->message_id.data;
	if (be64_get(id) != MARK)
		return true; /* a tick */
	uint64_t number = be64_get(id + 8);
	assert_true(number > 0 && number <= c->n);
	return seen[number - 1]++ == 0;
}

/* Replay the log from revision 1: revisions without gap, no message twice, each decoded set encoding to itself. */
static struct replay replay(struct client *c)
{
	struct replay out = {0};
	struct raw q;
	uint8_t *seen = calloc(c->n, 1);
	crypto_generichash_state hash;
	crypto_generichash_init(&hash, NULL, 0, sizeof out.hash);
	raw_open(&q, ZMQ_DEALER, c->d.query, NULL);
	for (uint64_t from = 1; from;) {
		struct msg_changes_question ask = {.from_revision = from, .limit = 500};
		struct msg_query_request request = {.changes = &ask};
		const struct msg_query_reply *part;
		uint64_t before = out.sets;
		raw_ask(&q, &request);
		do {
			part = raw_answer(&q, RAW_WAIT_MS);
			assert_non_null(part);
			if (!part->changes)
				fail_msg("replay: %s", part->error ? part->error->text : "no changes");
			for (size_t i = 0; i < part->changes->n_sets; i++) {
				const struct msg_change_set *set = &part->changes->sets[i];
				AUTO_BUF struct buf b = {0};
				assert_int_equal(set->revision, out.revisions + 1);
				assert_true(accepted_once(c, set, seen));
				out.revisions += set->last;
				out.sets++;
				codec_encode(&msg_type_change_set, set, &b);
				crypto_generichash_update(&hash, b.data, b.len);
			}
			from = part->changes->next_revision;
		} while (!part->end);
		if (out.sets == before)
			from = 0;
		arena_reset(q.a);
	}
	raw_close(&q);
	free(seen);
	crypto_generichash_final(&hash, out.hash, sizeof out.hash);
	return out;
}

static uint64_t accepted(const struct client *c)
{
	uint64_t n = 0;
	for (size_t i = 0; i < c->answered; i++) {
		AUTO_ARENA struct arena *a = arena_new(0);
		void *r;
		assert_ok(codec_decode(&msg_type_receipt, c->said[i].receipt, CODEC_TOLERANT, a, &r, NULL));
		n += ((struct msg_receipt *)r)->verdict == VERDICT_ACCEPTED;
	}
	return n;
}

/* The index as it grew through all the kills, and one folded anew from the log. */
static void index_equals_its_rebuild(struct client *c)
{
	char dir[160];
	uint8_t grown[32], anew[32];
	uint64_t rows, records;
	struct store *s;
	struct why why = {""};
	snprintf(dir, sizeof dir, "%s/store", c->d.dir);
	struct store_options o = {.dir = dir,
				  .log_map_bytes = 1u << 30,
				  .index_map_bytes = 1u << 30,
				  .local_map_bytes = 1u << 24,
				  .readers_max = 16,
				  .zone = "UTC"};
	if (store_open(&o, &s, &why) != ERR_OK)
		fail_msg("%s", why.text);
	assert_ok(index_digest(s, grown, &rows));
	store_close(s);
	assert_true(rows > 0);
	if (store_rebuild(&o, anew, &records, &why) != ERR_OK)
		fail_msg("%s", why.text);
	assert_memory_equal(grown, anew, sizeof grown);
}

static void settle_all(struct client *c)
{
	live_again(c);
	for (size_t i = c->answered; i < c->n; i++)
		send_said(c, i);
	for (; c->answered < c->n; c->answered++)
		take_receipt(c, c->answered);
	for (size_t i = 0; i < c->n; i++) { /* every receipt ever given is honoured */
		send_said(c, i);
		take_receipt(c, i);
	}
}

static void killed_at_any_moment_every_receipt_is_honoured_and_nothing_is_there_twice(void **state)
{
	(void)state;
	struct client c = {.seed = 88172645463325252u};
	const char *kills = getenv("VARDE_KILLS"), *seed = getenv("VARDE_SEED");
	unsigned n = kills ? (unsigned)strtoul(kills, NULL, 10) : test_rounds(200);
	if (seed)
		c.seed = strtoull(seed, NULL, 10) | 1;
	print_message("seed %llu, %u kills\n", (unsigned long long)c.seed, n);
	daemon_init(&c.d);
	say_definitions(&c);
	for (unsigned i = 0; i < n; i++)
		one_life(&c);
	settle_all(&c);
	struct replay first = replay(&c);
	assert_true(first.revisions >= accepted(&c)); /* and the ticks */
	assert_true(status_at(&c, first.revisions).indexed_revision >= first.revisions);
	assert_int_equal(daemon_stop(&c.d), 0);
	raw_close(&c.r);
	index_equals_its_rebuild(&c);
	daemon_start(&c.d, NULL);
	struct replay again = replay(&c);
	assert_int_equal(first.revisions, again.revisions);
	assert_memory_equal(first.hash, again.hash, sizeof first.hash);
	assert_int_equal(daemon_stop(&c.d), 0);
	daemon_fini(&c.d);
	print_message("%llu kills with %llu messages in flight, %llu of them durable; %zu messages, %llu revisions\n",
		      (unsigned long long)c.kills, (unsigned long long)c.in_flight_at_kills,
		      (unsigned long long)c.found_durable, c.n, (unsigned long long)first.revisions);
	/* Both ends must have been hit: cut off before the record, and between the record and its receipt. */
	assert_true(c.found_durable > 0 && c.found_durable < c.in_flight_at_kills);
	for (size_t i = 0; i < c.n; i++) {
		free((void *)(uintptr_t)c.said[i].content.data);
		free((void *)(uintptr_t)c.said[i].receipt.data);
	}
	free(c.said);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(killed_at_any_moment_every_receipt_is_honoured_and_nothing_is_there_twice),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
