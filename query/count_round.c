/* SPDX-License-Identifier: Apache-2.0
 *
 * count_round.c - see count_round.h.
 *
 * The bits that spoken.h keeps of each statement are here one for each round, so the log is read once for so many.
 */
#include "query/count_round.h"
#include <string.h>
#include "query/define.h"
#include "query/same.h"

#define ROUNDS_AT_ONCE 32u        /* bits of an unsigned */
#define NOBODY         UINT32_MAX /* no unit's number */

struct round_word {
	struct answer *r;
	size_t n, room, days_room, declares_room;
	struct spoken_round *rounds; /* by day */
	int32_t *days;
	bool *declares;         /* that a list of arrangements is complete */
	struct spoken **spoken; /* for each ROUNDS_AT_ONCE of them */
	size_t n_same;
	const struct same *same, *classes; /* units that are one; the same by class */
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
	w->declares[at] = spoken_declares(w->r->v, round, "arrangement");
	w->n++;
}

static enum err read_log(struct round_word *w, struct published *published)
{
	enum err e = ERR_OK;
	w->spoken = arena_alloc(w->r->a, (w->n / ROUNDS_AT_ONCE + 1) * sizeof(struct spoken *));
	for (size_t i = 0; i < w->n; i++)
		w->rounds[i].as = 1u << i % ROUNDS_AT_ONCE;
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
	struct same *same;
	w->n_same = same_read(r->v, r->a, &same);
	w->same = same;
	w->classes = same_by_class(same, w->n_same, r->a);
	*ret = w->n ? w : NULL;
	return r->v->err != ERR_OK ? r->v->err : w->n ? read_log(w, published) : ERR_OK;
}

/* The rounds of that day, [*ret, …); how many. */
static size_t rounds_of(const struct round_word *w, int32_t day, size_t *ret)
{
	size_t from = 0, n = 0;
	while (w && from < w->n && w->days[from] < day)
		from++;
	while (w && from + n < w->n && w->days[from + n] == day)
		n++;
	*ret = from;
	return n;
}

enum truth round_word_of(const struct round_word *w, int32_t day, uint32_t arrangement)
{
	size_t from, n_rounds = rounds_of(w, day, &from);
	bool declares = false;
	for (size_t i = from; i < from + n_rounds; i++) {
		const struct spoken *s = w->spoken[i / ROUNDS_AT_ONCE];
		if (spoken_of(s, arrangement, w->r->v->as_of) & w->rounds[i].as)
			return TRUTH_CERTAIN;
		declares |= w->declares[i];
	}
	if (!declares)
		return TRUTH_CERTAIN;
	AUTO_ARENA struct arena *work = arena_new(0);
	struct spoken_scope in = {.n_rounds = n_rounds, .rounds = w->rounds + from, .from = day, .to = day};
	uint32_t *units;
	size_t n = spoken_members(w->r->v, arrangement, day, work, &units);
	if (!n) { /* those who took part do not live any more: it was theirs */
		in.from = spoken_last_day(w->r->v, arrangement, day);
		n = spoken_members(w->r->v, arrangement, in.from, work, &units);
	}
	bool some, all = spoken_declared(w->r, &in, "arrangement", units, n, &some);
	return all ? TRUTH_NO : some ? TRUTH_POSSIBLE : TRUTH_CERTAIN;
}

/* Of all rounds of the day together. */
static enum completion without(const struct round_word *w, size_t from, size_t n, uint32_t arrangement, uint32_t unit)
{
	enum completion all = COMPLETION_UNSPECIFIED;
	for (size_t i = from; i < from + n && all != COMPLETION_NO; i++) {
		enum completion one =
		    spoken_without(w->spoken[i / ROUNDS_AT_ONCE], arrangement, unit, w->rounds[i].as, w->r->v->as_of);
		if (one == COMPLETION_NO || one == COMPLETION_YES || all == COMPLETION_UNSPECIFIED)
			all = one;
	}
	return all;
}

bool round_word_leaves_out(const struct round_word *w, int32_t day, uint32_t arrangement, uint32_t participant)
{
	const struct same *ones;
	size_t from, n = rounds_of(w, day, &from);
	if (!n || without(w, from, n, arrangement, participant) != COMPLETION_YES)
		return false;
	uint32_t first = same_first(w->same, w->n_same, participant);
	for (size_t k = same_class(w->classes, w->n_same, first, &ones), i = 0; i < k; i++)
		if (without(w, from, n, arrangement, ones[i].unit) == COMPLETION_NO)
			return false;
	return true;
}

enum completion round_word_complete(const struct round_word *w, int32_t day, uint32_t arrangement)
{
	size_t from, n = rounds_of(w, day, &from);
	return without(w, from, n, arrangement, NOBODY);
}

const char *round_word_names(const struct round_word *w, int32_t day, bool declaring)
{
	const char *text = "";
	for (size_t i = 0; w && i < w->n; i++)
		if (w->days[i] == day && (w->declares[i] || !declaring))
			text = arena_printf(w->r->a, "%s%s%s", text, *text ? ", " : "", w->rounds[i].def->id);
	return text;
}
