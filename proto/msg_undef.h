/* SPDX-License-Identifier: Apache-2.0
 *
 * msg_undef.h - ends one reading of msg.def; with MSG_ONLY_NAMES it makes every macro that the reader did not define
 * empty.
 */
#ifndef MSG_ONLY_NAMES
#undef ENUM
#undef MSG
#endif
#undef VALUE
#undef END_ENUM
#undef TEXT
#undef BYTES
#undef U32
#undef U64
#undef S64
#undef BOOL
#undef CODE
#undef TEXTS
#undef CODES
#undef SUB
#undef ALT
#undef SUBS
#undef END_MSG
#ifdef MSG_ONLY_NAMES
#define VALUE(PREFIX, NAME, number)
#define END_ENUM(name, PREFIX)
#define TEXT(msg, field)
#define BYTES(msg, field)
#define U32(msg, field)
#define U64(msg, field)
#define S64(msg, field)
#define BOOL(msg, field)
#define CODE(msg, field, e)
#define TEXTS(msg, field)
#define CODES(msg, field, e)
#define SUB(msg, field, sub)
#define ALT(msg, field, sub, one)
#define SUBS(msg, field, sub)
#define END_MSG(name)
#endif
