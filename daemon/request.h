/* SPDX-License-Identifier: Apache-2.0
 *
 * request.h - ingest requests of one group: read, handed to the group item by item, answered together after its commit.
 *
 * A request that cannot be read as a whole gets an IngestReply with `error` and no receipts; what could be told of its
 * request id is echoed. Everything else is a matter of single items. Replies of one peer keep the order of its
 * requests.
 */
#pragma once
#include "daemon/access.h"
#include "daemon/config.h"
#include "daemon/group.h"
#include "daemon/sock.h"

struct requests;
struct requests *requests_new(void *router, struct access *access, struct group *g, const struct config *c,
			      const struct store_facts *about);
struct requests *requests_free(struct requests *r); /* NULL allowed */
/* Take what is queued, until the group is full; all of it is declined with SHUTTING_DOWN when `stopping`. */
void requests_take(struct requests *r, bool stopping);
void requests_reply(struct requests *r); /* after group_commit() */
