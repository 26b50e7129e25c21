/* SPDX-License-Identifier: Apache-2.0
 *
 * judge.c - from a message's bytes to its outcome.
 *
 * Happy path  decode strictly; judge the section it has; if no finding is an error, the facts, change records and a
 *             receipt with its revision are the outcome.
 * Refused     the outcome has the receipt with all findings and no fact but, where it is new, the number of its
 *             submitter's name (the record must name it); nothing a question can see has changed.
 * Failing     an error of the view (the store cannot be read) ends judging without an outcome.
 */
#include "query/judging.h"
#include <stdlib.h>
#include <string.h>

#define CHUNK_CHANGES    500u /* change records of one change set */
#define DAY_US           INT64_C(86400000000)
#define DECODE_ALLOWANCE ((size_t)64 << 10)
#define INFO_BYTES_MAX   ((size_t)16 << 20) /* of decoded definitions, before they are thrown away */

struct judge *judge_new(const struct store_facts *about, const struct judge_limits *l)
{
	struct judge *j = mem_zero(1, sizeof *j);
	j->about = *about;
	j->limits = *l;
	j->words = words_new();
	j->kinds = mem_zero(KIND_SLOTS, sizeof *j->kinds);
	j->info = arena_new(0);
	return j;
}

struct judge *judge_free(struct judge *j)
{
	if (!j)
		return NULL;
	words_free(j->words);
	free(j->kinds);
	arena_free(j->info);
	free(j);
	return NULL;
}

static void forget_definitions(struct judge *j)
{
	memset(j->indicators, 0, sizeof j->indicators);
	memset(j->rounds, 0, sizeof j->rounds);
	arena_reset(j->info);
}

void judge_forget(struct judge *j)
{
	words_clear(j->words);
	kinds_forget(j);
	forget_definitions(j);
	/* The numbers given out stay given out: a gap costs nothing, a number given twice would. */
	j->has_today = false;
}

struct fact *judging_fact(struct judging *c, enum fact_kind kind)
{
	if (c->n_facts == c->facts_room)
		c->facts = arena_grow(c->a, c->facts, c->n_facts, c->n_facts + 1, sizeof *c->facts, &c->facts_room);
	struct fact *f = &c->facts[c->n_facts++];
	memset(f, 0, sizeof *f);
	f->kind = kind;
	return f;
}

struct msg_change *judging_change(struct judging *c, enum change_kind kind, enum subject subject)
{
	if (c->n_changes == c->changes_room)
		c->changes =
		    arena_grow(c->a, c->changes, c->n_changes, c->n_changes + 1, sizeof *c->changes, &c->changes_room);
	struct msg_change *m = &c->changes[c->n_changes++];
	memset(m, 0, sizeof *m);
	m->sequence = (uint32_t)c->n_changes;
	m->kind = kind;
	m->subject = subject;
	m->source = c->src_text;
	return m;
}

void change_units(struct judging *c, struct msg_change *m, uint32_t u1, uint32_t u2)
{
	m->n_units = u2 ? 2 : 1;
	m->units = arena_alloc(c->a, m->n_units * sizeof *m->units);
	m->units[0] = word_text(c, SPACE_UNIT, u1);
	if (u2)
		m->units[1] = word_text(c, SPACE_UNIT, u2);
}

void judging_lay(struct judging *c)
{
	if (c->laid == c->n_facts)
		return;
	struct journal_record rec = {.pos = c->in->pos, .rev = c->in->rev, .kind = RECORD_TICK};
	overlay_add(c->v->over, &rec, c->facts + c->laid, c->n_facts - c->laid);
	c->laid = c->n_facts;
}

static void begin(struct judging *c, struct judge *j, struct view *v, const struct judge_input *in, struct arena *a)
{
	memset(c, 0, sizeof *c);
	c->j = j;
	c->v = v;
	c->in = in;
	c->a = a;
	c->src_text = c->locator = c->reason = "";
	findings_init(&c->f, a);
	if (arena_used(j->info) > INFO_BYTES_MAX) /* those that push each other out of the tables add up */
		forget_definitions(j);
	if (!v->over)
		v->over = c->own = overlay_new();
	if (!j->counted) {
		for (unsigned s = 1; s < SPACE_COUNT; s++)
			j->next[s] = view_terms(v, (enum space)s) + 1;
		j->counted = true;
	}
	memcpy(c->next, j->next, sizeof c->next);
	if (!j->has_today)
		j->has_today = unit_today(v, &j->today);
	c->today = j->has_today ? j->today : (int32_t)(in->time_us / DAY_US);
	c->structure_day = c->today;
}

static void end(struct judging *c)
{
	if (c->laid)
		overlay_drop_after(c->v->over, c->in->pos - 1);
	if (c->own) {
		c->v->over = NULL;
		overlay_free(c->own);
	}
}

struct slice judge_encoded(struct arena *a, const struct msg_type *type, const void *msg)
{
	AUTO_BUF struct buf b = {0};
	codec_encode(type, msg, &b);
	return (struct slice){arena_text(a, (const char *)b.data, b.len), b.len};
}

static void put_receipt(struct judging *c, bool accepted, struct slice *ret)
{
	const struct judge_input *in = c->in;
	struct msg_receipt r = {
	    .message_id = {in->id, 16},
	    .content_hash = {in->hash, 32},
	    .submitter = in->submitter,
	    .n_findings = c->f.n,
	    .findings = c->f.list,
	};
	if (in->dry_run) {
		r.verdict = accepted ? VERDICT_WOULD_ACCEPT : VERDICT_WOULD_REFUSE;
	} else {
		r.verdict = accepted ? VERDICT_ACCEPTED : VERDICT_REFUSED;
		r.position = in->pos;
		r.revision = accepted ? in->rev : 0;
		r.system_time_us = in->time_us;
	}
	*ret = judge_encoded(c->a, &msg_type_receipt, &r);
}

/* All changes of the revision, in chunks; at least one, so that every revision is in the feed. */
static void put_changes(struct judging *c, struct outcome *o)
{
	size_t chunks = c->n_changes ? (c->n_changes + CHUNK_CHANGES - 1) / CHUNK_CHANGES : 1;
	o->n_changes = chunks;
	o->changes = arena_alloc(c->a, chunks * sizeof *o->changes);
	for (size_t i = 0; i < chunks; i++) {
		size_t from = i * CHUNK_CHANGES, left = c->n_changes - from;
		struct msg_change_set set = {
		    .store_id = {c->j->about.id, 16},
		    .epoch = c->j->about.epoch,
		    .revision = c->in->rev,
		    .chunk = (uint32_t)i,
		    .last = i + 1 == chunks,
		    .system_time_us = c->in->time_us,
		    .message_id = {c->in->id, 16},
		    .submitter = c->in->submitter,
		    .n_changes = left < CHUNK_CHANGES ? left : CHUNK_CHANGES,
		    .changes = c->n_changes ? c->changes + from : NULL,
		};
		o->changes[i] = judge_encoded(c->a, &msg_type_change_set, &set);
	}
}

/* The words of a message become facts ahead of all others; a refused one keeps only its submitter's. */
static void put_facts(struct judging *c, bool accepted, uint32_t submitter, struct outcome *o)
{
	o->facts = arena_alloc(c->a, (c->n_words + c->n_facts + 1) * sizeof *o->facts);
	for (size_t i = 0; i < c->n_words; i++) {
		const struct new_word *w = &c->words[i];
		if (!accepted && (w->space != SPACE_SUBMITTER || w->id != submitter))
			continue;
		o->facts[o->n_facts++] =
		    (struct fact){.kind = FACT_TERM, .term = {w->space, w->id, {w->text, strlen(w->text)}}};
	}
	if (!accepted)
		return;
	for (size_t i = 0; i < c->n_facts; i++)
		if (c->facts[i].kind != FACT_TERM) /* laid early, listed above */
			o->facts[o->n_facts++] = c->facts[i];
}

static void conclude(struct judging *c, uint32_t submitter, struct judgement *ret)
{
	bool accepted = !c->f.errors;
	memset(ret, 0, sizeof *ret);
	ret->submitter = submitter;
	ret->rev = accepted ? c->in->rev : 0;
	ret->outcome.verdict = accepted ? OUTCOME_ACCEPTED : OUTCOME_REFUSED;
	put_receipt(c, accepted, &ret->outcome.receipt);
	if (accepted)
		put_changes(c, &ret->outcome);
	put_facts(c, accepted, submitter, &ret->outcome);
	if (c->in->dry_run)
		return;
	if (accepted) {
		judging_keep_words(c);
		memcpy(c->j->next, c->next, sizeof c->next);
		if (c->defines)
			forget_definitions(c->j);
		if (c->retracts_life) /* the unit may come back as something else */
			kinds_forget(c->j);
	} else if (submitter >= c->j->next[SPACE_SUBMITTER]) {
		c->j->next[SPACE_SUBMITTER] = submitter + 1;
	}
}

static void judge_decoded(struct judging *c, const struct msg_message *m)
{
	if (m->submission)
		judge_submission(c, m->submission);
	else if (m->define)
		judge_define(c, m->define);
	else if (m->event)
		judge_event(c, m->event);
	else if (m->tag)
		judge_tag(c, m->tag);
	else if (m->tick)
		finding_add(&c->f, RULE_RESERVED, "tick", "a tick", NULL);
	else
		finding_add(&c->f, RULE_EMPTY_MESSAGE, "", NULL);
}

static bool has_path(const struct findings *f, const char *path)
{
	for (size_t i = 0; i < f->n; i++)
		if (strcmp(f->list[i].path, path) == 0)
			return true;
	return false;
}

/* With a bound on what hostile bytes can make of themselves. */
static enum err decode(struct judging *c, enum codec_mode mode, void **ret, struct codec_faults *faults)
{
	uint32_t times = c->j->limits.expansion_max;
	if (times)
		arena_cap(c->a, arena_used(c->a) + DECODE_ALLOWANCE + c->in->content.len * (size_t)times);
	enum err e = codec_decode(&msg_type_message, c->in->content, mode, c->a, ret, faults);
	arena_cap(c->a, 0);
	return e;
}

/* Unknown fields and unsaid enums refuse the message, but do not hide what else is wrong with it: it is judged all the
 * same. */
static enum err decode_and_judge(struct judging *c)
{
	struct codec_faults faults = {0};
	void *decoded = NULL;
	enum err e = decode(c, CODEC_STRICT, &decoded, &faults);
	if (e == ERR_TOO_LARGE)
		return e;
	bool readable = faults.n > 0;
	for (size_t i = 0; i < faults.n; i++)
		readable &= faults.list[i].err != ERR_MALFORMED;
	if (e != ERR_OK && readable && decode(c, CODEC_TOLERANT, &decoded, NULL) == ERR_OK)
		judge_decoded(c, decoded);
	else if (e == ERR_OK)
		judge_decoded(c, decoded);
	for (size_t i = 0; i < faults.n; i++) {
		const struct codec_fault *f = &faults.list[i];
		if (has_path(&c->f, f->path))
			continue;
		if (f->err == ERR_INVALID) /* a code that was left out, not one of another version */
			finding_add(&c->f, RULE_REQUIRED, f->path, PATH(c, "a choice (%s)", f->text), NULL);
		else
			finding_add(&c->f, f->err == ERR_MALFORMED ? RULE_MALFORMED : RULE_UNKNOWN_FIELD, f->path,
				    f->text, NULL);
	}
	if (e != ERR_OK && faults.n == 0)
		finding_add(&c->f, RULE_MALFORMED, "", err_text(e), NULL);
	return ERR_OK;
}

enum err judge_message(struct judge *j, struct view *v, const struct judge_input *in, struct arena *a,
		       struct judgement *ret, struct why *why)
{
	struct judging c;
	begin(&c, j, v, in, a);
	uint32_t submitter = word_take(&c, SPACE_SUBMITTER, in->submitter);

	enum err e = decode_and_judge(&c);
	end(&c);
	if (e != ERR_OK)
		return fail(why, e, "the content takes more memory than %u times its %zu bytes",
			    j->limits.expansion_max, in->content.len);
	if (v->err != ERR_OK)
		return fail(why, v->err, "the store could not be read while judging: %s", err_text(v->err));
	conclude(&c, submitter, ret);
	return ERR_OK;
}

/* ---- ticks ---- */

struct slice judge_tick_body(struct arena *a, int32_t day, const char *zone)
{
	struct when w = when_day(day);
	char text[WHEN_TEXT_MAX];
	struct msg_tick tick = {.day = when_format(&w, text), .zone = zone};
	struct msg_message m = {.tick = &tick};
	return judge_encoded(a, &msg_type_message, &m);
}

/* Does the day stand in what is on record now? It may have been retracted or corrected since. */
static bool life_due(struct judging *c, const struct fact_due *d, int32_t day)
{
	AUTO_BUF struct buf key = {0};
	AUTO_WALK struct walk w = {0};
	struct row r;
	struct fact f;
	key_unit(&key, d->id);
	walk_begin(&w, c->v, TABLE_LIFE, buf_view(&key));
	while (walk_next(&w, &r)) {
		if (row_fact(&r, &f) != ERR_OK || f.life.state == STATE_RETRACTED)
			continue;
		const struct when *at = d->kind == DUE_LIFE_BEGINS ? &f.life.from : &f.life.to;
		if (at->precision != WHEN_NONE && at->hi == day)
			return true;
	}
	return false;
}

static bool link_due(struct judging *c, const struct fact_due *d, int32_t day, uint8_t type)
{
	AUTO_BUF struct buf key = {0};
	AUTO_WALK struct walk w = {0};
	struct row r;
	struct fact f;
	key_link(&key, type, d->id);
	walk_begin(&w, c->v, TABLE_LINK, buf_view(&key));
	while (walk_next(&w, &r)) {
		if (row_fact(&r, &f) != ERR_OK || f.link.state == STATE_RETRACTED || f.link.b != d->id2)
			continue;
		const struct when *at = d->kind == DUE_LINK_BEGINS ? &f.link.from : &f.link.to;
		if (at->precision != WHEN_NONE && at->hi == day)
			return true;
	}
	return false;
}

static void fire(struct judging *c, const struct fact_due *d, enum subject subject, const char *field, int32_t day)
{
	static const char *const what[] = {"", "event", "unit begins", "unit ends", "link begins", "link ends"};
	struct when w = when_day(day);
	struct msg_change *m = judging_change(c, CHANGE_KIND_TOOK_EFFECT, subject);
	m->field = field;
	if (subject != SUBJECT_EVENT) {
		change_units(c, m, d->id, d->id2);
		/* Said again, so that the tick is found by who asks for all that touches the unit. */
		judging_fact(c, FACT_DUE)->due = *d;
	}
	m->after_text = d->kind < sizeof what / sizeof *what ? what[d->kind] : "";
	m->valid_from = when_text(c, &w);
}

static void fire_day(struct judging *c, int32_t day)
{
	AUTO_BUF struct buf key = {0};
	AUTO_WALK struct walk w = {0};
	struct row r;
	struct fact f;
	key_due(&key, day);
	walk_begin(&w, c->v, TABLE_DUE, buf_view(&key));
	while (walk_next(&w, &r)) {
		if (row_fact(&r, &f) != ERR_OK || f.due.state == STATE_RETRACTED)
			continue;
		const struct fact_due *d = &f.due;
		if (d->kind == DUE_EVENT) {
			fire(c, d, SUBJECT_EVENT, word_text(c, SPACE_EVENT, d->id), day);
		} else if (d->kind == DUE_LIFE_BEGINS || d->kind == DUE_LIFE_ENDS) {
			if (life_due(c, d, day))
				fire(c, d, SUBJECT_UNIT, "", day);
		} else {
			for (unsigned i = 1; i < msg_enum_link_type.count; i++) {
				int type = msg_enum_link_type.values[i].number;
				if (link_due(c, d, day, (uint8_t)type))
					fire(c, d, SUBJECT_LINK, msg_code_name(&msg_enum_link_type, type), day);
			}
		}
	}
}

enum err judge_tick(struct judge *j, struct view *v, const struct judge_input *in, int32_t day, struct arena *a,
		    struct judgement *ret, struct why *why)
{
	struct judging c;
	int32_t last;
	begin(&c, j, v, in, a);
	bool ticked = unit_today(v, &last);
	if (ticked && day <= last) {
		end(&c);
		return fail(why, ERR_INVALID, "the day of a tick must come after the last one");
	}
	struct when w = when_day(day);
	struct msg_change *m = judging_change(&c, CHANGE_KIND_TICKED, SUBJECT_DAY);
	m->after_text = when_text(&c, &w);
	/* Before the first tick nothing can be due that was said before the store was made. */
	int32_t first = ticked ? last + 1 : (int32_t)(j->about.created_us / DAY_US);
	for (int32_t d = first; d <= day; d++)
		fire_day(&c, d);
	judging_fact(&c, FACT_TICK)->tick.day = day;
	end(&c);
	if (v->err != ERR_OK)
		return fail(why, v->err, "the store could not be read: %s", err_text(v->err));
	conclude(&c, 0, ret);
	j->has_today = false; /* looked up anew: the day is on record when the next message is judged */
	return ERR_OK;
}

/* ---- what was said before ---- */

bool judge_known(struct judge *j, struct view *v, const char *submitter, const uint8_t id[16], uint64_t *ret_pos)
{
	struct judging c = {.j = j, .v = v};
	uint32_t who = word_find(&c, SPACE_SUBMITTER, submitter);
	if (!who)
		return false;
	uint8_t room[32];
	struct buf key = {.data = room, .room = sizeof room};
	key_submission(&key, who, id);
	struct row r;
	if (!view_get(v, TABLE_ID, buf_view(&key), &r))
		return false;
	struct rd rd = rd_of(r.val);
	*ret_pos = rd_be64(&rd);
	return rd_ok(&rd);
}

struct slice judge_not_processed(struct arena *a, const uint8_t id[16], const uint8_t *hash, const char *submitter,
				 enum err e, const char *text, const struct journal_record *first)
{
	struct msg_error error = {
	    .code = (enum error_code)e, .text = text && *text ? text : err_text(e), .retryable = err_retryable(e)};
	struct msg_receipt r = {
	    .message_id = {id, 16},
	    .content_hash = {hash, hash ? 32 : 0},
	    .verdict = VERDICT_NOT_PROCESSED,
	    .submitter = submitter,
	    .error = &error,
	};
	struct msg_first_use use = {0};
	if (first) {
		use = (struct msg_first_use){
		    .content_hash = {first->hash, 32},
		    .verdict = first->rev ? VERDICT_ACCEPTED : VERDICT_REFUSED,
		    .position = first->pos,
		    .revision = first->rev,
		    .system_time_us = first->time_us,
		};
		r.first = &use;
	}
	return judge_encoded(a, &msg_type_receipt, &r);
}
