/* SPDX-License-Identifier: Apache-2.0
 *
 * varde import KIND FILE: registers, concordances and populations of other systems.
 */
#include <string.h>
#include "clients/import.h"

int cmd_import(struct run *r)
{
	static const struct {
		const char *name;
		int (*run)(struct run *r, const char *path);
		bool of_register;
	} kinds[] = {{"klass-changes", import_run_klass_changes, true},
		     {"klass-codes", import_run_klass_codes, false},
		     {"register", import_run_register, true},
		     {"concordance", import_run_concordance, false},
		     {"population", import_run_population, false}};
	if (r->o.n_args != 2)
		return run_usage_text(
		    "write varde import KIND FILE: klass-changes, klass-codes, register, concordance or "
		    "population");
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (strcmp(kinds[i].name, r->o.args[0]) != 0)
			continue;
		if (option_given(&r->o, OPT_CODES) && !kinds[i].of_register)
			return run_usage_text("--codes goes with klass-changes and register");
		return kinds[i].run(r, r->o.args[1]);
	}
	return run_usage_text("\"%s\" is none of klass-changes, klass-codes, register, concordance, population",
			      r->o.args[0]);
}
