/* SPDX-License-Identifier: Apache-2.0
 *
 * err.c - the table of errors, and the one way to end a process over a defect.
 */
#include "base/err.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/text.h"

static const struct {
	const char *symbol, *text;
	bool retryable;
} errors[ERR_COUNT] = {
    [ERR_OK] = {"OK", "done", false},
#define ERR(sym, retry, sentence) [ERR_##sym] = {#sym, sentence, retry},
#include "base/err.def"
#undef ERR
};

/* A number from elsewhere that is no error of ours is a defect, and is named as one. */
static enum err known(enum err e)
{
	return (unsigned)e < ERR_COUNT ? e : ERR_INTERNAL;
}

enum err fail(struct why *why, enum err e, const char *fmt, ...)
{
	if (!why)
		return e;
	/* Formatted aside, since the arguments may point into why->text (a cause wrapped in more words). */
	char text[sizeof why->text];
	va_list ap;
	va_start(ap, fmt);
	int len = vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	if (len < 0)
		len = 0;
	size_t kept = (size_t)len;
	if (kept >= sizeof text)
		kept = text_cut(text, sizeof text - 1);
	memcpy(why->text, text, kept);
	why->text[kept] = '\0';
	return e;
}

const char *err_symbol(enum err e)
{
	return errors[known(e)].symbol;
}

const char *err_text(enum err e)
{
	return errors[known(e)].text;
}

bool err_retryable(enum err e)
{
	return errors[known(e)].retryable;
}

enum err err_from_errno(int errnum)
{
	switch (errnum) {
	case 0:
		return ERR_OK;
	case ENOENT:
	case ENOTDIR:
		return ERR_NOT_FOUND;
	case EEXIST:
	case EADDRINUSE:
		return ERR_EXISTS;
	case ENOSPC:
	case EDQUOT:
		return ERR_NO_SPACE;
	case EACCES:
	case EPERM:
	case EROFS:
		return ERR_NOT_ALLOWED;
	case ENOMEM:
		return ERR_NO_MEMORY;
	case EAGAIN:
	case EBUSY:
		return ERR_BUSY;
	case ETIMEDOUT:
		return ERR_DEADLINE;
	case EFBIG:
	case EMSGSIZE:
	case ENAMETOOLONG:
		return ERR_TOO_LARGE;
	case EINVAL:
		return ERR_INVALID;
	case EOVERFLOW:
	case ERANGE:
		return ERR_OVERFLOW;
	case ECONNREFUSED:
	case EHOSTUNREACH:
	case ENETUNREACH:
		return ERR_UNREACHABLE;
	default: /* not an enum */
		return ERR_IO;
	}
}

void err_never(const char *file, int line, const char *cond)
{
	fprintf(stderr, "<2>%s:%d: this must never happen: not (%s)\n", file, line, cond);
	fflush(stderr);
	abort();
}
