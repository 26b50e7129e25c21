/* SPDX-License-Identifier: Apache-2.0
 *
 * count_round.c - see count_round.h.
 *
 * The bits that spoken.h keeps of each statement are here one for each round, so the log is read once for so many.
 */
#include "query/count_round.h"
#include <string.h>
#include "query/define.h"

#define ROUNDS_AT_ONCE 32u /* bits of an unsigned */

struct round_word {
	struct answer *r;
	size_t n, room, days_room, declares_room;
	struct spoken_round *rounds; /* by day */
	int32_t *days;
	bool *declares;         /* that a list of arrangements is complete */
	struct spoken **spoken; /* for each ROUNDS_AT_ONCE of them */
};

static bool of_arrangements(const struct msg_count_question *q)
{
	if (q->counted == COUNTED_LINKS)
		return q->link == LINK_TYPE_PARTICIPATES_IN || q->link == LINK_TYPE_HOSTS;
	return q->counted != COUNTED_UNITS || strcmp(q->kind, "arrangement") == 0;
}

static bool asked(const struct msg_count_question *q, const struct msg_round *def)
{
	for (size_t i = 0; i < q->n_rounds; i++)
		if (strcmp(q->rounds[i], def->id) == 0)
			return true;
	return *q->survey && strcmp(q->survey, def->survey) == 0;
}

static bool declares(struct view *v, uint32_t round)
{
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0};
	struct fact f;
	uint32_t kind = view_term(v, SPACE_TERM, slice_text("arrangement"));
	bool found = false;
	key_scope(&key, round);
	walk_begin(&w, v, TABLE_SCOPE, buf_view(&key));
	while (!found && kind && walk_fact(&w, &f, NULL))
		found = f.scope.kind == kind && f.scope.completion == COMPLETION_YES && state_stands(f.scope.state);
	return found;
}

static void add(struct round_word *w, uint32_t round, const struct msg_round *def, int32_t day)
{
	struct arena *a = w->r->a;
	size_t at = 0;
	w->rounds = arena_grow(a, w->rounds, w->n, w->n + 1, sizeof *w->rounds, &w->room);
	w->days = arena_grow(a, w->days, w->n, w->n + 1, sizeof *w->days, &w->days_room);
	w->declares = arena_grow(a, w->declares, w->n, w->n + 1, sizeof *w->declares, &w->declares_room);
	while (at < w->n && w->days[at] <= day)
		at++;
	memmove(&w->rounds[at + 1], &w->rounds[at], (w->n - at) * sizeof *w->rounds);
	memmove(&w->days[at + 1], &w->days[at], (w->n - at) * sizeof *w->days);
	memmove(&w->declares[at + 1], &w->declares[at], (w->n - at) * sizeof *w->declares);
	w->rounds[at] = (struct spoken_round){.round = round, .def = def};
	w->days[at] = day;
	w->declares[at] = declares(w->r->v, round);
	w->n++;
}

/* Rounds of a day on which none declares anything say nothing about what they leave out. */
static void keep_declared(struct round_word *w)
{
	size_t kept = 0;
	for (size_t i = 0, end; i < w->n; i = end) {
		bool any = false;
		for (end = i; end < w->n && w->days[end] == w->days[i]; end++)
			any |= w->declares[end];
		for (size_t k = i; k < end && any; k++, kept++) {
			w->rounds[kept] = w->rounds[k];
			w->rounds[kept].as = 1u << kept % ROUNDS_AT_ONCE;
			w->days[kept] = w->days[k];
			w->declares[kept] = w->declares[k];
		}
	}
	w->n = kept;
}

static enum err read_log(struct round_word *w, struct published *published)
{
	enum err e = ERR_OK;
	w->spoken = arena_alloc(w->r->a, (w->n / ROUNDS_AT_ONCE + 1) * sizeof(struct spoken *));
	for (size_t i = 0; i < w->n && e == ERR_OK; i += ROUNDS_AT_ONCE) {
		struct spoken_ask ask = {.n_rounds = w->n - i < ROUNDS_AT_ONCE ? w->n - i : ROUNDS_AT_ONCE,
					 .rounds = w->rounds + i,
					 .through = w->r->v->as_of,
					 .published = published};
		e = spoken_read(w->r, &ask, &w->spoken[i / ROUNDS_AT_ONCE]);
	}
	return e;
}

enum err round_word_read(struct answer *r, const struct msg_count_question *q, struct published *published,
			 struct round_word **ret)
{
	struct round_word *w = arena_alloc(r->a, sizeof *w);
	uint32_t last = (q->n_rounds || *q->survey) && of_arrangements(q) ? view_terms(r->v, SPACE_ROUND) : 0;
	*ret = NULL;
	w->r = r;
	for (uint32_t i = 1; i <= last; i++) {
		AUTO_ARENA struct arena *work = arena_new(0); /* a frame may name thousands */
		const struct msg_round *def = define_get(r->v, SPACE_ROUND, i, work, NULL);
		struct when day;
		if (!def || !asked(q, def) || when_parse(def->reference, &day, NULL) != ERR_OK)
			continue;
		add(w, i, define_get(r->v, SPACE_ROUND, i, r->a, NULL), when_reference_day(&day));
		enum err e = answer_work(r);
		if (e != ERR_OK)
			return e;
	}
	keep_declared(w);
	*ret = w->n ? w : NULL;
	return r->v->err != ERR_OK ? r->v->err : w->n ? read_log(w, published) : ERR_OK;
}

enum truth round_word_of(const struct round_word *w, int32_t day, uint32_t arrangement)
{
	size_t from = 0, to;
	while (w && from < w->n && w->days[from] < day)
		from++;
	if (!w || from == w->n || w->days[from] != day)
		return TRUTH_CERTAIN;
	for (to = from; to < w->n && w->days[to] == day; to++) {
		const struct spoken *s = w->spoken[to / ROUNDS_AT_ONCE];
		if (spoken_of(s, arrangement, w->r->v->as_of) & w->rounds[to].as)
			return TRUTH_CERTAIN;
	}
	AUTO_ARENA struct arena *work = arena_new(0);
	struct spoken_scope in = {.n_rounds = to - from, .rounds = w->rounds + from, .from = day, .to = day};
	uint32_t *units;
	size_t n = spoken_members(w->r->v, arrangement, day, work, &units);
	bool some, all = spoken_declared(w->r, &in, "arrangement", units, n, &some);
	return all ? TRUTH_NO : some ? TRUTH_POSSIBLE : TRUTH_CERTAIN;
}

const char *round_word_names(const struct round_word *w, int32_t day)
{
	const char *text = "";
	for (size_t i = 0; w && i < w->n; i++)
		if (w->days[i] == day && w->declares[i])
			text = arena_printf(w->r->a, "%s%s%s", text, *text ? ", " : "", w->rounds[i].def->id);
	return text;
}
