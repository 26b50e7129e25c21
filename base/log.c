/* SPDX-License-Identifier: Apache-2.0
 *
 * log.c - one line is one write(2), so that lines of several threads do not mix. What a peer sent may
 * stand in a line; control characters in it are replaced, so that it cannot forge a second one.
 */
#include "base/log.h"
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "base/text.h"

#define LINE_MAX_BYTES 1024
#define TOPICS_MAX     32 /* limited topics that are told apart; the rest share the last place */
#define SECOND_NS      INT64_C(1000000000)

static atomic_int max_level = LOG_LEVEL_INFO;
static log_sink_f *sink_now;       /* NULL = stderr */
static log_clock_f *limited_clock; /* NULL = CLOCK_MONOTONIC */

static struct {
	const char *topic;
	int64_t last_ns;
	unsigned long held; /* lines kept back since */
} limits[TOPICS_MAX];
static pthread_mutex_t limits_lock = PTHREAD_MUTEX_INITIALIZER;

void log_set_level(enum log_level max)
{
	atomic_store(&max_level, (int)max);
}

void log_set_sink(log_sink_f *sink)
{
	sink_now = sink;
}

void log_set_clock(log_clock_f *clock)
{
	limited_clock = clock;
}

static void to_stderr(enum log_level level, const char *topic, const char *line)
{
	char text[LINE_MAX_BYTES + 128];
	int n = snprintf(text, sizeof text - 1, "<%d>%s: %s", (int)level, topic, line);
	if (n < 0)
		return;
	size_t len = (size_t)n < sizeof text - 1 ? (size_t)n : sizeof text - 2;
	text[len++] = '\n';
	for (size_t at = 0; at < len;) {
		ssize_t put = write(STDERR_FILENO, text + at, len - at);
		if (put <= 0)
			return; /* nobody is left to tell */
		at += (size_t)put;
	}
}

PRINTF_LIKE(4, 0)
static void emit(enum log_level level, const char *topic, unsigned long held, const char *fmt, va_list ap)
{
	char line[LINE_MAX_BYTES];
	int n = vsnprintf(line, sizeof line, fmt, ap);
	size_t len = n < 0 ? 0 : (size_t)n;
	if (len >= sizeof line)
		len = text_cut(line, sizeof line - 1);
	if (held) { /* the count must not be what is cut off */
		char tail[48];
		size_t more = (size_t)snprintf(tail, sizeof tail, " (and %lu more held back)", held);
		if (len + more >= sizeof line)
			len = text_cut(line, sizeof line - 1 - more);
		memcpy(line + len, tail, more);
		len += more;
	}
	line[len] = '\0';
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)line[i] < ' ' || line[i] == 0x7f)
			line[i] = '?';
	if (sink_now)
		sink_now(level, topic, line);
	else
		to_stderr(level, topic, line);
}

void log_at(enum log_level level, const char *topic, const char *fmt, ...)
{
	if ((int)level > atomic_load_explicit(&max_level, memory_order_relaxed))
		return;
	va_list ap;
	va_start(ap, fmt);
	emit(level, topic, 0, fmt, ap);
	va_end(ap);
}

static int64_t now_ns(void)
{
	if (limited_clock)
		return limited_clock();
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * SECOND_NS + t.tv_nsec;
}

/* May this topic speak now? Then *held says how often it was kept silent since it last did. */
static bool may_speak(const char *topic, unsigned long *held)
{
	int64_t now = now_ns();
	bool may = false;
	pthread_mutex_lock(&limits_lock);
	size_t i = 0;
	while (i < TOPICS_MAX - 1 && limits[i].topic && strcmp(limits[i].topic, topic) != 0)
		i++;
	if (!limits[i].topic || now - limits[i].last_ns >= SECOND_NS) {
		*held = limits[i].held;
		limits[i].topic = topic;
		limits[i].last_ns = now;
		limits[i].held = 0;
		may = true;
	} else {
		limits[i].held++;
	}
	pthread_mutex_unlock(&limits_lock);
	return may;
}

void log_limited(enum log_level level, const char *topic, const char *fmt, ...)
{
	unsigned long held = 0;
	if ((int)level > atomic_load_explicit(&max_level, memory_order_relaxed) || !may_speak(topic, &held))
		return;
	va_list ap;
	va_start(ap, fmt);
	emit(level, topic, held, fmt, ap);
	va_end(ap);
}
