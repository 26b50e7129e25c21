/* SPDX-License-Identifier: Apache-2.0
 *
 * varde status: how the server is.
 */
#include "clients/command.h"
#include "clients/show.h"

static void row(struct grid *g, const char *name, const char *value)
{
	grid_row(g, (const char *[]){name, value});
}

static const char *count(struct arena *a, uint64_t n)
{
	return arena_printf(a, "%llu", (unsigned long long)n);
}

static void show(struct run *r, const struct msg_query_reply *reply, bool sizes)
{
	static const struct grid_column columns[] = {{"what", false, false}, {"value", false, false}};
	struct arena *a = r->arena;
	const struct msg_status_answer *s = reply->status;
	struct grid g = grid_of(a, columns, 2);
	row(&g, "server version", s->server_version);
	row(&g, "store format", count(a, s->format_version));
	row(&g, "store", show_hex(a, reply->store_id));
	row(&g, "epoch", count(a, reply->epoch));
	row(&g, "started", show_time(a, s->started_us));
	row(&g, "today", *reply->today ? reply->today : "no day has turned yet");
	row(&g, "zone", s->zone);
	row(&g, "durable revision", count(a, s->durable_revision));
	row(&g, "durable position", count(a, s->durable_position));
	row(&g, "indexed revision", count(a, s->indexed_revision));
	if (sizes) {
		row(&g, "log bytes", count(a, s->log_bytes));
		row(&g, "index bytes", count(a, s->index_bytes));
	}
	row(&g, "accepted since start", count(a, s->accepted));
	row(&g, "refused since start", count(a, s->refused));
	row(&g, "not processed since start", count(a, s->not_processed));
	row(&g, "repeated since start", count(a, s->repeated));
	row(&g, "questions since start", count(a, s->questions));
	row(&g, "largest frame", count(a, s->max_frame_bytes));
	row(&g, "most items in a request", count(a, s->max_items));
	row(&g, "feed", *s->feed_endpoint ? s->feed_endpoint : "none");
	row(&g, "head of the chain", show_hex(a, s->chain_head));
	grid_print(&r->out, &g, NULL);
}

int cmd_status(struct run *r)
{
	struct msg_status_question s = {.sizes = option_given(&r->o, OPT_SIZES)};
	struct msg_query_request q = {.status = &s};
	struct msg_query_reply *reply;
	struct why why = {{0}};
	if (r->o.n_args)
		return run_usage_text("`varde status` takes no arguments");
	if (option_as_of(&r->o, &q, &why) != ERR_OK)
		return run_usage(&why);
	int status = run_open(r);
	if (status != EXIT_DONE)
		return status;
	enum err e = varde_ask_one(r->varde, &q, r->arena, &reply, &why);
	if (e != ERR_OK)
		return run_failed(e, &why);
	if (!reply->status)
		return run_strange();
	if (r->out.format == FORMAT_JSON)
		run_json(r, &reply, 1);
	else
		show(r, reply, s.sizes);
	return EXIT_DONE;
}
