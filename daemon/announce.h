/* SPDX-License-Identifier: Apache-2.0
 *
 * announce.h - tell others where the daemon is really bound.
 */
#pragma once
#include "daemon/sock.h"

enum service { SERVICE_INGEST, SERVICE_QUERY, SERVICE_FEED, SERVICE_COUNT };
const char *service_name(enum service s); /* "ingest" */

/* " ingest=… ingest_curve=…": each bound list after `between`, as key=value. */
void announce_text(const struct sock_bound bound[SERVICE_COUNT], char between, char *ret, size_t room);
/* Write them to a file, one a line, whole or not at all: a temporary file beside it is renamed. */
enum err announce_file(const char *path, const struct sock_bound bound[SERVICE_COUNT], struct why *why) MUST_CHECK;
