/* SPDX-License-Identifier: Apache-2.0
 *
 * varde define FILE: sources, code lists, indicators, surveys, rounds.
 */
#include "clients/send.h"

int cmd_define(struct run *r)
{
	struct sending s;
	int status = send_load(r, "define", 0, &s);
	return status == EXIT_DONE ? send_messages(r, &s) : status;
}
