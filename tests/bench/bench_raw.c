/* SPDX-License-Identifier: Apache-2.0
 *
 * bench_raw.c - what the machine gives without varde: LMDB in the naive layout, an LMDB append, ZeroMQ there and back.
 *
 * usage: bench_raw DIR RECORDS
 * The naive layout is one transaction for log, history and current copy, groups of 64, 200-byte values, 100,000
 * entities in random order, on a store that already holds RECORDS records and, as a harder measure, on one of a million
 * only.
 */
#include "bench.h"
#include <errno.h>
#include <lmdb.h>
#include <pthread.h>
#include <string.h>
#include <sys/stat.h>
#include <zmq.h>

#define ENTITIES 100000u
#define GROUP    64u
#define SECONDS  8.0

static void must(int rc, const char *what)
{
	if (rc) {
		fprintf(stderr, "bench_raw: %s: %s\n", what, mdb_strerror(rc));
		exit(1);
	}
}

static void key_put(uint8_t k[16], uint64_t a, uint64_t b)
{
	for (int i = 0; i < 8; i++) {
		k[i] = (uint8_t)(a >> (56 - 8 * i));
		k[8 + i] = (uint8_t)(b >> (56 - 8 * i));
	}
}

struct naive {
	MDB_env *env;
	MDB_dbi log, hist, cur;
	uint64_t seq;
};

static MDB_env *open_env(const char *dir, const char *name)
{
	char path[512];
	MDB_env *env;
	snprintf(path, sizeof path, "%s/%s", dir, name);
	if (mkdir(path, 0700) && errno != EEXIST)
		must(errno, path);
	must(mdb_env_create(&env), "create");
	must(mdb_env_set_mapsize(env, (size_t)64 << 30), "mapsize");
	must(mdb_env_set_maxdbs(env, 4), "maxdbs");
	must(mdb_env_open(env, path, 0, 0600), "open");
	return env;
}

static void put(MDB_txn *t, MDB_dbi d, uint64_t a, uint64_t b, const void *v, unsigned flags)
{
	uint8_t k[16];
	key_put(k, a, b);
	MDB_val key = {16, k}, val = {200, (void *)(uintptr_t)v};
	must(mdb_put(t, d, &key, &val, flags), "put");
}

/* Fill as fast as it goes: each table in the order of its keys. Entity of record i is i modulo ENTITIES here. */
static void preload(struct naive *n, uint64_t records)
{
	uint8_t v[200];
	memset(v, 7, sizeof v);
	mdb_env_set_flags(n->env, MDB_NOSYNC, 1);
	MDB_txn *t;
	for (int table = 0; table < 3; table++) {
		uint64_t total = table == 2 ? ENTITIES : records;
		for (uint64_t i = 0; i < total;) {
			must(mdb_txn_begin(n->env, NULL, 0, &t), "begin");
			for (uint64_t end = i + 100000; i < end && i < total; i++) {
				uint64_t per = records / ENTITIES ? records / ENTITIES : 1;
				if (table == 0)
					put(t, n->log, 0, i, v, MDB_APPEND);
				else if (table == 1)
					put(t, n->hist, i / per, i % per, v, MDB_APPEND);
				else
					put(t, n->cur, i, 0, v, MDB_APPEND);
			}
			must(mdb_txn_commit(t), "commit");
		}
	}
	must(mdb_env_sync(n->env, 1), "sync");
	mdb_env_set_flags(n->env, MDB_NOSYNC, 0);
	n->seq = records;
}

static void naive_group(struct naive *n, uint64_t *seed)
{
	double entity[GROUP];
	uint8_t v[200];
	memset(v, 9, sizeof v);
	for (unsigned i = 0; i < GROUP; i++)
		entity[i] = (double)(bench_random(seed) % ENTITIES);
	qsort(entity, GROUP, sizeof *entity, bench_order);
	MDB_txn *t;
	must(mdb_txn_begin(n->env, NULL, 0, &t), "begin");
	for (unsigned i = 0; i < GROUP; i++)
		put(t, n->log, 0, n->seq + i, v, MDB_APPEND);
	for (unsigned i = 0; i < GROUP; i++)
		put(t, n->hist, (uint64_t)entity[i], n->seq + i, v, 0);
	for (unsigned i = 0; i < GROUP; i++)
		put(t, n->cur, (uint64_t)entity[i], 0, v, 0);
	must(mdb_txn_commit(t), "commit");
	n->seq += GROUP;
}

static void bench_naive(const char *dir, const char *name, uint64_t records)
{
	struct naive n = {.env = open_env(dir, name)};
	MDB_txn *t;
	must(mdb_txn_begin(n.env, NULL, 0, &t), "begin");
	must(mdb_dbi_open(t, "log", MDB_CREATE, &n.log), "dbi");
	must(mdb_dbi_open(t, "hist", MDB_CREATE, &n.hist), "dbi");
	must(mdb_dbi_open(t, "cur", MDB_CREATE, &n.cur), "dbi");
	must(mdb_txn_commit(t), "commit");
	preload(&n, records);
	uint64_t seed = 88172645463325252u, done = 0;
	for (int i = 0; i < 50; i++)
		naive_group(&n, &seed);
	double from = bench_now();
	while (bench_now() - from < SECONDS) {
		naive_group(&n, &seed);
		done += GROUP;
	}
	char figure[64];
	snprintf(figure, sizeof figure, "raw_lmdb_%s_per_s", name);
	bench_say(figure, (double)done / (bench_now() - from));
	mdb_env_close(n.env);
}

static void bench_append(const char *dir)
{
	MDB_env *env = open_env(dir, "append");
	MDB_dbi d;
	MDB_txn *t;
	struct bench_times times = {0};
	uint8_t v[200] = {0};
	must(mdb_txn_begin(env, NULL, 0, &t), "begin");
	must(mdb_dbi_open(t, "log", MDB_CREATE, &d), "dbi");
	must(mdb_txn_commit(t), "commit");
	for (uint64_t i = 0; i < 10000; i++) {
		double from = bench_now();
		must(mdb_txn_begin(env, NULL, 0, &t), "begin");
		put(t, d, 0, i, v, MDB_APPEND);
		must(mdb_txn_commit(t), "commit");
		bench_time(&times, bench_now() - from);
	}
	bench_say("raw_lmdb_append_p50_us", bench_quantile(&times, 0.5));
	mdb_env_close(env);
	free(times.list);
}

static void *echo(void *socket)
{
	for (;;) {
		zmq_msg_t id, body;
		zmq_msg_init(&id);
		zmq_msg_init(&body);
		if (zmq_msg_recv(&id, socket, 0) < 0 || zmq_msg_recv(&body, socket, 0) < 0)
			break;
		if (zmq_msg_size(&body) == 1)
			break;
		zmq_msg_send(&id, socket, ZMQ_SNDMORE);
		zmq_msg_send(&body, socket, 0);
	}
	zmq_close(socket);
	return NULL;
}

static void bench_zmq(void)
{
	void *ctx = zmq_ctx_new(), *r = zmq_socket(ctx, ZMQ_ROUTER);
	char end[64];
	size_t len = sizeof end;
	pthread_t thread;
	if (zmq_bind(r, "tcp://127.0.0.1:*") || zmq_getsockopt(r, ZMQ_LAST_ENDPOINT, end, &len))
		exit(1);
	pthread_create(&thread, NULL, echo, r);
	void *client = zmq_ctx_new(), *d = zmq_socket(client, ZMQ_DEALER);
	if (zmq_connect(d, end))
		exit(1);
	uint8_t out[200] = {0}, in[256];
	struct bench_times times = {0};
	for (int i = 0; i < 40000; i++) {
		double from = bench_now();
		zmq_send(d, out, sizeof out, 0);
		zmq_recv(d, in, sizeof in, 0);
		if (i >= 2000)
			bench_time(&times, bench_now() - from);
	}
	bench_say("raw_zmq_rtt_p50_us", bench_quantile(&times, 0.5));
	uint64_t sent = 0, got = 0;
	double from = bench_now();
	while (bench_now() - from < SECONDS / 2) {
		while (sent - got < 256) {
			zmq_send(d, out, sizeof out, 0);
			sent++;
		}
		for (int i = 0; i < 64; i++, got++)
			zmq_recv(d, in, sizeof in, 0);
	}
	bench_say("raw_zmq_pipelined_per_s", (double)got / (bench_now() - from));
	while (got < sent) {
		zmq_recv(d, in, sizeof in, 0);
		got++;
	}
	zmq_send(d, out, 1, 0);
	pthread_join(thread, NULL);
	zmq_close(d);
	zmq_ctx_term(client);
	zmq_ctx_term(ctx);
	free(times.list);
}

int main(int argc, char **argv)
{
	if (argc != 3) {
		fprintf(stderr, "usage: bench_raw DIR RECORDS\n");
		return 2;
	}
	bench_zmq();
	bench_append(argv[1]);
	bench_naive(argv[1], "naive_1m", 1000000);
	bench_naive(argv[1], "naive", strtoull(argv[2], NULL, 10));
	return 0;
}
