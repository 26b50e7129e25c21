/* SPDX-License-Identifier: Apache-2.0
 *
 * answer.h - inside ask(): an answer in the making. Only the readers of query/ include it.
 *
 * An answer is rows. Each is encoded as soon as it is made and put into the part being filled; a part that has grown
 * over the limit is sent, so that the size of an answer costs no memory. What every part repeats stands in `head`.
 * Errors     a handler returns the error to be told, with `why` filled. What the store or the receiver did wrong is in
 *            `failed`, and ends everything.
 */
#pragma once
#include "proto/codec.h"
#include "query/ask.h"
#include "query/finding.h"
#include "query/unit.h"

struct answer {
	const struct ask_context *c;
	const struct msg_query_request *q;
	struct view *v;
	struct arena *a;   /* lives as long as the answer */
	struct arena *row; /* of the row being made: emptied when it is put (the same as `a` in short answers) */
	uint64_t revision; /* the question is answered as of it */
	bool has_today;
	int32_t today;
	const char *today_text;
	/* private */
	unsigned field;
	const struct msg_type *head_type;
	const void *head;
	struct buf body, encoded;
	size_t row_start; /* of the row that is open, in body */
	bool open;
	bool sent; /* a part, since the last pause */
	uint32_t part, rows, work;
	struct why why;
	struct findings findings;
	enum err failed;
	enum err late; /* seen while the store was read, and told in any case: its sentence stands in `late_why` */
	struct why late_why;
};

/* The answer is alternative `field` of QueryReply. `head` (a struct of `type`, in r->a) is what every part begins with.
 */
void answer_begin(struct answer *r, unsigned field, const struct msg_type *type, const void *head);
/* Put a row as `field` of the answer. Ends r->row. */
enum err answer_row(struct answer *r, unsigned field, const struct msg_type *type, const void *row) MUST_CHECK;
enum err answer_bytes(struct answer *r, unsigned field,
		      struct slice bytes) MUST_CHECK; /* a row encoded before, or a text */
/* A row whose bytes the caller puts behind the others, in between. */
struct buf *answer_row_open(struct answer *r, unsigned field);
enum err answer_row_close(struct answer *r) MUST_CHECK;
/* Fields that only the last part has, after all rows: a struct of the head's type with nothing but these. */
enum err answer_last(struct answer *r, const void *last) MUST_CHECK;
enum err answer_end(struct answer *r) MUST_CHECK;
/* Between two pieces of a long answer, where no walk is open and nothing borrowed from the view is held: after a part
 * was sent the view is renewed, so that a slow receiver keeps no old pages alive. What is known as of the revision
 * stays. */
enum err answer_pause(struct answer *r) MUST_CHECK;
/* Called once in a while by long loops: ERR_DEADLINE when time is up, ERR_TOO_LARGE when r->a and the arenas under it
 * hold more than one question may. The view does so by itself while the store is read, and at every row that is put. */
static inline enum err answer_work(struct answer *r) MUST_CHECK;
enum err answer_look(struct answer *r) MUST_CHECK; /* for answer_work() alone */
enum err answer_look_reading(void *answer);        /* for the view alone */
#define ANSWER_WORK_BETWEEN_LOOKS 256u
static inline enum err answer_work(struct answer *r)
{
	return ++r->work < ANSWER_WORK_BETWEEN_LOOKS ? r->v->err : answer_look(r);
}
/* So many pieces of work were done where no error can be told: the next answer_work() looks the sooner. */
void answer_did(struct answer *r, size_t n);
/* A record of the log was read: most have some hundred bytes, and some a million. */
static inline void answer_did_record(struct answer *r, const struct journal_record *rec)
{
	answer_did(r, (rec->body.len + rec->outcome.len) >> 12);
}
/* The unit that a question names, looked for in the structure of `day`. */
enum err answer_unit(struct answer *r, const struct msg_unit_ref *ref, int32_t day, uint32_t *ret) MUST_CHECK;
/* Which units an answer without groups is of: into its last part. */
#define ANSWER_UNITS_TOLD 100u
void answer_tell_units(struct answer *r, const uint32_t *units, size_t n, int32_t day, struct msg_trend_answer *last);
/* A date of a question; `what` names the field. "" gives WHEN_NONE. */
enum err answer_when(struct answer *r, const char *text, const char *what, struct when *ret) MUST_CHECK;
/* The revision that an as_of means: at most one of the three is given, none gives `otherwise`. A revision that is not
 * there, or not indexed yet, is an error with its sentence. Does not change the view. */
enum err answer_as_of(struct answer *r, uint64_t revision, const char *time, const char *tag, uint64_t otherwise,
		      uint64_t *ret) MUST_CHECK;
/* The last revision that was entered by the end of a civil day, in UTC; 0 = none. */
enum err answer_entered_by(struct answer *r, int32_t day, uint64_t *ret) MUST_CHECK;
/* The texts of numbers, in the row's arena; "" for 0. */
const char *answer_text(struct answer *r, enum space s, uint32_t id);
const char *answer_date(struct answer *r, const struct when *w);
/* A stored value, in the row's arena; a broken one sticks in the view. */
struct msg_value *answer_value(struct answer *r, struct slice stored);

enum err ask_snapshot(struct answer *r, const struct msg_snapshot_question *q) MUST_CHECK;
enum err ask_history(struct answer *r, const struct msg_history_question *q) MUST_CHECK;
enum err ask_trend(struct answer *r, const struct msg_trend_question *q) MUST_CHECK;
enum err ask_changes(struct answer *r, const struct msg_changes_question *q) MUST_CHECK;
enum err ask_status(struct answer *r, const struct msg_status_question *q) MUST_CHECK;
enum err ask_count(struct answer *r, const struct msg_count_question *q) MUST_CHECK;
enum err ask_diff(struct answer *r, const struct msg_diff_question *q) MUST_CHECK;
enum err ask_balance(struct answer *r, const struct msg_balance_question *q) MUST_CHECK;
enum err ask_decompose(struct answer *r, const struct msg_decompose_question *q) MUST_CHECK;
enum err ask_network(struct answer *r, const struct msg_network_question *q) MUST_CHECK;
enum err ask_quality(struct answer *r, const struct msg_quality_question *q) MUST_CHECK;
enum err ask_explain(struct answer *r, const struct msg_explain_question *q) MUST_CHECK;
enum err ask_catalogue(struct answer *r, const struct msg_catalogue_question *q) MUST_CHECK;
