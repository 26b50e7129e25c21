/* SPDX-License-Identifier: Apache-2.0
 *
 * job.h - one question on its way: who asked, what, until when, and how its answer leaves.
 *
 * A REQ peer can take one reply only: an answer of several parts is replaced by one error that says so.
 * Threads  a job belongs to one thread at a time; only `dead` is looked at by two.
 */
#pragma once
#include <stdatomic.h>
#include "base/mem.h"
#include "daemon/access.h"
#include "daemon/sock.h"
#include "query/ask.h"

struct job {
	struct job *next;
	struct sock_peer peer;
	char user[ACCESS_USER_MAX]; /* who asks, for the log */
	int64_t came_ms;            /* on clock_ms() */
	struct arena *arena;        /* of the request */
	struct arena *work;         /* of the answer */
	struct msg_query_request *request;
	size_t held;         /* bytes of the request, decoded */
	int64_t deadline_ms; /* on clock_ms() */
	atomic_bool dead;    /* nobody wants the answer any more: the peer is gone, or the daemon stops */
	bool several;        /* a REQ peer's answer that did not fit into one reply */
	bool end;            /* the reply that is sent is the last one */
	int64_t
	    brief_ms; /* on clock_ms(): it must be answered by then, in one part, or not at all; 0 = it may take its time */
	bool overran;  /* that was not to be: nothing was sent */
	enum err told; /* instead of an answer */
	/* Take one encoded reply; false = it could not be sent. */
	bool (*send)(void *arg, struct job *j, struct slice bytes);
	void *send_arg;
};

struct job *job_new(void);
struct job *job_free(struct job *j); /* NULL allowed */
void job_reset(struct job *j);       /* for the next question */

/* A thread's means to answer: a view and a journal reader that hold nothing while there is nothing to do. Questions
 * that were waiting together are answered by one look at the store; it is renewed only where something was committed
 * since. */
struct job_tools {
	struct store *store;
	const struct ask_limits *limits;
	int64_t slow_ms; /* what takes longer is logged; 0 = nothing is */
	struct view view;
	struct words *words; /* what was looked up once; made when first needed */
	struct kept *kept;   /* likewise, of the structure */
	struct known *known; /* likewise, of units */
	struct buf lent[2];  /* likewise, to make answers in */
	struct journal_reader *journal;
	bool open, held, fresh;
};
void job_tools_turn(struct job_tools *t); /* what comes now is answered by a fresh look */
void job_tools_rest(struct job_tools *t); /* hold nothing */
void job_tools_fini(struct job_tools *t);

/* Answer, or say why not; always ends in one last reply unless the job is dead. `status` as in ask.h. */
void job_answer(struct job *j, struct job_tools *t, const struct ask_status *status);
/* Answer what should not take long. false = it does, as a unit may have a hundred thousand links: nothing was sent, and
 * the job is as it was before. */
bool job_answer_brief(struct job *j, struct job_tools *t, const struct ask_status *status);
void job_refuse(struct job *j, struct job_tools *t, const struct ask_status *status, enum err e, const char *text);
