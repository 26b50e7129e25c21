/* SPDX-License-Identifier: Apache-2.0
 *
 * spoken.c - of which arrangements the messages of some rounds speak.
 *
 * Who is named is not resolved anew, since a later reform would bind names otherwise: a participant of record is named
 * by a reference that bears its id, or any code or name that it ever had.
 */
#include "query/spoken.h"
#include <stdlib.h>
#include <string.h>
#include "storage/index.h"

#define RECORDS_BETWEEN_RENEWALS 256u
#define POSTINGS_AT_ONCE         64u

struct statement {
	uint32_t unit;
	unsigned as;
	uint64_t rev, gone; /* said; taken back, 0 = it stands */
	const char *round, *source;
	const struct msg_arrangement_statement *said;
	bool names_all; /* who took part on the round's day: its participants are complete, and units of that day */
};
/* That what a revision said about a unit should never have been said. */
struct taken_back {
	uint64_t rev;
	const struct msg_unit_ref *unit;
};
struct spoken {
	struct answer *r;
	uint64_t through;
	size_t n, room;
	struct statement *list; /* sorted by unit, revision */
	size_t n_back, back_room;
	struct taken_back *back; /* up to `through` */
};

/* ---- reading the log -------------------------------------------------------------------------------- */

static unsigned as_of_round(const struct spoken_ask *ask, const char *round)
{
	for (size_t i = 0; i < ask->n_rounds; i++) {
		if (strcmp(ask->rounds[i].def->id, round) == 0)
			return ask->rounds[i].as;
	}
	return ask->otherwise ? SPOKEN_ELSE : 0;
}

static bool mentions(const struct spoken_ask *ask, struct slice body)
{
	for (size_t i = 0; i < ask->n_rounds; i++) {
		const char *id = ask->rounds[i].def->id;
		if (memmem(body.data, body.len, id, strlen(id)))
			return true;
	}
	return ask->otherwise;
}

static enum err take_message(struct spoken *s, const struct spoken_ask *ask, const struct journal_record *rec)
{
	struct answer *r = s->r;
	void *msg;
	if (rec->kind != RECORD_MESSAGE || !mentions(ask, rec->body))
		return ERR_OK;
	/* The texts of what is decoded lie in the bytes, and those in the map. */
	struct slice kept = {arena_text(r->a, rec->body.data, rec->body.len), rec->body.len};
	if (codec_decode(&msg_type_message, kept, CODEC_TOLERANT, r->a, &msg, NULL) != ERR_OK)
		return ERR_OK; /* erased, or of a later version: it says nothing that can be read */
	const struct msg_submission *m = ((const struct msg_message *)msg)->submission;
	unsigned as = m ? as_of_round(ask, m->round) : 0;
	if (as && ask->published &&
	    published_when(ask->published, view_term(r->v, SPACE_SOURCE, slice_text(m->source)), rec->rev) != PUBLISHED)
		return ERR_OK;
	for (size_t i = 0; as && i < m->n_arrangements; i++) {
		uint32_t unit = view_term(r->v, SPACE_UNIT, slice_text(m->arrangements[i].id));
		if (!unit)
			continue;
		s->list = arena_grow(r->a, s->list, s->n, s->n + 1, sizeof *s->list, &s->room);
		s->list[s->n++] = (struct statement){
		    .unit = unit,
		    .as = as,
		    .rev = rec->rev,
		    .round = m->round,
		    .source = m->source,
		    .said = &m->arrangements[i],
		    .names_all = m->arrangements[i].participants_complete == COMPLETION_YES && !*m->expressed_in};
	}
	return ERR_OK;
}

static enum err read_from(struct spoken *s, const struct spoken_ask *ask, uint64_t first)
{
	struct answer *r = s->r;
	enum err e = r->failed = journal_read_renew(r->c->journal);
	for (uint64_t rev = first; rev <= ask->through && e == ERR_OK; rev++) {
		struct journal_record rec;
		uint64_t pos;
		e = r->failed = journal_find(r->c->journal, rev, &pos);
		if (e == ERR_OK)
			e = r->failed = journal_get(r->c->journal, pos, &rec);
		if (e == ERR_OK)
			e = take_message(s, ask, &rec);
		if (e == ERR_OK) {
			answer_did_record(r, &rec);
			e = answer_work(r);
		}
		if (e == ERR_OK && rev % RECORDS_BETWEEN_RENEWALS == 0)
			e = r->failed = journal_read_renew(r->c->journal);
	}
	return e;
}

/* No message can name a round before it was defined. */
static uint64_t first_defined(struct answer *r, const struct spoken_ask *ask)
{
	uint64_t first = ask->through + 1;
	for (size_t i = 0; i < ask->n_rounds; i++) {
		AUTO_WALK struct walk w = {0};
		AUTO_BUF struct buf key = {0};
		struct row row;
		key_number(&key, SPACE_ROUND, ask->rounds[i].round);
		walk_begin(&w, r->v, TABLE_DEF, buf_view(&key));
		w.all_revisions = true;
		while (walk_next(&w, &row)) {
			if (row.rev < first)
				first = row.rev;
		}
	}
	return ask->otherwise ? 1 : first;
}

static int by_unit(const void *a, const void *b)
{
	const struct statement *x = a, *y = b;
	if (x->unit != y->unit)
		return x->unit < y->unit ? -1 : 1;
	return (x->rev > y->rev) - (x->rev < y->rev);
}

/* ---- what was taken back ---------------------------------------------------------------------------- */

struct revisions {
	size_t n, room;
	uint64_t *list;
};

static int by_revision(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

/* Whatever touched an arrangement after a round spoke of it: a retraction of what was said does. */
static enum err touched_since(struct spoken *s, const struct statement *x, struct revisions *ret)
{
	struct answer *r = s->r;
	uint64_t some[POSTINGS_AT_ONCE], from = x->rev + 1;
	size_t n = POSTINGS_AT_ONCE;
	while (n == POSTINGS_AT_ONCE && from <= s->through) {
		r->failed = posting_read(r->v, x->unit, from, POSTINGS_AT_ONCE, some, &n);
		if (r->failed != ERR_OK)
			return r->failed;
		for (size_t i = 0; i < n && some[i] <= s->through; i++) {
			ret->list = arena_grow(r->a, ret->list, ret->n, ret->n + 1, sizeof *ret->list, &ret->room);
			ret->list[ret->n++] = some[i];
		}
		from = n ? some[n - 1] + 1 : from;
	}
	return answer_work(r);
}

static void take_back(struct spoken *s, const struct msg_retraction *m, uint64_t at)
{
	if (*m->indicator)
		return;
	struct taken_back one = {m->revision, m->unit};
	s->back = arena_grow(s->r->a, s->back, s->n_back, s->n_back + 1, sizeof one, &s->back_room);
	s->back[s->n_back++] = one;
	for (size_t i = 0; i < s->n; i++) {
		struct statement *x = &s->list[i];
		if (x->rev == m->revision && !x->gone && unit_meant(s->r->v, m->unit, x->unit))
			x->gone = at;
	}
}

/* The retractions of one record; what it says is only kept where there are any. */
static enum err read_retractions(struct spoken *s, uint64_t rev, struct arena *work)
{
	struct answer *r = s->r;
	struct journal_record rec;
	uint64_t pos;
	void *msg;
	enum err e = r->failed = journal_find(r->c->journal, rev, &pos);
	if (e == ERR_OK)
		e = r->failed = journal_get(r->c->journal, pos, &rec);
	if (e != ERR_OK || rec.kind != RECORD_MESSAGE ||
	    codec_decode(&msg_type_message, rec.body, CODEC_TOLERANT, work, &msg, NULL) != ERR_OK)
		return e;
	const struct msg_submission *m = ((const struct msg_message *)msg)->submission;
	if (!m || !m->n_retractions)
		return ERR_OK;
	struct slice kept = {arena_text(r->a, rec.body.data, rec.body.len), rec.body.len};
	if (codec_decode(&msg_type_message, kept, CODEC_TOLERANT, r->a, &msg, NULL) != ERR_OK)
		return ERR_OK;
	m = ((const struct msg_message *)msg)->submission;
	for (size_t i = 0; i < m->n_retractions; i++)
		take_back(s, &m->retractions[i], rev);
	return ERR_OK;
}

static enum err read_taken_back(struct spoken *s)
{
	AUTO_ARENA struct arena *work = arena_new(0);
	struct revisions all = {0};
	enum err e = ERR_OK;
	for (size_t i = 0; i < s->n && e == ERR_OK; i++)
		if (!i || s->list[i].unit != s->list[i - 1].unit) /* its first */
			e = touched_since(s, &s->list[i], &all);
	if (all.n)
		qsort(all.list, all.n, sizeof *all.list, by_revision);
	for (size_t i = 0, read = 0; i < all.n && e == ERR_OK; i++) {
		if (i && all.list[i] == all.list[i - 1])
			continue;
		e = read_retractions(s, all.list[i], work);
		arena_reset(work);
		if (e == ERR_OK)
			e = answer_work(s->r);
		if (e == ERR_OK && ++read % RECORDS_BETWEEN_RENEWALS == 0)
			e = s->r->failed = journal_read_renew(s->r->c->journal);
	}
	return e;
}

enum err spoken_read(struct answer *r, const struct spoken_ask *ask, struct spoken **ret)
{
	struct spoken *s = arena_alloc(r->a, sizeof *s);
	s->r = r;
	s->through = ask->through;
	*ret = s;
	enum err e = read_from(s, ask, first_defined(r, ask));
	if (s->n)
		qsort(s->list, s->n, sizeof *s->list, by_unit);
	return e == ERR_OK ? read_taken_back(s) : e;
}

/* ---- answers ---------------------------------------------------------------------------------------- */

static const struct statement *first_of(const struct spoken *s, uint32_t unit)
{
	size_t low = 0, high = s->n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (s->list[middle].unit < unit)
			low = middle + 1;
		else
			high = middle;
	}
	return s->n ? &s->list[low] : NULL;
}

static bool more(const struct spoken *s, const struct statement *x, uint32_t unit)
{
	return x && x < s->list + s->n && x->unit == unit;
}

static bool stands(const struct statement *x, uint64_t as_of)
{
	return x->rev <= as_of && (!x->gone || x->gone > as_of);
}

unsigned spoken_of(const struct spoken *s, uint32_t arrangement, uint64_t as_of)
{
	unsigned as = 0;
	for (const struct statement *x = first_of(s, arrangement); more(s, x, arrangement); x++)
		as |= stands(x, as_of) ? x->as : 0;
	return as;
}

const char *spoken_rounds(const struct spoken *s, uint32_t arrangement, unsigned as, uint64_t as_of, uint64_t *ret_last,
			  const char **ret_src)
{
	const char *text = "", *last = "";
	*ret_last = 0;
	*ret_src = "";
	for (const char *next = NULL;; last = next, next = NULL) {
		for (const struct statement *x = first_of(s, arrangement); more(s, x, arrangement); x++) {
			if (!(x->as & as))
				continue;
			*ret_src = x->source;
			uint64_t rev = x->gone ? x->gone : x->rev;
			*ret_last = rev > *ret_last ? rev : *ret_last;
			if (stands(x, as_of) && strcmp(x->round, last) > 0 && (!next || strcmp(x->round, next) < 0))
				next = x->round;
		}
		if (!next)
			return text;
		text = arena_printf(s->r->a, "%s%s%s", text, *text ? ", " : "", next);
	}
}

/* Did the statement's revision name that unit, as known as of `through`? */
static bool named(const struct spoken *s, const struct statement *x, const struct msg_unit_ref *ref, uint32_t unit)
{
	if (!unit_meant(s->r->v, ref, unit))
		return false;
	for (size_t i = 0; i < s->n_back; i++)
		if (s->back[i].rev == x->rev && unit_meant(s->r->v, s->back[i].unit, unit))
			return false;
	return true;
}

enum completion spoken_without(const struct spoken *s, uint32_t arrangement, uint32_t participant, unsigned as,
			       uint64_t as_of)
{
	enum completion complete = COMPLETION_UNSPECIFIED;
	for (const struct statement *x = first_of(s, arrangement); more(s, x, arrangement); x++) {
		/* One that names nobody, and does not say that nobody takes part, says nothing of them. */
		if (!(x->as & as) || !stands(x, as_of) ||
		    (!x->said->n_participants && x->said->participants_complete != COMPLETION_YES))
			continue;
		if (complete == COMPLETION_UNSPECIFIED)
			complete = COMPLETION_UNKNOWN;
		for (size_t i = 0; i < x->said->n_participants; i++) {
			if (named(s, x, x->said->participants[i].unit, participant))
				return COMPLETION_NO;
		}
		if (x->names_all)
			complete = COMPLETION_YES;
	}
	return complete;
}

bool spoken_host(const struct spoken *s, uint32_t arrangement, uint32_t host)
{
	for (const struct statement *x = first_of(s, arrangement); more(s, x, arrangement); x++) {
		if ((x->as & SPOKEN_LATER) && stands(x, s->through) && named(s, x, x->said->host, host))
			return true;
	}
	return false;
}

/* ---- lists that are complete ------------------------------------------------------------------------ */

static bool lies_in(struct view *v, const struct spoken_scope *in, uint32_t scope, uint32_t unit)
{
	return unit_inside(v, unit, scope, in->from) || unit_inside(v, unit, scope, in->to);
}

/* The next scope in which the round declares its list of the kind complete; *ret 0 = everywhere. */
static bool next_declared(struct walk *w, uint32_t kind, uint32_t *ret)
{
	struct fact f;
	while (walk_fact(w, &f, NULL)) {
		*ret = f.scope.unit;
		if (f.scope.kind == kind && f.scope.completion == COMPLETION_YES && state_stands(f.scope.state))
			return true;
	}
	return false;
}

bool spoken_declares(struct view *v, uint32_t round, const char *kind)
{
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0};
	uint32_t scope, term = view_term(v, SPACE_TERM, slice_text(kind));
	key_scope(&key, round);
	walk_begin(&w, v, TABLE_SCOPE, buf_view(&key));
	return term && next_declared(&w, term, &scope);
}

/* What takes part in two counties is in the list of either, so each of the units may lie in a scope of its own. */
bool spoken_declared(struct answer *r, const struct spoken_scope *in, const char *kind, const uint32_t *units, size_t n,
		     bool *ret_some)
{
	AUTO_ARENA struct arena *work = arena_new(0);
	uint32_t scope, term = view_term(r->v, SPACE_TERM, slice_text(kind));
	bool everywhere = false, *found = arena_alloc(work, (n + 1) * sizeof *found);
	size_t n_found = 0;
	for (size_t i = 0; term && i < in->n_rounds; i++) {
		AUTO_WALK struct walk w = {0};
		AUTO_BUF struct buf key = {0};
		key_scope(&key, in->rounds[i].round);
		walk_begin(&w, r->v, TABLE_SCOPE, buf_view(&key));
		while (next_declared(&w, term, &scope)) {
			everywhere |= !scope;
			for (size_t k = 0; k < n && scope; k++)
				found[k] = found[k] || lies_in(r->v, in, scope, units[k]);
		}
	}
	for (size_t k = 0; k < n; k++)
		n_found += found[k];
	*ret_some = everywhere || n_found;
	return everywhere || (n && n_found == n);
}

bool spoken_asked(struct answer *r, const struct spoken_scope *in, const uint32_t *units, size_t n)
{
	for (size_t i = 0; i < in->n_rounds; i++) {
		const struct msg_unit_ref *area = in->rounds[i].def->area;
		struct why why = r->why;
		uint32_t root;
		if (!area || !n)
			return true;
		if (answer_unit(r, area, in->to, &root) != ERR_OK) {
			r->why = why;
			return true;
		}
		for (size_t k = 0; k < n; k++)
			if (lies_in(r->v, in, root, units[k]))
				return true;
	}
	return false;
}

size_t spoken_members(struct view *v, uint32_t arrangement, int32_t day, struct arena *a, uint32_t **ret)
{
	struct unit_link *parts, *hosts;
	const struct unit_link *host = NULL;
	struct unit_life life;
	size_t kept = 0, n = unit_links_to(v, LINK_TYPE_PARTICIPATES_IN, arrangement, day, a, &parts),
	       n_hosts = unit_links_to(v, LINK_TYPE_HOSTS, arrangement, day, a, &hosts);
	enum truth lives = unit_life_at(v, arrangement, day, &life) ? life.truth : TRUTH_CERTAIN;
	*ret = arena_alloc(a, (n + 2) * sizeof **ret);
	for (size_t i = 0; i < n; i++)
		if (parts[i].truth >= lives)
			(*ret)[kept++] = parts[i].link.a;
	for (size_t i = 0; i < n_hosts; i++)
		if (!host || hosts[i].truth > host->truth ||
		    (hosts[i].truth == host->truth && hosts[i].rev < host->rev))
			host = &hosts[i];
	if (host)
		(*ret)[kept++] = host->link.a;
	return kept;
}

/* The last day before both. */
static int32_t last_before(const struct when *to, int32_t day)
{
	bool says = to->precision != WHEN_NONE && to->precision != WHEN_DAY_WITHOUT_YEAR;
	return (says && to->hi < day ? to->hi : day) - 1;
}

/* The last day before `day` on which the one who takes part lived and did, perhaps; WHEN_DAY_MIN = never. */
static int32_t last_day(struct view *v, const struct fact_link *l, int32_t day)
{
	AUTO_ARENA struct arena *work = arena_new(0);
	int32_t last = WHEN_DAY_MIN;
	struct unit_life *lives;
	size_t n = unit_lives(v, l->a, work, &lives);
	for (size_t i = 0; i < n; i++) {
		int32_t end = last_before(&l->to, last_before(&lives[i].life.to, day) + 1);
		if (end > last && when_covers(&lives[i].life.from, &lives[i].life.to, end) != TRUTH_NO &&
		    when_covers(&l->from, &l->to, end) != TRUTH_NO)
			last = end;
	}
	return last;
}

int32_t spoken_last_day(struct view *v, uint32_t arrangement, int32_t day)
{
	static const uint8_t types[] = {LINK_TYPE_PARTICIPATES_IN, LINK_TYPE_HOSTS};
	int32_t last = WHEN_DAY_MIN;
	for (size_t i = 0; i < sizeof types; i++) {
		AUTO_WALK struct walk w = {0};
		AUTO_BUF struct buf key = {0};
		struct fact f;
		key_link(&key, types[i], arrangement);
		walk_begin(&w, v, TABLE_LINK_TO, buf_view(&key));
		while (walk_fact(&w, &f, NULL)) {
			int32_t one = state_stands(f.link.state) ? last_day(v, &f.link, day) : WHEN_DAY_MIN;
			last = one > last ? one : last;
		}
	}
	return last;
}
