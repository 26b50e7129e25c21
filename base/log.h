/* SPDX-License-Identifier: Apache-2.0
 *
 * log.h - lines for the operator, on stderr with systemd's <N> priority prefix.
 *
 * Only daemon/ and clients/ log; base, proto, storage and query return errors. What a peer can cause
 * at will goes through log_limited(): at most one line a second a topic, with a count of the others.
 */
#pragma once
#include <stdint.h>
#include "base/err.h"

enum log_level { LOG_LEVEL_ERR = 3, LOG_LEVEL_WARN = 4, LOG_LEVEL_INFO = 6, LOG_LEVEL_DEBUG = 7 };

typedef void log_sink_f(enum log_level level, const char *topic, const char *line);
void log_set_level(enum log_level max);
void log_set_sink(log_sink_f *sink); /* NULL = stderr again; not to be called while threads log */
typedef int64_t log_clock_f(void);
void log_set_clock(log_clock_f *clock); /* nanoseconds for log_limited(), for tests; NULL = the monotonic clock */

/* A line is cut at 1023 bytes; control characters in it are replaced by '?'. `topic` is a literal. */
void log_at(enum log_level level, const char *topic, const char *fmt, ...) PRINTF_LIKE(3, 4);
void log_limited(enum log_level level, const char *topic, const char *fmt, ...) PRINTF_LIKE(3, 4);

#define log_err(topic, ...)   log_at(LOG_LEVEL_ERR, topic, __VA_ARGS__)
#define log_warn(topic, ...)  log_at(LOG_LEVEL_WARN, topic, __VA_ARGS__)
#define log_info(topic, ...)  log_at(LOG_LEVEL_INFO, topic, __VA_ARGS__)
#define log_debug(topic, ...) log_at(LOG_LEVEL_DEBUG, topic, __VA_ARGS__)
