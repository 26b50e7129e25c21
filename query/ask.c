/* SPDX-License-Identifier: Apache-2.0
 *
 * ask.c - questions: settle what "as known as of" means, hand over to the one that answers, tell errors.
 *
 * as_of is settled first and once, to a revision; everything after looks at the view through it, so that the same
 * question with its revision named has the same answer for ever.
 */
#include "query/answer.h"
#include <string.h>
#include "query/define.h"
#include "query/kept.h"
#include "query/lineage.h"
#include "query/overlap.h"

/* Point questions and pages: their work is bounded by one unit, or by a short list. */
#define SHORT_ROWS        64u
#define CHANGES_UNITS_MAX 1000u /* each costs a page of postings */
#define CATEGORIES_MAX    100u
#define LIST_MAX          10000u
#define VALUES_MAX        1000u /* of all filters: each is compared with all that an arrangement says */

#define LENT_MAX (1u << 20) /* bytes of buffers to keep for the next answer */

static bool few(uint32_t limit)
{
	return limit && limit <= SHORT_ROWS;
}

/* One unit; not all that was ever observed of it, nor its arrangements, each with all who take part. */
static bool one_unit(const struct msg_snapshot_question *q)
{
	bool all = !q->units && !q->links && !q->arrangements && !q->observations;
	return q->scope && !q->subtree && !all && !q->arrangements && (*q->indicator || !q->observations);
}

enum ask_weight ask_weight(const struct msg_query_request *q)
{
	if (q->snapshot)
		return one_unit(q->snapshot) && !*q->snapshot->structure_at ? ASK_SHORT : ASK_LONG;
	if (q->history) /* with a filter all of it may have to be read to find a few */
		return few(q->history->limit) && !*q->history->indicator ? ASK_SHORT : ASK_LONG;
	if (q->changes)
		return few(q->changes->limit) && !q->changes->n_kinds ? ASK_SHORT : ASK_LONG;
	if (q->lineage)
		return q->lineage->steps == 1 ? ASK_SHORT : ASK_LONG;
	return q->status ? ASK_SHORT : ASK_LONG;
}

/* ---- as_of ------------------------------------------------------------------------------------------ */

/* `count` digits at *p within [low, high], and the separator after them (0 = none). */
static bool field(const char **p, int count, int low, int high, char separator, int *ret)
{
	int n = 0;
	for (int i = 0; i < count; i++, (*p)++) {
		if (**p < '0' || **p > '9')
			return false;
		n = n * 10 + (**p - '0');
	}
	*ret = n;
	if (n < low || n > high)
		return false;
	return !separator || *(*p)++ == separator;
}

/* 2026-11-21T10:00:00Z, with up to six decimals of a second. */
static bool time_parse(const char *p, int64_t *ret_us)
{
	int year, month, dom, hour, minute, second;
	if (!field(&p, 4, 1, 9999, '-', &year) || !field(&p, 2, 1, 12, '-', &month) ||
	    !field(&p, 2, 1, 31, 'T', &dom) || !field(&p, 2, 0, 23, ':', &hour) || !field(&p, 2, 0, 59, ':', &minute) ||
	    !field(&p, 2, 0, 60, 0, &second))
		return false;
	int y, m, d;
	int32_t day = day_of(year, month, dom);
	day_parts(day, &y, &m, &d);
	if (m != month || d != dom)
		return false;
	int64_t us = 0, unit = 100000;
	if (*p == '.') {
		if (*++p < '0' || *p > '9')
			return false;
		for (; *p >= '0' && *p <= '9' && unit; p++, unit /= 10)
			us += (*p - '0') * unit;
	}
	if (strcmp(p, "Z") != 0)
		return false;
	*ret_us = (((int64_t)day * 24 + hour) * 60 + minute) * 60 * 1000000 + (int64_t)second * 1000000 + us;
	return true;
}

static enum err by_time(struct answer *r, const char *text, uint64_t *ret)
{
	int64_t us;
	if (!time_parse(text, &us))
		return fail(&r->why, ERR_INVALID,
			    "as_of_time \"%.40s\" is not a time: write it in UTC, as 2026-11-21T10:00:00Z", text);
	r->failed = journal_find_time(r->c->journal, us, ret);
	if (r->failed != ERR_OK)
		return r->failed;
	if (!*ret)
		return fail(&r->why, ERR_NOT_FOUND, "nothing was known yet at %s", text);
	return ERR_OK;
}

enum err answer_entered_by(struct answer *r, int32_t day, uint64_t *ret)
{
	return r->failed = journal_find_time(r->c->journal, ((int64_t)day + 1) * 24 * 60 * 60 * 1000000 - 1, ret);
}

static enum err by_tag(struct answer *r, const char *name, uint64_t *ret)
{
	const struct msg_tag *tag = define_find(r->v, SPACE_TAG, name, r->a, NULL);
	if (!tag)
		return fail(&r->why, r->v->err ? r->v->err : ERR_NOT_FOUND,
			    "there is no tag \"%.100s\": `varde catalogue tags` lists them", name);
	*ret = tag->revision;
	return ERR_OK;
}

/* What the index has not reached yet may be durable all the same: then it is a matter of waiting. */
static enum err within_reach(struct answer *r, uint64_t rev)
{
	if (rev <= r->v->reached_rev)
		return ERR_OK;
	struct journal_head head;
	r->failed = journal_head(r->c->store, &head);
	if (r->failed != ERR_OK)
		return r->failed;
	if (rev > head.rev)
		return fail(&r->why, ERR_NOT_FOUND, "there is no revision %llu yet: the newest is %llu",
			    (unsigned long long)rev, (unsigned long long)head.rev);
	return fail(&r->why, ERR_NOT_REACHED, "revision %llu is not indexed yet: the index has reached %llu",
		    (unsigned long long)rev, (unsigned long long)r->v->reached_rev);
}

enum err answer_as_of(struct answer *r, uint64_t revision, const char *time, const char *tag, uint64_t otherwise,
		      uint64_t *ret)
{
	bool by_t = time && *time, by_name = tag && *tag;
	enum err e = ERR_OK;
	*ret = revision ? revision : otherwise;
	if ((revision != 0) + by_t + by_name > 1)
		return fail(&r->why, ERR_INVALID,
			    "as_of is given more than once: name a revision, or a time, or a tag");
	if (by_t)
		e = by_time(r, time, ret);
	else if (by_name)
		e = by_tag(r, tag, ret);
	return e == ERR_OK ? within_reach(r, *ret) : e;
}

static enum err settle(struct answer *r)
{
	const struct msg_query_request *q = r->q;
	uint64_t rev;
	enum err e = answer_as_of(r, q->as_of_revision, q->as_of_time, q->as_of_tag, r->v->reached_rev, &rev);
	if (e != ERR_OK)
		return e;
	r->revision = r->v->as_of = rev;
	if (q->min_revision > r->v->reached_rev)
		return fail(&r->why, ERR_NOT_REACHED, "revision %llu is not indexed yet: the index has reached %llu",
			    (unsigned long long)q->min_revision, (unsigned long long)r->v->reached_rev);
	return ERR_OK;
}

/* ---- answers and errors ----------------------------------------------------------------------------- */

static enum error_code code_of(enum err e)
{
	switch (e) {
	case ERR_OK:
		return ERROR_CODE_OK;
#define ERR(sym, retry, text)                                                                                          \
	case ERR_##sym:                                                                                                \
		return ERROR_CODE_##sym;
#include "base/err.def"
#undef ERR
	case ERR_COUNT:
		break;
	}
	return ERROR_CODE_INTERNAL;
}

static enum err tell_error(struct answer *r, enum err e)
{
	struct msg_error error = {
	    .code = code_of(e),
	    .text = *r->why.text ? r->why.text : err_text(e),
	    .retryable = err_retryable(e),
	    .n_findings = r->findings.n,
	    .findings = r->findings.list,
	};
	r->open = false;
	if (r->c->told)
		*r->c->told = e;
	answer_begin(r, 10, &msg_type_error, &error);
	return answer_end(r);
}

static enum err dispatch(struct answer *r)
{
	const struct msg_query_request *q = r->q;
	if (q->snapshot)
		return ask_snapshot(r, q->snapshot);
	if (q->history)
		return ask_history(r, q->history);
	if (q->trend)
		return ask_trend(r, q->trend);
	if (q->changes)
		return ask_changes(r, q->changes);
	if (q->status)
		return ask_status(r, q->status);
	if (q->lineage)
		return ask_lineage(r, q->lineage);
	if (q->overlap)
		return ask_overlap(r, q->overlap);
	if (q->count)
		return ask_count(r, q->count);
	if (q->diff)
		return ask_diff(r, q->diff);
	if (q->balance)
		return ask_balance(r, q->balance);
	if (q->decompose)
		return ask_decompose(r, q->decompose);
	if (q->network)
		return ask_network(r, q->network);
	if (q->quality)
		return ask_quality(r, q->quality);
	if (q->explain)
		return ask_explain(r, q->explain);
	if (q->catalogue)
		return ask_catalogue(r, q->catalogue);
	return fail(&r->why, ERR_INVALID, "the request holds no question that this version knows");
}

static void see_today(struct answer *r)
{
	char text[WHEN_TEXT_MAX];
	r->has_today = unit_today(r->v, &r->today);
	if (!r->has_today)
		return;
	struct when today = when_day(r->today);
	when_format(&today, text);
	r->today_text = arena_text(r->a, text, strlen(text));
}

static size_t values_of(const struct msg_filter *where, size_t n)
{
	size_t values = 0;
	for (size_t i = 0; i < n; i++)
		values += where[i].n_values;
	return values;
}

/* A question is read as a whole before it is answered; what it names is looked up one by one, and kept. */
struct list {
	const char *what;
	size_t n, max;
};

static enum err none_too_long(struct answer *r, const struct list *lists, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (lists[i].n > lists[i].max)
			return fail(&r->why, ERR_TOO_LARGE, "%s: %zu are more than a question may name, %zu",
				    lists[i].what, lists[i].n, lists[i].max);
	return ERR_OK;
}

/* Of those that are asked most. */
static enum err lists_of_rows(struct answer *r)
{
	const struct msg_query_request *q = r->q;
	const struct list lists[] = {
	    {"units", q->changes ? q->changes->n_units : 0, CHANGES_UNITS_MAX},
	    {"kinds", q->changes ? q->changes->n_kinds : 0, msg_enum_change_kind.count},
	    {"categories", q->snapshot ? q->snapshot->n_categories : 0, CATEGORIES_MAX},
	    {"categories", q->history ? q->history->n_categories : 0, CATEGORIES_MAX},
	};
	return none_too_long(r, lists, sizeof lists / sizeof *lists);
}

static enum err lists_of_figures(struct answer *r)
{
	const struct msg_query_request *q = r->q;
	const struct list lists[] = {
	    {"categories", q->trend ? q->trend->n_categories : 0, CATEGORIES_MAX},
	    {"measures", q->trend ? q->trend->n_measures : 0, msg_enum_measure.count},
	    {"units", q->trend ? q->trend->n_units : 0, LIST_MAX},
	    {"rounds", q->trend ? q->trend->n_rounds : 0, LIST_MAX},
	    {"periods", q->trend ? q->trend->n_periods : 0, LIST_MAX},
	    {"categories", q->diff ? q->diff->n_categories : 0, CATEGORIES_MAX},
	    {"categories", q->balance ? q->balance->n_categories : 0, CATEGORIES_MAX},
	    {"inflows", q->balance ? q->balance->n_inflows : 0, CATEGORIES_MAX},
	    {"outflows", q->balance ? q->balance->n_outflows : 0, CATEGORIES_MAX},
	    {"units", q->balance ? q->balance->n_units : 0, LIST_MAX},
	    {"filters", q->balance ? q->balance->n_where : 0, CATEGORIES_MAX},
	    {"values of filters", q->balance ? values_of(q->balance->where, q->balance->n_where) : 0, VALUES_MAX},
	    {"categories", q->decompose ? q->decompose->n_categories : 0, CATEGORIES_MAX},
	    {"units", q->decompose ? q->decompose->n_units : 0, LIST_MAX},
	    {"filters", q->decompose ? q->decompose->n_where : 0, CATEGORIES_MAX},
	    {"values of filters", q->decompose ? values_of(q->decompose->where, q->decompose->n_where) : 0, VALUES_MAX},
	    {"categories", q->explain ? q->explain->n_categories : 0, CATEGORIES_MAX},
	    {"measures", q->count ? q->count->n_measures : 0, msg_enum_measure.count},
	    {"units", q->count ? q->count->n_units : 0, LIST_MAX},
	    {"filters", q->count ? q->count->n_where : 0, CATEGORIES_MAX},
	    {"values of filters", q->count ? values_of(q->count->where, q->count->n_where) : 0, VALUES_MAX},
	    {"dates", q->count ? q->count->n_dates : 0, LIST_MAX},
	    {"rounds", q->count ? q->count->n_rounds : 0, LIST_MAX},
	    {"dates", q->network ? q->network->n_dates : 0, LIST_MAX},
	    {"units", q->network ? q->network->n_units : 0, LIST_MAX},
	    {"filters", q->network ? q->network->n_where : 0, CATEGORIES_MAX},
	    {"values of filters", q->network ? values_of(q->network->where, q->network->n_where) : 0, VALUES_MAX},
	    {"rounds", q->quality ? q->quality->n_rounds : 0, LIST_MAX},
	};
	return none_too_long(r, lists, sizeof lists / sizeof *lists);
}

static enum err short_lists(struct answer *r)
{
	const struct msg_query_request *q = r->q;
	return q->snapshot || q->history || q->changes ? lists_of_rows(r) : lists_of_figures(r);
}

static enum err answer(struct answer *r)
{
	if (r->q->version != 1)
		return fail(&r->why, ERR_WRONG_VERSION, "the request is of version %u; this server speaks version 1",
			    r->q->version);
	enum err e = short_lists(r);
	if (e == ERR_OK)
		e = settle(r);
	if (e != ERR_OK)
		return e;
	see_today(r);
	e = dispatch(r);
	if (e == ERR_OK)
		e = r->v->err;
	return e == ERR_OK ? answer_end(r) : e;
}

/* The thread's buffers, as long as no question within this one has them too. */
static void borrow(struct answer *r)
{
	struct buf *lent = r->c->lent;
	if (!lent)
		return;
	r->body = lent[0];
	r->encoded = lent[1];
	lent[0] = lent[1] = (struct buf){0};
	buf_clear(&r->body);
	buf_clear(&r->encoded);
}

static void give_back(struct answer *r)
{
	struct buf *lent = r->c->lent;
	size_t room = r->body.room + r->encoded.room;
	if (lent && !lent[0].data && !lent[1].data && room <= LENT_MAX) {
		lent[0] = r->body;
		lent[1] = r->encoded;
		return;
	}
	buf_free(&r->body);
	buf_free(&r->encoded);
}

/* What else was to be said follows from rows that were not read any more. */
static enum err told_late(struct answer *r, enum err e)
{
	if (!r->late && r->failed == ERR_OK &&
	    r->v->err == ERR_TOO_LARGE) { /* atom.h; nothing is wrong with the store */
		r->v->err = ERR_OK;
		findings_init(&r->findings, r->a);
		return fail(&r->why, ERR_TOO_LARGE,
			    "reorganisations on record cut, or move, territories into more pieces than one question "
			    "may put together: ask as reported, or as of a revision before them");
	}
	if (!r->late || (r->failed != ERR_OK && r->failed != r->late))
		return e;
	r->failed = r->v->err = ERR_OK;
	r->v->late = false;
	r->why = r->late_why;
	findings_init(&r->findings, r->a);
	return r->late;
}

enum err ask(const struct ask_context *c, const struct msg_query_request *q, struct arena *a)
{
	struct arena *row = ask_weight(q) == ASK_LONG ? arena_under(a) : NULL;
	struct answer r = {.c = c, .q = q, .v = c->view, .a = a, .row = row ? row : a, .today_text = ""};
	findings_init(&r.findings, a);
	c->view->as_of = REV_NEWEST;
	kept_begin(c->kept);
	borrow(&r);
	enum err (*look)(void *arg) = c->view->look; /* of the question that this one is within */
	void *look_arg = c->view->look_arg;
	c->view->look = answer_look_reading;
	c->view->look_arg = &r;
	c->view->look_every = c->look_every ? c->look_every : ASK_LOOK_EVERY;
	enum err e = answer(&r);
	kept_end(c->kept, c->view);
	e = told_late(&r, e);
	if (r.failed == ERR_OK && c->view->err != ERR_OK)
		r.failed = c->view->err;
	if (e != ERR_OK && r.failed == ERR_OK)
		r.failed = tell_error(&r, e);
	c->view->look = look;
	c->view->look_arg = look_arg;
	give_back(&r);
	arena_free(row);
	return r.failed;
}

enum err ask_error(const struct ask_context *c, const struct msg_query_request *q, enum err e, const char *text,
		   struct arena *a)
{
	struct answer r = {.c = c, .q = q, .v = c->view, .a = a, .row = a, .today_text = ""};
	findings_init(&r.findings, a);
	fail(&r.why, e, "%s", text ? text : "");
	enum err told = tell_error(&r, e);
	buf_free(&r.body);
	buf_free(&r.encoded);
	return told;
}
