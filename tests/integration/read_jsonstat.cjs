// SPDX-License-Identifier: Apache-2.0
// Reads a JSON-stat dataset from standard input with another's library (npm's jsonstat-toolkit), and prints one value:
//   node read_jsonstat.cjs '{"period": "2014-03", …}'   exits 77 where the library is not installed.
let toolkit;
try {
	toolkit = require('jsonstat-toolkit');
} catch (e) {
	process.exit(77);
}
const data = toolkit(JSON.parse(require('fs').readFileSync(0, 'utf8')));
if (data.class !== 'dataset' || !data.role.time || !data.role.metric) process.exit(1);
const cell = data.Data(JSON.parse(process.argv[2]));
console.log(data.n + ' ' + cell.value + ' ' + cell.status);
