/* SPDX-License-Identifier: Apache-2.0
 *
 * unit.h - reading units from a view: lives, names, codes, containment at a day.
 *
 * Days are civil days (base/when.h). A statement counts at a day when when_covers() says at least POSSIBLE; where
 * several do, CERTAIN ones win. Retracted rows do not count. A link counts only while both its ends live.
 * An error of the view sticks in view.err and reads as absence.
 */
#pragma once
#include "storage/view.h"

struct unit_life {
	struct fact_life life;
	uint64_t rev;     /* that said so last */
	enum truth truth; /* at the day asked */
};
/* Every life, in order, retracted ones left out; truth is 0. */
size_t unit_lives(struct view *v, uint32_t unit, struct arena *a, struct unit_life **ret);
/* The life at `day`; false when it does not live then. */
bool unit_life_at(struct view *v, uint32_t unit, int32_t day, struct unit_life *ret);
/* Any life whose kind is this? 0 = unknown unit. */
uint32_t unit_kind(struct view *v, uint32_t unit);

struct unit_text {        /* a name or a code */
	uint32_t scheme;  /* SPACE_TERM; 0 for names */
	const char *text; /* in the arena */
	struct when from, to;
	enum truth truth;
	uint64_t rev;
};
size_t unit_names_at(struct view *v, uint32_t unit, int32_t day, struct arena *a, struct unit_text **ret);
size_t unit_codes_at(struct view *v, uint32_t unit, int32_t day, struct arena *a, struct unit_text **ret);
/* Which of a unit's names is shown: put {0} in, offer all of them in key order. */
struct unit_naming {
	enum truth truth;
	int64_t away; /* days, of one that is not borne then */
	struct slice text;
};
void unit_naming_offer(struct unit_naming *n, const struct fact_name *name, int32_t day);
/* One name to show: at `day`, else the nearest one it ever had, else its id. Never NULL. */
const char *unit_name(struct view *v, uint32_t unit, int32_t day, struct arena *a);
/* The same; *ret_always: it is the one on every other day too. */
const char *unit_name_told(struct view *v, uint32_t unit, int32_t day, struct arena *a, bool *ret_always);
const char *unit_id(struct view *v, uint32_t unit, struct arena *a); /* "" for 0 */
/* unit_meant.c: does a reference of a message mean that unit? By its id, or any name or code that it ever bore, since a
 * later reform would bind names otherwise. NULL means nobody. */
struct msg_unit_ref;
bool unit_meant(struct view *v, const struct msg_unit_ref *ref, uint32_t unit);

struct unit_link {
	struct fact_link link;
	uint64_t rev;
	enum truth truth;
};
/* Links of a type that go out of `unit` (or into it), at `day`. type 0 is not allowed. */
size_t unit_links_from(struct view *v, uint8_t type, uint32_t unit, int32_t day, struct arena *a,
		       struct unit_link **ret);
size_t unit_links_to(struct view *v, uint8_t type, uint32_t unit, int32_t day, struct arena *a, struct unit_link **ret);

/* The unit of `kind` (SPACE_TERM; 0 = any) that contains `unit` at `day`, following part_of upwards, nearest first; 0 =
 * none. A unit does not contain itself. Depth is bounded by UNIT_DEPTH_MAX. */
#define UNIT_DEPTH_MAX 16
uint32_t unit_container(struct view *v, uint32_t unit, uint32_t kind, int32_t day);
bool unit_inside(struct view *v, uint32_t unit, uint32_t container, int32_t day); /* also itself */
/* The unit and all that it is inside of at `day`, nearest first. */
size_t unit_around(struct view *v, uint32_t unit, int32_t day, struct arena *a, uint32_t **ret);
/* `root` and all that is part_of it at `day`, ascending numbers, without repeats. */
size_t unit_subtree(struct view *v, uint32_t root, int32_t day, struct arena *a, uint32_t **ret);

/* Units of a kind (SPACE_TERM) that live at `day`, ascending numbers. */
size_t unit_all_of_kind(struct view *v, uint32_t kind, int32_t day, struct arena *a, uint32_t **ret);

/* The last civil day that a tick named, as of the view; false = none yet. */
bool unit_today(struct view *v, int32_t *ret);
