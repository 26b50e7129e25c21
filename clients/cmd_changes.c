/* SPDX-License-Identifier: Apache-2.0
 *
 * varde changes: the change log, from a revision to another. varde watch: the same, and then what comes.
 *
 * A table has one line a change, printed as it comes; JSON has one change set a line.
 */
#include "clients/command.h"
#include "clients/json.h"
#include "clients/show.h"

static const char *const headers[] = {"revision", "time",   "by",    "what",   "subject", "units",
				      "about",    "before", "after", "source", "reason"};

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

/* "17 2026-11-21T10:00:00Z corrected observation nordland-1804: arrangements level=total 2014: 50 → 51 (misprint)" */
static void word(FILE *f, const char *before, const char *text, const char *after)
{
	fputs(before, f);
	out_word(f, text);
	fputs(after, f);
}

/* One line a change: what others said in it is in words, and forges neither a line nor a command. */
static void line_text(FILE *f, const char *const *c)
{
	fprintf(f, "%s %s %s %s", c[0], c[1], c[3], c[4]);
	if (*c[5])
		word(f, " ", c[5], "");
	if (*c[6])
		word(f, ": ", c[6], "");
	if (*c[7] || *c[8]) {
		word(f, ": ", c[7], *c[7] ? " → " : "");
		out_word(f, c[8]);
	}
	if (*c[10])
		word(f, " (", c[10], ")");
	fputc('\n', f);
}

static void print_set(struct run *r, struct arena *a, const struct msg_change_set *set)
{
	if (r->out.format == FORMAT_JSON) {
		json_t *j = json_from_msg(&msg_type_change_set, set);
		out_json(&r->out, j, true);
		json_decref(j);
		return;
	}
	for (size_t i = 0; i < set->n_changes; i++) {
		const struct msg_change *c = &set->changes[i];
		const char *cells[] = {
		    arena_printf(a, "%llu", (unsigned long long)set->revision),
		    show_time(a, set->system_time_us),
		    or_empty(set->submitter),
		    show_code(a, &msg_enum_change_kind, (int)c->kind),
		    show_code(a, &msg_enum_subject, (int)c->subject),
		    show_list(a, c->units, c->n_units),
		    show_change(a, c),
		    c->before ? show_value(a, c->before) : or_empty(c->before_text),
		    c->after ? show_value(a, c->after) : or_empty(c->after_text),
		    or_empty(c->source),
		    or_empty(c->reason),
		};
		if (r->out.format == FORMAT_CSV)
			out_csv(r->out.file, cells, sizeof cells / sizeof *cells);
		else
			line_text(r->out.file, cells);
	}
}

static void print_head(struct run *r)
{
	if (r->out.format == FORMAT_CSV)
		out_csv(r->out.file, headers, sizeof headers / sizeof *headers);
}

/* ---- changes ---- */

static int kinds_fill(struct run *r, struct msg_changes_question *c)
{
	c->n_kinds = r->o.given[OPT_KIND].n;
	c->kinds = c->n_kinds ? arena_alloc(r->arena, c->n_kinds * sizeof *c->kinds) : NULL;
	for (size_t i = 0; i < c->n_kinds; i++) {
		int code = msg_code_number(&msg_enum_change_kind, r->o.given[OPT_KIND].list[i]);
		if (code <= 0)
			return run_usage_text(
			    "--kind %s: one of asserted, ended, corrected, retracted, reorganised, annulled, "
			    "took_effect, tagged, defined, ticked",
			    r->o.given[OPT_KIND].list[i]);
		c->kinds[i] = (enum change_kind)code;
	}
	return EXIT_DONE;
}

struct page {
	struct run *r;
	struct arena *arena;
	uint64_t sets, limit, next, newest;
};

static enum err page_part(void *arg, const struct msg_query_reply *part)
{
	struct page *p = arg;
	if (!part->changes)
		return ERR_INTERNAL;
	for (size_t i = 0; i < part->changes->n_sets && (!p->limit || p->sets < p->limit); i++) {
		print_set(p->r, p->arena, &part->changes->sets[i]);
		p->sets += part->changes->sets[i].last;
	}
	if (part->changes->next_revision)
		p->next = part->changes->next_revision;
	p->newest = part->revision;
	return ERR_OK;
}

/* Page after page, until the newest revision that the first page knew, or --to. */
int cmd_changes(struct run *r)
{
	struct msg_changes_question c = {.units = r->o.given[OPT_UNIT].list, .n_units = r->o.given[OPT_UNIT].n};
	struct msg_query_request q = {.changes = &c};
	struct page p = {.r = r};
	struct why why = {{0}};
	uint64_t to = 0;
	enum err e = option_as_of(&r->o, &q, &why);
	if (e == ERR_OK)
		e = option_number(&r->o, OPT_FROM, 1, INT64_MAX, &c.from_revision, &why);
	if (e == ERR_OK)
		e = option_number(&r->o, OPT_TO, 0, INT64_MAX, &to, &why);
	if (e == ERR_OK)
		e = option_number(&r->o, OPT_LIMIT, 0, UINT32_MAX, &p.limit, &why);
	if (e != ERR_OK)
		return run_usage(&why);
	int status =
	    r->o.n_args ? run_usage_text("`varde changes` takes no arguments: give --from, --to, --unit, --kind") : 0;
	if (status == EXIT_DONE)
		status = kinds_fill(r, &c);
	if (status == EXIT_DONE)
		status = run_open(r);
	if (status != EXIT_DONE)
		return status;
	e = run_newest(r, &q, &why);
	if (e != ERR_OK)
		return run_failed(e, &why);
	print_head(r);
	p.arena = arena_new(0);
	do {
		arena_reset(p.arena);
		c.to_revision = to;
		c.limit = p.limit ? (uint32_t)(p.limit - p.sets) : 0;
		p.next = 0;
		e = varde_ask(r->varde, &q, p.arena, page_part, &p, &why);
		if (e == ERR_OK && !to)
			to = p.newest;
		if (p.next <= c.from_revision)
			break;
		c.from_revision = p.next;
	} while (e == ERR_OK && p.next <= to && (!p.limit || p.sets < p.limit));
	arena_free(p.arena);
	return e == ERR_OK ? EXIT_DONE : run_failed(e, &why);
}

/* ---- watch ---- */

struct watching {
	struct run *r;
	struct arena *arena;
	uint64_t reached;
};

/* Whoever reads a pipe wants a revision when it is whole, not when a buffer is full. */
static bool flush(struct watching *w)
{
	return fflush(w->r->out.file) == 0;
}

static bool watch_set(void *arg, struct slice bytes, const struct msg_change_set *set)
{
	struct watching *w = arg;
	(void)bytes;
	arena_reset(w->arena);
	print_set(w->r, w->arena, set);
	if (!set->last)
		return true;
	w->reached = set->revision;
	return flush(w);
}

int cmd_watch(struct run *r)
{
	struct watching w = {.r = r};
	struct varde_watcher watcher = {.set = watch_set, .arg = &w};
	struct why why = {{0}};
	uint64_t from;
	unsigned idle;
	enum err e = option_number(&r->o, OPT_FROM, 0, INT64_MAX, &from, &why);
	if (e == ERR_OK)
		e = option_duration(&r->o, OPT_IDLE, 0, &idle, &why);
	if (e != ERR_OK)
		return run_usage(&why);
	int status =
	    r->o.n_args ? run_usage_text("`varde watch` takes no arguments: give --from, --idle") : run_open(r);
	if (status != EXIT_DONE)
		return status;
	w.arena = arena_new(0);
	print_head(r);
	flush(&w);
	e = varde_watch(r->varde, from, idle, &watcher, &why);
	arena_free(w.arena);
	if (e == ERR_OK)
		return EXIT_DONE;
	if (w.reached)
		fprintf(stderr, "varde: everything up to revision %llu was told; go on with --from %llu\n",
			(unsigned long long)w.reached, (unsigned long long)w.reached + 1);
	return run_failed(e, &why);
}
