/* SPDX-License-Identifier: Apache-2.0
 *
 * quality_log.h - one message as quality_log.c reads it, and the reports that quality_report.c makes of some.
 */
#pragma once
#include "query/quality.h"
#include "storage/outcome.h"

struct message_read {
	const struct journal_record *rec;
	const struct msg_receipt *receipt;
	const struct msg_submission *submission; /* NULL = another message */
	const struct quality_round *round;       /* NULL = none */
	const struct outcome *outcome;           /* with facts; NULL = not looked at */
};

/* Reports of single units (submissions whose scope is that unit) that list arrangements. */
struct reports;
struct reports *reports_new(struct quality *x);
void reports_take(struct reports *p, const struct message_read *m); /* keeps what it needs */
enum err reports_tell(struct reports *p) MUST_CHECK;
