/* SPDX-License-Identifier: Apache-2.0
 *
 * cube_snapshot.c - statements of a snapshot as rows of a cube. The happy path: each becomes a row of one figure; its
 * number under its key is the order of the answer, but for what was chosen, which comes first. What has no place in a
 * row stays with the statement, which the cell keeps.
 */
#include <gmp.h>
#include <string.h>
#include "base/num.h"
#include "clients/cube_rows.h"
#include "clients/lookup.h"
#include "clients/show.h"

static const char *end_text(struct arena *a, const struct msg_bound *end)
{
	struct msg_value exact = {.exact = end ? end->value : NULL};
	return end ? show_value(a, &exact) : "";
}

static const char *whole(struct arena *a, mpz_srcptr z)
{
	char *text = arena_alloc(a, mpz_sizeinbase(z, 10) + 2);
	return mpz_get_str(text, 10, z);
}

static void figure_of(struct arena *a, const struct msg_value *v, struct msg_figure *f)
{
	*f = (struct msg_figure){.measure = MEASURE_VALUE,
				 .numerator = "",
				 .denominator = "",
				 .shown = show_value(a, v),
				 .refused = "",
				 .low = "",
				 .high = ""};
	if (v && v->exact && v->exact->scale <= NUM_SCALE_MAX) {
		mpq_t q;
		mpq_init(q);
		num_to_fraction((struct num){v->exact->digits, (uint8_t)v->exact->scale}, q);
		f->numerator = whole(a, mpq_numref(q));
		f->denominator = whole(a, mpq_denref(q));
		mpq_clear(q);
	} else if (v && v->interval) {
		f->low = end_text(a, v->interval->low);
		f->high = end_text(a, v->interval->high);
	} else if (v && v->missing) {
		f->missing = v->missing->kind;
	}
}

static struct msg_trend_row *row_of(struct arena *a, const struct msg_observation_row *x)
{
	struct msg_trend_row *row = arena_alloc(a, sizeof *row);
	struct msg_figure *f = arena_alloc(a, sizeof *f);
	figure_of(a, x->value, f);
	*row = (struct msg_trend_row){.group = x->unit,
				      .group_name = x->unit_name,
				      .n_categories = x->n_categories,
				      .categories = x->categories,
				      .period = x->period,
				      .round = x->round,
				      .n_figures = 1,
				      .figures = f,
				      .n_notes = x->n_notes,
				      .notes = x->notes,
				      .method = x->method,
				      .covered = x->covered,
				      .n_among = x->n_among,
				      .among = x->among};
	return row;
}

/* What a statement is about; no two keys have the same text, since none holds a line feed. */
static const char *key_of(struct arena *a, const struct msg_observation_row *x)
{
	const char *key = arena_printf(a, "%s\n%s\n%s", x->unit, x->indicator, x->period);
	for (size_t i = 0; i < x->n_categories; i++)
		key = arena_printf(a, "%s\n%s=%s", key, x->categories[i].dimension, x->categories[i].code);
	for (size_t i = 0; i < x->n_among; i++)
		key = arena_printf(a, "%s\n+%s", key, x->among[i]);
	return key;
}

/* The chosen ones of all keys before the others. */
static void statements_number(struct arena *a, struct cube_rows *rows)
{
	struct lookup seen;
	lookup_init(&seen, a);
	for (int chosen = 1; chosen >= 0; chosen--)
		for (size_t i = 0; i < rows->n; i++) {
			if (rows->list[i].said->chosen != chosen)
				continue;
			void **at = lookup_put(&seen, key_of(a, rows->list[i].said));
			uintptr_t before = (uintptr_t)*at;
			rows->list[i].statement = (unsigned)before + 1;
			*at = (void *)(before + 1);
			rows->most = before + 1 > rows->most ? (unsigned)before + 1 : rows->most;
		}
}

/* Code lists by the dimensions that have them, as a trend tells them. */
static void labels_gather(struct arena *a, const struct msg_snapshot_answer *last, struct cube_rows *rows)
{
	struct msg_code_list *labels = NULL;
	size_t room = 0;
	for (size_t i = 0; i < last->n_indicators; i++)
		for (size_t d = 0; d < last->indicators[i].n_dimensions; d++)
			for (size_t k = 0; k < last->n_code_lists; k++) {
				const struct msg_dimension *dimension = &last->indicators[i].dimensions[d];
				if (strcmp(last->code_lists[k].id, dimension->code_list) != 0)
					continue;
				labels =
				    arena_grow(a, labels, rows->n_labels, rows->n_labels + 1, sizeof *labels, &room);
				labels[rows->n_labels] = last->code_lists[k];
				labels[rows->n_labels++].id = dimension->id;
			}
	rows->labels = labels;
	rows->n_indicators = last->n_indicators;
	rows->indicators = last->indicators;
}

const char **cube_indicators(struct arena *a, struct msg_query_reply *const *parts, size_t n, size_t *ret_n)
{
	const char **ids = NULL;
	size_t room = 0;
	struct lookup seen;
	lookup_init(&seen, a);
	*ret_n = 0;
	for (size_t p = 0; p < n; p++)
		for (size_t i = 0; i < parts[p]->snapshot->n_observations; i++) {
			const char *id = parts[p]->snapshot->observations[i].indicator;
			void **at = lookup_put(&seen, id);
			if (*at)
				continue;
			*at = &seen;
			ids = arena_grow(a, ids, *ret_n, *ret_n + 1, sizeof *ids, &room);
			ids[(*ret_n)++] = id;
		}
	return ids;
}

enum err cube_of_snapshot(struct arena *a, struct msg_query_reply *const *parts, size_t n,
			  const struct cube_asked *asked, struct cube *ret, struct why *why)
{
	struct cube_rows rows = {.said = true};
	size_t most = 0;
	*ret = (struct cube){.head = parts[0], .asked = asked, .by_unit = true, .name = "", .unit = ""};
	ret->valid_at = parts[0]->snapshot->valid_at ? parts[0]->snapshot->valid_at : "";
	labels_gather(a, parts[n - 1]->snapshot, &rows);
	for (size_t p = 0; p < n; p++)
		most += parts[p]->snapshot->n_observations;
	rows.list = arena_alloc(a, (most + 1) * sizeof *rows.list);
	for (size_t p = 0; p < n; p++)
		for (size_t i = 0; i < parts[p]->snapshot->n_observations; i++) {
			const struct msg_observation_row *x = &parts[p]->snapshot->observations[i];
			if (!asked->indicator || strcmp(asked->indicator, x->indicator) == 0)
				rows.list[rows.n++] = (struct cube_row){.row = row_of(a, x), .said = x};
		}
	statements_number(a, &rows);
	ret->label = "Observations";
	for (size_t i = 0; i < rows.n_indicators; i++)
		if (asked->indicator && strcmp(rows.indicators[i].id, asked->indicator) == 0)
			ret->label = rows.indicators[i].label;
	return cube_lay(a, &rows, ret, why);
}
