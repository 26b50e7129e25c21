/* SPDX-License-Identifier: Apache-2.0
 *
 * fuzz_store.h - a small store for fuzz targets, made once a process, judged as any other messages and folded. It goes
 * when the process does.
 *
 * First a county with two municipalities, an arrangement and a few figures. Then what questions of change over time
 * read: two sources and two rounds of one survey with frames of which members are named, units of a second county that
 * merge, split with and without weights and give away a part, arrangements with participants, hosts and tasks that the
 * later round no longer speaks of, values that conflict, a correction, a retraction, declarations of completeness, an
 * identity, a tag, and a day that has turned.
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
    /* -- what questions of change over time read; revisions from 5 -- */
    "{'define':{'sources':[{'id':'s3','title':'S3','published':'2016-05-01'}],"
    "'indicators':[{'id':'n2','label':'N2','type':'COUNT','over_units':'ADDITIVE','over_time':'NONE',"
    "'corresponds_to':'n'},"
    "{'id':'q','label':'Q','type':'PERCENT','over_units':'RELATIVE','over_time':'NONE','denominator':'n'},"
    "{'id':'new','label':'New','type':'COUNT','over_units':'ADDITIVE','over_time':'ADDITIVE'},"
    "{'id':'u','label':'U','type':'COUNT','over_units':'DISTINCT','over_time':'NONE'}]}}",
    "{'submission':{'source':'s','mode':'PATCH','units':["
    "{'id':'c2','kind':'county','valid_from':'1900','names':['C2']},"
    "{'id':'m1','kind':'municipality','valid_from':'1964-01-01','names':['M1'],'part_of':'c2',"
    "'codes':{'nr':'11'},'attributes':[{'name':'centrality','values':['1']}]},"
    "{'id':'m2','kind':'municipality','valid_from':'1964-01-01','names':['M2'],'part_of':'c2'},"
    "{'id':'m3','kind':'municipality','valid_from':'1964-01-01','names':['M3'],'part_of':'c2',"
    "'attributes':[{'name':'centrality','values':['1','2']}]},"
    "{'id':'m4','kind':'municipality','valid_from':'1964-01-01','names':['M4'],'part_of':'c2'}]}}",
    "{'define':{'rounds':[{'id':'r1','survey':'v','reference':'2014-03','unit_kind':'municipality','source':'s',"
    "'frame':{'population':5,'members':['a','m1','m2','m3','m4']}}]}}",
    "{'submission':{'source':'s','round':'r1','mode':'PATCH','reason':'first','observations':["
    "{'unit':'m1','indicator':'n','status':'MAIN','value':7},{'unit':'m2','indicator':'n','status':'MAIN','value':3},"
    "{'unit':'m3','indicator':'n','status':'MAIN','value':10},"
    "{'unit':'m4','indicator':'n','status':'PRELIMINARY','value':{'missing':'NOT_ASKED'}},"
    "{'unit':'m1','indicator':'q','status':'MAIN','value':'12.5'},{'unit':'m2','indicator':'q','status':'MAIN',"
    "'value':'50'},{'unit':'m1','indicator':'new','status':'MAIN','value':1},"
    "{'unit':'m1','indicator':'u','status':'MAIN','value':2},"
    "{'unit':'m3','indicator':'u','status':'MAIN','value':{'about':'20','qualifier':'nearly'}},"
    "{'unit':'m1','indicator':'d','categories':{'x':'m'},'status':'MAIN','value':'1.5'},"
    "{'unit':'m1','indicator':'d','categories':{'x':'f'},'status':'MAIN','value':'2.5'},"
    "{'unit':'m1','indicator':'d','categories':{'x':'t'},'status':'MAIN','value':'4'}],"
    "'arrangements':[{'id':'k2','name':'K2','tasks':['t1'],'sector':'health','legal_form':'IKS','level':'local',"
    "'established':'2010','participants_complete':'YES','participants':['m1','m2','m3'],'host':'m1'},"
    "{'id':'k3','name':'K3','tasks':['t2'],'sector':'roads','participants_complete':'NO','printed_participants':4,"
    "'participants':['m3','m4','a']},"
    "{'id':'k4','name':'K4','established':'2012-02','ended':'2019','participants_complete':'UNKNOWN',"
    "'participants':['m1','m4']}],"
    "'completeness':[{'scope':'c2','kind':'arrangement','complete':'YES'},{'scope':'c2','kind':'n','complete':'YES'}]}"
    "}",
    "{'tag':{'name':'before','note':'N'}}",
    "{'submission':{'source':'s3','round':'r1','mode':'PATCH','reason':'other','observations':["
    "{'unit':'m1','indicator':'n','status':'CONFLICT','value':8},"
    "{'unit':'m2','indicator':'n','status':'MAIN','value':4}]}}",
    "{'event':{'id':'e1','type':'MERGING','effective':'2018-01-01','sources':['m1','m2'],'status':'EFFECTIVE',"
    "'source':'s','targets':[{'id':'m12','names':['M12']}]}}",
    "{'event':{'id':'e2','type':'BREAKDOWN','effective':'2020-01-01','sources':['m3'],'status':'EFFECTIVE',"
    "'source':'s','title':'E2','targets':[{'id':'m3a','names':['M3A']},{'id':'m3b','names':['M3B']}],"
    "'flows':[{'source':0,'target':0},{'source':0,'target':1}]}}",
    "{'event':{'id':'e3','type':'TRANSFER_OF_PART','effective':'2021-01-01','sources':['m4'],'status':'EFFECTIVE',"
    "'source':'s','targets':[{'unit':'m12'}],'flows':[{'source':0,'target':0,'part':true}]}}",
    "{'define':{'rounds':[{'id':'r2','survey':'v','reference':'2020-06-30','unit_kind':'municipality',"
    "'frame':{'population':5,'members':['a','b','m3a','m3b','m4']}}]}}",
    "{'submission':{'source':'s','mode':'PATCH','weights':["
    "{'event':'e2','from':'m3','to':'m3a','weight':{'basis':'population','value':1921}},"
    "{'event':'e2','from':'m3','to':'m3b','weight':{'basis':'population','value':2069}}]}}",
    "{'submission':{'source':'s','round':'r2','mode':'PATCH','reason':'second','observations':["
    "{'unit':'m12','indicator':'n','status':'MAIN','value':12},{'unit':'m3a','indicator':'n','status':'MAIN',"
    "'value':{'low':5,'high':9}},{'unit':'m4','indicator':'n','status':'MAIN','value':6},"
    "{'unit':'m12','indicator':'n2','status':'MAIN','value':11},{'unit':'m12','indicator':'q','status':'MAIN',"
    "'value':'33.3'},{'unit':'m4','indicator':'new','status':'MAIN','value':2}],"
    "'arrangements':[{'id':'k2','participants_complete':'YES','participants':['m12','m3a']},"
    "{'id':'k5','name':'K5','tasks':['t1'],'sector':'health','participants_complete':'YES',"
    "'participants':[{'unit':'m12','role':'decides'},{'unit':'m4','part':'north'},'a'],'host':{'name':'M4'}}],"
    "'completeness':[{'scope':'c2','kind':'arrangement','complete':'YES'}]}}",
    "{'submission':{'source':'s','round':'r1','mode':'PATCH','reason':'misprint','observations':["
    "{'unit':'m3','indicator':'n','status':'MAIN','value':11,'supersedes':8}],"
    "'retractions':[{'revision':8,'unit':'m1','indicator':'new'}]}}",
    "{'submission':{'source':'s','mode':'PATCH','identities':[{'type':'SAME_AS','a':'k3','b':'k1'}]}}",
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

/* Append and lay what was judged. */
static inline void fuzz_keep(struct fuzz_store *f, const struct judge_input *in, const struct judgement *j,
			     enum record_kind kind)
{
	AUTO_BUF struct buf outcome = {0};
	struct journal_record rec = fuzz_record(in, j);
	rec.kind = kind;
	outcome_put(&outcome, &j->outcome);
	rec.outcome = buf_view(&outcome);
	enum err e = journal_append(f->store, &rec, 1, NULL);
	ALWAYS(e == ERR_OK);
	overlay_add(f->view.over, &rec, j->outcome.facts, j->outcome.n_facts);
	f->pos = rec.pos;
	f->rev = rec.rev;
	f->time_us = rec.time_us;
}

/* Whoever changes fuzz_said[] sees why. */
static inline void fuzz_refused(const char *quoted, struct slice receipt, struct arena *a)
{
	void *decoded = NULL;
	enum err e = codec_decode(&msg_type_receipt, receipt, CODEC_TOLERANT, a, &decoded, NULL);
	const struct msg_receipt *told = decoded;
	for (size_t i = 0; e == ERR_OK && i < told->n_findings; i++)
		fprintf(stderr, "%s: %s\n", told->findings[i].path, told->findings[i].text);
	fprintf(stderr, "refused: %s\n", quoted);
	abort();
}

static inline void fuzz_say(struct fuzz_store *f, const char *quoted)
{
	AUTO_ARENA struct arena *a = arena_new(0);
	AUTO_BUF struct buf content = {0};
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
	ALWAYS(e == ERR_OK);
	if (!j.rev)
		fuzz_refused(quoted, j.outcome.receipt, a);
	fuzz_keep(f, &in, &j, RECORD_MESSAGE);
}

static inline void fuzz_tick(struct fuzz_store *f, int32_t day)
{
	AUTO_ARENA struct arena *a = arena_new(0);
	uint8_t hash[32];
	struct judge_input in = fuzz_input(f, judge_tick_body(a, day, store_about(f->store)->zone), hash);
	struct judgement j;
	enum err e = judge_tick(f->judge, &f->view, &in, day, a, &j, NULL);
	ALWAYS(e == ERR_OK && j.rev);
	fuzz_keep(f, &in, &j, RECORD_TICK);
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
	fuzz_tick(f, (int32_t)(f->time_us / FUZZ_DAY_US));
	fuzz_fold(f);
	return f;
}
