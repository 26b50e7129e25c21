/* SPDX-License-Identifier: Apache-2.0
 *
 * world.c - see world.h.
 */
#include "tests/unit/world.h"
#include <sodium.h>
#include "clients/json.h"
#include "proto/codec.h"
#include "query/value.h"

#define DAY_US INT64_C(86400000000)

static void open_world(struct world *w)
{
	assert_ok(view_open(w->kit->store, &w->view));
	w->over = overlay_new();
	w->view.over = w->over;
	w->judge = judge_new(&w->about, &(struct judge_limits){.statements_max = 100});
}

static int world_new(void **state, bool folding)
{
	struct world *w = mem_zero(1, sizeof *w);
	void *kit = NULL;
	assert_int_equal(kit_setup(&kit), 0);
	w->kit = kit;
	w->a = arena_new(0);
	w->submitter = "plain:test";
	w->folding = folding;
	w->time_us = day_of(2026, 1, 1) * DAY_US;
	w->about = *store_about(w->kit->store);
	w->about.created_us = w->time_us;
	struct journal_head head;
	assert_ok(journal_head(w->kit->store, &head));
	w->pos = head.pos;
	w->rev = head.rev;
	kit_fold(w->kit);
	open_world(w);
	*state = w;
	return 0;
}

int world_laid(void **state)
{
	return world_new(state, false);
}

int world_folded(void **state)
{
	return world_new(state, true);
}

int world_gone(void **state)
{
	struct world *w = *state;
	judge_free(w->judge);
	view_close(&w->view);
	overlay_free(w->over);
	arena_free(w->a);
	void *kit = w->kit;
	kit_teardown(&kit);
	free(w);
	return 0;
}

/* ---- saying ---- */

static struct slice encoded(struct world *w, const struct msg_type *type, const void *msg)
{
	AUTO_BUF struct buf b = {0};
	codec_encode(type, msg, &b);
	return (struct slice){arena_text(w->a, (const char *)b.data, b.len), b.len};
}

void text_add(struct buf *b, const char *fmt, ...)
{
	char part[1024];
	va_list ap;
	va_start(ap, fmt);
	int len = vsnprintf(part, sizeof part, fmt, ap);
	va_end(ap);
	assert_true(len >= 0 && (size_t)len < sizeof part);
	buf_put(b, part, (size_t)len);
	buf_u8(b, 0);
	b->len--;
}

static struct slice message_v(struct world *w, const char *fmt, va_list ap) PRINTF_LIKE(2, 0);

static struct slice message_v(struct world *w, const char *fmt, va_list ap)
{
	static char text[65536];
	int len = vsnprintf(text, sizeof text, fmt, ap);
	assert_true(len >= 0 && (size_t)len < sizeof text);
	for (char *p = text; *p; p++)
		if (*p == '\'')
			*p = '"';
	struct msg_message **list;
	size_t n;
	struct faults faults = {0};
	if (!json_messages(text, (size_t)len, NULL, w->a, &list, &n, &faults) || n != 1)
		fail_msg("not a message: %s", text);
	return encoded(w, &msg_type_message, list[0]);
}

struct slice world_message(struct world *w, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	struct slice s = message_v(w, fmt, ap);
	va_end(ap);
	return s;
}

static void read_outcome(struct world *w, struct said *s)
{
	void *decoded;
	size_t room = 0;
	assert_ok(codec_decode(&msg_type_receipt, s->outcome.receipt, CODEC_TOLERANT, w->a, &decoded, NULL));
	s->receipt = decoded;
	struct msg_change *all = NULL;
	for (size_t i = 0; i < s->outcome.n_changes; i++) {
		assert_ok(
		    codec_decode(&msg_type_change_set, s->outcome.changes[i], CODEC_TOLERANT, w->a, &decoded, NULL));
		const struct msg_change_set *set = decoded;
		assert_int_equal(set->chunk, i);
		assert_int_equal(set->last, i + 1 == s->outcome.n_changes);
		for (size_t k = 0; k < set->n_changes; k++) {
			all = arena_grow(w->a, all, s->n_changes, s->n_changes + 1, sizeof *all, &room);
			all[s->n_changes++] = set->changes[k];
			assert_int_equal(set->changes[k].sequence, s->n_changes);
		}
	}
	s->changes = all;
}

static struct judge_input input_of(struct world *w, struct slice content, bool dry_run)
{
	struct judge_input in = {.pos = w->pos + 1,
				 .rev = w->rev + 1,
				 .time_us = ++w->time_us,
				 .submitter = w->submitter,
				 .content = content,
				 .dry_run = dry_run};
	uint8_t *hash = arena_alloc(w->a, 32);
	crypto_generichash(hash, 32, content.data, content.len, NULL, 0);
	in.hash = hash;
	be64_put(in.id, 7);
	be64_put(in.id + 8, ++w->ids);
	return in;
}

static struct said *said_new(struct world *w, const struct judge_input *in, const struct judgement *j)
{
	struct said *s = arena_alloc(w->a, sizeof *s);
	s->accepted = j->outcome.verdict == OUTCOME_ACCEPTED;
	s->pos = in->pos;
	s->rev = in->dry_run ? 0 : j->rev;
	s->outcome = j->outcome;
	s->submitter = j->submitter;
	s->content = in->content;
	read_outcome(w, s);
	return s;
}

struct said *judged(struct world *w, struct slice content, bool dry_run)
{
	struct judge_input in = input_of(w, content, dry_run);
	struct judgement j;
	struct why why = {{0}};
	enum err e = judge_message(w->judge, &w->view, &in, w->a, &j, &why);
	if (e != ERR_OK)
		fail_msg("the judge failed: %s, %s", err_symbol(e), why.text);
	return said_new(w, &in, &j);
}

static struct journal_record record_of(struct world *w, const struct said *s)
{
	struct journal_record r = {.pos = s->pos,
				   .rev = s->rev,
				   .kind = RECORD_MESSAGE,
				   .epoch = w->about.epoch,
				   .time_us = w->time_us,
				   .submitter = s->submitter,
				   .body = s->content};
	be64_put(r.id, 7);
	be64_put(r.id + 8, w->ids);
	AUTO_BUF struct buf b = {0};
	outcome_put(&b, &s->outcome);
	r.outcome = (struct slice){arena_text(w->a, (const char *)b.data, b.len), b.len};
	memcpy(r.hash, s->receipt->content_hash.data, 32);
	return r;
}

void world_lay(struct world *w, const struct said *s)
{
	struct journal_record r = record_of(w, s);
	overlay_add(w->over, &r, s->outcome.facts, s->outcome.n_facts);
	w->pos = s->pos;
	w->rev = s->rev ? s->rev : w->rev;
}

static void keep(struct world *w, const struct said *s, enum record_kind kind)
{
	struct journal_record r = record_of(w, s);
	struct why why = {{0}};
	r.kind = kind;
	enum err e = journal_append(w->kit->store, &r, 1, &why);
	if (e != ERR_OK)
		fail_msg("not appended: %s", why.text);
	overlay_add(w->over, &r, s->outcome.facts, s->outcome.n_facts);
	w->pos = s->pos;
	w->rev = s->rev ? s->rev : w->rev;
	if (w->folding)
		fold(w);
}

struct said *say_bytes(struct world *w, struct slice content)
{
	struct said *s = judged(w, content, false);
	keep(w, s, RECORD_MESSAGE);
	return s;
}

struct said *say(struct world *w, const struct msg_message *m)
{
	return say_bytes(w, encoded(w, &msg_type_message, m));
}

struct said *dry(struct world *w, struct slice content)
{
	return judged(w, content, true);
}

struct said *accepted(struct world *w, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	struct said *s = say_bytes(w, message_v(w, fmt, ap));
	va_end(ap);
	if (!s->accepted)
		fail_msg("refused:\n%s", findings_text(w, s));
	assert_int_equal(s->receipt->verdict, VERDICT_ACCEPTED);
	return s;
}

struct said *refused(struct world *w, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	struct said *s = say_bytes(w, message_v(w, fmt, ap));
	va_end(ap);
	if (s->accepted)
		fail_msg("accepted, with:\n%s", findings_text(w, s));
	assert_int_equal(s->receipt->verdict, VERDICT_REFUSED);
	return s;
}

size_t accepted_file(struct world *w, const char *path)
{
	AUTO_BUF struct buf b = {0};
	struct msg_message **list;
	struct faults faults = {0};
	char part[4096];
	size_t n;
	FILE *f = fopen(path, "r");
	if (!f)
		fail_msg("no %s: tests run in the top folder", path);
	while ((n = fread(part, 1, sizeof part, f)) > 0)
		buf_put(&b, part, n);
	fclose(f);
	if (!json_messages((const char *)b.data, b.len, NULL, w->a, &list, &n, &faults))
		fail_msg("%s holds no messages", path);
	for (size_t i = 0; i < n; i++) {
		struct said *s = say(w, list[i]);
		if (!s->accepted)
			fail_msg("%s, message %zu refused:\n%s", path, i + 1, findings_text(w, s));
	}
	return n;
}

struct said *tick(struct world *w, const char *day)
{
	int32_t d = day_at(day);
	struct judge_input in = input_of(w, judge_tick_body(w->a, d, w->about.zone), false);
	struct judgement j;
	assert_ok(judge_tick(w->judge, &w->view, &in, d, w->a, &j, NULL));
	struct said *s = said_new(w, &in, &j);
	keep(w, s, RECORD_TICK);
	return s;
}

void fold(struct world *w)
{
	kit_fold(w->kit);
	assert_ok(view_renew(&w->view));
	overlay_indexed(w->over, w->view.reached_pos);
}

void world_state(struct world *w, uint8_t ret[32])
{
	crypto_generichash_state h;
	fold(w);
	crypto_generichash_init(&h, NULL, 0, 32);
	struct view v;
	assert_ok(view_open(w->kit->store, &v));
	for (int t = TABLE_TERM; t < TABLE_POST; t++) {
		AUTO_WALK struct walk k = {0};
		AUTO_BUF struct buf b = {0};
		struct row r;
		walk_begin(&k, &v, (enum table)t, (struct slice){0});
		k.all_revisions = true;
		while (walk_next(&k, &r)) {
			buf_u8(&b, (uint8_t)t);
			buf_slice(&b, r.key);
			buf_slice(&b, r.val);
			buf_be64(&b, r.rev);
		}
		crypto_generichash_update(&h, b.data, b.len);
	}
	assert_ok(v.err);
	view_close(&v);
	crypto_generichash_final(&h, ret, 32);
}

/* ---- something to talk about ---- */

void world_base(struct world *w)
{
	accepted(w, "{'define': {'sources': [{'id': 'a', 'title': 'Report A'}, {'id': 'b', 'title': 'Report B'}],"
		    "'code_lists': [{'id': 'levels', 'codes': [{'code': 'local'}, {'code': 'regional'},"
		    "{'code': 'total', 'total': true}]}],"
		    "'indicators': ["
		    "{'id': 'count', 'label': 'Arrangements', 'type': 'count', 'over_units': 'distinct',"
		    " 'over_time': 'none', 'dimensions': [{'id': 'level', 'code_list': 'levels',"
		    " 'aggregation': 'additive'}]},"
		    "{'id': 'share', 'label': 'Share', 'type': 'percent', 'over_units': 'relative',"
		    " 'over_time': 'none', 'denominator': 'frame'},"
		    "{'id': 'mix', 'label': 'Mix', 'type': 'percent', 'over_units': 'none', 'over_time': 'none',"
		    " 'dimensions': [{'id': 'level', 'code_list': 'levels', 'aggregation': 'additive'}]},"
		    "{'id': 'staff', 'label': 'Staff', 'type': 'number', 'over_units': 'additive',"
		    " 'over_time': 'none', 'unit_kind': 'municipality'},"
		    "{'id': 'words', 'label': 'Words', 'type': 'text', 'over_units': 'none', 'over_time': 'none'}],"
		    "'surveys': [{'id': 'survey', 'title': 'The survey'}]}}");
	accepted(w,
		 "{'submission': {'mode': 'patch', 'source': 'a', 'units': ["
		 "{'id': 'no', 'kind': 'county', 'names': ['Nordland'], 'codes': {'fylkesnummer': '18'}},"
		 "{'id': 'st', 'kind': 'county', 'names': ['Sør-Trøndelag'], 'codes': {'fylkesnummer': '16'}},"
		 "{'id': 'nt', 'kind': 'county', 'names': ['Nord-Trøndelag'], 'codes': {'fylkesnummer': '17'}},"
		 "{'id': 'mr', 'kind': 'county', 'names': ['Møre og Romsdal']},"
		 "{'id': 'bodo', 'kind': 'municipality', 'names': ['Bodø'], 'codes': {'kommunenummer': '1804'},"
		 " 'part_of': 'no'},"
		 "{'id': 'heroy-no', 'kind': 'municipality', 'names': ['Herøy'], 'codes': {'kommunenummer': '1818'},"
		 " 'part_of': 'no'},"
		 "{'id': 'heroy-mr', 'kind': 'municipality', 'names': ['Herøy'], 'codes': {'kommunenummer': '1515'},"
		 " 'part_of': 'mr'},"
		 "{'id': 'rissa', 'kind': 'municipality', 'names': ['Rissa'], 'codes': {'kommunenummer': '1624'},"
		 " 'part_of': 'st'},"
		 "{'id': 'bjugn', 'kind': 'municipality', 'names': ['Bjugn'], 'part_of': 'st'},"
		 "{'id': 'leksvik', 'kind': 'municipality', 'names': ['Leksvik'], 'codes': {'kommunenummer': '1718'},"
		 " 'part_of': 'nt'}]}}");
	accepted(w, "{'define': {'rounds': [{'id': 'r2014', 'survey': 'survey', 'reference': '2014-03', 'area': 'no',"
		    "'unit_kind': 'municipality', 'frame': 44}, {'id': 'r2020', 'survey': 'survey',"
		    "'reference': '2020', 'area': 'no', 'unit_kind': 'municipality', 'frame': 41}]}}");
}
