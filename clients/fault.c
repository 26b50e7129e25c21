/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "base/text.h"
#include "clients/fault.h"

static const char *keep(struct arena *a, const char *text)
{
	return text && *text ? arena_text(a, text, strlen(text)) : "";
}

void fault_add(struct faults *f, const char *path, size_t row, const char *column, const char *remedy, const char *fmt,
	       ...)
{
	char text[512];
	va_list args;
	if (f->n >= FAULTS_MAX) {
		f->more++;
		return;
	}
	va_start(args, fmt);
	int len = vsnprintf(text, sizeof text, fmt, args);
	va_end(args);
	if (len >= (int)sizeof text)
		text[text_cut(text, sizeof text - 1)] = 0;
	f->list = arena_grow(f->arena, f->list, f->n, f->n + 1, sizeof *f->list, &f->room);
	f->list[f->n++] = (struct fault){.path = keep(f->arena, path),
					 .row = row,
					 .column = keep(f->arena, column),
					 .text = keep(f->arena, text),
					 .remedy = keep(f->arena, remedy)};
}
