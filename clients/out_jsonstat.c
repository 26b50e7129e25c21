/* SPDX-License-Identifier: Apache-2.0
 *
 * out_jsonstat.c - the members of the dataset one after the other. jansson writes all but `value`: it would take
 * figures through doubles.
 */
#include <inttypes.h>
#include <jansson.h>
#include <string.h>
#include "clients/out_jsonstat.h"
#include "clients/show.h"

static json_t *text(const char *s)
{
	json_t *j = json_string(s ? s : "");
	return j ? j : json_string("?"); /* jansson refuses what is not UTF-8; decoding did before */
}

/* Only what says something. */
static void put_text(json_t *into, const char *key, const char *s)
{
	if (s && *s)
		json_object_set_new(into, key, text(s));
}

static void put_number(json_t *into, const char *key, uint64_t n)
{
	if (n)
		json_object_set_new(into, key, json_integer((json_int_t)n));
}

static void put_list(json_t *into, const char *key, const char *const *list, size_t n)
{
	if (!n)
		return;
	json_t *j = json_array();
	for (size_t i = 0; i < n; i++)
		json_array_append_new(j, text(list[i]));
	json_object_set_new(into, key, j);
}

/* ---- dimensions ------------------------------------------------------------------------------------- */

static json_t *units(const struct cube_dim *d)
{
	json_t *all = json_object();
	for (size_t i = 0; i < d->n; i++) {
		json_t *unit = json_object();
		put_text(unit, "base", d->codes[i].unit);
		json_object_set_new(unit, "decimals", json_integer(d->codes[i].decimals));
		json_object_set_new(all, d->codes[i].code, unit);
	}
	return all;
}

static json_t *dimension(const struct cube *c, const struct cube_dim *d)
{
	json_t *index = json_object(), *label = json_object(), *note = json_object();
	for (size_t i = 0; i < d->n; i++) {
		const struct cube_code *code = &d->codes[i];
		json_object_set_new(index, code->code, json_integer((json_int_t)i));
		json_object_set_new(label, code->code, text(code->label));
		if (*code->note)
			json_object_set_new(note, code->code, json_pack("[o]", text(code->note)));
	}
	json_t *category = json_pack("{so so}", "index", index, "label", label);
	if (d == &c->dims[c->metric])
		json_object_set_new(category, "unit", units(d));
	if (json_object_size(note))
		json_object_set_new(category, "note", note);
	else
		json_decref(note);
	return json_pack("{so so}", "label", text(d->label), "category", category);
}

static json_t *roles(const struct cube *c)
{
	json_t *all = json_object();
	for (size_t i = 0; i < c->n_dims; i++) {
		const struct cube_dim *d = &c->dims[i];
		json_t *geo = json_object_get(all, "geo");
		if (d->role == CUBE_PERIOD)
			json_object_set_new(all, "time", json_pack("[s]", d->id));
		else if (i == c->metric)
			json_object_set_new(all, "metric", json_pack("[s]", d->id));
		else if ((d->role == CUBE_GROUP && c->by_unit) ||
			 (d->role == CUBE_CATEGORY && c->then_by_unit && strcmp(d->label, c->asked->then_by) == 0)) {
			if (!geo)
				json_object_set_new(all, "geo", json_pack("[s]", d->id));
			else
				json_array_append_new(geo, json_string(d->id));
		}
	}
	return all;
}

/* ---- cells ------------------------------------------------------------------------------------------ */

static json_t *growth(const struct msg_growth *g)
{
	json_t *j = json_object();
	put_text(j, "from_period", g->from_period);
	put_text(j, "absolute", g->absolute);
	put_text(j, "percent", g->percent);
	put_text(j, "percent_numerator", g->percent_numerator);
	put_text(j, "percent_denominator", g->percent_denominator);
	put_text(j, "points", g->points);
	put_text(j, "undefined", g->undefined);
	return j;
}

/* What a snapshot tells of a statement. */
static void said(struct arena *a, const struct cube_cell *cell, json_t *into)
{
	const struct msg_observation_row *x = cell->said;
	put_text(into, "statement_status", show_code(a, &msg_enum_observation_status, (int)x->status));
	json_object_set_new(into, "chosen", json_boolean(x->chosen));
	put_number(into, "alternatives", x->alternatives);
	put_text(into, "rule", x->rule);
	put_text(into, "source", x->source);
	put_text(into, "locator", x->locator);
	put_number(into, "said_at", x->revision);
	put_text(into, "printed", x->value ? x->value->printed : "");
}

/* What is known of a cell beyond its figure. */
static json_t *beyond(struct arena *a, const struct cube_cell *cell)
{
	const struct msg_figure *f = cell->figure;
	const struct msg_trend_row *row = cell->row;
	json_t *j = json_object();
	if (cell->state != CUBE_VALUE)
		put_text(j, "shown", f->shown);
	put_text(j, "refused", f->refused);
	put_text(j, "low", cell->low);
	put_text(j, "high", cell->high);
	put_text(j, "numerator", f->numerator);
	put_text(j, "denominator", f->denominator);
	put_text(j, "method", show_code(a, &msg_enum_method, (int)row->method));
	put_text(j, "covered", row->covered);
	put_list(j, "among", row->among, row->n_among);
	put_text(j, "round", row->round);
	if (cell->said)
		said(a, cell, j);
	else
		json_object_set_new(j, "units", json_integer(row->units));
	if (row->frame)
		json_object_set_new(j, "frame", json_integer(row->frame->population));
	if (f->growth)
		json_object_set_new(j, "growth", growth(f->growth));
	if (row->break_before)
		json_object_set_new(j, "break_before", json_true());
	put_list(j, "notes", row->notes, row->n_notes);
	return j;
}

static json_t *extension(struct arena *a, const struct cube *c)
{
	json_t *j = json_object(), *cells = json_object();
	put_number(j, "as_of_revision", c->head->revision);
	put_text(j, "today", c->head->today);
	put_text(j, "valid_at", c->valid_at);
	put_text(j, "structure_at", c->asked->structure_at);
	put_text(j, "group_structure_at", c->asked->group_structure_at);
	put_text(j, "group_by", c->asked->group_by);
	put_text(j, "then_by", c->asked->then_by);
	put_list(j, "asked", c->asked->line, c->asked->n_line);
	put_text(j, "rules", c->head->method);
	if (c->head->store_id.len)
		put_text(j, "store_id", show_hex(a, c->head->store_id));
	put_number(j, "epoch", c->head->epoch);
	if (c->overlapping)
		json_object_set_new(j, "overlapping", json_true());
	put_list(j, "overlapping_by", c->overlapping_by, c->n_overlapping_by);
	put_number(j, "next_skip", c->next_skip);
	for (size_t i = 0; i < c->n_cells; i++)
		json_object_set_new(cells, arena_printf(a, "%" PRIu64, c->cells[i].position), beyond(a, &c->cells[i]));
	json_object_set_new(j, "cells", cells);
	return j;
}

static const char *status(struct arena *a, const struct cube_cell *cell)
{
	const char *said = cube_status(a, cell);
	if (cell->state == CUBE_REFUSED)
		said = arena_printf(a, "%s: %s", said, cell->figure->refused);
	return cell->row->break_before ? arena_printf(a, "%s%sbreak", said, *said ? ", " : "") : said;
}

static json_t *statuses(struct arena *a, const struct cube *c)
{
	json_t *all = json_object();
	for (size_t i = 0; i < c->n_cells; i++)
		put_text(all, arena_printf(a, "%" PRIu64, c->cells[i].position), status(a, &c->cells[i]));
	return all;
}

/* A list where the cube is at least half full, else an object by position. */
static void values(FILE *f, const struct cube *c)
{
	size_t at = 0;
	bool dense = c->n_cells >= c->size - c->n_cells;
	fprintf(f, ",\n\"value\":%c", dense ? '[' : '{');
	for (uint64_t i = 0; dense && i < c->size; i++) {
		bool here = at < c->n_cells && c->cells[at].position == i;
		fprintf(f, "%s%s", i ? "," : "", here && c->cells[at].value ? c->cells[at].value : "null");
		at += here;
	}
	for (size_t i = 0; !dense && i < c->n_cells; i++)
		fprintf(f, "%s\"%" PRIu64 "\":%s", i ? "," : "", c->cells[i].position,
			c->cells[i].value ? c->cells[i].value : "null");
	fputc(dense ? ']' : '}', f);
}

/* ---- the dataset ------------------------------------------------------------------------------------ */

static json_t *notes(struct arena *a, const struct cube *c)
{
	json_t *all = json_array();
	json_array_append_new(all, text(cube_caption(a, c)));
	for (size_t i = 0; i < c->n_notes; i++)
		json_array_append_new(all, text(c->notes[i]));
	if (c->n_cells < c->size)
		json_array_append_new(all,
				      text("a cell without a value and without a status: nobody reported it, which "
					   "is not zero"));
	if (c->overlapping)
		json_array_append_new(all, text("a thing may stand in several groups: they are not to be totalled"));
	if (c->next_skip)
		json_array_append_new(
		    all, text(arena_printf(a, "this is a page: more rows follow behind row %" PRIu64, c->next_skip)));
	return all;
}

static void member(FILE *f, const char *key, json_t *value)
{
	fprintf(f, "%s\n\"%s\":", strcmp(key, "version") == 0 ? "{" : ",", key);
	json_dumpf(value, f, JSON_COMPACT | JSON_ENCODE_ANY);
	json_decref(value);
}

static void head(FILE *f, struct arena *a, const struct cube *c, const char *class)
{
	member(f, "version", text("2.0"));
	member(f, "class", text(class));
	member(f, "label", text(c->label));
	member(f, "source",
	       text(arena_printf(a, "varde, store %s, revision %" PRIu64, show_hex(a, c->head->store_id),
				 c->head->revision)));
	if (c->head->today && *c->head->today)
		member(f, "updated", text(c->head->today));
	member(f, "note", notes(a, c));
}

void jsonstat_write(FILE *f, struct arena *a, const struct cube *c)
{
	json_t *id = json_array(), *size = json_array(), *dimensions = json_object(), *some;
	for (size_t i = 0; i < c->n_dims; i++) {
		json_array_append_new(id, text(c->dims[i].id));
		json_array_append_new(size, json_integer((json_int_t)c->dims[i].n));
		json_object_set_new(dimensions, c->dims[i].id, dimension(c, &c->dims[i]));
	}
	head(f, a, c, "dataset");
	member(f, "id", id);
	member(f, "size", size);
	member(f, "role", roles(c));
	member(f, "dimension", dimensions);
	values(f, c);
	some = statuses(a, c);
	if (json_object_size(some))
		member(f, "status", some);
	else
		json_decref(some);
	member(f, "extension", extension(a, c));
	fputs("\n}\n", f);
}

void jsonstat_write_collection(FILE *f, struct arena *a, const struct cube *about, const struct cube *list, size_t n)
{
	head(f, a, about, "collection");
	fputs(",\n\"link\":{\"item\":[", f);
	for (size_t i = 0; i < n; i++) {
		fputs(i ? ",\n" : "\n", f);
		jsonstat_write(f, a, &list[i]);
	}
	fputs("]}\n}\n", f);
}
