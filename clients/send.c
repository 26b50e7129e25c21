/* SPDX-License-Identifier: Apache-2.0
 *
 * Sending: load, give ids, submit, and tell what became of it, in the words of the input.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "clients/json.h"
#include "clients/send.h"
#include "clients/show.h"

#define CHUNK 256 /* messages between two lines of progress */

/* ---- loading ---- */

/* The faults of an input on standard error. */
static void send_faults(const struct faults *f, const char *path)
{
	for (size_t i = 0; i < f->n; i++) {
		const struct fault *x = &f->list[i];
		fprintf(stderr, "%s: ", path);
		if (x->row)
			fprintf(stderr, "row %zu%s%s: ", x->row, *x->column ? ", column " : "", x->column);
		/* A path that names a message ends with a blank, where the field would follow. */
		if (*x->path)
			fprintf(stderr, "%s%s", x->path, x->path[strlen(x->path) - 1] == ' ' ? "" : ": ");
		fprintf(stderr, "%s%s%s\n", x->text, *x->remedy ? "; " : "", x->remedy);
	}
	fprintf(stderr, "varde: nothing was sent: %zu fault%s in %s\n", f->n + f->more, f->n + f->more == 1 ? "" : "s",
		path);
}

static bool looks_like_json(const struct options *o, const char *path, const char *text, size_t len)
{
	const char *input = option_text(o, OPT_INPUT, NULL), *dot = strrchr(path, '.');
	if (input)
		return strcmp(input, "json") == 0;
	if (dot && (strcmp(dot, ".csv") == 0 || strcmp(dot, ".tsv") == 0))
		return false;
	if (dot && (strcmp(dot, ".json") == 0 || strcmp(dot, ".jsonl") == 0))
		return true;
	size_t i = 0;
	while (i < len && strchr(" \t\r\n\xef\xbb\xbf", text[i]) && text[i])
		i++;
	return i < len && (text[i] == '{' || text[i] == '[');
}

/* Options that are short for --set FIELD=TEXT. */
static enum err plan_sets(const struct options *o, struct csv_plan *p, struct why *why)
{
	static const struct {
		enum option option;
		const char *field;
	} sets[] = {{OPT_SOURCE, "source"},
		    {OPT_LOCATOR, "locator"},
		    {OPT_SCOPE, "scope"},
		    {OPT_REASON, "reason"},
		    {OPT_MODE, "mode"},
		    {OPT_STATUS, "status"},
		    {OPT_EXPRESSED_IN, "expressed_in"},
		    {OPT_ROUND_FROM, "round"},
		    {OPT_ROUND, "round"},
		    {OPT_INDICATOR, "indicator"},
		    {OPT_PERIOD, "period"},
		    {OPT_KIND, "kind"}};
	enum err e = ERR_OK;
	for (size_t i = 0; i < sizeof sets / sizeof *sets && e == ERR_OK; i++)
		for (size_t k = 0; k < o->given[sets[i].option].n && e == ERR_OK; k++)
			e = csv_plan_set(p, sets[i].field, o->given[sets[i].option].list[k], why);
	for (size_t i = 0; i < o->given[OPT_SET].n && e == ERR_OK; i++) {
		const char *text = o->given[OPT_SET].list[i], *eq = strchr(text, '=');
		if (!eq || eq == text)
			return fail(why, ERR_INVALID, "--set %s: write FIELD=TEXT, as in --set kind=municipality",
				    text);
		e = csv_plan_set(p, arena_text(o->arena, text, (size_t)(eq - text)), eq + 1, why);
	}
	return e;
}

static enum err plan_make(const struct options *o, enum csv_kind kind, struct csv_plan *p, struct why *why)
{
	const char *table = option_text(o, OPT_TABLE, NULL), *delimiter = option_text(o, OPT_DELIMITER, NULL);
	const char *blank = option_text(o, OPT_BLANK, NULL);
	uint64_t split;
	csv_plan_init(p, o->arena);
	p->kind = kind;
	enum err e = table ? csv_plan_kind(p, table, why) : ERR_OK;
	if (e == ERR_OK)
		e = option_number(o, OPT_SPLIT, 0, 1000000, &split, why);
	if (e != ERR_OK)
		return e;
	p->split = (size_t)split;
	if (delimiter && strcmp(delimiter, "\\t") == 0)
		delimiter = "\t";
	if (delimiter && (strlen(delimiter) != 1 || *delimiter == '"'))
		return fail(why, ERR_INVALID, "--delimiter %s: one character is wanted", delimiter);
	p->delimiter = delimiter ? *delimiter : 0;
	for (size_t i = 0; i < o->given[OPT_COLUMN].n && e == ERR_OK; i++)
		e = csv_plan_column(p, o->given[OPT_COLUMN].list[i], why);
	for (size_t i = 0; i < o->given[OPT_VALUE_COLUMN].n && e == ERR_OK; i++)
		e = csv_plan_value_column(p, o->given[OPT_VALUE_COLUMN].list[i], why);
	for (size_t i = 0; i < o->given[OPT_BY].n && e == ERR_OK; i++)
		e = csv_plan_by(p, o->given[OPT_BY].list[i], why);
	for (size_t i = 0; i < o->given[OPT_COMPLETE].n && e == ERR_OK; i++)
		e = csv_plan_completeness(p, o->given[OPT_COMPLETE].list[i], why);
	if (blank && e == ERR_OK)
		e = csv_plan_blank(p, blank, why);
	return e == ERR_OK ? plan_sets(o, p, why) : e;
}

static int load_table(struct run *r, enum csv_kind kind, const char *path, const char *text, size_t len,
		      struct sending *ret)
{
	struct csv_plan plan;
	struct faults faults = {.arena = r->arena};
	struct why why = {{0}};
	ret->table = arena_alloc(r->arena, sizeof *ret->table);
	if (plan_make(&r->o, kind, &plan, &why) != ERR_OK)
		return run_usage(&why);
	if (!csv_messages(text, len, &plan, r->arena, ret->table, &faults)) {
		send_faults(&faults, path);
		return EXIT_REFUSED;
	}
	if (ret->table->n_unused)
		fprintf(stderr, "varde: columns not used: %s\n",
			show_list(r->arena, ret->table->unused, ret->table->n_unused));
	ret->messages = ret->table->messages;
	ret->n = ret->table->n;
	return EXIT_DONE;
}

/* Options that only tables understand must not be passed over in silence. */
static int refuse_table_options(const struct run *r)
{
	static const enum option only[] = {
	    OPT_TABLE,    OPT_COLUMN,       OPT_VALUE_COLUMN, OPT_SET,       OPT_BLANK,  OPT_BY,     OPT_SPLIT,
	    OPT_COMPLETE, OPT_DELIMITER,    OPT_SOURCE,       OPT_LOCATOR,   OPT_SCOPE,  OPT_REASON, OPT_MODE,
	    OPT_STATUS,   OPT_EXPRESSED_IN, OPT_ROUND_FROM,   OPT_INDICATOR, OPT_PERIOD, OPT_ROUND,  OPT_KIND};
	for (size_t i = 0; i < sizeof only / sizeof *only; i++)
		if (option_given(&r->o, only[i]))
			return run_usage_text(
			    "--%s is for tables, and the input is JSON: say it there, or add --input csv",
			    option_rows[only[i]].name);
	return EXIT_DONE;
}

int send_load(struct run *r, const char *wrap, enum csv_kind kind, struct sending *ret)
{
	struct why why = {{0}};
	const char *input = option_text(&r->o, OPT_INPUT, "json");
	char *text;
	size_t len;
	*ret = (struct sending){0};
	if (r->o.n_args != 1)
		return run_usage_text("one FILE is wanted, or - for standard input; `varde help` has examples");
	if (strcmp(input, "json") != 0 && strcmp(input, "csv") != 0)
		return run_usage_text("--input %s: json or csv", input);
	const char *path = r->o.args[0];
	if (run_read(r, path, &text, &len, &why) != ERR_OK) {
		fprintf(stderr, "varde: %s\n", why.text);
		return EXIT_FAILED;
	}
	int status = EXIT_DONE;
	const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
	if (kind && !looks_like_json(&r->o, path, text, len))
		status = load_table(r, kind, name, text, len, ret);
	else {
		struct faults faults = {.arena = r->arena};
		status = refuse_table_options(r);
		if (status == EXIT_DONE &&
		    !json_messages(text, len, wrap, r->arena, &ret->messages, &ret->n, &faults)) {
			send_faults(&faults, name);
			status = EXIT_REFUSED;
		}
	}
	free(text);
	return status;
}

/* ---- telling ---- */

static const char *summary(struct arena *a, const struct msg_message *m)
{
	if (m->submission) {
		const struct msg_submission *s = m->submission;
		const char *text = "";
		const struct {
			size_t n;
			const char *what;
		} counts[] = {{s->n_units, "unit"},
			      {s->n_links, "link"},
			      {s->n_arrangements, "arrangement"},
			      {s->n_observations, "observation"},
			      {s->n_retractions, "retraction"},
			      {s->n_identities, "identity statement"},
			      {s->n_completeness, "completeness statement"},
			      {s->n_weights, "weight"}};
		for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
			if (counts[i].n)
				text = arena_printf(a, "%s%s%zu %s%s", text, *text ? ", " : "", counts[i].n,
						    counts[i].what, counts[i].n == 1 ? "" : "s");
		if (s->round && *s->round)
			text = arena_printf(a, "%s of %s", *text ? text : "nothing", s->round);
		return text;
	}
	if (m->event)
		return arena_printf(a, "event %s", m->event->id);
	if (m->tag)
		return arena_printf(a, "tag %s", m->tag->name);
	if (m->define)
		return arena_printf(a, "%zu definitions",
				    m->define->n_sources + m->define->n_code_lists + m->define->n_indicators +
					m->define->n_surveys + m->define->n_rounds);
	return "";
}

/* Where a finding is, in the words of the input. */
static const char *place(struct run *r, const struct sending *s, size_t message, const char *path)
{
	const struct csv_place *p = s->table ? csv_place_of(s->table, message, path) : NULL;
	if (!p)
		return path;
	const char *last = strrchr(path, '.');
	return arena_printf(r->arena, "row %zu%s%s (%s)", p->row, *p->column ? ", " : "", p->column,
			    last ? last + 1 : path);
}

#define ALIKE 5 /* findings of one kind that a table shows; CSV and JSON have them all */

static bool alike(const struct msg_finding *a, const struct msg_finding *b)
{
	return strcmp(a->rule, b->rule) == 0 && strcmp(a->text, b->text) == 0 && strcmp(a->remedy, b->remedy) == 0;
}

/* How many after `k` say the same about another place. */
static size_t run_length(const struct msg_finding *list, size_t n, size_t k)
{
	size_t m = k;
	while (m + 1 < n && alike(&list[k], &list[m + 1]))
		m++;
	return m - k;
}

static void findings_put(struct run *r, const struct sending *s, struct grid *g, size_t message,
			 const struct msg_finding *list, size_t n)
{
	const char *number = s->n > 1 ? show_number(r->arena, message + 1) : "";
	size_t shown = 0;
	for (size_t k = 0; k < n; k++) {
		const struct msg_finding *f = &list[k];
		const char *severity = show_code(r->arena, &msg_enum_severity, (int)f->severity);
		shown = k && alike(f, &list[k - 1]) ? shown + 1 : 1;
		size_t more = run_length(list, n, k);
		if (r->out.format == FORMAT_TABLE && shown > ALIKE && more) {
			grid_row(g, (const char *[]){number, severity, f->rule,
						     arena_printf(r->arena, "and %zu other places", more + 1), f->text,
						     f->remedy, ""});
			k += more;
			continue;
		}
		grid_row(g, (const char *[]){number, severity, f->rule, place(r, s, message, f->path), f->text,
					     f->remedy, show_list(r->arena, f->candidates, f->n_candidates)});
	}
}

static void tell_findings(struct run *r, const struct sending *s, const struct msg_receipt *receipts)
{
	static const struct grid_column columns[] = {
	    {"message", true, false}, {"severity", false, false}, {"rule", false, false},     {"where", false, false},
	    {"text", false, true},    {"remedy", false, true},    {"candidates", false, true}};
	struct grid g = grid_of(r->arena, columns, 7);
	for (size_t i = 0; i < s->n; i++) {
		findings_put(r, s, &g, i, receipts[i].findings, receipts[i].n_findings);
		if (receipts[i].error)
			findings_put(r, s, &g, i, receipts[i].error->findings, receipts[i].error->n_findings);
	}
	if (g.n_rows)
		grid_print(&r->out, &g, NULL);
}

static void tell_receipts(struct run *r, const struct sending *s, const struct msg_receipt *receipts)
{
	static const struct grid_column columns[] = {
	    {"message", true, false}, {"verdict", false, false}, {"revision", true, false}, {"position", true, false},
	    {"what", false, true},    {"id", false, false},      {"error", false, true}};
	struct grid g = grid_of(r->arena, columns, 7);
	for (size_t i = 0; i < s->n; i++) {
		const struct msg_receipt *x = &receipts[i];
		const char *error = !x->error ? ""
					      : arena_printf(r->arena, "%s%s", x->error->text,
							     x->error->retryable ? " (send it again later)" : "");
		grid_row(&g, (const char *[]){
				 show_number(r->arena, i + 1), show_code(r->arena, &msg_enum_verdict, (int)x->verdict),
				 show_number(r->arena, x->revision), show_number(r->arena, x->position),
				 summary(r->arena, s->messages[i]), show_hex(r->arena, x->message_id), error});
	}
	grid_print(&r->out, &g, NULL);
}

static int tell(struct run *r, const struct sending *s, const struct msg_receipt *receipts)
{
	int status = EXIT_DONE;
	if (r->out.format == FORMAT_JSON) {
		json_t *list = json_array();
		for (size_t i = 0; i < s->n; i++)
			json_array_append_new(list, json_from_msg(&msg_type_receipt, &receipts[i]));
		out_json(&r->out, list, false);
		json_decref(list);
	} else {
		tell_receipts(r, s, receipts);
		tell_findings(r, s, receipts);
	}
	for (size_t i = 0; i < s->n; i++)
		switch (receipts[i].verdict) {
		case VERDICT_ACCEPTED:
		case VERDICT_WOULD_ACCEPT:
			break;
		case VERDICT_REFUSED:
		case VERDICT_WOULD_REFUSE:
			status = status == EXIT_DONE ? EXIT_REFUSED : status;
			break;
		case VERDICT_NOT_PROCESSED:
			status = receipts[i].error && receipts[i].error->retryable ? EXIT_FAILED : EXIT_REFUSED;
			break;
		case VERDICT_UNSPECIFIED:
			status = EXIT_FAILED;
			break;
		}
	return status;
}

/* ---- sending ---- */

static struct msg_item *items_of(struct run *r, const struct sending *s)
{
	struct msg_item *items = arena_alloc(r->arena, (s->n + 1) * sizeof *items);
	for (size_t i = 0; i < s->n; i++) {
		items[i] = varde_item(r->arena, s->messages[i]);
		items[i].dry_run = option_given(&r->o, OPT_DRY_RUN);
		if (option_given(&r->o, OPT_ID_FROM_CONTENT)) {
			uint8_t *id = arena_alloc(r->arena, 16);
			varde_content_id(items[i].content, id);
			items[i].message_id = (struct slice){id, 16};
		}
	}
	return items;
}

int send_messages(struct run *r, const struct sending *s)
{
	struct why why = {{0}};
	int status = run_open(r);
	if (status != EXIT_DONE)
		return status;
	struct msg_item *items = items_of(r, s);
	struct msg_receipt *all = arena_alloc(r->arena, (s->n + 1) * sizeof *all), *some;
	bool progress = s->n > CHUNK && isatty(STDERR_FILENO);
	size_t done = 0;
	enum err e = ERR_OK;
	while (done < s->n && e == ERR_OK) {
		size_t n = s->n - done < CHUNK ? s->n - done : CHUNK;
		e = varde_submit(r->varde, items + done, n, r->arena, &some, &why);
		if (e == ERR_OK) {
			memcpy(all + done, some, n * sizeof *all);
			done += n;
		}
		if (progress)
			fprintf(stderr, "\rvarde: %zu of %zu messages", done, s->n);
	}
	if (progress)
		fputc('\n', stderr);
	if (done) {
		struct sending told = *s;
		told.n = done;
		status = tell(r, &told, all);
	}
	if (e == ERR_OK)
		return status;
	if (s->n > done && done)
		fprintf(stderr, "varde: %zu of %zu messages have no receipt\n", s->n - done, s->n);
	if (varde_sent(r->varde) && (e == ERR_UNREACHABLE || e == ERR_SILENT || e == ERR_DEADLINE))
		fprintf(stderr, "varde: whether it was stored is not known; %s\n",
			option_given(&r->o, OPT_ID_FROM_CONTENT)
			    ? "send the same again: its receipt is the same"
			    : "with --id-from-content the same can be sent again without being stored twice");
	return run_failed(e, &why);
}
