/* SPDX-License-Identifier: Apache-2.0 */
#include "query/answer.h"

enum err ask_network(struct answer *r, const struct msg_network_question *q)
{
	(void)q;
	return fail(&r->why, ERR_NOT_YET_APPLIED, "not there yet");
}
