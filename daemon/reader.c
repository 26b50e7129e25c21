/* SPDX-License-Identifier: Apache-2.0
 *
 * reader.c - see reader.h.
 */
#include "daemon/reader.h"
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PARTS_QUEUED_MAX 16 /* then the reader waits: an answer is not made faster than it is sent */

struct reader {
	void *outer, *inner; /* the query thread's end, the reader's */
	pthread_t thread;
	bool running;
	struct job *job;          /* the query thread's view of it */
	struct ask_status status; /* written before the job is handed over */
	atomic_uint handed; /* orders what the two threads do with a job, also for tools that cannot see into ZeroMQ */
	struct job_tools tools;
	zmq_msg_t last; /* reply of the job at hand, where `has_last` */
	bool has_last;
};

static bool send_last(struct reader *r, struct job *j, int flags)
{
	if (!r->has_last)
		return true;
	r->has_last = false;
	if (zmq_send(r->inner, &j, sizeof(struct job *), ZMQ_SNDMORE) >= 0 &&
	    zmq_msg_send(&r->last, r->inner, flags) >= 0)
		return true;
	zmq_msg_close(&r->last);
	return false;
}

/* The last reply waits until the reader has put everything away: whoever gets it may ask again at once, and is to find
 * this reader idle, which has kept what the next question wants (kept.h), and not another one. */
static bool send_part(void *arg, struct job *j, struct slice bytes)
{
	struct reader *r = arg;
	if (!send_last(r, j, 0))
		return false;
	if (j->end && zmq_msg_init_size(&r->last, bytes.len) == 0) {
		memcpy(zmq_msg_data(&r->last), bytes.data, bytes.len);
		return r->has_last = true;
	}
	return zmq_send(r->inner, &j, sizeof(struct job *), ZMQ_SNDMORE) >= 0 &&
	       zmq_send(r->inner, bytes.data, bytes.len, 0) >= 0;
}

static void *run(void *arg)
{
	struct reader *r = arg;
	struct job *j;
	for (;;) {
		int n = zmq_recv(r->inner, &j, sizeof(struct job *), 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n != sizeof(struct job *) || !j)
			break;
		atomic_load(&r->handed);
		j->send = send_part;
		j->send_arg = r;
		job_answer(j, &r->tools, &r->status);
		job_tools_rest(&r->tools); /* the next question looks anew */
		atomic_fetch_add(&r->handed, 1);
		send_last(r, j, ZMQ_SNDMORE); /* in one message: the two come together */
		zmq_send(r->inner, &j, sizeof(struct job *), 0);
	}
	job_tools_fini(&r->tools); /* here: a transaction belongs to its thread */
	return NULL;
}

static void *pair_socket(void *ctx)
{
	int queue = PARTS_QUEUED_MAX, none = 0;
	void *sock = zmq_socket(ctx, ZMQ_PAIR);
	if (sock) {
		zmq_setsockopt(sock, ZMQ_SNDHWM, &queue, sizeof queue);
		zmq_setsockopt(sock, ZMQ_RCVHWM, &queue, sizeof queue);
		zmq_setsockopt(sock, ZMQ_LINGER, &none, sizeof none);
	}
	return sock;
}

enum err reader_start(void *ctx, unsigned number, struct store *s, const struct ask_limits *l, struct reader **ret,
		      struct why *why)
{
	char where[48];
	snprintf(where, sizeof where, "inproc://varde.reader.%u", number);
	struct reader *r = mem_zero(1, sizeof *r);
	*ret = r;
	r->tools = (struct job_tools){.store = s, .limits = l};
	r->outer = pair_socket(ctx);
	r->inner = pair_socket(ctx);
	if (!r->outer || !r->inner || zmq_bind(r->outer, where) != 0 || zmq_connect(r->inner, where) != 0) {
		*ret = reader_stop(r);
		return fail(why, ERR_IO, "cannot make a reader: %s", zmq_strerror(errno));
	}
	int rc = pthread_create(&r->thread, NULL, run, r);
	r->running = rc == 0;
	if (rc == 0)
		return ERR_OK;
	*ret = reader_stop(r);
	return fail(why, err_from_errno(rc), "cannot start a reader's thread: %s", strerror(rc));
}

struct reader *reader_stop(struct reader *r)
{
	if (!r)
		return NULL;
	if (r->running) {
		struct job *none = NULL;
		zmq_send(r->outer, &none, sizeof(struct job *), 0);
		pthread_join(r->thread, NULL);
	}
	sock_close(&r->outer, 0);
	sock_close(&r->inner, 0);
	free(r);
	return NULL;
}

void *reader_socket(struct reader *r)
{
	return r->outer;
}

bool reader_idle(const struct reader *r)
{
	return !r->job;
}

void reader_give(struct reader *r, struct job *j, const struct ask_status *status)
{
	ALWAYS(!r->job);
	r->job = j;
	r->status = *status;
	atomic_fetch_add(&r->handed, 1);
	zmq_send(r->outer, &j, sizeof(struct job *), 0);
}

struct job *reader_job(const struct reader *r)
{
	return r->job;
}

bool reader_take(struct reader *r, struct job **ret, bool *ret_done, zmq_msg_t *bytes)
{
	if (zmq_msg_recv(bytes, r->outer, ZMQ_DONTWAIT) < 0)
		return false;
	ALWAYS(zmq_msg_size(bytes) == sizeof(struct job *));
	memcpy(ret, zmq_msg_data(bytes), sizeof(struct job *));
	*ret_done = !zmq_msg_more(bytes);
	if (*ret_done) {
		atomic_load(&r->handed);
		r->job = NULL;
	} else if (zmq_msg_recv(bytes, r->outer, 0) < 0) {
		return false;
	}
	return true;
}
