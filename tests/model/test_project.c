/* SPDX-License-Identifier: Apache-2.0
 *
 * test_project.c - random histories of thousands of events against a naive twin.
 *
 * The twin knows squares of land. Each has a row: who held it after every event, from the first to the last. A cut
 * copies the row, once a piece. Nothing is looked up, nothing is shared, no tree. For shares the twin does not reason
 * at all: every square gets a random size, and so has every piece of a cut that nobody weighed, several times over
 * (numbers modulo a prime stand for exact ones). What is the same under all sizes is known, the rest is not.
 *
 * VARDE_SEED the history, VARDE_ROUNDS how many.
 */
#include "query/project.h"
#include "tests/unit/storage_kit.h"

#define PRIME     2147483647u
#define SIZES     4
#define STEPS     320
#define UNITS     2600
#define START     150
#define PIECES    6 /* a unit of more squares is not cut */
#define DAY(step) (int32_t)(100 * (step) + 50)

struct square {
	uint32_t held[STEPS + 1];
	uint32_t first; /* the unit whose own land it was: it never counts, it tells */
	uint64_t size[SIZES];
};
struct twin {
	uint64_t seed;
	struct fact *facts;
	size_t n_facts;
	struct square *squares;
	size_t n_squares, room;
	uint32_t n_units, n_terms;
	int born[UNITS], died[UNITS]; /* steps; died STEPS + 1 = lives */
	unsigned step;
};

static uint64_t roll(struct twin *t, uint64_t n)
{
	t->seed = t->seed * 6364136223846793005u + 1442695040888963407u;
	return (t->seed >> 33) % n;
}

static uint64_t power(uint64_t x, uint64_t e)
{
	uint64_t r = 1;
	for (; e; e >>= 1, x = x * x % PRIME)
		r = e & 1 ? r * x % PRIME : r;
	return r;
}

/* ---- facts ---- */

static struct fact *fact(struct twin *t, enum fact_kind kind)
{
	if ((t->n_facts & (t->n_facts - 1)) == 0)
		t->facts = realloc(t->facts, (t->n_facts ? 2 * t->n_facts : 1) * sizeof *t->facts);
	t->facts[t->n_facts] = (struct fact){.kind = kind};
	return &t->facts[t->n_facts++];
}

/* Numbers are given out in an order that has nothing to do with the history: see shuffled(). */
static uint32_t unit_new(struct twin *t, int born)
{
	assert_true(t->n_units + 1 < UNITS);
	t->born[++t->n_units] = born;
	t->died[t->n_units] = STEPS + 1;
	return t->n_units;
}

static void edge(struct twin *t, uint32_t from, uint32_t to, uint32_t event, bool part, uint32_t territory)
{
	fact(t, FACT_EDGE)->edge = (struct fact_edge){.from = from,
						      .to = to,
						      .event = event,
						      .state = STATE_ASSERTED,
						      .effective = when_day(DAY((int)t->step)),
						      .part = part,
						      .territory = territory};
}

/* ---- land ---- */

static size_t square_new(struct twin *t)
{
	if (t->n_squares == t->room) {
		t->room = t->room ? 2 * t->room : 256;
		t->squares = realloc(t->squares, t->room * sizeof *t->squares);
	}
	memset(&t->squares[t->n_squares], 0, sizeof *t->squares);
	return t->n_squares++;
}

static size_t squares_of(const struct twin *t, uint32_t unit, unsigned step, size_t *ret, size_t max)
{
	size_t n = 0;
	for (size_t i = 0; i < t->n_squares; i++) {
		if (t->squares[i].held[step] == unit && n < max)
			ret[n++] = i;
	}
	return n;
}

static uint32_t alive(struct twin *t)
{
	for (;;) {
		uint32_t u = 1 + (uint32_t)roll(t, t->n_units);
		if (t->born[u] < (int)t->step && t->died[u] > (int)t->step)
			return u;
	}
}

static void cut_square(struct twin *t, size_t at, const uint32_t *to, const uint64_t *weights, unsigned n)
{
	uint64_t left[SIZES], sum = 0;
	struct square whole = t->squares[at];
	for (unsigned i = 0; i < n; i++)
		sum += weights[i];
	for (unsigned s = 0; s < SIZES; s++)
		left[s] = whole.size[s];
	for (unsigned i = 0; i < n; i++) {
		size_t k = i ? square_new(t) : at;
		t->squares[k] = whole;
		t->squares[k].held[t->step] = to[i];
		for (unsigned s = 0; s < SIZES; s++) {
			uint64_t size =
			    sum ? whole.size[s] * weights[i] % PRIME * power(sum, PRIME - 2) % PRIME : roll(t, PRIME);
			if (!sum && i + 1 == n)
				size = left[s];
			left[s] = (left[s] + PRIME - size) % PRIME;
			t->squares[k].size[s] = size;
		}
	}
}

/* ---- events ---- */

static void merge(struct twin *t, uint32_t event)
{
	uint32_t sources[4], n = 2 + (uint32_t)roll(t, 3), to;
	bool takeover = roll(t, 3) == 0;
	for (uint32_t i = 0; i < n; i++)
		sources[i] = alive(t);
	to = takeover ? sources[0] : unit_new(t, (int)t->step);
	for (size_t i = 0; i < t->n_squares; i++)
		for (uint32_t k = 0; k < n; k++)
			if (t->squares[i].held[t->step] == sources[k]) {
				t->squares[i].held[t->step] = to;
				break;
			}
	for (uint32_t k = 0; k < n; k++) {
		if (sources[k] == to && roll(t, 2))
			continue; /* with or without a flow to itself */
		edge(t, sources[k], to, event, false, 0);
		if (sources[k] != to)
			t->died[sources[k]] = (int)t->step;
	}
}

/* A former unit of which the source has something now: 0 = none found. */
static uint32_t former(struct twin *t, uint32_t source)
{
	size_t at[PIECES * 8], n = squares_of(t, source, t->step, at, PIECES * 8);
	for (unsigned i = 0; n && i < 20; i++) {
		uint32_t u = t->squares[at[roll(t, n)]].held[roll(t, t->step)];
		if (u && u != source && t->died[u] < (int)t->step && t->born[u] < t->died[u])
			return u;
	}
	return 0;
}

static void restore(struct twin *t, uint32_t event)
{
	uint32_t source = alive(t), u = former(t, source);
	if (!u)
		return;
	uint32_t to = unit_new(t, (int)t->step);
	size_t one;
	unsigned last = t->step - 1; /* the last day that it had any land */
	while (!squares_of(t, u, last, &one, 1))
		last--;
	for (size_t i = 0; i < t->n_squares; i++)
		if (t->squares[i].held[t->step] == source && t->squares[i].held[last] == u)
			t->squares[i].held[t->step] = to;
	edge(t, source, to, event, true, u);
	if (roll(t, 2))
		edge(t, source, source, event, roll(t, 2), 0);
}

static void split(struct twin *t, uint32_t event)
{
	uint32_t source = alive(t), to[3];
	uint64_t weights[3] = {0, 0, 0};
	size_t at[PIECES + 1], n = squares_of(t, source, t->step, at, PIECES + 1);
	unsigned n_to = 2 + (unsigned)roll(t, 2);
	bool weighed = roll(t, 2), stays = roll(t, 2), old = roll(t, 2);
	if (n > PIECES || n == 0)
		return;
	for (unsigned i = 0; i < n_to; i++) {
		to[i] = i == 0 && stays ? source : i == 1 && old ? alive(t) : unit_new(t, (int)t->step);
		if (i == 1 && to[i] == source)
			to[i] = unit_new(t, (int)t->step);
		weights[i] = weighed ? 1 + roll(t, 9) : 0;
		if (to[i] == source && !weighed && roll(t, 2))
			continue; /* it lives on, and so keeps a piece, without a word */
		edge(t, source, to[i], event, true, 0);
		if (weighed)
			fact(t, FACT_WEIGHT)->weight = (struct fact_weight){.event = event,
									    .from = source,
									    .to = to[i],
									    .basis = 1,
									    .src = 1,
									    .state = STATE_ASSERTED,
									    .digits = (int64_t)weights[i]};
	}
	for (size_t i = 0; i < n; i++)
		cut_square(t, at[i], to, weights, n_to);
	if (!stays)
		t->died[source] = (int)t->step;
}

/* ---- a history ---- */

static void lives(struct twin *t)
{
	static const struct when open = {0};
	for (uint32_t u = 1; u <= t->n_units; u++) {
		struct when from = t->born[u] < 0 ? open : when_day(DAY(t->born[u]));
		struct when to = t->died[u] > STEPS ? open : when_day(DAY(t->died[u]));
		fact(t, FACT_LIFE)->life = (struct fact_life){
		    .unit = u, .life = 1, .kind = 2, .state = STATE_ASSERTED, .from = from, .to = to};
	}
}

static void history(struct twin *t)
{
	for (unsigned i = 0; i < START; i++) {
		uint32_t u = unit_new(t, -1);
		size_t at = square_new(t);
		t->squares[at].held[0] = u;
		for (unsigned s = 0; s < SIZES; s++)
			t->squares[at].size[s] = roll(t, PRIME);
	}
	for (t->step = 1; t->step <= STEPS; t->step++) {
		for (size_t i = 0; i < t->n_squares; i++)
			t->squares[i].held[t->step] = t->squares[i].held[t->step - 1];
		switch (roll(t, 4)) {
		case 0:
			restore(t, t->step);
			break;
		case 1:
			merge(t, t->step);
			break;
		case 2:
		case 3:
			split(t, t->step);
			break;
		}
	}
	lives(t);
}

/* The same facts in another order and under other numbers. */
static uint32_t shuffled(uint32_t unit, uint32_t n, uint32_t turn)
{
	return unit && turn ? n + 1 - unit : unit;
}

static void renumber(struct twin *t, uint32_t turn)
{
	for (size_t i = 0; i < t->n_facts && turn; i++) {
		struct fact *f = &t->facts[i];
		if (f->kind == FACT_EDGE) {
			f->edge.from = shuffled(f->edge.from, t->n_units, turn);
			f->edge.to = shuffled(f->edge.to, t->n_units, turn);
			f->edge.territory = shuffled(f->edge.territory, t->n_units, turn);
		} else if (f->kind == FACT_WEIGHT) {
			f->weight.from = shuffled(f->weight.from, t->n_units, turn);
			f->weight.to = shuffled(f->weight.to, t->n_units, turn);
		} else if (f->kind == FACT_LIFE) {
			f->life.unit = shuffled(f->life.unit, t->n_units, turn);
		}
	}
	for (size_t i = t->n_facts; i > 1; i--) {
		size_t k = roll(t, i);
		struct fact f = t->facts[k];
		t->facts[k] = t->facts[i - 1];
		t->facts[i - 1] = f;
	}
}

static void term(struct fact *ret, enum space space, uint32_t id, char *text)
{
	snprintf(text, 16, "%u", id);
	*ret = (struct fact){.kind = FACT_TERM, .term = {space, id, slice_text(text)}};
}

/* ---- storing and comparing ---- */

static void enter(struct kit *kit, struct twin *t)
{
	size_t n = t->n_units + STEPS;
	char(*texts)[16] = malloc(n * sizeof *texts);
	struct fact *all = malloc((n + t->n_facts) * sizeof *all);
	for (uint32_t i = 0; i < t->n_units; i++)
		term(&all[i], SPACE_UNIT, i + 1, texts[i]);
	for (uint32_t i = 0; i < STEPS; i++)
		term(&all[t->n_units + i], SPACE_EVENT, i + 1, texts[t->n_units + i]);
	memcpy(all + n, t->facts, t->n_facts * sizeof *all);
	kit_append(kit, all, n + t->n_facts);
	kit_fold(kit);
	free(all);
	free(texts);
}

static void shares_agree(const struct twin *t, const struct projected *p, uint32_t unit, unsigned from, unsigned to,
			 uint32_t turn)
{
	bool all = true;
	for (size_t k = 0; k < p->n; k++) {
		uint64_t mine = mpz_fdiv_ui(mpq_numref(p->parts[k].share), PRIME) *
				power(mpz_fdiv_ui(mpq_denref(p->parts[k].share), PRIME), PRIME - 2) % PRIME,
			 first = 0;
		bool same = true;
		for (unsigned s = 0; s < SIZES; s++) {
			uint64_t whole = 0, there = 0;
			for (size_t i = 0; i < t->n_squares; i++) {
				if (t->squares[i].held[from] != unit)
					continue;
				whole += t->squares[i].size[s];
				if (t->squares[i].held[to] == shuffled(p->parts[k].target, t->n_units, turn))
					there += t->squares[i].size[s];
			}
			uint64_t share = there % PRIME * power(whole % PRIME, PRIME - 2) % PRIME;
			first = s ? first : share;
			same &= share == first;
			assert_true(!p->parts[k].known || share == mine);
		}
		assert_int_equal(p->parts[k].known, same);
		all &= same;
	}
	assert_int_equal(p->method == METHOD_UNALLOCATED, !all);
}

/* Which units hold the squares, and have they anything else? */
static void compare(const struct twin *t, struct atoms *atoms, uint32_t unit, unsigned from, unsigned to, uint32_t turn)
{
	struct projected p;
	uint32_t targets[64];
	size_t n = 0, squares = 0, there = 0;
	mpq_t sum;
	assert_ok(project_unit(atoms, shuffled(unit, t->n_units, turn), DAY((int)from), DAY((int)to), 0, &p));
	for (size_t i = 0; i < t->n_squares; i++) {
		size_t k = 0;
		if (t->squares[i].held[from] != unit)
			continue;
		squares++;
		while (k < n && targets[k] != t->squares[i].held[to])
			k++;
		assert_true(k < 64);
		targets[k] = t->squares[i].held[to];
		n += k == n;
	}
	assert_int_equal(p.n, n);
	mpq_init(sum);
	for (size_t k = 0; k < p.n; k++) {
		bool found = false;
		for (size_t x = 0; x < n; x++)
			found |= targets[x] == shuffled(p.parts[k].target, t->n_units, turn);
		assert_true(found);
		mpq_add(sum, sum, p.parts[k].share);
	}
	for (size_t i = 0; i < t->n_squares; i++)
		there += t->squares[i].held[to] == targets[0];
	assert_int_equal(p.method == METHOD_EXACT, n == 1 && there == squares);
	assert_int_equal(p.method == METHOD_MERGED, n == 1 && there != squares);
	if (n > 1)
		shares_agree(t, &p, unit, from, to, turn);
	if (p.method != METHOD_UNALLOCATED)
		assert_int_equal(mpq_cmp_ui(sum, 1, 1), 0);
	assert_true(mpq_cmp_ui(sum, 1, 1) <= 0);
	mpq_clear(sum);
	project_clear(&p);
}

static void check(struct twin *t, const struct kit *kit, uint32_t turn)
{
	struct view v;
	AUTO_ARENA struct arena *a = arena_new(0);
	assert_ok(view_open(kit->store, &v));
	struct atoms *atoms = atoms_new(&v, 1, a);
	assert_int_equal(v.err, ERR_OK);
	for (unsigned i = 0; i < 1500; i++) {
		uint32_t unit = 1 + (uint32_t)roll(t, t->n_units);
		int from = t->born[unit] < 0 ? 0 : t->born[unit],
		    until = t->died[unit] > STEPS ? STEPS + 1 : t->died[unit];
		if (from >= until)
			continue;
		size_t one;
		unsigned at = (unsigned)from + (unsigned)roll(t, (uint64_t)(until - from)),
			 to = (unsigned)roll(t, STEPS + 1);
		if (squares_of(t, unit, at, &one, 1))
			compare(t, atoms, unit, at, to, turn);
	}
	atoms_free(atoms);
	view_close(&v);
}

static uint64_t number(const char *name, uint64_t otherwise)
{
	const char *given = getenv(name);
	return given && *given ? strtoull(given, NULL, 10) : otherwise;
}

static void random_histories_agree_with_squares_of_land(void **state)
{
	(void)state;
	uint64_t seed = number("VARDE_SEED", 20240101), rounds = number("VARDE_ROUNDS", test_rounds(60));
	for (uint64_t round = 0; round < rounds; round++) {
		for (uint32_t turn = 0; turn < 2; turn++) {
			struct twin *t = calloc(1, sizeof *t);
			void *kit;
			t->seed = seed + round;
			history(t);
			renumber(t, turn);
			print_message("VARDE_SEED=%llu: %zu facts, %zu squares\n", (unsigned long long)(seed + round),
				      t->n_facts, t->n_squares);
			assert_int_equal(kit_setup(&kit), 0);
			enter(kit, t);
			check(t, kit, turn);
			assert_int_equal(kit_teardown(&kit), 0);
			free(t->facts);
			free(t->squares);
			free(t);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(random_histories_agree_with_squares_of_land),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
