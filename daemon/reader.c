/* SPDX-License-Identifier: Apache-2.0
 *
 * reader.c - see reader.h. The two threads share what stands under the lock; the job itself is one's or the other's.
 */
#include "daemon/reader.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define PARTS_QUEUED_MAX 16

struct reader {
	int wake;
	pthread_t thread;
	bool running;
	struct job *job;          /* the query thread's view of it */
	struct ask_status status; /* written before the job is handed over */
	struct job_tools tools;   /* the reader's */

	pthread_mutex_t lock; /* of all below */
	pthread_cond_t changed;
	struct job *work; /* NULL = idle, or finished */
	bool finished, stop;
	size_t n_parts;
	struct outlet_part *first, **end;
	struct outlet_part *last; /* the reader's: the reply that goes out when it has put everything away */
};

/* Under the lock. */
static void put_part(struct reader *r, struct outlet_part *p)
{
	if (!r->first)
		r->end = &r->first;
	*r->end = p;
	r->end = &p->next;
	r->n_parts++;
}

/* The last reply waits until the reader has put everything away: whoever gets it may ask again at once, and is to find
 * this reader idle, which has kept what the next question wants (kept.h), and not another one. */
static bool send_part(void *arg, struct job *j, struct slice bytes)
{
	struct reader *r = arg;
	struct outlet_part *p = outlet_part_new(bytes);
	if (j->end) {
		ALWAYS(!r->last);
		r->last = p;
		return true;
	}
	pthread_mutex_lock(&r->lock);
	while (r->n_parts == PARTS_QUEUED_MAX)
		pthread_cond_wait(&r->changed, &r->lock);
	put_part(r, p);
	pthread_mutex_unlock(&r->lock);
	sock_wake(r->wake);
	return true;
}

static struct job *next_job(struct reader *r)
{
	pthread_mutex_lock(&r->lock);
	while (!r->work && !r->stop)
		pthread_cond_wait(&r->changed, &r->lock);
	struct job *j = r->work;
	pthread_mutex_unlock(&r->lock);
	return j;
}

static void *run(void *arg)
{
	struct reader *r = arg;
	for (struct job *j; (j = next_job(r));) {
		j->send = send_part;
		j->send_arg = r;
		job_answer(j, &r->tools, &r->status);
		job_tools_rest(&r->tools); /* the next question looks anew */
		pthread_mutex_lock(&r->lock);
		if (r->last)
			put_part(r, r->last);
		r->last = NULL;
		r->work = NULL;
		r->finished = true;
		pthread_mutex_unlock(&r->lock);
		sock_wake(r->wake);
	}
	job_tools_fini(&r->tools); /* here: a transaction belongs to its thread */
	return NULL;
}

enum err reader_start(int wake, const struct job_tools *like, struct reader **ret, struct why *why)
{
	struct reader *r = mem_zero(1, sizeof *r);
	*ret = r;
	r->wake = wake;
	r->tools = (struct job_tools){.store = like->store, .limits = like->limits, .slow_ms = like->slow_ms};
	pthread_mutex_init(&r->lock, NULL);
	pthread_cond_init(&r->changed, NULL);
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
	pthread_mutex_lock(&r->lock);
	ALWAYS(!r->work);
	r->stop = true;
	pthread_cond_signal(&r->changed);
	pthread_mutex_unlock(&r->lock);
	if (r->running)
		pthread_join(r->thread, NULL);
	pthread_cond_destroy(&r->changed);
	pthread_mutex_destroy(&r->lock);
	free(r);
	return NULL;
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
	pthread_mutex_lock(&r->lock);
	r->work = j;
	pthread_cond_signal(&r->changed);
	pthread_mutex_unlock(&r->lock);
}

struct job *reader_job(const struct reader *r)
{
	return r->job;
}

struct outlet_part *reader_take(struct reader *r, bool *ret_done)
{
	pthread_mutex_lock(&r->lock);
	struct outlet_part *p = r->first;
	*ret_done = !p && r->finished;
	if (p) {
		r->first = p->next;
		if (r->n_parts-- == PARTS_QUEUED_MAX)
			pthread_cond_signal(&r->changed);
	} else if (*ret_done) {
		r->finished = false;
		r->job = NULL;
	}
	pthread_mutex_unlock(&r->lock);
	return p;
}
