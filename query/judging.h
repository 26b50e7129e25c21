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
#define NAME_BYTES_MAX 1000 /* of a name, a label, a title: each is shown in one line */
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
struct said_obs; /* judging_observation.h */
struct stood;

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
	size_t said_mask;          /* of the next two tables (judge_standing.c) */
	struct stood **stood;      /* by (series, ref, unit): what stands on record */
	struct said_obs **said;    /* by (series, ref, unit) */
	struct said_obs **said_at; /* by index in submission.observations; NULL where it was not kept */
	struct replay_event *read; /* EVENTS_READ events on record, by number, as last decoded; NULL = none yet */
};
#define EVENTS_READ 64u

/* An event with everything it names found (judge_event_read.c); judge_reform.c puts it on record. */
struct reform {
	const struct msg_reorganisation_event *m;
	struct when effective;
	int32_t day, before; /* the first day after it, and the last day before */
	uint32_t event;
	uint32_t *sources, *targets;           /* units; 0 = not found */
	bool *survives;                        /* of sources: is also a target */
	bool *is_new;                          /* of targets: born here */
	uint32_t *territory;                   /* of targets: the former unit whose territory it has; 0 = not said */
	uint32_t *what, *from, *to;            /* of moves; 0 = none */
	uint32_t *objects;                     /* of dispositions; 0 = all of the kind */
	struct msg_reorganisation_event *said; /* as it is kept: with the units that it was resolved to */
	bool applies;
	bool again;   /* on record already, applied anew */
	bool refused; /* it does not stand in its turn among the other events */
};

/* Events on record that touch the same units, undone so that they can be applied anew in their order
 * (judge_replay.c). */
struct replay_event {
	uint32_t event;
	bool self; /* the old version of the event being judged: undone, and not applied again */
	uint8_t status;
	struct when effective;
	uint64_t rev;
	const struct msg_reorganisation_event *m;
};
struct touched {
	uint32_t unit;
	int32_t from; /* events from this day on */
	bool both;    /* a unit of an event: also what lies in it, or hangs on it */
	bool wait;    /* to be looked through */
	bool ended;   /* by an event: where the heirs of its parts lie depends on that */
};
struct replay {
	struct judging *c;
	size_t first_fact, first_change;
	size_t n, room;
	struct replay_event *events;
	size_t undone; /* so many of the events are undone */
	size_t n_units, units_room;
	struct touched *units;
	size_t mask;
	uint32_t *slots; /* of units, plus 1; 0 = empty */
	bool too_many;
};

/* judge.c */
#define PATH(c, ...) arena_printf((c)->a, __VA_ARGS__)
void judging_lay(struct judging *c);
struct slice judge_encoded(struct arena *a, const struct msg_type *type, const void *msg); /* its bytes, in the arena */
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
/* Can it be read, without what a terminal would obey, and is it short enough? Else a finding. */
bool take_name(struct judging *c, const char *text, const char *path);
bool take_short(struct judging *c, const char *text, const char *what, const char *path); /* NAME_BYTES_MAX */
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

/* The texts of a fact that came from a row or record die with it: copy them. */
void keep_texts(struct judging *c, struct fact *f);

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
void judge_event(struct judging *c, const struct msg_reorganisation_event *m);
void judge_tag(struct judging *c, const struct msg_tag *m);

/* judge_event.c: an event as it is kept, r->said: begun as it was said, with the units that were found. */
void begin_said(struct judging *c, struct reform *r);
void put_ref(struct judging *c, struct msg_unit_ref *ref, uint32_t unit); /* the unit by its id */

/* judge_event_read.c: find all that an event names, and all that is wrong with it. */
void read_reform(struct judging *c, const struct msg_reorganisation_event *m, struct reform *r);
const char *reform_type(const struct reform *r);            /* "MERGING" */
bool all_live_on(const struct msg_reorganisation_event *m); /* by its type it ends none of its units */
/* Did anything of `former` come to `unit` before the day, over any number of reforms, one after the other? */
bool reform_flowed(struct judging *c, uint32_t former, uint32_t unit, int32_t day);

/* judge_reform.c: what the event changes. */
void apply_reform(struct judging *c, struct reform *r);
uint32_t target_kind(struct judging *c, const struct reform *r, const struct msg_target *t); /* of a new one */

/* judge_place.c: where a target lies, and what lies in it. */
void place_target(struct judging *c, const struct reform *r, size_t i);

/* judge_move.c: moves of links, and what becomes of objects. */
void take_moves(struct judging *c, struct reform *r);
void take_dispositions(struct judging *c, struct reform *r);
void apply_moves(struct judging *c, const struct reform *r);
void apply_dispositions(struct judging *c, const struct reform *r);

/* judge_weight.c */
void take_flow_weights(struct judging *c, const struct reform *r);
void put_flow_weights(struct judging *c, const struct reform *r);
void retract_flow_weights(struct judging *c, const struct msg_reorganisation_event *old, uint32_t event);
void judge_weights(struct judging *c, const struct msg_submission *m);

/* judge_identity.c */
void judge_identities(struct judging *c, const struct msg_submission *m);

/* judge_replay.c */
#define REPLAY_EVENTS_MAX 4000u
#define MOVABLE_LINK_MAX  LINK_TYPE_RESPONSIBLE_FOR /* types of links from 1 to this are what events begin and end */
void replay_begin(struct judging *c, struct replay *p);
bool event_on_record(struct judging *c, uint32_t event, struct replay_event *ret);
bool event_applies(uint8_t status);
void replay_touch_reform(struct replay *p, const struct reform *r);
void replay_old(struct replay *p, const struct replay_event *old);
void replay_undo(struct replay *p); /* all that was found and is not undone yet */
/* Units of an event as it is kept: by their ids; 0 = none. */
uint32_t ref_unit(struct judging *c, const struct msg_unit_ref *ref);
uint32_t target_unit(struct judging *c, const struct msg_target *t);
bool among_targets(struct judging *c, const struct msg_reorganisation_event *m, uint32_t unit);

/* judge_turn.c */
void replay_apply(struct replay *p, struct reform *r); /* all but the old version, in their order; r may be NULL */
/* The event left no trace in the unit, but is looked at again when that changes. */
void event_waits_for(struct judging *c, uint32_t event, int32_t day, uint32_t unit);

/* judge_undo.c */
void undo_events(struct replay *p, size_t from);
void replay_settle(struct replay *p); /* only what differs from before stays a fact, and is told */

/* judge_whatif.c: what would follow from an event, told in a dry run. */
struct whatif;
struct whatif *whatif_before(struct judging *c, const struct reform *r);
void whatif_after(struct judging *c, const struct reform *r, struct whatif *w);
void tell_dependants(struct judging *c, const struct replay *p, const struct replay_event *old);
