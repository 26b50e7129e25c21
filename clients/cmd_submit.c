/* SPDX-License-Identifier: Apache-2.0
 *
 * varde submit FILE: statements, as JSON or as a table.
 */
#include "clients/send.h"

int cmd_submit(struct run *r)
{
	struct sending s;
	int status = send_load(r, "submission", CSV_OBSERVATIONS, &s);
	return status == EXIT_DONE ? send_messages(r, &s) : status;
}
