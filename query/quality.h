/* SPDX-License-Identifier: Apache-2.0
 *
 * quality.h - inside the quality question. Only query/quality*.c include it.
 *
 * quality.c reads the question; quality_cells.c goes over the figures once, for response, kinds of missing and values
 * side by side; quality_log.c reads the messages of the rounds, for findings and asymmetric reports.
 */
#pragma once
#include "query/answer.h"
#include "query/observe.h"

struct quality_round {
	uint32_t id; /* SPACE_ROUND; 0 = outside any round */
	bool wanted;
	const struct msg_round *def; /* NULL = none */
	int32_t day;                 /* of its reference */
	uint32_t kind, area;         /* of its reporting units; 0 = not said */
};
struct quality {
	struct answer *r;
	const struct msg_quality_question *q;
	bool response, missing, conflicts, findings, asymmetries;
	bool some; /* rounds are named, or a survey */
	uint32_t n_rounds;
	struct quality_round *rounds; /* by number, 0 to n_rounds */
	uint32_t n_units;
	uint32_t scope; /* 0 = everything */
	struct arena *work;
	size_t n_notes, notes_room;
	const char **notes;
};
void quality_note(struct quality *x, const char *text); /* each once */
bool quality_inside(struct quality *x, uint32_t unit, int32_t day);
bool quality_round_wanted(const struct quality *x, uint32_t round);
const char *quality_text(struct quality *x, enum space s, uint32_t id); /* in r->a */

enum err quality_cells(struct quality *x) MUST_CHECK;
enum err quality_log(struct quality *x) MUST_CHECK;
