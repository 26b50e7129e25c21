/* SPDX-License-Identifier: Apache-2.0
 *
 * test_atom_bounds.c - territories that hostile reorganisations cut and move without end: no stack, no memory and no
 * time without end.
 */
#include "tests/unit/history.h"

#define FIRST_DAY 10000

/* The first number of n new units "u:1" …, which live for ever. */
static uint32_t units(struct world *w, uint32_t n)
{
	uint32_t kind = w_word(w, SPACE_TERM, "municipality"), first = w->last[SPACE_UNIT] + 1;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t unit = ++w->last[SPACE_UNIT];
		const char *id = arena_printf(w->a, "u:%u", unit);
		w_fact(w, FACT_TERM)->term = (struct fact_term){SPACE_UNIT, unit, slice_text(id)};
		w_fact(w, FACT_LIFE)->life =
		    (struct fact_life){.unit = unit, .life = 1, .kind = kind, .state = STATE_ASSERTED, .src = 1};
	}
	return first;
}

static void flow(struct world *w, uint32_t event, uint32_t from, uint32_t to, int32_t day, bool part)
{
	w_fact(w, FACT_EDGE)->edge = (struct fact_edge){
	    .from = from, .to = to, .event = event, .state = STATE_ASSERTED, .effective = when_day(day), .part = part};
}

#define CUTS 60000u

/* Each cut lay a call deeper; 100,000 messages of 80 bytes would have ended the daemon. */
static void a_unit_cut_on_every_day_of_its_life_needs_no_stack(void **state)
{
	struct world *w = *state;
	uint32_t event = w_word(w, SPACE_EVENT, "e"), first = units(w, CUTS + 1);
	const uint32_t *list;
	w_word(w, SPACE_SOURCE, "s1");
	for (uint32_t i = 1; i <= CUTS; i++)
		flow(w, event, first, first + i, FIRST_DAY + (int32_t)i, true);
	w_commit(w);
	struct view *v = w_view(w);
	struct atoms *t = atoms_new(v, 0, w->a);
	assert_int_equal(atoms_of(t, first, FIRST_DAY, true, &list), CUTS + 1);
	assert_int_equal(atoms_of(t, first, FIRST_DAY + (int32_t)CUTS, true, &list), 1);
	assert_int_equal(atoms_holder(t, list[0], FIRST_DAY), first);
	assert_ok(v->err);
	atoms_free(t);
}

#define MERGED 4000u
#define MOVES  2200u

/* 4000 units become one, which has another successor every day: each time all of the pieces move. */
static void pieces_that_move_for_ever_are_an_error_that_is_told(void **state)
{
	struct world *w = *state;
	uint32_t event = w_word(w, SPACE_EVENT, "e"), first = units(w, MERGED), heir = units(w, MOVES);
	w_word(w, SPACE_SOURCE, "s1");
	for (uint32_t i = 0; i < MERGED; i++)
		flow(w, event, first + i, heir, FIRST_DAY, false);
	for (uint32_t i = 0; i + 1 < MOVES; i++)
		flow(w, event, heir + i, heir + i + 1, FIRST_DAY + 1 + (int32_t)i, false);
	w_tick(w, "2019-06-30");
	w_commit(w);
	struct msg_network_question n = {.structure_at = "2018-01-01"};
	struct msg_query_request q = w_request();
	q.network = &n;
	struct msg_query_reply *reply = w_ask(w, &q);
	assert_non_null(reply->error);
	assert_int_equal(reply->error->code, ERROR_CODE_TOO_LARGE);
	assert_non_null(strstr(reply->error->text, "as reported"));
}

#define SPLITS 500u

static unsigned looks, ends_at;

static enum err look(void *arg)
{
	(void)arg;
	return ++looks >= ends_at ? ERR_DEADLINE : ERR_OK;
}

/* The shares of a chain of splits have thousands of digits: 3000 splits took 90 s, whatever the deadline. */
static void shares_of_weights_upon_weights_are_worked_out_no_longer_than_allowed(void **state)
{
	struct world *w = *state;
	uint32_t first = units(w, SPLITS + 1), basis = w_word(w, SPACE_TERM, "population"),
		 src = w_word(w, SPACE_SOURCE, "s1");
	for (uint32_t i = 1; i <= SPLITS; i++) {
		uint32_t event = w_word(w, SPACE_EVENT, arena_printf(w->a, "e%u", i));
		for (uint32_t k = 0; k < 2; k++) {
			uint32_t to = k ? first + i : first;
			flow(w, event, first, to, FIRST_DAY + (int32_t)i, true);
			w_fact(w, FACT_WEIGHT)->weight =
			    (struct fact_weight){.event = event,
						 .from = first,
						 .to = to,
						 .basis = basis,
						 .src = src,
						 .state = STATE_ASSERTED,
						 .digits = INT64_C(1000000007) + 2 * (int64_t)(i * i) + k};
		}
	}
	w_commit(w);
	struct projected p;
	struct view *v = w_view(w);
	v->look = look;
	v->look_every = 1024;
	ends_at = UINT32_MAX;
	struct atoms *t = atoms_new(v, basis, w->a);
	assert_ok(project_unit(t, first, FIRST_DAY, FIRST_DAY + 9999, 0, &p));
	assert_int_equal(p.method, METHOD_APPORTIONED);
	assert_int_equal(p.n, SPLITS + 1);
	mpq_t sum;
	mpq_init(sum);
	for (size_t i = 0; i < p.n; i++)
		mpq_add(sum, sum, p.parts[i].share);
	assert_int_equal(mpq_cmp_ui(sum, 1, 1), 0);
	mpq_clear(sum);
	project_clear(&p);
	atoms_free(t);
	unsigned all = looks;
	assert_true(all > 100);

	t = atoms_new(v, basis, w->a);
	ends_at = looks + 10;
	assert_err(ERR_DEADLINE, project_unit(t, first, FIRST_DAY, FIRST_DAY + 9999, 0, &p));
	assert_int_equal(looks, ends_at);
	atoms_free(t);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
	    TEST(a_unit_cut_on_every_day_of_its_life_needs_no_stack),
	    TEST(pieces_that_move_for_ever_are_an_error_that_is_told),
	    TEST(shares_of_weights_upon_weights_are_worked_out_no_longer_than_allowed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
