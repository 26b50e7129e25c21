/* SPDX-License-Identifier: Apache-2.0
 *
 * fake.h - servers that are not varded, or not as they should be, in a thread of the test: what a client meets on a bad
 * day.
 */
#pragma once
#include <pthread.h>
#include <stdbool.h>
#include "base/bytes.h"

/* Answer a request: append to `reply` and return true, or return false and stay silent. Called in the fake's thread. */
typedef bool fake_answer_f(void *arg, struct slice request, struct buf *reply);

struct fake {
	char endpoint[96];
	fake_answer_f *answer; /* NULL = requests are not even read */
	void *arg;
	bool curve;        /* speaks CURVE with server_key */
	bool refuse;       /* with curve: knows no client */
	int64_t max_bytes; /* of a frame; 0 = no limit */
	char server_public[41], server_secret[41];
	void *ctx, *sock, *zap, *stop;
	pthread_t thread;
};
void fake_start(struct fake *f); /* a ROUTER on a free port of loopback; `endpoint` says which */
void fake_stop(struct fake *f);

/* A TCP listener that says `greeting` (NULL = nothing) to whoever connects. */
struct mute {
	char endpoint[96];
	const char *greeting;
	int fd, stop[2];
	pthread_t thread;
};
void mute_start(struct mute *m);
void mute_stop(struct mute *m);

/* An endpoint of loopback where nothing listens, for as long as the descriptor *fd stays open. */
void nobody(char endpoint[96], int *fd);
