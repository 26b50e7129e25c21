// SPDX-License-Identifier: Apache-2.0
// Reads JSON-stat from standard input with another's library (npm's jsonstat-toolkit); exits 77 where it is not installed.
//   node read_jsonstat.cjs '{"period": "2014-03", …}'   one value of a dataset: how many cells, the value, its status
//   node read_jsonstat.cjs                              of a collection: how many datasets, how many values they have in
//                                                       all, their sum, and how many cells have a status
let toolkit;
try {
	toolkit = require('jsonstat-toolkit');
} catch (e) {
	process.exit(77);
}
const data = toolkit(JSON.parse(require('fs').readFileSync(0, 'utf8')));
const good = (d) => d.class === 'dataset' && d.length === d.size.length && d.role.time && d.role.metric;
if (data.class === 'collection') {
	const all = data.Dataset() || []; // null of none
	if (!all.every(good)) process.exit(1);
	const cells = all.flatMap((d) => d.toTable({ type: 'arrobj', field: 'id', content: 'id', status: true }));
	const values = cells.filter((c) => c.value !== null).map((c) => c.value);
	console.log(`${all.length} ${values.length} ${values.reduce((a, b) => a + b, 0)} ${cells.filter((c) => c.status).length}`);
} else {
	if (!good(data)) process.exit(1);
	const cell = data.Data(JSON.parse(process.argv[2]));
	console.log(data.n + ' ' + cell.value + ' ' + cell.status);
}
