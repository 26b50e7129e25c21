/* SPDX-License-Identifier: Apache-2.0
 *
 * test_lineage.c - histories drawn by hand, with what must be told of them.
 */
#include "query/lineage.h"
#include "tests/unit/history.h"

/* ---- saying and asking ---- */

static void event(struct world *w, const char *id, enum change_type type, const char *effective)
{
	AUTO_BUF struct buf b = {0};
	struct msg_reorganisation_event m = {.id = id, .type = type, .effective = effective};
	codec_encode(&msg_type_reorganisation_event, &m, &b);
	uint32_t e = w_word(w, SPACE_EVENT, id);
	w_fact(w, FACT_EVENT)->event = (struct fact_event){.event = e,
							   .status = EVENT_STATUS_EFFECTIVE,
							   .effective = w_when(effective),
							   .body = {arena_text(w->a, (char *)b.data, b.len), b.len}};
}

static struct msg_query_reply *ask_reply(struct world *w, struct msg_lineage_question q, uint64_t as_of)
{
	struct msg_query_request r = w_request();
	r.as_of_revision = as_of;
	r.lineage = &q;
	return w_ask(w, &r);
}

/* "id distance; …" of the units, then " | " and "from>to event; …" of the edges. */
static const char *told(struct world *w, struct msg_lineage_question q, uint64_t as_of)
{
	struct msg_query_reply *reply = ask_reply(w, q, as_of);
	if (!reply->lineage)
		fail_msg("no lineage: %s", reply->error ? reply->error->text : "?");
	const char *text = "";
	const struct msg_lineage_answer *l = reply->lineage;
	for (size_t i = 0; i < l->n_units; i++)
		text = arena_printf(w->a, "%s%s%s %lld", text, i ? "; " : "", l->units[i].id,
				    (long long)l->units[i].distance);
	for (size_t i = 0; i < l->n_edges; i++)
		text = arena_printf(w->a, "%s%s%s>%s%s%s", text, i ? "; " : " | ", l->edges[i].from, l->edges[i].to,
				    *l->edges[i].event ? " " : "", l->edges[i].event);
	return text;
}

static const char *of(struct world *w, const char *unit)
{
	return told(w, (struct msg_lineage_question){.unit = w_by_id(w, unit)}, 0);
}

/* ---- the tests ---- */

/*   a ─┐
 *      ├─ c ── d      2010: a and b merge into c; 2020: d takes its place
 *   b ─┘                                                                      */
static void chain(struct world *w)
{
	w_unit(w, "a", "county", "", "2010-01-01", "A");
	w_unit(w, "b", "county", "2001", "2010-01-01", "B");
	w_unit(w, "c", "county", "2010-01-01", "2020-01-01", "C");
	w_unit(w, "d", "county", "2020-01-01", "", "D");
	event(w, "e1", CHANGE_TYPE_MERGING, "2010-01-01");
	h_event(w, "e1", "2010-01-01", "a>c b>c");
	event(w, "e2", CHANGE_TYPE_BREAKDOWN, "2020-01-01");
	h_event(w, "e2", "2020-01-01", "c>d");
}

static void a_chain_is_followed_to_both_ends(void **state)
{
	struct world *w = *state;
	chain(w);
	w_commit(w);
	assert_string_equal(of(w, "c"), "a -1; b -1; c 0; d 1 | a>c e1; b>c e1; c>d e2");
	assert_string_equal(of(w, "d"), "a -2; b -2; c -1; d 0 | a>c e1; b>c e1; c>d e2");
	/* a brother is not in the line */
	assert_string_equal(of(w, "a"), "a 0; c 1; d 2 | a>c e1; c>d e2");
}

static void one_way_and_so_many_steps(void **state)
{
	struct world *w = *state;
	chain(w);
	w_commit(w);
	struct msg_lineage_question q = {.unit = w_by_id(w, "c"), .back = true};
	assert_string_equal(told(w, q, 0), "a -1; b -1; c 0 | a>c e1; b>c e1");
	q = (struct msg_lineage_question){.unit = w_by_id(w, "c"), .forward = true};
	assert_string_equal(told(w, q, 0), "c 0; d 1 | c>d e2");
	q = (struct msg_lineage_question){.unit = w_by_id(w, "d"), .steps = 1};
	assert_string_equal(told(w, q, 0), "c -1; d 0 | c>d e2");
	struct msg_query_request r = w_request();
	r.lineage = &q;
	assert_int_equal(ask_weight(&r), ASK_SHORT);
	q.steps = 0;
	assert_int_equal(ask_weight(&r), ASK_LONG);
}

/*   a ─┬─ b ─┬─ d     a diamond: d is met once, by two ways
 *      └─ c ─┘                                              */
static void a_diamond_meets_its_end_once(void **state)
{
	struct world *w = *state;
	h_towns(w, "a b c d");
	event(w, "e1", CHANGE_TYPE_BREAKDOWN, "2010");
	h_event(w, "e1", "2010", "a>*b a>*c");
	event(w, "e2", CHANGE_TYPE_MERGING, "2015");
	h_event(w, "e2", "2015", "b>d c>d");
	w_commit(w);
	assert_string_equal(of(w, "a"), "a 0; b 1; c 1; d 2 | a>b e1; a>c e1; b>d e2; c>d e2");
	assert_string_equal(of(w, "d"), "a -2; b -1; c -1; d 0 | a>b e1; a>c e1; b>d e2; c>d e2");
}

/*   s ═══════╤═══════ s     s lives on when t is split off (2000), and takes it back (2010)
 *            └── t ──┘                                                                     */
static void who_lives_on_has_an_edge_to_itself_and_is_no_circle(void **state)
{
	struct world *w = *state;
	w_unit(w, "s", "municipality", "", "", "S");
	w_unit(w, "t", "municipality", "2000", "2010", "T");
	event(w, "e1", CHANGE_TYPE_SPLIT_OFF, "2000");
	h_event(w, "e1", "2000", "s>s s>*t");
	event(w, "e2", CHANGE_TYPE_TAKE_OVER, "2010");
	h_event(w, "e2", "2010", "s>s t>s");
	w_commit(w);
	assert_string_equal(of(w, "s"), "s 0; t -1 | s>s e1; s>t e1; s>s e2; t>s e2");
	/* Back from t to what s was before; forward to what it is after. */
	assert_string_equal(of(w, "t"), "s -1; t 0 | s>s e1; s>t e1; s>s e2; t>s e2");
}

/*   c ───────────┐
 *   a ═╤═════════╧═     b left a in 2000; what came to a in 2010 is nothing of b's
 *      └── b                                                                       */
static void what_came_later_is_no_predecessor(void **state)
{
	struct world *w = *state;
	h_towns(w, "a, b 2000.., c ..2010");
	event(w, "e1", CHANGE_TYPE_SPLIT_OFF, "2000-01-01");
	h_event(w, "e1", "2000-01-01", "a>a a>b");
	event(w, "e2", CHANGE_TYPE_TAKE_OVER, "2010-01-01");
	h_event(w, "e2", "2010-01-01", "a>a c>a");
	w_commit(w);
	assert_string_equal(of(w, "b"), "a -1; b 0 | a>a e1; a>b e1");
	assert_string_equal(of(w, "c"), "a 1; c 0 | a>a e2; c>a e2");
}

static void an_uncertain_date_is_followed_where_a_reading_allows_it(void **state)
{
	struct world *w = *state;
	h_towns(w, "a b c");
	event(w, "e1", CHANGE_TYPE_MERGING, "2010");
	h_event(w, "e1", "2010", "a>b");
	event(w, "e2", CHANGE_TYPE_MERGING, "2010-06-01"); /* perhaps after, perhaps before */
	h_event(w, "e2", "2010-06-01", "b>c");
	w_commit(w);
	assert_string_equal(of(w, "a"), "a 0; b 1; c 2 | a>b e1; b>c e2");
	assert_string_equal(of(w, "c"), "a -2; b -1; c 0 | a>b e1; b>c e2");
}

static void those_that_are_the_same_are_met_together(void **state)
{
	struct world *w = *state;
	chain(w);
	w_unit(w, "c2", "county", "2010-01-01", "", "C again");
	w_unit(w, "x", "county", "2030-01-01", "", "X");
	w_link(w, LINK_TYPE_SAME_AS, "c2", "c", "", "");
	event(w, "e3", CHANGE_TYPE_MERGING, "2030-01-01");
	h_event(w, "e3", "2030-01-01", "c2>x");
	w_commit(w);
	assert_string_equal(of(w, "c"), "a -1; b -1; c 0; c2 0; d 1; x 1 | c2>c; a>c e1; b>c e1; c>d e2; c2>x e3");
	assert_string_equal(of(w, "c2"), "a -1; b -1; c 0; c2 0; d 1; x 1 | c2>c; a>c e1; b>c e1; c>d e2; c2>x e3");
	assert_string_equal(of(w, "a"), "a 0; c 1; c2 1; d 2; x 2 | c2>c; a>c e1; c>d e2; c2>x e3");
	uint64_t same = w->rev;
	w_link(w, LINK_TYPE_SAME_AS, "c2", "c", "", "");
	w->facts[w->n_facts - 1].link.state = STATE_RETRACTED;
	w_commit(w);
	assert_string_equal(of(w, "c2"), "c2 0; x 1 | c2>x e3");
	assert_non_null(strstr(told(w, (struct msg_lineage_question){.unit = w_by_id(w, "c2")}, same), "a>c e1"));
}

static void an_annulled_event_leads_nowhere_and_as_of_before_it_does(void **state)
{
	struct world *w = *state;
	chain(w);
	uint64_t before = w_commit(w);
	h_event(w, "e2", "2020-01-01", "c>d")->state = STATE_RETRACTED;
	w_commit(w);
	assert_string_equal(of(w, "a"), "a 0; c 1 | a>c e1");
	assert_string_equal(told(w, (struct msg_lineage_question){.unit = w_by_id(w, "a")}, before),
			    "a 0; c 1; d 2 | a>c e1; c>d e2");
}

static void an_edge_is_told_with_all_that_is_known_of_it(void **state)
{
	struct world *w = *state;
	chain(w);
	struct fact_edge *e = h_event(w, "e1", "2010-01-01", "b>c"); /* said again, with more */
	e->part = true;
	e->territory = w_word(w, SPACE_UNIT, "a");
	uint32_t basis = w_word(w, SPACE_TERM, "population"), src = w_word(w, SPACE_SOURCE, "s1");
	w_fact(w, FACT_WEIGHT)->weight = (struct fact_weight){.event = w_word(w, SPACE_EVENT, "e1"),
							      .from = w_word(w, SPACE_UNIT, "b"),
							      .to = w_word(w, SPACE_UNIT, "c"),
							      .basis = basis,
							      .src = src,
							      .state = STATE_ASSERTED,
							      .digits = 1234,
							      .scale = 1,
							      .date = w_when("2009")};
	uint64_t rev = w_commit(w);
	const struct msg_lineage_answer *l =
	    ask_reply(w, (struct msg_lineage_question){.unit = w_by_id(w, "c"), .back = true}, 0)->lineage;
	assert_non_null(l);
	assert_string_equal(l->unit, "c");
	assert_int_equal(l->n_edges, 2);
	const struct msg_lineage_edge *x = &l->edges[1];
	assert_string_equal(x->from, "b");
	assert_int_equal(x->type, CHANGE_TYPE_MERGING);
	assert_string_equal(x->effective, "2010-01-01");
	assert_true(x->part);
	assert_string_equal(x->territory_of, "a");
	assert_int_equal(x->revision, rev);
	assert_int_equal(x->n_weights, 1);
	assert_string_equal(x->weights[0].basis, "population");
	assert_int_equal(x->weights[0].value->digits, 1234);
	assert_int_equal(x->weights[0].value->scale, 1);
	assert_string_equal(x->weights[0].date, "2009");
	assert_string_equal(x->weights[0].source, "s1");
	assert_int_equal(l->edges[0].n_weights, 0);
}

static void a_unit_is_told_with_the_life_and_name_that_were_met(void **state)
{
	struct world *w = *state;
	chain(w);
	w_name(w, "c", "2015-01-01", "2020-01-01", "C of late");
	w_fact(w, FACT_LIFE)->life = (struct fact_life){.unit = w_word(w, SPACE_UNIT, "a"),
							.life = 2,
							.kind = w_word(w, SPACE_TERM, "county"),
							.state = STATE_ASSERTED,
							.from = w_when("2030")};
	w_tick(w, "2026-11-21");
	w_commit(w);
	const struct msg_lineage_answer *l =
	    ask_reply(w, (struct msg_lineage_question){.unit = w_by_id(w, "d")}, 0)->lineage;
	assert_non_null(l);
	assert_string_equal(l->units[0].id, "a");
	assert_string_equal(l->units[0].valid_to, "2010-01-01"); /* not its second life */
	assert_string_equal(l->units[0].kind, "county");
	assert_string_equal(l->units[2].id, "c");
	assert_string_equal(l->units[2].name, "C");
	assert_string_equal(l->units[2].valid_from, "2010-01-01");
	l = ask_reply(w, (struct msg_lineage_question){.unit = w_by_id(w, "a"), .valid_at = "2031-01-01"}, 0)->lineage;
	for (size_t i = 0; i < l->n_units; i++)
		if (strcmp(l->units[i].id, "a") == 0)
			assert_string_equal(l->units[i].valid_from, "2030");
}

/* Any kind: arrangements are renamed, merged and continued too. */
static void arrangements_have_lineage(void **state)
{
	struct world *w = *state;
	w_unit(w, "ipr", "arrangement", "2004", "2015", "Regional council");
	w_unit(w, "hipr", "arrangement", "2015", "", "Political council");
	event(w, "r", CHANGE_TYPE_TAKE_OVER, "2015");
	h_event(w, "r", "2015", "ipr>hipr");
	w_commit(w);
	assert_string_equal(of(w, "hipr"), "ipr -1; hipr 0 | ipr>hipr r");
}

/* Random events, circles among them, against a naive closure: everything is reached, nothing is told twice. */
static void a_tangle_of_events_comes_to_an_end(void **state)
{
	struct world *w = *state;
	uint64_t seed = 4711;
	enum { N = 60, EVENTS = 200 };
	bool edge[N][N] = {{false}}, reach[N][N] = {{false}};
	for (int i = 0; i < N; i++)
		w_unit(w, arena_printf(w->a, "u%d", i), "municipality", "", "", NULL);
	event(w, "tangle", CHANGE_TYPE_REORGANISATION,
	      "2010-01-01"); /* all on one day: any order may be the right one */
	for (int i = 0; i < EVENTS; i++) {
		int a = (int)kit_below(&seed, N), b = (int)kit_below(&seed, i % 3 ? (uint64_t)a + 1 : N);
		h_event(w, "tangle", "2010-01-01", arena_printf(w->a, "u%d>u%d", a, b));
		edge[a][b] = reach[a][b] = true;
	}
	w_commit(w);
	for (int k = 0; k < N; k++)
		for (int i = 0; i < N; i++)
			for (int j = 0; j < N; j++)
				reach[i][j] = reach[i][j] || (reach[i][k] && reach[k][j]);
	for (int u = 0; u < N; u += 7) {
		struct msg_lineage_question q = {.unit = w_by_id(w, arena_printf(w->a, "u%d", u)), .forward = true};
		const struct msg_lineage_answer *l = ask_reply(w, q, 0)->lineage;
		size_t units = 1, edges = 0;
		for (int i = 0; i < N; i++) {
			units += i != u && reach[u][i];
			for (int j = 0; j < N && (i == u || reach[u][i]); j++)
				edges += edge[i][j];
		}
		assert_int_equal(l->n_units, units);
		assert_int_equal(l->n_edges, edges);
	}
}

static void what_cannot_be_answered_is_said(void **state)
{
	struct world *w = *state;
	chain(w);
	w_commit(w);
	struct msg_query_reply *r = ask_reply(w, (struct msg_lineage_question){.unit = NULL}, 0);
	assert_int_equal(r->error->code, ERROR_CODE_INVALID);
	r = ask_reply(w, (struct msg_lineage_question){.unit = w_by_id(w, "nobody")}, 0);
	assert_int_equal(r->error->code, ERROR_CODE_NOT_FOUND);
	r = ask_reply(w, (struct msg_lineage_question){.unit = w_by_id(w, "a"), .valid_at = "2010"}, 0);
	assert_int_equal(r->error->code, ERROR_CODE_INVALID);
	w->limits.rows_max = 3;
	r = ask_reply(w, (struct msg_lineage_question){.unit = w_by_id(w, "d")}, 0);
	assert_int_equal(r->error->code, ERROR_CODE_TOO_LARGE);
	assert_non_null(strstr(r->error->text, "fewer steps"));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
	    TEST(a_chain_is_followed_to_both_ends),
	    TEST(one_way_and_so_many_steps),
	    TEST(a_diamond_meets_its_end_once),
	    TEST(who_lives_on_has_an_edge_to_itself_and_is_no_circle),
	    TEST(what_came_later_is_no_predecessor),
	    TEST(an_uncertain_date_is_followed_where_a_reading_allows_it),
	    TEST(those_that_are_the_same_are_met_together),
	    TEST(an_annulled_event_leads_nowhere_and_as_of_before_it_does),
	    TEST(an_edge_is_told_with_all_that_is_known_of_it),
	    TEST(a_unit_is_told_with_the_life_and_name_that_were_met),
	    TEST(arrangements_have_lineage),
	    TEST(a_tangle_of_events_comes_to_an_end),
	    TEST(what_cannot_be_answered_is_said),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
