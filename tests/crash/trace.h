/* SPDX-License-Identifier: Apache-2.0
 *
 * trace.h - what the shim writes down about a process, and the simulated disk reads.
 */
#pragma once
#include <stdint.h>

#define TRACE_DIR  "VARDE_TRACE_DIR"  /* the directory that is watched, absolute */
#define TRACE_FILE "VARDE_TRACE_FILE" /* where to write, outside it */

enum trace_kind {
	TRACE_OPEN = 1, /* fd; a: created by it; b: writes through it are durable at once (O_DSYNC); payload: path */
	TRACE_CLOSE,    /* fd */
	TRACE_WRITE,    /* fd; a: offset; payload: the bytes */
	TRACE_TRUNCATE, /* fd; a: length */
	TRACE_SYNC,     /* fd */
	TRACE_MKDIR,    /* payload: path */
	TRACE_RENAME,   /* payload: from, a zero byte, to */
	TRACE_UNLINK,   /* payload: path, of a file or a directory */
	TRACE_NOTE,     /* a: what the process has promised (shim_note()) */
};

struct trace_op {
	uint32_t kind;
	int32_t fd;
	uint64_t a, b;
	uint64_t len; /* of the payload that follows */
};
