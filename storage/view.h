/* SPDX-License-Identifier: Apache-2.0
 *
 * view.h - what is known as of a revision: the index, plus for the judge an overlay of what is not indexed yet.
 *
 * A view answers from one index transaction. `as_of` hides newer rows of versioned tables. Readers of history may
 * ask for all revisions. With an overlay every look-up must name at least the table's bucket (table.h); the overlay
 * must hold every record behind some position that the view's index has reached, so overlay_indexed() comes after
 * view_renew().
 * Threads  one thread a view. Keep it short (100 ms) and renew.
 * Lending  rows point into the map or the overlay: dead after the next view_renew(), view_close() or overlay_add().
 * Errors   a look-up that fails for another reason than absence sticks in view.err.
 * Work     who may not read for ever has `look` called once in a while: an error that it returns sticks likewise, and so
 *          ends every loop that reads. Loops that read little and compute much say so by view_work().
 */
#pragma once
#include "storage/journal.h"
#include "storage/table.h"
#include "storage/words.h"

#define REV_NEWEST ((uint64_t)0xffffffffffff) /* as_of: everything */

struct overlay;
/* Is the row there for the view? Of a key a walk gives the newest revision that is. It may call view_get(). */
typedef bool view_admit_f(void *arg, const struct row *row);
struct view {
	struct store *store;
	void *txn;            /* private: LMDB's transaction and its cursors */
	struct overlay *over; /* NULL = none; the judge also writes to it */
	struct words *words;  /* NULL = none; the caller's; kept over view_renew() */
	uint64_t as_of;
	view_admit_f *admit; /* of walks but those of all revisions; NULL = all rows are there, as with an overlay */
	void *admit_arg;
	uint64_t reached_rev; /* newest revision in the index of this view */
	uint64_t reached_pos;
	uint64_t today_at; /* unit_today()'s memory: 1 + the position that `today` is of */
	int32_t today;
	enum err err;                /* first failure, sticky */
	enum err (*look)(void *arg); /* NULL = read on for ever */
	void *look_arg;
	uint32_t look_every, worked; /* rows read and work said between two looks; since the last one */
	bool late;                   /* err is what look() returned: the view itself is whole */
};
enum err view_open(struct store *s, struct view *ret) MUST_CHECK; /* as_of = REV_NEWEST, no overlay */
enum err view_renew(struct view *v) MUST_CHECK;
bool view_newest(const struct view *v); /* view_renew() would show nothing else; not after view_rest() */
void view_rest(struct view *v);         /* hold no page of the index; usable again after view_renew() */
void view_close(struct view *v);        /* {0} allowed */

/* `n` rows' worth of work was done. Returns view.err. */
enum err view_work(struct view *v, size_t n);

/* The newest row at or before as_of with exactly this key (without revision). false = there is none. */
bool view_get(struct view *v, enum table t, struct slice key, struct row *ret);

/* Rows whose key starts with `prefix`, in key order, for each key the newest at or before as_of; with all_revisions
 * each revision ≤ as_of, newest first. */
struct walk {
	struct view *view;
	enum table tab;
	bool all_revisions;
	/* private */
	void *cursor, *over_rows;
	struct buf prefix;
	struct slice index_last, over_last; /* keys given last; in the map, in the overlay */
	uint64_t over_last_rev;
	size_t over_at, over_n;
	bool started, index_has, index_done;
	struct row index_row;
};
void walk_begin(struct walk *w, struct view *v, enum table t, struct slice prefix);
bool walk_next(struct walk *w, struct row *ret);
/* The next row as its fact, with its revision (ret_rev may be NULL). A broken row ends the walk, and sticks in the
 * view. */
bool walk_fact(struct walk *w, struct fact *ret, uint64_t *ret_rev);
void walk_seek(struct walk *w, struct slice key); /* go on at the first key ≥ this one (not with an overlay) */
void walk_end(struct walk *w);                    /* {0} allowed */
#define AUTO_WALK __attribute__((cleanup(walk_end)))

/* Words: numbers and texts. 0 / empty slice when absent. */
uint32_t view_term(struct view *v, enum space s, struct slice text);
struct slice view_text(struct view *v, enum space s, uint32_t id);
/* Highest number given out (index only). Rooms are made by it: it is told also where reading has ended by view.look. */
uint32_t view_terms(struct view *v, enum space s);
/* The newest revision at or before as_of with a life, an edge, a weight or a part_of link (TABLE_STRUCTURE; index
 * only); 0 = there is none. */
uint64_t view_structure(struct view *v);

/* The overlay: rows of outcomes that are durable, or about to be, but not yet indexed. Writer's thread only. */
struct overlay *overlay_new(void);
struct overlay *overlay_free(struct overlay *o);
/* Add the rows of one record. Position order; the newest position again adds to it. Copies. `facts` as in its outcome.
 */
void overlay_add(struct overlay *o, const struct journal_record *rec, const struct fact *facts, size_t n_facts);
void overlay_drop_after(struct overlay *o, uint64_t pos); /* forget records > pos: their commit failed */
void overlay_indexed(struct overlay *o, uint64_t pos);    /* forget records ≤ pos: the index has them */
size_t overlay_records(const struct overlay *o);
/* The rows of one revision, in order of addition: what a message said that is not indexed yet, and perhaps not durable.
 * false = that revision is not here. */
typedef void overlay_row_f(void *arg, const struct row *row);
bool overlay_revision(const struct overlay *o, uint64_t rev, overlay_row_f *fn, void *arg);
