/* SPDX-License-Identifier: Apache-2.0
 *
 * fuzz_store.h - a small store for fuzz targets, made once a process: definitions, a county with two municipalities, an
 * arrangement and a few figures, judged as any other messages and folded. It goes when the process does.
 */
#pragma once
#include <stdlib.h>
#include <string.h>
#include <sodium.h>
#include "base/mem.h"
#include "clients/json.h"
#include "proto/codec.h"
#include "query/judge.h"
#include "storage/index.h"
#include "storage/journal.h"
#include "storage/lmdb_env.h"

#define FUZZ_DAY_US INT64_C(86400000000)

/* ' stands for " */
static const char *const fuzz_said[] = {
    "{'define':{'sources':[{'id':'s','title':'S','published':'2020'},{'id':'s2','title':'S2'}],"
    "'code_lists':[{'id':'k','codes':[{'code':'m'},{'code':'f'},{'code':'t','total':true}]}],"
    "'indicators':[{'id':'n','label':'N','type':'COUNT','over_units':'ADDITIVE','over_time':'NONE'},"
    "{'id':'d','label':'D','type':'NUMBER','over_units':'ADDITIVE','over_time':'NONE',"
    "'dimensions':[{'id':'x','code_list':'k','aggregation':'ADDITIVE'}]},"
    "{'id':'p','label':'P','type':'PERCENT','over_units':'RELATIVE','over_time':'NONE','denominator':'frame'},"
    "{'id':'w','label':'W','type':'TEXT','over_units':'NONE','over_time':'NONE'}],"
    "'surveys':[{'id':'v','title':'V'}]}}",
    "{'submission':{'source':'s','mode':'PATCH','units':["
    "{'id':'c','kind':'county','valid_from':'1900','names':[{'text':'C'}]},"
    "{'id':'a','kind':'municipality','valid_from':'1964-01-01','names':[{'text':'Bø'}],"
    "'codes':[{'scheme':'nr','code':'01'}],'part_of':{'id':{'id':'c'}}},"
    "{'id':'b','kind':'municipality','valid_from':'2000','names':[{'text':'Bø'},{'text':'B'}],"
    "'part_of':{'id':{'id':'c'}}}]}}",
    "{'define':{'rounds':[{'id':'r','survey':'v','reference':'2020','unit_kind':'municipality',"
    "'area':{'id':{'id':'c'}},'frame':{'population':11}}]}}",
    "{'submission':{'source':'s','round':'r','mode':'PATCH','reason':'why','observations':["
    "{'unit':{'id':{'id':'a'}},'indicator':'n','period':'2020','status':'MAIN','value':{'exact':{'digits':5}}},"
    "{'unit':{'id':{'id':'b'}},'indicator':'n','period':'2020','status':'MAIN',"
    "'value':{'missing':{'kind':'NOT_ANSWERED'}}},"
    "{'unit':{'id':{'id':'a'}},'indicator':'n','period':'2014','status':'MAIN','value':{'interval':{'low':"
    "{'value':{'digits':3}}}}},"
    "{'unit':{'id':{'id':'a'}},'indicator':'d','categories':[{'dimension':'x','code':'m'}],'status':'MAIN',"
    "'value':{'exact':{'digits':125,'scale':1}}}],"
    "'arrangements':[{'id':'k1','name':'K1','tasks':['t1','t2'],'participants_complete':'YES',"
    "'participants':[{'unit':{'id':{'id':'a'}}},{'unit':{'id':{'id':'b'}},'role':'observer'}],"
    "'host':{'id':{'id':'a'}}}]}}",
};

struct fuzz_store {
	struct store *store;
	struct judge *judge;
	struct view view; /* of the writer: with overlay */
	uint64_t pos, rev;
	int64_t time_us;
	char dir[64];
};
static struct fuzz_store fuzz_place;

static inline void fuzz_store_gone(void)
{
	judge_free(fuzz_place.judge);
	overlay_free(fuzz_place.view.over);
	view_close(&fuzz_place.view);
	store_close(fuzz_place.store);
	*strrchr(fuzz_place.dir, '/') = 0;
	if (tree_remove(fuzz_place.dir, NULL) != ERR_OK)
		fprintf(stderr, "%s is left behind\n", fuzz_place.dir);
}

/* What the next message would be judged as. */
static inline struct judge_input fuzz_input(const struct fuzz_store *f, struct slice content, uint8_t hash[32])
{
	crypto_generichash(hash, 32, content.data, content.len, NULL, 0);
	struct judge_input in = {.pos = f->pos + 1,
				 .rev = f->rev + 1,
				 .time_us = f->time_us + 1,
				 .submitter = "plain:fuzz",
				 .content = content,
				 .hash = hash};
	be64_put(in.id, in.pos);
	return in;
}

static inline struct journal_record fuzz_record(const struct judge_input *in, const struct judgement *j)
{
	struct journal_record rec = {.pos = in->pos,
				     .rev = j->rev,
				     .kind = RECORD_MESSAGE,
				     .epoch = 1,
				     .time_us = in->time_us,
				     .submitter = j->submitter,
				     .body = in->content};
	memcpy(rec.id, in->id, sizeof rec.id);
	memcpy(rec.hash, in->hash, sizeof rec.hash);
	return rec;
}

static inline void fuzz_say(struct fuzz_store *f, const char *quoted)
{
	AUTO_ARENA struct arena *a = arena_new(0);
	AUTO_BUF struct buf content = {0}, outcome = {0};
	char *text = arena_text(a, quoted, strlen(quoted));
	for (char *p = text; *p; p++)
		*p = *p == '\'' ? '"' : *p;
	struct faults faults = {.arena = a};
	struct msg_message **list;
	size_t n;
	bool read = json_messages(text, strlen(text), NULL, a, &list, &n, &faults);
	ALWAYS(read && n == 1);
	codec_encode(&msg_type_message, list[0], &content);
	uint8_t hash[32];
	struct judge_input in = fuzz_input(f, buf_view(&content), hash);
	struct judgement j;
	enum err e = judge_message(f->judge, &f->view, &in, a, &j, NULL);
	ALWAYS(e == ERR_OK && j.rev);
	struct journal_record rec = fuzz_record(&in, &j);
	outcome_put(&outcome, &j.outcome);
	rec.outcome = buf_view(&outcome);
	e = journal_append(f->store, &rec, 1, NULL);
	ALWAYS(e == ERR_OK);
	overlay_add(f->view.over, &rec, j.outcome.facts, j.outcome.n_facts);
	f->pos = rec.pos;
	f->rev = rec.rev;
	f->time_us = rec.time_us;
}

static inline void fuzz_fold(struct fuzz_store *f)
{
	struct index_progress p = {.more = true};
	const struct index_limits limits = {.records_max = 100, .rows_max = 10000};
	enum err e = ERR_OK;
	while (p.more && e == ERR_OK)
		e = index_fold(f->store, &limits, &p, NULL);
	if (e == ERR_OK)
		e = view_renew(&f->view);
	ALWAYS(e == ERR_OK);
	overlay_indexed(f->view.over, f->view.reached_pos);
}

/* The store, made at the first call. */
static inline struct fuzz_store *fuzz_store(void)
{
	struct fuzz_store *f = &fuzz_place;
	if (f->store)
		return f;
	const char *tmp = getenv("TMPDIR");
	snprintf(f->dir, sizeof f->dir, "%.32s/varde-fuzz-XXXXXX", tmp && *tmp ? tmp : "/tmp");
	ALWAYS(mkdtemp(f->dir) && sodium_init() >= 0);
	snprintf(f->dir + strlen(f->dir), 8, "/store");
	struct store_options o = {.dir = f->dir,
				  .log_map_bytes = 64 << 20,
				  .index_map_bytes = 64 << 20,
				  .local_map_bytes = 1 << 20,
				  .readers_max = 16,
				  .zone = "UTC",
				  .create = true};
	enum err e = store_open(&o, &f->store, NULL);
	if (e == ERR_OK)
		e = view_open(f->store, &f->view);
	ALWAYS(e == ERR_OK);
	atexit(fuzz_store_gone);
	struct journal_head head;
	e = journal_head(f->store, &head);
	ALWAYS(e == ERR_OK);
	f->pos = head.pos;
	f->rev = head.rev;
	f->time_us = INT64_C(20000) * FUZZ_DAY_US;
	f->view.over = overlay_new();
	fuzz_fold(f);
	f->judge = judge_new(store_about(f->store), &(struct judge_limits){.statements_max = 200});
	for (size_t i = 0; i < sizeof fuzz_said / sizeof *fuzz_said; i++)
		fuzz_say(f, fuzz_said[i]);
	fuzz_fold(f);
	return f;
}
