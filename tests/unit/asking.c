/* SPDX-License-Identifier: Apache-2.0
 *
 * asking.c - see asking.h.
 */
#include "tests/unit/asking.h"
#include "clients/json.h"

struct taking {
	struct world *w;
	struct answers parts;
};

static enum err take(void *arg, struct slice bytes, bool end)
{
	struct taking *t = arg;
	struct slice kept = {arena_text(t->w->a, bytes.data, bytes.len), bytes.len};
	void *msg;
	(void)end;
	assert_ok(codec_decode(&msg_type_query_reply, kept, CODEC_TOLERANT, t->w->a, &msg, NULL));
	t->parts.list =
	    arena_grow(t->w->a, t->parts.list, t->parts.n, t->parts.n + 1, sizeof *t->parts.list, &t->parts.room);
	t->parts.list[t->parts.n++] = *(struct msg_query_reply *)msg;
	return ERR_OK;
}

static const struct msg_query_request *request(struct world *w, const char *fmt, va_list ap) PRINTF_LIKE(2, 0);
static const struct msg_query_request *request(struct world *w, const char *fmt, va_list ap)
{
	static char text[4096];
	struct faults faults = {0};
	json_error_t error;
	assert_true((size_t)vsnprintf(text, sizeof text, fmt, ap) < sizeof text);
	for (char *p = text; *p; p++)
		if (*p == '\'')
			*p = '"';
	json_t *json = json_loads(text, 0, &error);
	if (!json)
		fail_msg("not JSON: %s: %s", error.text, text);
	struct msg_query_request *q = json_to_msg(&msg_type_query_request, json, "", w->a, &faults);
	if (!q)
		fail_msg("not a question: %s", text);
	json_decref(json);
	q->version = 1;
	return q;
}

static struct answers ask_world(struct world *w, const struct msg_query_request *q, unsigned rows_max)
{
	struct taking t = {.w = w};
	struct view view;
	struct ask_limits limits = {.rows_max = rows_max, .part_bytes = 4096, .changes_max = 100, .history_max = 100};
	struct journal_reader *journal;
	fold(w);
	assert_ok(view_open(w->kit->store, &view));
	assert_ok(journal_read_begin(w->kit->store, &journal));
	struct ask_context c = {
	    .store = w->kit->store, .view = &view, .journal = journal, .limits = &limits, .emit = take, .emit_arg = &t};
	struct arena *a = arena_new(0);
	assert_ok(ask(&c, q, a));
	arena_free(a);
	journal_read_end(journal);
	view_close(&view);
	assert_true(t.parts.n && t.parts.list[t.parts.n - 1].end);
	return t.parts;
}

struct answers asked(struct world *w, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	struct answers all = ask_world(w, request(w, fmt, ap), 10000);
	va_end(ap);
	const struct msg_error *error = all.list[all.n - 1].error;
	if (error)
		fail_msg("refused: %s", error->text);
	return all;
}

const char *ask_refused(struct world *w, enum err e, unsigned rows_max, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	struct answers all = ask_world(w, request(w, fmt, ap), rows_max);
	va_end(ap);
	const struct msg_error *error = all.list[all.n - 1].error;
	if (!error)
		fail_msg("it was answered");
	assert_int_equal(error->code, e);
	return error->text;
}

static void explained(struct world *w, const char *question, const struct msg_decompose_row *row, enum cause cause)
{
	const char *group = *row->group ? row->group : row->group_name;
	const struct msg_figure *f = cause ? row->parts[cause - 1].figure : row->change, *again = NULL;
	const char *which = cause ? msg_code_name(&msg_enum_cause, (int)cause) : "";
	struct answers all = asked(w, "{'explain': {'decompose': {%s}, 'group': '%s'%s%s%s}}", question, group,
				   cause ? ", 'cause': '" : "", which, cause ? "'" : "");
	for (size_t i = 0; i < all.n; i++)
		again = all.list[i].explain->recomputed ? all.list[i].explain->recomputed : again;
	if (!all.list[all.n - 1].explain->agrees)
		fail_msg("{%s}: of \"%s\" %s is %s [%s, %s], made once more %s [%s, %s]", question, group, which,
			 f->shown, f->low, f->high, again->shown, again->low, again->high);
}

void causes_explained(struct world *w, const char *question, const struct msg_decompose_row *row)
{
	for (int c = CAUSE_UNSPECIFIED; c <= CAUSE_UNDETERMINED; c++)
		explained(w, question, row, (enum cause)c);
}
