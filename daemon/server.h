/* SPDX-License-Identifier: Apache-2.0
 *
 * server.h - everything put together in order, run until told to stop, taken apart in the other order.
 */
#pragma once
#include "daemon/config.h"
#include "storage/store.h"

struct store_options server_store_options(const struct config *c);

/* Start, serve, stop. Returns the exit status: 0 stopped as told, 1 refused to start or failed, with one line in the
 * log. */
int server_run(const struct config *c);
