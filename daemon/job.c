/* SPDX-License-Identifier: Apache-2.0
 *
 * job.c - see job.h.
 */
#include "daemon/job.h"
#include <stdlib.h>
#include "base/log.h"
#include "daemon/clock.h"
#include "query/kept.h"
#include "query/known.h"

#define BRIEF_MS 20 /* how long others may wait for a question that should not take long */

struct job *job_new(void)
{
	struct job *j = mem_zero(1, sizeof *j);
	j->arena = arena_new(0);
	j->work = arena_new(0);
	return j;
}

struct job *job_free(struct job *j)
{
	if (!j)
		return NULL;
	j->arena = arena_free(j->arena);
	j->work = arena_free(j->work);
	free(j);
	return NULL;
}

void job_reset(struct job *j)
{
	arena_reset(j->arena);
	arena_reset(j->work);
	j->next = NULL;
	j->request = NULL;
	j->held = 0;
	j->several = false;
	j->brief_ms = 0;
	j->overran = false;
	j->told = ERR_OK;
	*j->user = 0;
	atomic_store(&j->dead, false);
}

void job_tools_turn(struct job_tools *t)
{
	t->fresh = false;
}

void job_tools_rest(struct job_tools *t)
{
	t->fresh = false;
	if (!t->held)
		return;
	t->held = false;
	view_rest(&t->view);
	journal_read_rest(t->journal);
}

static void close_tools(struct job_tools *t)
{
	t->fresh = t->held = t->open = false;
	t->journal = journal_read_end(t->journal);
	view_close(&t->view);
}

void job_tools_fini(struct job_tools *t)
{
	close_tools(t);
	t->words = words_free(t->words);
	t->kept = kept_free(t->kept);
	t->known = known_free(t->known);
	buf_free(&t->lent[0]);
	buf_free(&t->lent[1]);
}

static enum err open_tools(struct job_tools *t)
{
	enum err e = view_open(t->store, &t->view);
	if (!e)
		e = journal_read_begin(t->store, &t->journal);
	t->open = t->held = !e;
	if (e)
		close_tools(t);
	if (!t->words)
		t->words = words_new();
	t->view.words = t->words;
	if (!t->kept)
		t->kept = kept_new();
	if (!t->known)
		t->known = known_new();
	return e;
}

/* A look at the store that shows at least `rev`: what was reached when the question was let in is there. */
static enum err look(struct job_tools *t, uint64_t rev)
{
	enum err e = ERR_OK;
	if (t->open && t->fresh && t->view.err == ERR_OK && t->view.reached_rev >= rev)
		return ERR_OK;
	if (!t->open)
		e = open_tools(t);
	if (!e && (!t->held || t->view.err != ERR_OK || !view_newest(&t->view)))
		e = view_renew(&t->view);
	if (!e && (!t->held || !journal_read_newest(t->journal)))
		e = journal_read_renew(t->journal);
	t->held = t->open; /* what could not be renewed can rest */
	t->fresh = !e;
	return e;
}

static bool expired(void *arg)
{
	struct job *j = arg;
	int64_t now = clock_ms();
	j->overran |= j->brief_ms && now > j->brief_ms;
	return j->overran || atomic_load_explicit(&j->dead, memory_order_relaxed) || now > j->deadline_ms;
}

static enum err emit(void *arg, struct slice bytes, bool end)
{
	struct job *j = arg;
	j->overran |= j->brief_ms && !end; /* a part is a lot */
	if (j->overran)
		return ERR_BUSY;
	if (j->peer.req && !end) {
		j->several = true;
		return ERR_TOO_LARGE;
	}
	j->end = end;
	if (atomic_load_explicit(&j->dead, memory_order_relaxed) || !j->send(j->send_arg, j, bytes)) {
		atomic_store(&j->dead, true);
		return ERR_IO;
	}
	return ERR_OK;
}

static struct ask_context context(struct job *j, struct job_tools *t, const struct ask_status *status)
{
	return (struct ask_context){
	    .store = t->store,
	    .view = &t->view,
	    .journal = t->journal,
	    .limits = t->limits,
	    .status = status,
	    .kept = t->kept,
	    .known = t->known,
	    .lent = t->lent,
	    .expired = expired,
	    .expired_arg = j,
	    .emit = emit,
	    .emit_arg = j,
	    .told = &j->told,
	};
}

static const char *kind_of(const struct msg_query_request *q)
{
	const struct msg_type *t = &msg_type_query_request;
	for (unsigned i = 0; i < t->count; i++)
		if (t->fields[i].kind == MSG_ALT && *(void *const *)((const char *)q + t->fields[i].offset))
			return t->fields[i].name;
	return "question of no kind";
}

/* Whoever wonders why others wait, or who gets no answers, finds it here. */
static void log_slow(const struct job *j, const struct job_tools *t, int64_t begun_ms)
{
	int64_t now = clock_ms();
	bool cost = j->told == ERR_DEADLINE || j->told == ERR_TOO_LARGE || j->told == ERR_BUSY;
	if (!t->slow_ms || !j->request || (!cost && now - j->came_ms < t->slow_ms))
		return;
	log_limited(cost ? LOG_LEVEL_WARN : LOG_LEVEL_INFO, "slow",
		    "a %s for %s took %lld ms, %lld of them waiting: %s", kind_of(j->request), *j->user ? j->user : "?",
		    (long long)(now - j->came_ms), (long long)(begun_ms - j->came_ms),
		    j->told ? err_symbol(j->told) : "answered");
}

static void refuse(struct job *j, const struct ask_context *c, enum err e, const char *text)
{
	enum err sent = ask_error(c, j->request, e, text, j->work);
	if (sent && !atomic_load(&j->dead))
		log_limited(LOG_LEVEL_WARN, "query", "an error could not be told: %s", err_text(sent));
}

void job_refuse(struct job *j, struct job_tools *t, const struct ask_status *status, enum err e, const char *text)
{
	enum err looked = look(t, 0);
	if (looked) {
		log_limited(LOG_LEVEL_ERR, "query", "the store cannot be read: %s", err_text(looked));
		return;
	}
	struct ask_context c = context(j, t, status);
	refuse(j, &c, e, text);
	log_slow(j, t, clock_ms());
}

static void answer(struct job *j, struct job_tools *t, const struct ask_status *status)
{
	enum err e = look(t, j->request->min_revision);
	if (e) {
		log_limited(LOG_LEVEL_ERR, "query", "the store cannot be read: %s", err_text(e));
		return;
	}
	struct ask_context c = context(j, t, status);
	e = ask(&c, j->request, j->work);
	if (!e || j->overran || atomic_load(&j->dead))
		return;
	if (j->several) {
		refuse(j, &c, ERR_TOO_LARGE,
		       "the answer has several parts, and a REQ socket takes one: ask by a DEALER socket, or narrow "
		       "the question");
	} else {
		log_limited(LOG_LEVEL_ERR, "query", "a question failed: %s", err_text(e));
		refuse(j, &c, e, err_text(e));
	}
}

void job_answer(struct job *j, struct job_tools *t, const struct ask_status *status)
{
	int64_t begun = clock_ms();
	answer(j, t, status);
	if (!j->overran)
		log_slow(j, t, begun);
}

bool job_answer_brief(struct job *j, struct job_tools *t, const struct ask_status *status)
{
	j->brief_ms = clock_ms() + BRIEF_MS;
	job_answer(j, t, status);
	j->brief_ms = 0;
	if (!j->overran)
		return true;
	j->overran = false;
	j->told = ERR_OK;
	arena_reset(j->work);
	return false;
}
