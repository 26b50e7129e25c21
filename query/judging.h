/* SPDX-License-Identifier: Apache-2.0
 *
 * judging.h - inside the judge: one message being judged. Only query/judge*.c include it.
 *
 * What a message says is judged section by section. Before a section that refers to things named by an earlier one, the
 * facts so far are laid into the view's overlay (judging_lay), so that looking them up is like looking up anything
 * else; when the message is done they are taken out again, whatever the verdict, and the daemon lays the whole record.
 */
#pragma once
#include "base/text.h"
#include "proto/codec.h"
#include "query/define.h"
#include "query/finding.h"
#include "query/judge.h"
#include "query/resolve.h"
#include "query/unit.h"
#include "query/value.h"

#define ID_BYTES_MAX   200
#define NOTE_BYTES_MAX 1000 /* of a locator or reason: one of a message is kept with each of its statements */

/* What is due on a day (fact.h). */
enum due { DUE_EVENT = 1, DUE_LIFE_BEGINS, DUE_LIFE_ENDS, DUE_LINK_BEGINS, DUE_LINK_ENDS };

/* Kinds of units that the view knows, kept so that most look-ups cost no page. Direct-mapped; only what is on record
 * goes in. */
#define KIND_SLOTS 131072u
struct kind_slot {
	uint32_t unit, kind;
};

/* An indicator or a round, decoded once. */
struct indicator_info {
	uint32_t id;
	const struct msg_indicator *def;
	const struct msg_code_list **lists; /* one a dimension */
};
struct round_info {
	uint32_t id;
	const struct msg_round *def;
	struct when reference;
	uint32_t area; /* unit; 0 = none */
};
#define INFO_SLOTS 256u

struct judge {
	struct store_facts about;
	struct judge_limits limits;
	struct words *words; /* of the view; only what is on record, or in the group being written, goes in */
	struct kind_slot *kinds;
	struct arena *info; /* of the two tables below; emptied by any definition */
	struct indicator_info *indicators[INFO_SLOTS];
	struct round_info *rounds[INFO_SLOTS];
	bool counted;
	bool has_today; /* today is the last tick's; ticks come through this judge only */
	int32_t today;
	uint32_t next[SPACE_COUNT]; /* the next number of each space */
};

struct new_word {
	enum space space;
	const char *text;
	uint32_t id;
};
/* An observation of this message, to find repeats and to add up parts. */
struct said_obs {
	uint32_t series, ref, unit;
	uint32_t old_src; /* what it corrects or confirms; 0 = nothing */
	uint16_t old_seq, seq;
	enum observation_status status;
	size_t index; /* in submission.observations */
	const struct msg_value *value;
	const char *locator;
	struct said_obs *chain;
};

struct judging {
	struct judge *j;
	struct view *v;
	const struct judge_input *in;
	struct arena *a;
	struct findings f;
	struct overlay *own; /* when the view came without */
	uint32_t next[SPACE_COUNT];
	size_t n_words, words_room;
	struct new_word *words;
	size_t n_facts, facts_room, laid;
	struct fact *facts;
	size_t n_changes, changes_room;
	struct msg_change *changes;
	int32_t today;
	bool defines;       /* the caches of definitions are stale afterwards */
	bool retracts_life; /* and that of kinds */

	/* What holds for the whole submission or event. */
	const char *root; /* "submission" or "event": head of every path */
	uint32_t src;
	const char *src_text, *locator, *reason;
	const struct round_info *round;
	uint32_t scope;
	bool has_expressed;
	int32_t expressed_in;
	int32_t structure_day; /* where names are looked up when nothing nearer says otherwise */
	uint32_t event;        /* the event whose effects are put on record; 0 = none */
	bool complete;
	size_t n_said;
	size_t said_mask;
	struct stood **stood;      /* by (series, ref, unit): what stands on record */
	struct said_obs **said;    /* by (series, ref, unit) */
	struct said_obs **said_at; /* by index in submission.observations; NULL where it was not kept */
};

/* An event with everything it names found (judge_event.c); judge_reform.c puts it on record. */
struct reform {
	const struct msg_reorganisation_event *m;
	struct when effective;
	int32_t day, before; /* the first day after it, and the last day before */
	uint32_t event;
	uint32_t *sources, *targets; /* units; 0 = not found */
	bool *survives;              /* of sources: is also a target */
	bool *is_new;                /* of targets: born here */
	bool applies;
};

/* judge.c */
#define PATH(c, ...) arena_printf((c)->a, __VA_ARGS__)
void judging_lay(struct judging *c);
struct fact *judging_fact(struct judging *c, enum fact_kind kind);
struct msg_change *judging_change(struct judging *c, enum change_kind kind, enum subject subject);
void change_units(struct judging *c, struct msg_change *m, uint32_t u1, uint32_t u2);

/* judge_word.c */
uint32_t word_find(struct judging *c, enum space s, const char *text); /* 0 = not known */
uint32_t word_take(struct judging *c, enum space s, const char *text); /* its number, given now if new */
const char *word_text(struct judging *c, enum space s, uint32_t id);
uint32_t kind_of(struct judging *c, uint32_t unit); /* 0 = no such unit */
void kinds_forget(struct judge *j);
void judging_keep_words(struct judging *c); /* the message stands: remember its words */
const struct indicator_info *indicator_find(struct judging *c, const char *id);
const struct round_info *round_find(struct judging *c, const char *id);

/* judge_common.c */
bool take_id(struct judging *c, const char *id, const char *path);
/* Is a locator or reason short enough? Else a finding. */
bool take_note(struct judging *c, const char *text, const char *path);
bool take_when(struct judging *c, const char *text, const char *path, const char *field, struct when *ret);
/* valid_from and valid_to; an absent start is the round's reference, as "before" (it attests the statement). */
bool take_period(struct judging *c, const char *from, const char *to, const char *path, const char *const fields[2],
		 struct when *ret_from, struct when *ret_to);
bool in_order(struct judging *c, const struct when *from, const struct when *to, const char *path); /* else a finding */
void attest(struct judging *c, struct when *from);
/* A role or a part: free text that becomes a word, so its length is bounded. */
bool take_word(struct judging *c, const char *text, const char *what, const char *path);
uint32_t take_unit(struct judging *c, const struct msg_unit_ref *ref, const char *path,
		   int32_t day); /* 0 and a finding */
uint32_t take_source(struct judging *c, const char *id, const char *path);
const char *when_text(struct judging *c, const struct when *w);
bool take_reason(struct judging *c, const char *own, const char *path, const char **ret);
void due_add(struct judging *c, const struct when *w, enum due kind, uint32_t id, uint32_t id2);
struct slice text_slice(struct judging *c, const char *text);
/* A link, unless it stands already. `life` ends it with the ends' lives implicitly; the finding path is for conflicts.
 */
void put_link(struct judging *c, enum link_type type, uint32_t from_unit, uint32_t to_unit, const struct when *from,
	      const struct when *to, const char *role, const char *part, const char *locator, const char *path);
/* The first free number under a link's key. */
uint16_t link_number(struct judging *c, enum link_type type, uint32_t a, uint32_t b, const struct when *from);
/* End a link that stands: the same key with `to`. */
void end_link(struct judging *c, const struct unit_link *l, const struct when *to, const char *reason);
void put_name(struct judging *c, uint32_t unit, const char *text, const struct when *from, const struct when *to);
void put_code(struct judging *c, uint32_t unit, const char *scheme, const char *code, const struct when *from,
	      const struct when *to);
void put_attr(struct judging *c, uint32_t unit, const char *name, const char **values, size_t n,
	      const struct when *from, const struct when *to, const char *locator);
bool would_cycle(struct judging *c, uint32_t part, uint32_t whole, const struct when *from);

/* "MERGING" of an event. */
const char *reform_type(const struct reform *r);

/* One a section. */
void judge_define(struct judging *c, const struct msg_define *m);
void judge_submission(struct judging *c, const struct msg_submission *m);
/* Units with their lives, names, codes and attributes, one a statement; then, in the scope that may be one of them,
 * what they are part of: it may stand anywhere in the message. */
struct said_unit {
	uint32_t unit; /* 0 = refused */
	struct when from, to;
};
struct said_unit *judge_units(struct judging *c, const struct msg_submission *m);
void judge_containers(struct judging *c, const struct msg_submission *m, const struct said_unit *said);
void judge_links(struct judging *c, const struct msg_submission *m);
void judge_arrangements(struct judging *c, const struct msg_submission *m);
void judge_observations(struct judging *c, const struct msg_submission *m);
void judge_retractions(struct judging *c, const struct msg_submission *m);
void judge_completeness(struct judging *c, const struct msg_submission *m);
void judge_event(struct judging *c, const struct msg_reorganisation_event *m);
/* The event, and where it applies what it changes. */
void put_reform(struct judging *c, const struct reform *r);
void judge_tag(struct judging *c, const struct msg_tag *m);
