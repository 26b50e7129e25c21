/* SPDX-License-Identifier: Apache-2.0
 *
 * What all commands share: opening, failing, asking, reading.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "clients/command.h"
#include "clients/json.h"

#define INPUT_MAX ((size_t)1 << 30)

static int status_of(enum err e)
{
	switch (e) {
	case ERR_OK:
		return EXIT_DONE;
	case ERR_UNREACHABLE:
	case ERR_SILENT:
		return EXIT_NO_SERVER;
	case ERR_NOT_FOUND:
	case ERR_INVALID:
	case ERR_UNKNOWN_FIELD:
	case ERR_NOT_ALLOWED:
	case ERR_NOT_YET_APPLIED:
	case ERR_TOO_LARGE:
	case ERR_EXISTS:
	case ERR_OVERFLOW:
		return EXIT_REFUSED;
	case ERR_MALFORMED:
	case ERR_ID_REUSED:
	case ERR_NO_SPACE:
	case ERR_BUSY:
	case ERR_DEADLINE:
	case ERR_SHUTTING_DOWN:
	case ERR_NOT_REACHED:
	case ERR_LOCKED:
	case ERR_WRONG_VERSION:
	case ERR_CORRUPT:
	case ERR_IO:
	case ERR_KEY_REFUSED:
	case ERR_NO_MEMORY:
	case ERR_INTERNAL:
	case ERR_COUNT:
		return EXIT_FAILED;
	}
	return EXIT_FAILED;
}

int run_failed(enum err e, const struct why *why)
{
	fputs("varde: ", stderr);
	out_plain(stderr, *why->text ? why->text : err_text(e)); /* may be the server's sentence */
	fputc('\n', stderr);
	if (err_retryable(e) && status_of(e) == EXIT_FAILED)
		fprintf(stderr, "varde: the same may succeed later (%s)\n", err_symbol(e));
	return status_of(e);
}

int run_usage(const struct why *why)
{
	fprintf(stderr, "varde: %s\n", why->text);
	return EXIT_USAGE;
}

int run_usage_text(const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	fputs("varde: ", stderr);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
	return EXIT_USAGE;
}

int run_strange(void)
{
	fputs("varde: the server answered something else than was asked: is it another version?\n", stderr);
	return EXIT_FAILED;
}

int run_open(struct run *r)
{
	struct varde_options where;
	struct why why = {{0}};
	if (option_server(&r->o, &where, &why) != ERR_OK || varde_open(&where, &r->varde, &why) != ERR_OK ||
	    out_open(&r->o, &r->out, &why) != ERR_OK)
		return run_usage(&why);
	return EXIT_DONE;
}

/* ---- asking ---- */

struct parts {
	struct arena *arena;
	struct msg_query_reply **list;
	size_t n, room;
};

static enum err part_keep(void *arg, const struct msg_query_reply *part)
{
	struct parts *p = arg;
	p->list = arena_grow(p->arena, p->list, p->n, p->n + 1, sizeof(struct msg_query_reply *), &p->room);
	p->list[p->n] = arena_alloc(p->arena, sizeof *part);
	*p->list[p->n++] = *part;
	return ERR_OK;
}

enum err run_newest(struct run *r, struct msg_query_request *q, struct why *why)
{
	struct msg_status_question status = {0};
	struct msg_query_request first = {.status = &status};
	struct msg_query_reply *reply;
	if (option_given(&r->o, OPT_MIN_REVISION))
		return ERR_OK;
	enum err e = varde_ask_one(r->varde, &first, r->arena, &reply, why);
	if (e == ERR_OK && reply->status)
		q->min_revision = reply->status->durable_revision;
	return e;
}

enum err run_ask(struct run *r, struct msg_query_request *q, struct msg_query_reply ***ret, size_t *n, struct why *why)
{
	struct parts p = {.arena = r->arena};
	enum err e = run_newest(r, q, why);
	if (e == ERR_OK)
		e = varde_ask(r->varde, q, r->arena, part_keep, &p, why);
	*ret = p.list;
	*n = p.n;
	return e;
}

static void json_merge(json_t *into, json_t *from)
{
	const char *key;
	json_t *value;
	json_object_foreach(from, key, value)
	{
		json_t *have = json_object_get(into, key);
		if (json_is_array(have) && json_is_array(value))
			json_array_extend(have, value);
		else if (json_is_object(have) && json_is_object(value))
			json_merge(have, value);
		else if (!have || !json_is_object(have))
			json_object_set(into, key, value);
	}
}

void run_json(struct run *r, struct msg_query_reply *const *parts, size_t n)
{
	json_t *all = json_object();
	for (size_t i = 0; i < n; i++) {
		json_t *part = json_from_msg(&msg_type_query_reply, parts[i]);
		json_object_del(part, "request_id");
		json_object_del(part, "part");
		json_object_del(part, "end");
		json_merge(all, part);
		json_decref(part);
	}
	out_json(&r->out, all, false);
	json_decref(all);
}

void run_note(struct run *r, const struct msg_query_reply *reply, const char *valid_at)
{
	const char *what = arena_printf(r->arena, "as known at revision %llu", (unsigned long long)reply->revision);
	if (valid_at && *valid_at)
		what = arena_printf(r->arena, "%s, true on %s", what, valid_at);
	if (reply->today && *reply->today)
		what = arena_printf(r->arena, "%s, today %s", what, reply->today);
	if (reply->method && *reply->method)
		what = arena_printf(r->arena, "%s, method %s", what, reply->method);
	out_note(&r->out, "(%s)", what);
}

/* ---- reading ---- */

static enum err read_all(FILE *f, const char *name, char **ret, size_t *len, struct why *why)
{
	size_t room = 65536, n = 0, got;
	char *text = mem_alloc(room);
	while ((got = fread(text + n, 1, room - n, f)) > 0) {
		n += got;
		if (n > INPUT_MAX) {
			free(text);
			return fail(why, ERR_TOO_LARGE, "the input is over 1 GiB: split it");
		}
		if (n == room)
			text = mem_grow(text, room *= 2);
	}
	if (ferror(f)) {
		free(text);
		return fail(why, ERR_IO, "cannot read %s: %s", name, strerror(errno));
	}
	*ret = text;
	*len = n;
	return ERR_OK;
}

enum err run_read(struct run *r, const char *path, char **ret, size_t *len, struct why *why)
{
	if (strcmp(path, "-") == 0)
		return read_all(r->in, "standard input", ret, len, why);
	FILE *f = fopen(path, "re");
	if (!f)
		return fail(why, err_from_errno(errno), "cannot read %s: %s", path, strerror(errno));
	enum err e = read_all(f, path, ret, len, why);
	fclose(f);
	return e;
}

/* ---- the line ---- */

int varde_command(int argc, const char *const *argv)
{
	static int (*const commands[])(struct run *) = {
	    cmd_define, cmd_submit,  cmd_event,     cmd_tag,     cmd_snapshot, cmd_history, cmd_trend,    cmd_changes,
	    cmd_watch,  cmd_status,  cmd_key,       cmd_help,    cmd_lineage,  cmd_overlap, cmd_import,   cmd_count,
	    cmd_diff,   cmd_balance, cmd_decompose, cmd_network, cmd_quality,  cmd_explain, cmd_catalogue};
	struct run r = {.arena = arena_new(0), .in = stdin};
	struct why why = {{0}};
	int status = EXIT_USAGE;
	if (options_parse(argc, argv, r.arena, &r.o, &why) != ERR_OK)
		status = run_usage(&why);
	else
		for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
			if ((int)r.o.command == 1 << i)
				status = commands[i](&r);
	if (r.out.file && out_close(&r.out, status == EXIT_DONE || status == EXIT_REFUSED, &why) != ERR_OK)
		status = run_failed(ERR_IO, &why);
	r.varde = varde_close(r.varde);
	arena_free(r.arena);
	return status;
}

bool run_answered(struct run *r, struct msg_query_request *q, size_t kind, struct msg_query_reply ***ret, size_t *n,
		  int *ret_status)
{
	struct why why = {{0}};
	const void *answer;
	*ret_status = run_open(r);
	if (*ret_status != EXIT_DONE)
		return false;
	enum err e = run_ask(r, q, ret, n, &why);
	if (e != ERR_OK)
		*ret_status = run_failed(e, &why);
	for (size_t i = 0; *ret_status == EXIT_DONE && i < *n; i++) {
		memcpy(&answer, (const char *)(*ret)[i] + kind, sizeof answer);
		if (!answer)
			*ret_status = run_strange();
	}
	if (*ret_status != EXIT_DONE || r->out.format != FORMAT_JSON)
		return *ret_status == EXIT_DONE;
	run_json(r, *ret, *n);
	return false;
}
