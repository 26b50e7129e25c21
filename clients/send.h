/* SPDX-License-Identifier: Apache-2.0
 *
 * send.h - messages from files and options to the server, receipts and findings back to people.
 */
#pragma once
#include "clients/command.h"
#include "clients/csv.h"

struct sending {
	struct msg_message **messages;
	size_t n;
	struct csv_load *table; /* where the messages come from; NULL = JSON or options */
};

/* Send, print, exit status. Opens the run. */
int send_messages(struct run *r, const struct sending *s);
/* The one FILE argument of define, submit, event as messages. The exit status, or EXIT_DONE. `wrap`: see json.h. */
int send_load(struct run *r, const char *wrap, enum csv_kind kind, struct sending *ret);
