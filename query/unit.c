/* SPDX-License-Identifier: Apache-2.0
 *
 * unit.c - units as they were on a day.
 *
 * Everything here is a walk over the few rows of one unit. Where a date is uncertain, the old and the new may both be
 * possible on a day; what is certain then takes the place of what is only possible of the same sort (a life, a name, a
 * code of one scheme, a container of one kind), and where nothing is certain all that is possible is told.
 */
#include "query/unit.h"
#include <stdlib.h>
#include <string.h>
#include "proto/msg.h"

static void walk_unit(struct walk *w, struct view *v, enum table t, uint32_t unit)
{
	AUTO_BUF struct buf key = {0};
	key_unit(&key, unit);
	walk_begin(w, v, t, buf_view(&key));
}

/* ---- lives ------------------------------------------------------------------------------------------ */

size_t unit_lives(struct view *v, uint32_t unit, struct arena *a, struct unit_life **ret)
{
	AUTO_WALK struct walk w = {0};
	struct unit_life *list = NULL;
	size_t n = 0, room = 0;
	struct fact f;
	uint64_t rev;
	walk_unit(&w, v, TABLE_LIFE, unit);
	while (walk_fact(&w, &f, &rev)) {
		if (!state_stands(f.life.state))
			continue;
		list = arena_grow(a, list, n, n + 1, sizeof *list, &room);
		list[n++] = (struct unit_life){.life = f.life, .rev = rev, .truth = TRUTH_NO};
	}
	*ret = list;
	return n;
}

bool unit_life_at(struct view *v, uint32_t unit, int32_t day, struct unit_life *ret)
{
	AUTO_WALK struct walk w = {0};
	enum truth best = TRUTH_NO;
	struct fact f;
	uint64_t rev;
	walk_unit(&w, v, TABLE_LIFE, unit);
	while (walk_fact(&w, &f, &rev)) {
		enum truth t = state_stands(f.life.state) ? when_covers(&f.life.from, &f.life.to, day) : TRUTH_NO;
		if (t == TRUTH_NO || t < best)
			continue; /* of two that are as likely the later life is told */
		best = t;
		*ret = (struct unit_life){.life = f.life, .rev = rev, .truth = t};
	}
	return best != TRUTH_NO;
}

uint32_t unit_kind(struct view *v, uint32_t unit)
{
	AUTO_WALK struct walk w = {0};
	struct fact f;
	uint64_t rev;
	walk_unit(&w, v, TABLE_LIFE, unit);
	while (walk_fact(&w, &f, &rev)) {
		if (state_stands(f.life.state))
			return f.life.kind;
	}
	return 0;
}

/* ---- names and codes -------------------------------------------------------------------------------- */

/* Drop what is only possible where something of the same scheme is certain. */
static size_t certain_win(struct unit_text *list, size_t n)
{
	size_t kept = 0;
	for (size_t i = 0; i < n; i++) {
		bool out = false;
		for (size_t k = 0; k < n && list[i].truth != TRUTH_CERTAIN && !out; k++)
			out = list[k].truth == TRUTH_CERTAIN && list[k].scheme == list[i].scheme;
		/* Moved only behind what is compared, so that every certain one is still there or kept before it. */
		if (!out)
			list[kept++] = list[i];
	}
	return kept;
}

static size_t texts_at(struct view *v, enum table t, uint32_t unit, int32_t day, struct arena *a,
		       struct unit_text **ret)
{
	AUTO_WALK struct walk w = {0};
	struct unit_text *list = NULL;
	size_t n = 0, room = 0;
	struct fact f;
	uint64_t rev;
	walk_unit(&w, v, t, unit);
	while (walk_fact(&w, &f, &rev)) {
		bool code = f.kind == FACT_CODE;
		struct when from = code ? f.code.from : f.name.from, to = code ? f.code.to : f.name.to;
		struct slice text = code ? f.code.text : f.name.text;
		enum truth truth =
		    state_stands(code ? f.code.state : f.name.state) ? when_covers(&from, &to, day) : TRUTH_NO;
		if (truth == TRUTH_NO)
			continue;
		list = arena_grow(a, list, n, n + 1, sizeof *list, &room);
		list[n++] = (struct unit_text){.scheme = code ? f.code.scheme : 0,
					       .text = arena_text(a, text.data, text.len),
					       .from = from,
					       .to = to,
					       .truth = truth,
					       .rev = rev};
	}
	*ret = list;
	return certain_win(list, n);
}

size_t unit_names_at(struct view *v, uint32_t unit, int32_t day, struct arena *a, struct unit_text **ret)
{
	return texts_at(v, TABLE_NAME_OF, unit, day, a, ret);
}

size_t unit_codes_at(struct view *v, uint32_t unit, int32_t day, struct arena *a, struct unit_text **ret)
{
	return texts_at(v, TABLE_CODE_OF, unit, day, a, ret);
}

/* How many days lie between `day` and the time in which the name was borne. */
static int64_t distance(const struct fact_name *n, int32_t day)
{
	if (n->from.precision != WHEN_NONE && day < n->from.lo)
		return (int64_t)n->from.lo - day;
	if (n->to.precision != WHEN_NONE && day >= n->to.hi)
		return (int64_t)day - n->to.hi + 1;
	return 0;
}

void unit_naming_offer(struct unit_naming *n, const struct fact_name *name, int32_t day)
{
	if (!state_stands(name->state))
		return;
	enum truth t = when_covers(&name->from, &name->to, day);
	int64_t away = t == TRUTH_NO ? distance(name, day) : 0;
	if (n->text.data && (t < n->truth || (t == n->truth && away >= n->away)))
		return; /* of several at once the first in key order */
	*n = (struct unit_naming){t, away, name->text};
}

const char *unit_name(struct view *v, uint32_t unit, int32_t day, struct arena *a)
{
	bool always;
	return unit_name_told(v, unit, day, a, &always);
}

const char *unit_name_told(struct view *v, uint32_t unit, int32_t day, struct arena *a, bool *ret_always)
{
	AUTO_WALK struct walk w = {0};
	struct unit_naming n = {0};
	struct fact f;
	uint64_t rev;
	unsigned names = 0;
	walk_unit(&w, v, TABLE_NAME_OF, unit);
	while (walk_fact(&w, &f, &rev)) {
		names += state_stands(f.name.state);
		unit_naming_offer(&n, &f.name, day);
	}
	*ret_always = names < 2;
	return n.text.data ? arena_text(a, n.text.data, n.text.len) : unit_id(v, unit, a);
}

const char *unit_id(struct view *v, uint32_t unit, struct arena *a)
{
	struct slice text = unit ? view_text(v, SPACE_UNIT, unit) : (struct slice){0};
	return text.len ? arena_text(a, text.data, text.len) : "";
}

/* ---- links ------------------------------------------------------------------------------------------ */

/* How sure it is that the link holds on the day, where both its ends must live. */
static enum truth link_truth(struct view *v, const struct fact_link *l, int32_t day)
{
	enum truth t = state_stands(l->state) ? when_covers(&l->from, &l->to, day) : TRUTH_NO;
	struct unit_life life;
	if (t == TRUTH_NO || !unit_life_at(v, l->a, day, &life))
		return TRUTH_NO;
	t = life.truth < t ? life.truth : t;
	if (!unit_life_at(v, l->b, day, &life))
		return TRUTH_NO;
	return life.truth < t ? life.truth : t;
}

static size_t links(struct view *v, enum table t, uint8_t type, uint32_t unit, int32_t day, struct arena *a,
		    struct unit_link **ret)
{
	ALWAYS(type != 0);
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0};
	struct unit_link *list = NULL;
	size_t n = 0, room = 0;
	struct fact f;
	uint64_t rev;
	key_link(&key, type, unit);
	walk_begin(&w, v, t, buf_view(&key));
	while (walk_fact(&w, &f, &rev)) {
		enum truth truth = link_truth(v, &f.link, day);
		if (truth == TRUTH_NO)
			continue;
		list = arena_grow(a, list, n, n + 1, sizeof *list, &room);
		list[n++] = (struct unit_link){.link = f.link, .rev = rev, .truth = truth};
	}
	*ret = list;
	return n;
}

size_t unit_links_from(struct view *v, uint8_t type, uint32_t unit, int32_t day, struct arena *a,
		       struct unit_link **ret)
{
	return links(v, TABLE_LINK, type, unit, day, a, ret);
}

size_t unit_links_to(struct view *v, uint8_t type, uint32_t unit, int32_t day, struct arena *a, struct unit_link **ret)
{
	return links(v, TABLE_LINK_TO, type, unit, day, a, ret);
}

/* ---- containment ------------------------------------------------------------------------------------ */

/* Numbers in a buffer: walks up and down need no arena, and most units have one container. */
static size_t count(const struct buf *b)
{
	return b->len / sizeof(uint32_t);
}

static uint32_t at(const struct buf *b, size_t i)
{
	uint32_t n;
	memcpy(&n, b->data + i * sizeof n, sizeof n);
	return n;
}

static bool has(const struct buf *b, uint32_t n)
{
	for (size_t i = 0; i < count(b); i++) {
		if (at(b, i) == n)
			return true;
	}
	return false;
}

/* A queue of numbers, each once. Mostly they are few; of many there is a table beside it, since a unit may lie in
 * thousands that lie in thousands. */
#define QUEUE_FEW 32u
struct queue {
	struct buf list, places; /* places: numbers, a power of two of them, 0 = free, at most half of them taken */
};

static void queue_free(struct queue *q)
{
	buf_free(&q->list);
	buf_free(&q->places);
}
#define AUTO_QUEUE __attribute__((cleanup(queue_free)))

/* Where the number stands in the table, or may. */
static uint32_t *place_of(struct queue *q, uint32_t n)
{
	uint32_t *table = (void *)q->places.data;
	size_t room = count(&q->places), i = (n * UINT32_C(2654435761)) & (room - 1);
	while (table[i] && table[i] != n)
		i = (i + 1) & (room - 1);
	return &table[i];
}

static void make_places(struct queue *q)
{
	size_t room = 8 * QUEUE_FEW;
	while (room < 4 * count(&q->list))
		room *= 2;
	buf_clear(&q->places);
	memset(buf_take(&q->places, room * sizeof(uint32_t)), 0, room * sizeof(uint32_t));
	for (size_t i = 0; i < count(&q->list); i++)
		*place_of(q, at(&q->list, i)) = at(&q->list, i);
}

static void add(struct queue *q, uint32_t n)
{
	size_t have = count(&q->list);
	if (have < QUEUE_FEW && has(&q->list, n))
		return;
	if (have >= QUEUE_FEW) {
		if (2 * (have + 1) > count(&q->places))
			make_places(q);
		uint32_t *place = place_of(q, n);
		if (*place == n)
			return;
		*place = n;
	}
	buf_put(&q->list, &n, sizeof n);
}

struct parent {
	uint32_t unit, kind;
	enum truth truth;
};

static void parent_add(struct view *v, struct buf *parents, uint32_t unit, enum truth truth)
{
	struct parent p = {unit, unit_kind(v, unit), truth};
	buf_put(parents, &p, sizeof p);
}

/* Add what contains `unit` directly: a possible container only where no certain one of its kind is known. */
static void containers(struct view *v, uint32_t unit, int32_t day, struct queue *ret)
{
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0}, parents = {0};
	struct fact f;
	uint64_t rev;
	key_link(&key, LINK_TYPE_PART_OF, unit);
	walk_begin(&w, v, TABLE_LINK, buf_view(&key));
	while (walk_fact(&w, &f, &rev)) {
		enum truth t = link_truth(v, &f.link, day);
		if (t != TRUTH_NO)
			parent_add(v, &parents, f.link.b, t);
	}
	size_t n = parents.len / sizeof(struct parent);
	const struct parent *p = (const void *)parents.data;
	for (size_t i = 0; i < n; i++) {
		bool out = false;
		if (p[i].truth != TRUTH_CERTAIN)
			view_work(v, n / 16);
		for (size_t k = 0; k < n && p[i].truth != TRUTH_CERTAIN && !out; k++)
			out = p[k].truth == TRUTH_CERTAIN && p[k].kind == p[i].kind;
		if (!out)
			add(ret, p[i].unit);
	}
}

/* Upwards level by level until `wanted` or a unit of `kind`; 0 = none. wanted 0: look for the kind (0 = any). */
static uint32_t upwards(struct view *v, uint32_t unit, uint32_t wanted, uint32_t kind, int32_t day)
{
	AUTO_QUEUE struct queue queue = {0};
	size_t from = 0;
	add(&queue, unit);
	for (unsigned depth = 0; depth < UNIT_DEPTH_MAX && from < count(&queue.list); depth++) {
		size_t to = count(&queue.list);
		for (size_t i = from; i < to; i++)
			containers(v, at(&queue.list, i), day, &queue);
		for (size_t i = to; i < count(&queue.list); i++) {
			uint32_t found = at(&queue.list, i);
			if (wanted ? found == wanted : !kind || unit_kind(v, found) == kind)
				return found;
		}
		from = to;
	}
	return 0;
}

uint32_t unit_container(struct view *v, uint32_t unit, uint32_t kind, int32_t day)
{
	return unit ? upwards(v, unit, 0, kind, day) : 0;
}

bool unit_inside(struct view *v, uint32_t unit, uint32_t container, int32_t day)
{
	return unit && container && (unit == container || upwards(v, unit, container, 0, day));
}

size_t unit_around(struct view *v, uint32_t unit, int32_t day, struct arena *a, uint32_t **ret)
{
	AUTO_QUEUE struct queue queue = {0};
	size_t from = 0;
	add(&queue, unit);
	for (unsigned depth = 0; depth < UNIT_DEPTH_MAX && from < count(&queue.list); depth++) {
		size_t to = count(&queue.list);
		for (; from < to; from++)
			containers(v, at(&queue.list, from), day, &queue);
	}
	*ret = arena_alloc(a, queue.list.len + 1);
	memcpy(*ret, queue.list.data, queue.list.len);
	return count(&queue.list);
}

static int by_number(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

/* The units directly inside; what is only possibly inside counts if it has no certain other place. */
static void contents(struct view *v, uint32_t unit, int32_t day, struct buf *ret)
{
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0};
	AUTO_QUEUE struct queue places = {0};
	struct fact f;
	uint64_t rev;
	key_link(&key, LINK_TYPE_PART_OF, unit);
	walk_begin(&w, v, TABLE_LINK_TO, buf_view(&key));
	while (walk_fact(&w, &f, &rev)) {
		enum truth t = link_truth(v, &f.link, day);
		if (t == TRUTH_NO)
			continue;
		if (t == TRUTH_POSSIBLE) {
			buf_clear(&places.list);
			buf_clear(&places.places);
			containers(v, f.link.a, day, &places);
			if (!has(&places.list, unit))
				continue;
		}
		buf_put(ret, &f.link.a, sizeof f.link.a);
	}
}

/* Sort, and drop repeats: a unit may be reached in two ways. */
static void unique(struct buf *b)
{
	uint32_t *list = (void *)b->data;
	size_t n = 0, total = count(b);
	if (!total)
		return;
	qsort(list, total, sizeof *list, by_number);
	for (size_t i = 0; i < total; i++) {
		if (i == 0 || list[i] != list[i - 1])
			list[n++] = list[i];
	}
	b->len = n * sizeof *list;
}

size_t unit_subtree(struct view *v, uint32_t root, int32_t day, struct arena *a, uint32_t **ret)
{
	AUTO_BUF struct buf all = {0}, level = {0}, below = {0};
	buf_put(&level, &root, sizeof root);
	buf_put(&all, &root, sizeof root);
	for (unsigned depth = 0; depth < UNIT_DEPTH_MAX && level.len; depth++) {
		buf_clear(&below);
		for (size_t i = 0; i < count(&level); i++)
			contents(v, at(&level, i), day, &below);
		unique(&below);
		buf_put(&all, below.data, below.len);
		buf_clear(&level);
		buf_put(&level, below.data, below.len);
	}
	unique(&all);
	*ret = arena_alloc(a, all.len);
	memcpy(*ret, all.data, all.len);
	return count(&all);
}

size_t unit_all_of_kind(struct view *v, uint32_t kind, int32_t day, struct arena *a, uint32_t **ret)
{
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0};
	uint32_t *list = NULL;
	size_t n = 0, room = 0;
	struct unit_life life;
	struct fact f;
	uint64_t rev;
	key_kind(&key, kind);
	walk_begin(&w, v, TABLE_KIND, buf_view(&key));
	while (walk_fact(&w, &f, &rev)) {
		if ((n && list[n - 1] == f.life.unit) || !unit_life_at(v, f.life.unit, day, &life) ||
		    life.life.kind != kind)
			continue;
		list = arena_grow(a, list, n, n + 1, sizeof *list, &room);
		list[n++] = f.life.unit;
	}
	*ret = list;
	return n;
}

/* ---- today ------------------------------------------------------------------------------------------ */

bool unit_today(struct view *v, int32_t *ret)
{
	AUTO_BUF struct buf key = {0};
	struct row row;
	struct fact f;
	/* Every question wants it, and it changes once a day: of the newest it is read once a look at the store. */
	bool newest = !v->over && v->as_of >= v->reached_rev;
	if (newest && v->today_at == v->reached_pos + 1) {
		*ret = v->today;
		return true;
	}
	key_tick(&key);
	if (!view_get(v, TABLE_TICK, buf_view(&key), &row))
		return false;
	enum err e = row_fact(&row, &f);
	if (e != ERR_OK) {
		if (v->err == ERR_OK)
			v->err = e;
		return false;
	}
	*ret = f.tick.day;
	if (newest) {
		v->today = f.tick.day;
		v->today_at = v->reached_pos + 1;
	}
	return true;
}
