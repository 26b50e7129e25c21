/* SPDX-License-Identifier: Apache-2.0
 *
 * answer.c - rows into parts, parts into replies.
 */
#include "query/answer.h"
#include <string.h>
#include "query/known.h"
#include "query/resolve.h"
#include "query/value.h"

#define HEAD_ROOM 256u /* before the rows of a part, for what its reply begins with: rows are not copied once more */

void answer_begin(struct answer *r, unsigned field, const struct msg_type *type, const void *head)
{
	r->field = field;
	r->head_type = type;
	r->head = head;
}

static void part_open(struct answer *r)
{
	if (r->open)
		return;
	buf_clear(&r->body);
	buf_take(&r->body, HEAD_ROOM);
	codec_encode(r->head_type, r->head, &r->body);
	r->open = true;
}

static enum err part_send(struct answer *r, bool end)
{
	const struct store_facts *about = store_about(r->c->store);
	bool echo = r->q && r->q->request_id.len <= ASK_REQUEST_ID_MAX; /* there is no room for just any */
	struct msg_query_reply reply = {
	    .version = 1,
	    .request_id = echo ? r->q->request_id : (struct slice){0},
	    .store_id = {about->id, sizeof about->id},
	    .epoch = about->epoch,
	    .revision = r->revision,
	    .today = r->today_text,
	    .part = r->part++,
	    .end = end,
	    .method = ASK_METHOD,
	};
	buf_clear(&r->encoded);
	codec_encode(&msg_type_query_reply, &reply, &r->encoded);
	codec_embed_head(&r->encoded, r->field, r->body.len - HEAD_ROOM);
	ALWAYS(r->encoded.len <= HEAD_ROOM);
	size_t unused = HEAD_ROOM - r->encoded.len;
	memcpy(r->body.data + unused, r->encoded.data, r->encoded.len);
	r->open = false;
	r->sent = true;
	r->failed = r->c->emit(r->c->emit_arg, (struct slice){r->body.data + unused, r->body.len - unused}, end);
	return r->failed;
}

static enum err row_done(struct answer *r)
{
	if (r->row != r->a)
		arena_reset(r->row);
	if (++r->rows > r->c->limits->rows_max)
		return fail(&r->why, ERR_TOO_LARGE,
			    "the answer has more than %u rows: narrow the question, or ask for it in pieces",
			    r->c->limits->rows_max);
	if (r->body.len - HEAD_ROOM > r->c->limits->part_bytes) {
		enum err e = part_send(r, false);
		if (e != ERR_OK)
			return e;
	}
	return answer_look(r); /* a row may have cost much: hundreds of names, sets of thousands */
}

enum err answer_row(struct answer *r, unsigned field, const struct msg_type *type, const void *row)
{
	part_open(r);
	buf_clear(&r->encoded);
	codec_encode(type, row, &r->encoded);
	codec_embed(&r->body, field, buf_view(&r->encoded));
	return row_done(r);
}

enum err answer_bytes(struct answer *r, unsigned field, struct slice bytes)
{
	part_open(r);
	codec_embed(&r->body, field, bytes);
	return row_done(r);
}

struct buf *answer_row_open(struct answer *r, unsigned field)
{
	part_open(r);
	r->row_start = codec_open(&r->body, field);
	return &r->body;
}

enum err answer_row_close(struct answer *r)
{
	codec_close(&r->body, r->row_start);
	return row_done(r);
}

enum err answer_last(struct answer *r, const void *last)
{
	part_open(r);
	codec_encode(r->head_type, last, &r->body);
	return ERR_OK;
}

enum err answer_end(struct answer *r)
{
	part_open(r);
	return part_send(r, true);
}

enum err answer_pause(struct answer *r)
{
	if (!r->sent || r->v->err != ERR_OK)
		return r->v->err;
	r->sent = false;
	return r->failed = view_renew(r->v);
}

enum err answer_look(struct answer *r)
{
	r->work = 0;
	if (r->c->expired && r->c->expired(r->c->expired_arg))
		return fail(&r->why, ERR_DEADLINE,
			    "the deadline passed before the answer was ready: narrow the question, or allow more time");
	size_t most = r->c->limits->work_max;
	if (most && arena_used(r->a) > most)
		return fail(
		    &r->why, ERR_TOO_LARGE,
		    "more than %zu MiB are needed to work this out: name fewer days, units or a filter, or group "
		    "more coarsely",
		    most >> 20);
	return r->v->err;
}

enum err answer_look_reading(void *arg)
{
	struct answer *r = arg;
	r->late = answer_look(r);
	r->late_why = r->why;
	return r->late;
}

void answer_did(struct answer *r, size_t n)
{
	size_t left = ANSWER_WORK_BETWEEN_LOOKS - 1 - r->work;
	r->work += (uint32_t)(n < left ? n : left);
}

/* ---- what questions name ---------------------------------------------------------------------------- */

enum err answer_unit(struct answer *r, const struct msg_unit_ref *ref, int32_t day, uint32_t *ret)
{
	*ret = 0;
	if (!ref || (!ref->id && !ref->code && !ref->name))
		return fail(&r->why, ERR_INVALID, "the question names no unit: name it by id, by code or by name");
	uint32_t by_id = ref->id ? view_term(r->v, SPACE_UNIT, slice_text(ref->id->id)) : 0;
	if (by_id && known_kind(r->c->known, r->v, by_id)) { /* what clients ask most; else it is told what is wrong */
		*ret = by_id;
		return r->v->err;
	}
	struct resolved found = {0};
	resolve_unit(r->v, ref, 0, day, r->a, &found);
	if (found.unit) {
		*ret = found.unit;
		return r->v->err;
	}
	if (r->v->err != ERR_OK)
		return r->v->err;
	enum rule rule = found.n_candidates > 1 ? RULE_AMBIGUOUS_UNIT : RULE_UNRESOLVED_UNIT;
	struct msg_finding *f = finding_add(&r->findings, rule, "", found.said ? found.said : "the question", NULL);
	f->candidates = arena_alloc(r->a, (found.n_candidates + 1) * sizeof *f->candidates);
	const char *list = "";
	for (size_t i = 0; i < found.n_candidates; i++) {
		f->candidates[f->n_candidates] = unit_id(r->v, found.candidates[i], r->a);
		list = arena_printf(r->a, "%s%s%s", list, i ? ", " : "", f->candidates[f->n_candidates++]);
	}
	enum err e = rule == RULE_AMBIGUOUS_UNIT ? ERR_INVALID : ERR_NOT_FOUND;
	/* In one sentence too: what shows only an error's text can then say which. */
	if (!found.n_candidates)
		return fail(&r->why, e, "%.120s names no unit: check the spelling and the date", f->arguments[0]);
	return fail(&r->why, e, "%.60s names %s: say which: %.120s", f->arguments[0],
		    rule == RULE_AMBIGUOUS_UNIT ? "more than one unit" : "no unit there and then", list);
}

void answer_tell_units(struct answer *r, const uint32_t *units, size_t n, int32_t day, struct msg_trend_answer *last)
{
	if (!n || n > ANSWER_UNITS_TOLD)
		return;
	last->units = arena_alloc(r->a, n * sizeof *last->units);
	last->unit_names = arena_alloc(r->a, n * sizeof *last->unit_names);
	for (size_t i = 0; i < n; i++) {
		last->units[last->n_units++] = unit_id(r->v, units[i], r->a);
		last->unit_names[last->n_unit_names++] = unit_name(r->v, units[i], day, r->a);
	}
}

enum err answer_when(struct answer *r, const char *text, const char *what, struct when *ret)
{
	struct why why;
	if (when_parse(text, ret, &why) == ERR_OK)
		return ERR_OK;
	return fail(&r->why, ERR_INVALID, "%s: %s", what, why.text);
}

const char *answer_text(struct answer *r, enum space s, uint32_t id)
{
	struct slice text = id ? view_text(r->v, s, id) : (struct slice){0};
	return text.len ? arena_text(r->row, text.data, text.len) : "";
}

const char *answer_date(struct answer *r, const struct when *w)
{
	char text[WHEN_TEXT_MAX];
	when_format(w, text);
	return *text ? arena_text(r->row, text, strlen(text)) : "";
}

struct msg_value *answer_value(struct answer *r, struct slice stored)
{
	struct msg_value *v;
	enum err e = value_get(stored, r->row, &v);
	if (e != ERR_OK && r->v->err == ERR_OK)
		r->v->err = e;
	return v;
}
