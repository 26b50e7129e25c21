/* SPDX-License-Identifier: Apache-2.0
 *
 * import.h - files of other systems into messages: what all importers share.
 *
 * Reading   an importer's first half is pure: bytes into rows, with findings by line. UTF-8 where the bytes are valid
 *           UTF-8, else ISO-8859-1, unless --charset says which.
 * Sending   message ids are made of the content. What was stored by an earlier run is recognised by its receipt, so a
 *           second import changes nothing and says so; one that was cut off goes on where it ended. A message that was
 *           refused by an earlier run is put to the server once more, under an id of its own.
 * Amending  an event that is on record with other content is sent as another version of it, superseding that revision.
 * Findings  an ERROR keeps everything from being sent.
 */
#pragma once
#include "clients/command.h"
#include "clients/csv.h"
#include "clients/register.h"

/* ---- reading (pure) ---- */

enum import_charset { IMPORT_AUTO, IMPORT_UTF8, IMPORT_LATIN1 };
/* As UTF-8, in the arena, without a byte order mark; false when it must be UTF-8 and is not. */
bool import_text(const char *bytes, size_t len, enum import_charset charset, struct arena *a, char **ret,
		 size_t *ret_len);

struct import_table {
	const char *file; /* for findings: "changes", "codes" */
	struct csv_table csv;
	struct csv_pairs columns; /* field=header of --column */
	char separator;           /* 0 = guess */
	struct arena *arena;
	struct register_findings *findings;
};
/* False after an ERROR. */
bool import_table_read(struct import_table *t, const char *text, size_t len);
/* The column of a field: the one --column names, else the first header that is one of `names` ("code|unit_code"). -1 =
 * none; with `needed` that is an ERROR. */
int import_column(struct import_table *t, const char *field, const char *names, bool needed);
/* Trimmed; "" for column -1. */
const char *import_cell(const struct import_table *t, size_t row, int column);
#define IMPORT_LINE(row) ((row) + 2)
/* One day, exactly; `inclusive`: the day after. False and an ERROR otherwise. */
bool import_day(struct register_findings *f, const char *file, size_t line, const char *text, bool inclusive,
		int32_t *ret);
bool import_number(struct register_findings *f, const char *file, size_t line, const char *text,
		   struct msg_decimal **ret);

/* Klass: JSON as the API gives it, or CSV. */
bool import_klass_changes(const char *text, size_t len, struct import_table *t, struct register_row **ret, size_t *n);
bool import_klass_codes(const char *text, size_t len, struct import_table *t, struct register_version **ret, size_t *n);
/* The generic change register, and a generic list of versions. `basis`: of a column "weight"; "" = none. */
bool import_register_rows(const char *text, size_t len, struct import_table *t, bool inclusive, const char *basis,
			  struct register_row **ret, size_t *n);
bool import_register_versions(const char *text, size_t len, struct import_table *t, bool inclusive,
			      struct register_version **ret, size_t *n);
/* Weights of one event that say they are shares must not be more than the whole. */
void import_check_shares(struct register_model *m);

/* ---- a run ---- */

#define IMPORT_AGAIN_MAX 100 /* refusals of earlier runs that a message may have */

enum import_known {
	IMPORT_NEW,
	IMPORT_STORED,           /* an event's last version says just this, or a person said otherwise since */
	IMPORT_AMENDS,           /* supersedes the version on record */
	IMPORT_STANDS_ON_OTHERS, /* of a dry run: it cannot be judged alone */
};

struct import {
	struct run *r;
	struct register_findings findings;
	const char *source, *kind, *scheme;
	bool dry;
	struct msg_message **messages;
	const size_t **lines;     /* of each message: the lines of its statements, or NULL */
	enum import_known *known; /* of each message, once import_know() has asked */
	size_t n, room, lines_room;
	uint64_t before; /* revision before anything was sent */
	uint64_t before_position;
};
/* Options into *im; opens the run. An exit status. */
int import_begin(struct run *r, const char *source, const char *title, const char *kind, const char *scheme,
		 struct import *im);
/* The text of a file, as --charset says. An exit status. */
int import_load(struct import *im, const char *path, char **ret, size_t *len);
/* A table with --separator and --column. An exit status. */
int import_plan(struct import *im, const char *file, struct import_table *t);
void import_add(struct import *im, struct msg_message *m, const size_t *lines);
/* An id made of the content and of the position of the refusal that it met under its last id; 0 = none. */
void import_item_id(struct import *im, struct msg_item *item, uint64_t refusal);
/* What the server has of the events: fills im->known and, of those that amend, what they supersede. Findings where a
 * person has amended what the file said. ERR_… with `why`. */
enum err import_know(struct import *im, struct why *why) MUST_CHECK;
/* In a dry run, after import_know(): which messages need an earlier one of the run that is not stored yet. */
enum err import_stand(struct import *im, struct why *why) MUST_CHECK;
/* Findings and, without an ERROR, sending. `what` is a sentence about the whole: "1199 units, 1046 events".
 * `asks`: a dry run is judged by the server whole, since no message needs another one; else those messages are that
 * stand alone. The exit status. */
int import_finish(struct import *im, const char *what, bool asks);
/* Wait for what is stored, then every unit of the kind that lives on a day: by code, the id. ERR_… with `why`. */
enum err import_units_at(struct import *im, const char *day, struct lookup *ret, struct why *why) MUST_CHECK;
enum err import_lineage(struct import *im, const char *unit, bool back, uint32_t steps, struct msg_lineage_answer **ret,
			struct why *why) MUST_CHECK;
/* "\rvarde: 256 of 1000 questions", on a terminal only. */
void import_progress(const char *what, size_t done, size_t n);

/* Send a model; the exit status. */
int import_model(struct import *im, struct register_model *m);

int import_run_klass_changes(struct run *r, const char *path);
int import_run_klass_codes(struct run *r, const char *path);
int import_run_register(struct run *r, const char *path);
int import_run_concordance(struct run *r, const char *path);
int import_run_population(struct run *r, const char *path);
