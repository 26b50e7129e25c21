/* SPDX-License-Identifier: Apache-2.0
 *
 * ref.h - a unit as people write it on a command line or in a table's cell.
 *
 *   nordland-1804                              an id
 *   code=1804,scheme=kommunenummer             a code
 *   name=Bodø,kind=municipality,within=Nordland  a name
 */
#pragma once
#include "base/err.h"
#include "base/mem.h"
#include "proto/msg.h"

/* A unit in the arena, or NULL when `text` is "" or malformed (with `why`; empty text is no error). */
struct msg_unit_ref *ref_parse(const char *text, struct arena *a, struct why *why);
struct msg_unit_ref *ref_id(const char *id, struct arena *a);
struct msg_unit_ref *ref_code(const char *code, const char *scheme, struct arena *a);
/* "Bodø@Nordland" carries its own `within`. */
struct msg_unit_ref *ref_name(const char *name, const char *kind, const char *within, struct arena *a);
