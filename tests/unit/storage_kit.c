/* SPDX-License-Identifier: Apache-2.0
 *
 * storage_kit.c - see storage_kit.h.
 */
#include "tests/unit/storage_kit.h"
#include <lmdb.h>
#include <unistd.h>
#include "storage/crc.h"
#include "storage/lmdb_env.h"

int kit_setup(void **state)
{
	struct kit *k = mem_zero(1, sizeof *k);
	const char *tmp = getenv("TMPDIR");
	snprintf(k->dir, sizeof k->dir - 8, "%s/varde-test-XXXXXX", tmp && *tmp ? tmp : "/tmp");
	if (!mkdtemp(k->dir)) {
		free(k);
		return -1;
	}
	snprintf(k->dir + strlen(k->dir), 8, "/store");
	k->opt = (struct store_options){.dir = k->dir,
					.log_map_bytes = 64 << 20,
					.index_map_bytes = 64 << 20,
					.local_map_bytes = 1 << 20,
					.reserve_bytes = 0,
					.readers_max = 16,
					.zone = "Europe/Oslo",
					.create = true};
	struct why why = {{0}};
	if (store_open(&k->opt, &k->store, &why) != ERR_OK) {
		fprintf(stderr, "%s\n", why.text);
		return -1;
	}
	k->time_us = 1000000;
	*state = k;
	return 0;
}

void kit_close(struct kit *k)
{
	k->store = store_close(k->store);
}

void kit_reopen(struct kit *k)
{
	kit_close(k);
	assert_ok(store_open(&k->opt, &k->store, NULL));
}

int kit_teardown(void **state)
{
	struct kit *k = *state;
	kit_close(k);
	*strrchr(k->dir, '/') = 0;
	int rc = tree_remove(k->dir, NULL) == ERR_OK ? 0 : -1;
	free(k);
	return rc;
}

struct outcome kit_outcome(struct fact *facts, size_t n)
{
	return (struct outcome){.verdict = facts ? OUTCOME_ACCEPTED : OUTCOME_REFUSED,
				.receipt = slice_text("receipt"),
				.n_facts = n,
				.facts = facts};
}

uint64_t kit_append(struct kit *k, struct fact *facts, size_t n)
{
	struct journal_head head;
	assert_ok(journal_head(k->store, &head));
	AUTO_BUF struct buf out = {0};
	struct outcome o = kit_outcome(facts, n);
	outcome_put(&out, &o);
	struct journal_record r = {.pos = head.pos + 1,
				   .rev = facts ? head.rev + 1 : 0,
				   .kind = RECORD_MESSAGE,
				   .epoch = 1,
				   .time_us = k->time_us += 10,
				   .submitter = 7,
				   .body = slice_text("a message"),
				   .outcome = buf_view(&out)};
	be64_put(r.id + 8, ++k->ids);
	struct why why = {{0}};
	enum err e = journal_append(k->store, &r, 1, &why);
	if (e != ERR_OK)
		fail_msg("%s", why.text);
	return r.pos;
}

void kit_fold(struct kit *k)
{
	const struct index_limits l = {.records_max = 100, .rows_max = 1000};
	struct index_progress p = {.more = true};
	struct why why = {{0}};
	while (p.more) {
		if (index_fold(k->store, &l, &p, &why) != ERR_OK)
			fail_msg("%s", why.text);
	}
}

/* Run one change on a table of the closed log. */
static void raw_log(struct kit *k, const char *table, void (*change)(MDB_txn *, MDB_dbi, void *), void *arg)
{
	char path[300];
	assert_null(k->store);
	snprintf(path, sizeof path, "%s/log", k->dir);
	MDB_env *env;
	MDB_txn *txn;
	MDB_dbi dbi;
	assert_int_equal(mdb_env_create(&env), 0);
	mdb_env_set_mapsize(env, 64 << 20);
	mdb_env_set_maxdbs(env, 3);
	assert_int_equal(mdb_env_open(env, path, 0, 0600), 0);
	assert_int_equal(mdb_txn_begin(env, NULL, 0, &txn), 0);
	assert_int_equal(mdb_dbi_open(txn, table, 0, &dbi), 0);
	change(txn, dbi, arg);
	assert_int_equal(mdb_txn_commit(txn), 0);
	mdb_env_close(env);
}

struct flip {
	uint64_t pos;
	size_t at;
	bool mend;
};

static void flip(MDB_txn *txn, MDB_dbi dbi, void *arg)
{
	const struct flip *f = arg;
	uint8_t key[8];
	be64_put(key, f->pos);
	MDB_val k = val_of(key, 8), v;
	assert_int_equal(mdb_get(txn, dbi, &k, &v), 0);
	uint8_t *copy = mem_alloc(v.mv_size);
	memcpy(copy, v.mv_data, v.mv_size);
	assert_true(f->at < v.mv_size);
	copy[f->at] ^= 1;
	if (f->mend)
		be32_put(copy + 168, crc32c(crc32c(0, copy, 168), copy + 172, v.mv_size - 172));
	v.mv_data = copy;
	assert_int_equal(mdb_put(txn, dbi, &k, &v, 0), 0);
	free(copy);
}

void kit_flip(struct kit *k, uint64_t pos, size_t at, bool mend_crc)
{
	raw_log(k, "rec", flip, &(struct flip){pos, at, mend_crc});
}

static void put_format(MDB_txn *txn, MDB_dbi dbi, void *arg)
{
	uint8_t bytes[4];
	be32_put(bytes, *(const uint32_t *)arg);
	MDB_val k = val_of("format", 6), v = val_of(bytes, 4);
	assert_int_equal(mdb_put(txn, dbi, &k, &v, 0), 0);
}

void kit_put_format(struct kit *k, uint32_t format)
{
	raw_log(k, "meta", put_format, &format);
}

uint64_t kit_random(uint64_t *seed)
{
	uint64_t z = *seed += 0x9e3779b97f4a7c15u;
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

uint64_t kit_below(uint64_t *seed, uint64_t n)
{
	return kit_random(seed) % n;
}

static uint32_t number(uint64_t *seed)
{
	return 1 + (uint32_t)kit_below(seed, 6);
}

static struct when some_when(uint64_t *seed)
{
	static const char *const texts[] = {
	    "",        "2018",       "2018-06-08", "1969-12-31",   "1918",   "2018-33",
	    "2018-21", "2012/2014",  "../2018",    "2007/..",      "2004~",  "XXXX-06-08",
	    "XXXX",    "2020-01-01", "1970-01-01", "1899-06/1901", "2018-06"};
	struct when w;
	assert_ok(when_parse(texts[kit_below(seed, sizeof texts / sizeof *texts)], &w, NULL));
	return w;
}

static struct slice some_text(uint64_t *seed, struct arena *a)
{
	static const char *const texts[] = {"Bø",          "Herøy",       "Herøy", "Os", "Våler",
					    "Indre Fosen", "Nord-Aurdal", "0301",  "a",  "ab"};
	const char *t = texts[kit_below(seed, sizeof texts / sizeof *texts)];
	return slice_text(arena_printf(a, "%s", t));
}

static struct slice some_bytes(uint64_t *seed, struct arena *a)
{
	size_t len = kit_below(seed, 40) == 0 ? 3000 : kit_below(seed, 12);
	uint8_t *p = arena_alloc(a, len ? len : 1);
	for (size_t i = 0; i < len; i++)
		p[i] = (uint8_t)kit_random(seed);
	return (struct slice){p, len};
}

static enum fact_state some_state(uint64_t *seed)
{
	return (enum fact_state)(1 + kit_below(seed, 4));
}

/* Kinds whose keys are made of more than numbers. */
static void fill_statement(struct fact *f, uint64_t *s, struct arena *a)
{
	uint16_t seq = (uint16_t)kit_below(s, 2);
	uint8_t small = (uint8_t)kit_below(s, 3);
	struct when from = some_when(s), to = some_when(s);
	uint32_t n[5] = {number(s), number(s), number(s), number(s), number(s)};
	enum fact_state st = some_state(s);
	if (f->kind == FACT_LIFE)
		f->life = (struct fact_life){n[0], (uint16_t)(1 + seq), n[1], st, from, to, n[2], n[3], small};
	else if (f->kind == FACT_NAME)
		f->name = (struct fact_name){n[0], st, from, to, n[1], some_text(s, a), n[2], small};
	else if (f->kind == FACT_CODE)
		f->code = (struct fact_code){n[0], n[1], st, from, to, n[2], some_text(s, a), small, n[3]};
	else if (f->kind == FACT_ATTR)
		f->attr = (struct fact_attr){n[0], n[1], from, to, n[2], seq, st, some_bytes(s, a), some_text(s, a)};
	else if (f->kind == FACT_LINK)
		f->link = (struct fact_link){(uint8_t)(1 + small), n[0], n[1], from, to, n[2], seq, st, n[3], small,
					     some_text(s, a),      n[4], seq};
	else
		f->obs = (struct fact_obs){n[0],
					   n[1],
					   n[2],
					   n[3],
					   seq,
					   st,
					   small,
					   n[4],
					   (int32_t)kit_random(s),
					   some_text(s, a),
					   some_bytes(s, a)};
}

struct fact kit_fact(uint64_t *s, struct arena *a)
{
	struct fact f = {.kind = (enum fact_kind)(1 + kit_below(s, FACT_WEIGHT))};
	uint8_t small = (uint8_t)kit_below(s, 3);
	int32_t day = (int32_t)kit_below(s, 5) - 2;
	uint32_t n[3] = {number(s), number(s), number(s)};
	enum space space = (enum space)(1 + kit_below(s, SPACE_COUNT - 1));
	switch (f.kind) {
	case FACT_TERM: /* a number has one text for ever */
		f.term = (struct fact_term){space, n[0], slice_text(arena_printf(a, "term %u", (unsigned)n[0]))};
		break;
	case FACT_DEF:
		f.def = (struct fact_def){space, n[0], some_bytes(s, a)};
		break;
	case FACT_SCOPE:
		f.scope = (struct fact_scope){n[0], n[1], n[2], some_state(s), small, number(s)};
		break;
	case FACT_EVENT:
		f.event = (struct fact_event){n[0], small, some_when(s), some_bytes(s, a)};
		break;
	case FACT_EVENT_UNIT:
		f.event_unit = (struct fact_event_unit){n[0], n[1], day, (uint8_t)(1 + small), some_state(s)};
		break;
	case FACT_EDGE:
		f.edge = (struct fact_edge){n[0], n[1], n[2], some_state(s), some_when(s), small == 1, number(s)};
		break;
	case FACT_DUE:
		f.due = (struct fact_due){day, (uint8_t)(1 + small), n[0], n[1], some_state(s)};
		break;
	case FACT_TICK:
		f.tick = (struct fact_tick){day};
		break;
	case FACT_WEIGHT:
		f.weight = (struct fact_weight){
		    n[0], n[1], n[2], number(s), number(s), some_state(s), (int64_t)kit_random(s), small, some_when(s)};
		break;
	case FACT_LIFE:
	case FACT_NAME:
	case FACT_CODE:
	case FACT_ATTR:
	case FACT_LINK:
	case FACT_OBS:
		fill_statement(&f, s, a);
		break;
	}
	return f;
}

bool fact_same(const struct fact *a, const struct fact *b)
{
	AUTO_BUF struct buf x = {0}, y = {0};
	fact_put(&x, a);
	fact_put(&y, b);
	return slice_eq(buf_view(&x), buf_view(&y));
}
