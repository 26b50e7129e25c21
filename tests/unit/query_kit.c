/* SPDX-License-Identifier: Apache-2.0
 *
 * query_kit.c - see query_kit.h.
 */
#include "tests/unit/query_kit.h"
#include "query/define.h"
#include "query/value.h"

int world_setup(void **state)
{
	struct world *w = mem_zero(1, sizeof *w);
	void *kit;
	if (kit_setup(&kit) != 0) {
		free(w);
		return -1;
	}
	w->kit = kit;
	w->a = arena_new(0);
	w->source = "s1";
	w->round = "";
	w->limits =
	    (struct ask_limits){.rows_max = 10000, .part_bytes = 256 << 10, .changes_max = 512, .history_max = 1000};
	*state = w;
	return 0;
}

int world_teardown(void **state)
{
	struct world *w = *state;
	void *kit = w->kit;
	view_close(&w->view);
	int rc = kit_teardown(&kit);
	buf_free(&w->lent[0]);
	buf_free(&w->lent[1]);
	arena_free(w->a);
	free(w);
	return rc;
}

/* ---- saying things ---------------------------------------------------------------------------------- */

struct fact *w_fact(struct world *w, enum fact_kind kind)
{
	w->facts = arena_grow(w->a, w->facts, w->n_facts, w->n_facts + 1, sizeof *w->facts, &w->facts_room);
	w->facts[w->n_facts] = (struct fact){.kind = kind};
	return &w->facts[w->n_facts++];
}

uint32_t w_word(struct world *w, enum space s, const char *text)
{
	if (!text || !*text)
		return 0;
	for (size_t i = 0; i < w->n_words; i++) {
		if (w->words[i].space == s && strcmp(w->words[i].text, text) == 0)
			return w->words[i].id;
	}
	w->words = arena_grow(w->a, w->words, w->n_words, w->n_words + 1, sizeof *w->words, &w->words_room);
	struct word *x = &w->words[w->n_words++];
	*x = (struct word){s, ++w->last[s], arena_text(w->a, text, strlen(text))};
	w_fact(w, FACT_TERM)->term = (struct fact_term){s, x->id, slice_text(x->text)};
	return x->id;
}

struct when w_when(const char *text)
{
	struct when w;
	assert_ok(when_parse(text, &w, NULL));
	return w;
}

static struct slice keep(struct world *w, const struct buf *b)
{
	uint8_t *p = arena_alloc(w->a, b->len + 1);
	if (b->len)
		memcpy(p, b->data, b->len);
	return (struct slice){p, b->len};
}

void w_def(struct world *w, enum space s, const char *id, const struct msg_type *type, const void *def)
{
	AUTO_BUF struct buf b = {0};
	codec_encode(type, def, &b);
	uint32_t word = w_word(w, s, id);
	w_fact(w, FACT_DEF)->def = (struct fact_def){s, word, keep(w, &b)};
}

void w_indicator(struct world *w, const char *id, enum value_type type, enum aggregation over_units,
		 const char *unit_kind)
{
	struct msg_indicator def = {.id = id,
				    .label = arena_printf(w->a, "Label of %s", id),
				    .type = type,
				    .over_units = over_units,
				    .over_time = AGGREGATION_NONE,
				    .unit_kind = unit_kind};
	w_def(w, SPACE_INDICATOR, id, &msg_type_indicator, &def);
}

void w_round(struct world *w, const char *id, const char *reference, uint32_t frame)
{
	struct msg_frame_size size = {.population = frame};
	struct msg_round def = {.id = id,
				.survey = "survey",
				.reference = reference,
				.unit_kind = "municipality",
				.frame = frame ? &size : NULL};
	w_word(w, SPACE_SURVEY, "survey");
	w_def(w, SPACE_ROUND, id, &msg_type_round, &def);
}

void w_standing(struct world *w, enum subject subject, const char *field, const char *a, const char *b,
		const char *from, const char *to)
{
	w->changes = arena_grow(w->a, w->changes, w->n_changes, w->n_changes + 1, sizeof *w->changes, &w->changes_room);
	struct msg_change *c = &w->changes[w->n_changes++];
	const char **units = arena_alloc(w->a, 2 * sizeof *units);
	units[0] = a;
	units[1] = b;
	*c = (struct msg_change){.sequence = (uint32_t)w->n_changes,
				 .kind = CHANGE_KIND_ASSERTED,
				 .subject = subject,
				 .field = field,
				 .n_units = b ? 2 : 1,
				 .units = units,
				 .valid_from = from,
				 .valid_to = to};
}

uint32_t w_unit(struct world *w, const char *id, const char *kind, const char *from, const char *to, const char *name)
{
	uint32_t unit = w_word(w, SPACE_UNIT, id), k = w_word(w, SPACE_TERM, kind),
		 src = w_word(w, SPACE_SOURCE, w->source);
	w_fact(w, FACT_LIFE)->life = (struct fact_life){.unit = unit,
							.life = 1,
							.kind = k,
							.state = STATE_ASSERTED,
							.from = w_when(from),
							.to = w_when(to),
							.src = src};
	w_standing(w, SUBJECT_UNIT, "", id, NULL, from, to);
	if (name)
		w_name(w, id, from, to, name);
	return unit;
}

void w_name(struct world *w, const char *unit, const char *from, const char *to, const char *text)
{
	uint32_t u = w_word(w, SPACE_UNIT, unit), src = w_word(w, SPACE_SOURCE, w->source);
	w_fact(w, FACT_NAME)->name = (struct fact_name){
	    u, STATE_ASSERTED, w_when(from), w_when(to), src, slice_text(arena_text(w->a, text, strlen(text))), 0, 0};
}

void w_code(struct world *w, const char *unit, const char *scheme, const char *from, const char *to, const char *text)
{
	uint32_t u = w_word(w, SPACE_UNIT, unit), s = w_word(w, SPACE_TERM, scheme),
		 src = w_word(w, SPACE_SOURCE, w->source);
	w_fact(w, FACT_CODE)->code =
	    (struct fact_code){u, s, STATE_ASSERTED, w_when(from), w_when(to), src, slice_text(text), 0, 0};
}

void w_attr(struct world *w, const char *unit, const char *name, const char *from, const char *to, const char *value)
{
	AUTO_BUF struct buf b = {0};
	buf_varint(&b, 1);
	buf_slice(&b, slice_text(value));
	uint32_t u = w_word(w, SPACE_UNIT, unit), n = w_word(w, SPACE_TERM, name),
		 src = w_word(w, SPACE_SOURCE, w->source);
	w_fact(w, FACT_ATTR)->attr = (struct fact_attr){.unit = u,
							.name = n,
							.from = w_when(from),
							.to = w_when(to),
							.src = src,
							.state = STATE_ASSERTED,
							.values = keep(w, &b)};
}

void w_link(struct world *w, enum link_type type, const char *from_unit, const char *to_unit, const char *from,
	    const char *to)
{
	uint32_t a = w_word(w, SPACE_UNIT, from_unit), b = w_word(w, SPACE_UNIT, to_unit);
	uint32_t src = w_word(w, SPACE_SOURCE, w->source);
	w_fact(w, FACT_LINK)->link = (struct fact_link){.type = (uint8_t)type,
							.a = a,
							.b = b,
							.from = w_when(from),
							.to = w_when(to),
							.src = src,
							.state = STATE_ASSERTED};
	w_standing(w, SUBJECT_LINK, msg_code_name(&msg_enum_link_type, (int)type), from_unit, to_unit, from, to);
}

static struct msg_decimal *decimal(struct world *w, const char *text, size_t len)
{
	struct num n;
	if (num_parse(arena_text(w->a, text, len), &n, NULL) != ERR_OK)
		return NULL;
	struct msg_decimal *d = arena_alloc(w->a, sizeof *d);
	d->digits = n.digits;
	d->scale = n.scale;
	return d;
}

static struct msg_bound *bound(struct world *w, const char *text, size_t len)
{
	struct msg_decimal *d = decimal(w, text, len);
	if (!d)
		return NULL;
	struct msg_bound *b = arena_alloc(w->a, sizeof *b);
	b->value = d;
	return b;
}

struct msg_value *w_value(struct world *w, const char *text)
{
	struct msg_value *v = arena_alloc(w->a, sizeof *v);
	const char *dots = strstr(text, "..");
	v->printed = "";
	if (dots) {
		v->interval = arena_alloc(w->a, sizeof *v->interval);
		v->interval->low = bound(w, text, (size_t)(dots - text));
		v->interval->high = bound(w, dots + 2, strlen(dots + 2));
	} else if (*text == '?') {
		v->missing = arena_alloc(w->a, sizeof *v->missing);
		v->missing->kind = MISSING_KIND_NOT_ANSWERED;
	} else if (*text == '~') {
		v->approximate = arena_alloc(w->a, sizeof *v->approximate);
		v->approximate->value = decimal(w, text + 1, strlen(text + 1));
		v->approximate->qualifier = "nearly";
	} else if (!(v->exact = decimal(w, text, strlen(text)))) {
		v->verbal = arena_alloc(w->a, sizeof *v->verbal);
		v->verbal->text = text;
	}
	return v;
}

static void say_change(struct world *w, const char *unit, const char *series, const char *period,
		       const struct msg_value *v)
{
	w->changes = arena_grow(w->a, w->changes, w->n_changes, w->n_changes + 1, sizeof *w->changes, &w->changes_room);
	struct msg_change *c = &w->changes[w->n_changes++];
	const char **units = arena_alloc(w->a, sizeof *units);
	units[0] = unit;
	*c = (struct msg_change){.sequence = (uint32_t)w->n_changes,
				 .kind = v ? CHANGE_KIND_ASSERTED : CHANGE_KIND_RETRACTED,
				 .subject = SUBJECT_OBSERVATION,
				 .n_units = 1,
				 .units = units,
				 .period = period};
	assert_true(series_parts(w->a, slice_text(series), &c->field, &c->categories, &c->n_categories));
	if (v) {
		c->after = arena_alloc(w->a, sizeof *c->after);
		*c->after = *v;
	}
}

struct fact *w_obs(struct world *w, const char *unit, const char *series, const char *period, const char *value)
{
	AUTO_BUF struct buf b = {0};
	struct msg_value *v = value ? w_value(w, value) : NULL;
	if (v)
		value_put(&b, v);
	struct fact_obs obs = {.series = w_word(w, SPACE_SERIES, series),
			       .ref = w_word(w, SPACE_REF, period),
			       .unit = w_word(w, SPACE_UNIT, unit),
			       .src = w_word(w, SPACE_SOURCE, w->source),
			       .state = value ? STATE_ASSERTED : STATE_RETRACTED,
			       .status = OBSERVATION_STATUS_MAIN,
			       .round = w_word(w, SPACE_ROUND, w->round),
			       .value = keep(w, &b)};
	say_change(w, unit, series, period, v);
	struct fact *f = w_fact(w, FACT_OBS);
	f->obs = obs;
	return f;
}

const char *w_next(struct world *w, const char **list)
{
	*list += strspn(*list, " ");
	size_t len = strcspn(*list, " ");
	const char *text = len ? arena_text(w->a, *list, len) : NULL;
	*list += len;
	return text;
}

void w_say(struct world *w, const char *series, const char *period, const char *list)
{
	for (const char *unit; (unit = w_next(w, &list));) {
		const char *value = w_next(w, &list);
		w_obs(w, unit, series, period, strcmp(value, "-") == 0 ? NULL : value);
	}
}

void w_tick(struct world *w, const char *day)
{
	w_fact(w, FACT_TICK)->tick = (struct fact_tick){w_when(day).lo};
}

uint64_t w_commit(struct world *w)
{
	struct journal_head head;
	assert_ok(journal_head(w->kit->store, &head));
	AUTO_BUF struct buf set = {0}, out = {0};
	struct journal_record rec = {.pos = head.pos + 1,
				     .rev = head.rev + 1,
				     .kind = RECORD_MESSAGE,
				     .epoch = 1,
				     .time_us = w->kit->time_us += 1000000,
				     .body = slice_text("body")};
	be64_put(rec.id, rec.pos);
	struct msg_change_set changes = {.epoch = 1,
					 .revision = rec.rev,
					 .last = true,
					 .system_time_us = rec.time_us,
					 .submitter = "plain:test",
					 .n_changes = w->n_changes,
					 .changes = w->changes};
	codec_encode(&msg_type_change_set, &changes, &set);
	struct slice one = buf_view(&set);
	struct outcome o = {.verdict = OUTCOME_ACCEPTED,
			    .receipt = slice_text("receipt"),
			    .n_changes = 1,
			    .changes = &one,
			    .n_facts = w->n_facts,
			    .facts = w->facts};
	outcome_put(&out, &o);
	rec.outcome = buf_view(&out);
	assert_ok(journal_append(w->kit->store, &rec, 1, NULL));
	kit_fold(w->kit);
	w->n_facts = w->facts_room = w->n_changes = w->changes_room = 0;
	return w->rev = rec.rev;
}

/* ---- asking ----------------------------------------------------------------------------------------- */

struct view *w_view(struct world *w)
{
	view_close(&w->view);
	w->view = (struct view){0};
	assert_ok(view_open(w->kit->store, &w->view));
	return &w->view;
}

void *w_settle(struct world *w, const struct msg_type *type, const void *msg)
{
	AUTO_BUF struct buf b = {0};
	void *ret = NULL;
	codec_encode(type, msg, &b);
	assert_ok(codec_decode(type, buf_view(&b), CODEC_TOLERANT, w->a, &ret, NULL));
	return ret;
}

static enum err take(void *arg, struct slice bytes, bool end)
{
	struct world *w = arg;
	void *reply;
	assert_false(w->end); /* nothing follows the end */
	w->replies = arena_grow(w->a, w->replies, w->n_replies, w->n_replies + 1, sizeof *w->replies, &w->replies_room);
	w->raw = arena_grow(w->a, w->raw, w->n_replies, w->n_replies + 1, sizeof *w->raw, &w->raw_room);
	/* As clients do: 0 of an enum has a meaning in answers ("as reported", "no event"). */
	assert_ok(codec_decode(&msg_type_query_reply, bytes, CODEC_TOLERANT, w->a, &reply, NULL));
	struct buf b = {0};
	buf_put(&b, bytes.data, bytes.len);
	w->raw[w->n_replies] = keep(w, &b);
	buf_free(&b);
	w->replies[w->n_replies++] = reply;
	assert_int_equal(w->replies[w->n_replies - 1]->end, end);
	assert_int_equal(w->replies[w->n_replies - 1]->part, w->n_replies - 1);
	w->end = end;
	return ERR_OK;
}

void w_entered(struct world *w, int year)
{
	int64_t begin = (int64_t)day_of(year, 1, 1) * 24 * 60 * 60 * 1000000;
	w->kit->time_us = w->kit->time_us < begin ? begin : w->kit->time_us;
}

struct msg_query_request w_request(void)
{
	return (struct msg_query_request){.version = 1, .request_id = slice_text("r")};
}

struct msg_query_reply *w_ask(struct world *w, struct msg_query_request *q)
{
	struct journal_reader *journal;
	struct ask_status status = {.server_version = "test", .feed_endpoint = ""};
	assert_ok(journal_read_begin(w->kit->store, &journal));
	struct ask_context c = {.store = w->kit->store,
				.view = w_view(w),
				.journal = journal,
				.limits = &w->limits,
				.status = &status,
				.kept = w->kept,
				.known = w->known,
				.lent = w->lent,
				.expired = w->expired,
				.emit = take,
				.emit_arg = w};
	struct msg_query_request *settled = w_settle(w, &msg_type_query_request, q);
	w->n_replies = 0;
	w->end = false;
	AUTO_ARENA struct arena *a = arena_new(0);
	assert_ok(ask(&c, settled, a));
	assert_true(w->end);
	journal_read_end(journal);
	return w->replies[w->n_replies - 1];
}

struct msg_error *w_ask_error(struct world *w, struct msg_query_request *q, enum err e, const char *text)
{
	struct ask_context c = {
	    .store = w->kit->store, .view = w_view(w), .limits = &w->limits, .emit = take, .emit_arg = w};
	AUTO_ARENA struct arena *a = arena_new(0);
	w->n_replies = 0;
	w->end = false;
	assert_ok(ask_error(&c, q, e, text, a));
	assert_true(w->end);
	return w->replies[0]->error;
}

struct msg_unit_ref *w_by_id(struct world *w, const char *id)
{
	struct msg_unit_ref *ref = arena_alloc(w->a, sizeof *ref);
	ref->id = arena_alloc(w->a, sizeof *ref->id);
	ref->id->id = id;
	return ref;
}

struct msg_trend_answer *w_trend(struct world *w, struct msg_trend_question *q)
{
	struct msg_query_request r = w_request();
	r.trend = q;
	struct msg_query_reply *reply = w_ask(w, &r);
	if (!reply->trend)
		fail_msg("no trend: %s", reply->error ? reply->error->text : "?");
	assert_int_equal(w->n_replies, 1);
	return reply->trend;
}

struct msg_snapshot_answer *w_snapshot(struct world *w, struct msg_snapshot_question *q)
{
	struct msg_query_request r = w_request();
	r.snapshot = q;
	struct msg_query_reply *reply = w_ask(w, &r);
	if (!reply->snapshot)
		fail_msg("no snapshot: %s", reply->error ? reply->error->text : "?");
	assert_int_equal(w->n_replies, 1);
	return reply->snapshot;
}

void say_all(struct world *w)
{
	w_unit(w, "c:nordland", "county", "", "", "Nordland");
	w_unit(w, "m:bodo", "municipality", "", "", "Bodø");
	w_unit(w, "m:rana", "municipality", "", "", "Rana");
	w_code(w, "m:bodo", "kommunenummer", "", "", "1804");
	w_attr(w, "m:bodo", "size", "", "", "large");
	w_link(w, LINK_TYPE_PART_OF, "m:bodo", "c:nordland", "", "");
	w_link(w, LINK_TYPE_PART_OF, "m:rana", "c:nordland", "", "");
	w_indicator(w, "IKS", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, "municipality");
	w_indicator(w, "BY", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, "municipality");
	w_round(w, "r2014", "2014", 44);
	w_commit(w);
	w->round = "r2014";
	w_obs(w, "m:bodo", "IKS", "2014", "12");
	w_obs(w, "m:rana", "IKS", "2014", "7.50");
	w_obs(w, "m:bodo", "BY|sector=health", "2014", "3");
	w_obs(w, "m:bodo", "BY|sector=roads", "2014", "4");
	w->round = "";
	w_obs(w, "m:bodo", "IKS", "2020", "20");
	w_commit(w);
	w_unit(w, "a:waste", "arrangement", "2010-01-01", "", "Waste IKS");
	w_attr(w, "a:waste", "sector", "2010-01-01", "", "environment");
	w_attr(w, "a:waste", "task", "2010-01-01", "", "collect waste");
	w_attr(w, "a:waste", "participants_complete", "2010-01-01", "", "YES");
	w_attr(w, "a:waste", "printed_participants", "2010-01-01", "", "2");
	w_link(w, LINK_TYPE_PARTICIPATES_IN, "m:rana", "a:waste", "2010-01-01", "");
	w_link(w, LINK_TYPE_PARTICIPATES_IN, "m:bodo", "a:waste", "2010-01-01", "");
	w_link(w, LINK_TYPE_HOSTS, "m:bodo", "a:waste", "2010-01-01", "");
	w_tick(w, "2026-11-21");
	w_commit(w);
}
