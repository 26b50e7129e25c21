/* SPDX-License-Identifier: Apache-2.0
 *
 * varde event FILE: reorganisation events, as JSON or as a table with one decision a row.
 */
#include "clients/send.h"

int cmd_event(struct run *r)
{
	struct sending s;
	int status = send_load(r, "event", CSV_EVENTS, &s);
	return status == EXIT_DONE ? send_messages(r, &s) : status;
}
