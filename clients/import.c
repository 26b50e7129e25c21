/* SPDX-License-Identifier: Apache-2.0
 *
 * A run of an importer: options, reading, asking, sending and telling.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "clients/import.h"
#include "clients/json.h"
#include "clients/ref.h"
#include "clients/show.h"
#include "proto/codec.h"

#define CHUNK 256

/* ---- beginning ---- */

static void define_source(struct import *im, const char *title)
{
	struct arena *a = im->r->arena;
	struct msg_message *m = arena_alloc(a, sizeof *m);
	m->define = arena_alloc(a, sizeof *m->define);
	m->define->sources = arena_alloc(a, sizeof *m->define->sources);
	m->define->n_sources = 1;
	m->define->sources[0] = (struct msg_source){.id = im->source, .title = title};
	import_add(im, m, NULL);
}

int import_begin(struct run *r, const char *source, const char *title, const char *kind, const char *scheme,
		 struct import *im)
{
	*im = (struct import){.r = r, .findings = {.arena = r->arena}};
	im->source = option_text(&r->o, OPT_SOURCE, source);
	im->kind = option_text(&r->o, OPT_KIND, kind);
	im->scheme = option_text(&r->o, OPT_SCHEME, scheme);
	im->dry = option_given(&r->o, OPT_DRY_RUN);
	if (!im->kind || !im->scheme)
		return run_usage_text(
		    "say which units these are: --kind KIND --scheme SCHEME, as in --kind municipality "
		    "--scheme kommunenummer");
	if (r->o.given[OPT_KIND].n > 1)
		return run_usage_text("--kind is given twice");
	if (!option_given(&r->o, OPT_SOURCE))
		define_source(im, title);
	return run_open(r);
}

void import_add(struct import *im, struct msg_message *m, const size_t *lines)
{
	im->messages =
	    arena_grow(im->r->arena, im->messages, im->n, im->n + 1, sizeof(struct msg_message *), &im->room);
	im->lines = arena_grow(im->r->arena, im->lines, im->n, im->n + 1, sizeof(size_t *), &im->lines_room);
	im->messages[im->n] = m;
	im->lines[im->n++] = lines;
}

static int charset_of(const struct options *o, enum import_charset *ret)
{
	const char *name = option_text(o, OPT_CHARSET, "auto");
	static const char *const names[] = {"auto", "utf-8", "iso-8859-1"};
	for (int i = 0; i < 3; i++)
		if (strcmp(name, names[i]) == 0) {
			*ret = (enum import_charset)i;
			return EXIT_DONE;
		}
	return run_usage_text("--charset %s: one of auto, utf-8, iso-8859-1", name);
}

int import_load(struct import *im, const char *path, char **ret, size_t *len)
{
	struct why why = {{0}};
	enum import_charset charset = IMPORT_AUTO;
	char *bytes;
	size_t n;
	int status = charset_of(&im->r->o, &charset);
	if (status != EXIT_DONE)
		return status;
	if (run_read(im->r, path, &bytes, &n, &why) != ERR_OK) {
		fprintf(stderr, "varde: %s\n", why.text);
		return EXIT_FAILED;
	}
	bool good = import_text(bytes, n, charset, im->r->arena, ret, len);
	free(bytes);
	if (good)
		return EXIT_DONE;
	fprintf(stderr, "varde: %s is not UTF-8: leave --charset out, or say iso-8859-1\n", path);
	return EXIT_REFUSED;
}

int import_plan(struct import *im, const char *file, struct import_table *t)
{
	const struct options *o = &im->r->o;
	const char *separator = option_text(o, OPT_SEPARATOR, "");
	*t = (struct import_table){.file = file, .arena = im->r->arena, .findings = &im->findings};
	if (strcmp(separator, "\\t") == 0)
		separator = "\t";
	if (strlen(separator) > 1 || *separator == '"')
		return run_usage_text("--separator %s: one character is wanted", separator);
	t->separator = *separator;
	for (size_t i = 0; i < o->given[OPT_COLUMN].n; i++) {
		const char *text = o->given[OPT_COLUMN].list[i], *eq = strchr(text, '=');
		if (!eq || eq == text || !eq[1])
			return run_usage_text("--column %s: write FIELD=HEADER", text);
		t->columns.list = arena_grow(t->arena, t->columns.list, t->columns.n, t->columns.n + 1,
					     sizeof *t->columns.list, &t->columns.room);
		t->columns.list[t->columns.n++] =
		    (struct csv_pair){arena_text(t->arena, text, (size_t)(eq - text)), eq + 1};
	}
	return EXIT_DONE;
}

void import_progress(const char *what, size_t done, size_t n)
{
	if (!isatty(STDERR_FILENO) || (done != n && done % CHUNK))
		return;
	fprintf(stderr, "\rvarde: %zu of %zu %s%s", done, n, what, done == n ? "\n" : "");
}

/* ---- asking ---- */

enum err import_units_at(struct import *im, const char *day, struct lookup *ret, struct why *why)
{
	struct msg_snapshot_question s = {.valid_at = day, .kind = im->kind, .units = true};
	struct msg_query_request q = {.snapshot = &s};
	struct msg_query_reply **parts;
	size_t n;
	lookup_init(ret, im->r->arena);
	enum err e = run_ask(im->r, &q, &parts, &n, why);
	for (size_t p = 0; e == ERR_OK && p < n; p++)
		for (size_t i = 0; parts[p]->snapshot && i < parts[p]->snapshot->n_units; i++) {
			struct msg_unit_row *u = &parts[p]->snapshot->units[i];
			for (size_t k = 0; k < u->n_codes; k++)
				if (strcmp(u->codes[k].scheme, im->scheme) == 0)
					*lookup_put(ret, u->codes[k].code) = u;
		}
	return e;
}

enum err import_lineage(struct import *im, const char *unit, bool back, uint32_t steps, struct msg_lineage_answer **ret,
			struct why *why)
{
	struct msg_lineage_question l = {
	    .unit = ref_id(unit, im->r->arena), .back = back, .forward = !back, .steps = steps};
	struct msg_query_request q = {.lineage = &l};
	struct msg_query_reply **parts;
	size_t n, edges = 0;
	enum err e = run_ask(im->r, &q, &parts, &n, why);
	if (e != ERR_OK)
		return e;
	struct msg_lineage_answer *all = arena_alloc(im->r->arena, sizeof *all);
	for (size_t p = 0; p < n; p++)
		edges += parts[p]->lineage ? parts[p]->lineage->n_edges : 0;
	all->edges = arena_alloc(im->r->arena, (edges + 1) * sizeof *all->edges);
	for (size_t p = 0; p < n; p++)
		for (size_t i = 0; parts[p]->lineage && i < parts[p]->lineage->n_edges; i++)
			all->edges[all->n_edges++] = parts[p]->lineage->edges[i];
	*ret = all;
	return ERR_OK;
}

/* ---- sending ---- */

struct tally {
	size_t stored, amended, before, refused, local;
};

void import_item_id(struct import *im, struct msg_item *item, uint64_t refusal)
{
	uint8_t *id = arena_alloc(im->r->arena, 16);
	AUTO_BUF struct buf b = {0};
	buf_put(&b, item->content.data, item->content.len);
	if (refusal)
		buf_be64(&b, refusal);
	varde_content_id(buf_view(&b), id);
	item->message_id = (struct slice){id, 16};
}

static bool is_old_refusal(const struct import *im, const struct msg_receipt *x)
{
	return x->verdict == VERDICT_REFUSED && x->position && x->position <= im->before_position;
}

/* What an earlier run was refused may be right by now (its source is defined since): it is judged anew. */
static enum err ask_again(struct import *im, struct msg_item *item, struct msg_receipt *x, struct why *why)
{
	enum err e = ERR_OK;
	for (int i = 0; i < IMPORT_AGAIN_MAX && e == ERR_OK && is_old_refusal(im, x); i++) {
		struct msg_receipt *one;
		import_item_id(im, item, x->position);
		e = varde_submit(im->r->varde, item, 1, im->r->arena, &one, why);
		if (e == ERR_OK)
			*x = *one;
	}
	return e;
}

/* "submission.weights[3]" → the line of that statement. */
static size_t line_of(const size_t *lines, const char *path)
{
	const char *open = lines ? strchr(path, '[') : NULL;
	return open ? lines[strtoul(open + 1, NULL, 10)] : 0;
}

static void tell_finding(struct import *im, size_t message, const struct msg_finding *f)
{
	const struct msg_message *m = im->messages[message];
	const char *what = m->event ? m->event->id : m->define ? "definitions" : "statements";
	enum register_severity s = f->severity == SEVERITY_WARNING ? REGISTER_WARNING
				   : f->severity == SEVERITY_INFO  ? REGISTER_INFO
								   : REGISTER_ERROR;
	register_say(&im->findings, s, "server", line_of(im->lines[message], f->path), f->rule, "%s: %s: %s%s%s", what,
		     f->path, f->text, *f->remedy ? "; " : "", f->remedy);
}

static void take_receipt(struct import *im, size_t message, const struct msg_receipt *x, struct tally *t)
{
	bool good = x->verdict == VERDICT_ACCEPTED || x->verdict == VERDICT_WOULD_ACCEPT;
	bool known = x->verdict == VERDICT_ACCEPTED && x->revision <= im->before;
	if (known)
		t->before++;
	else if (good) {
		t->stored++;
		t->amended += im->known[message] == IMPORT_AMENDS;
	} else
		t->refused++;
	if (known)
		return;
	for (size_t i = 0; i < x->n_findings; i++)
		if (!good || x->findings[i].severity != SEVERITY_INFO)
			tell_finding(im, message, &x->findings[i]);
	if (x->error)
		register_say(&im->findings, REGISTER_ERROR, "server", 0, "NOT_PROCESSED", "%s%s", x->error->text,
			     x->error->retryable ? "; import the same again" : "");
}

static enum err status_before(struct import *im, struct why *why)
{
	struct msg_status_question status = {0};
	struct msg_query_request q = {.status = &status};
	struct msg_query_reply *reply;
	enum err e = varde_ask_one(im->r->varde, &q, im->r->arena, &reply, why);
	if (e == ERR_OK && reply->status) {
		im->before = reply->status->durable_revision;
		im->before_position = reply->status->durable_position;
	}
	return e;
}

/* What is to be sent, in order: not what is stored, nor in a dry run what cannot be judged alone. */
static size_t *to_send(struct import *im, struct tally *t, size_t *ret_n)
{
	size_t *list = arena_alloc(im->r->arena, (im->n + 1) * sizeof *list), n = 0;
	for (size_t i = 0; i < im->n; i++) {
		t->before += im->known[i] == IMPORT_STORED;
		t->local += im->known[i] == IMPORT_STANDS_ON_OTHERS;
		if (im->known[i] == IMPORT_NEW || im->known[i] == IMPORT_AMENDS)
			list[n++] = i;
	}
	*ret_n = n;
	return list;
}

static enum err send_chunk(struct import *im, const size_t *list, size_t n, struct tally *t, struct why *why)
{
	struct msg_item *items = arena_alloc(im->r->arena, n * sizeof *items);
	struct msg_receipt *receipts;
	for (size_t i = 0; i < n; i++) {
		items[i] = varde_item(im->r->arena, im->messages[list[i]]);
		items[i].dry_run = im->dry;
		import_item_id(im, &items[i], 0);
	}
	enum err e = varde_submit(im->r->varde, items, n, im->r->arena, &receipts, why);
	for (size_t i = 0; e == ERR_OK && i < n; i++) {
		e = ask_again(im, &items[i], &receipts[i], why);
		if (e == ERR_OK)
			take_receipt(im, list[i], &receipts[i], t);
	}
	return e;
}

/* Until the first refusal: what comes after it most often stands on it. A dry run goes on. *ret_left have no receipt.
 */
static enum err send_all(struct import *im, bool asks, struct tally *t, size_t *ret_left, struct why *why)
{
	size_t n = 0, done = 0;
	size_t *list = NULL;
	*ret_left = im->n;
	enum err e = status_before(im, why);
	if (e == ERR_OK)
		e = import_know(im, why);
	if (e == ERR_OK && im->dry && !asks)
		e = import_stand(im, why);
	if (e == ERR_OK)
		list = to_send(im, t, &n);
	while (e == ERR_OK && done < n && (im->dry || !t->refused)) {
		size_t some = n - done < CHUNK ? n - done : CHUNK;
		e = send_chunk(im, list + done, some, t, why);
		done += e == ERR_OK ? some : 0;
		import_progress("messages", done, n);
	}
	if (list)
		*ret_left = n - done;
	return e;
}

/* ---- telling ---- */

static const char *const severities[] = {"error", "warning", "info"};

static void tell_json(struct import *im, const struct tally *t, const char *what)
{
	json_t *all = json_object(), *list = json_array();
	for (size_t i = 0; i < im->findings.n; i++) {
		const struct register_finding *f = &im->findings.list[i];
		json_array_append_new(list, json_pack("{s:s, s:s, s:I, s:s, s:s}", "severity", severities[f->severity],
						      "file", f->file, "line", (json_int_t)f->line, "rule", f->rule,
						      "text", f->text));
	}
	json_object_set_new(all, "what", json_string(what));
	json_object_set_new(all, "messages", json_integer((json_int_t)im->n));
	json_object_set_new(all, "stored", json_integer((json_int_t)t->stored));
	json_object_set_new(all, "amended", json_integer((json_int_t)t->amended));
	json_object_set_new(all, "judged_here_only", json_integer((json_int_t)t->local));
	json_object_set_new(all, "stored_before", json_integer((json_int_t)t->before));
	json_object_set_new(all, "refused", json_integer((json_int_t)t->refused));
	json_object_set_new(all, "findings", list);
	out_json(&im->r->out, all, false);
	json_decref(all);
}

static void tell_findings(struct import *im)
{
	static const struct grid_column columns[] = {{"severity", false, false},
						     {"file", false, false},
						     {"line", true, false},
						     {"rule", false, false},
						     {"text", false, true}};
	struct grid g = grid_of(im->r->arena, columns, 5);
	register_sort(&im->findings);
	for (size_t i = 0; i < im->findings.n; i++) {
		const struct register_finding *f = &im->findings.list[i];
		grid_row(&g, (const char *[]){severities[f->severity], f->file, show_number(im->r->arena, f->line),
					      f->rule, f->text});
	}
	if (g.n_rows || im->r->out.format == FORMAT_CSV)
		grid_print(&im->r->out, &g, NULL);
}

static void tell_dry(struct import *im, const struct tally *t)
{
	out_note(&im->r->out, "dry run: of %zu messages the server judged %zu and has %zu; nothing was stored", im->n,
		 t->stored + t->refused, t->before);
	if (t->local)
		out_note(&im->r->out,
			 "%zu were judged here only, by the rows: they stand on messages that are not stored yet",
			 t->local);
}

static void tell(struct import *im, const struct tally *t, const char *what, bool sent)
{
	const size_t *c = im->findings.count;
	register_sort(&im->findings);
	if (im->r->out.format == FORMAT_JSON) {
		tell_json(im, t, what);
		return;
	}
	tell_findings(im);
	out_note(&im->r->out, "%s; %zu errors, %zu warnings, %zu notes", what, c[REGISTER_ERROR], c[REGISTER_WARNING],
		 c[REGISTER_INFO]);
	if (!sent && c[REGISTER_ERROR])
		out_note(&im->r->out, "nothing was sent");
	else if (im->dry)
		tell_dry(im, t);
	else if (t->stored == 0 && t->refused == 0)
		out_note(&im->r->out, "nothing changed: all %zu messages were stored before", t->before);
	else
		out_note(&im->r->out, "%zu messages stored, %zu were stored before, %zu refused, %zu not sent",
			 t->stored, t->before, t->refused, im->n - t->stored - t->before - t->refused);
	if (t->amended)
		out_note(&im->r->out, "%s %zu events that were on record with other content",
			 im->dry ? "would amend" : "amended", t->amended);
}

int import_finish(struct import *im, const char *what, bool asks)
{
	struct why why = {{0}};
	struct tally t = {0};
	size_t left = 0;
	enum err e = ERR_OK;
	bool send = im->findings.count[REGISTER_ERROR] == 0;
	if (send)
		e = send_all(im, asks, &t, &left, &why);
	tell(im, &t, what, send);
	if (e != ERR_OK) {
		fprintf(stderr, "varde: %zu of %zu messages have no receipt; import the same again, and it goes on\n",
			left, im->n);
		return run_failed(e, &why);
	}
	return im->findings.count[REGISTER_ERROR] ? EXIT_REFUSED : EXIT_DONE;
}

int import_model(struct import *im, struct register_model *m)
{
	size_t n = 0;
	im->findings = m->findings;
	if (!m->findings.count[REGISTER_ERROR]) {
		struct register_emission e = {
		    .source = im->source, .scheme = im->scheme, .kind = im->kind, .part_of = "", .split = 500};
		struct msg_message **list = register_messages(m, &e, &n);
		for (size_t i = 0; i < n; i++)
			import_add(im, list[i], NULL);
	}
	return import_finish(im, arena_printf(im->r->arena, "%zu units, %zu events", m->n_units, m->n_events), false);
}
