// Every bench of the defences, one after another: wrong labels, rankings, rankings of other packages, repairs, campaigns, triggers, tasks that share, fake accounts, attackers who stay below the cut. One table each, as each
// prints it; what could not be run (a set, a peer) is left blank there.
//   npm run bench:defences [-- --small] [-- --only labels,repairs] [-- --first 100]
// --small: one seed and the sets that take seconds. --first: the first seed, so that a part can be kept that nobody has looked at.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";

const { values: options } = parseArgs({
  options: { small: { type: "boolean", default: false }, only: { type: "string" }, first: { type: "string" } },
});
/** What a small run is told. */
const benches = {
  labels: ["--seeds", "1", "--rows", "300", "--sets", "moons,sms", "--rates", "0.05,0.2", "--quiet"],
  "real-labels": ["--seeds", "1", "--rows", "400", "--rates", "5", "--sets", "house,linear"],
  ranking: ["--seeds", "1", "--rows", "200", "--sets", "moons,breast-cancer", "--shapes", "uniform 5,optimised"],
  peers: ["--seeds", "1", "--rows", "200", "--sets", "moons,breast-cancer", "--shapes", "uniform 5,optimised"],
  repairs: ["--seeds", "2", "--rows", "300", "--sets", "breast-cancer", "--repairs", "trim,sever-filter"],
  campaigns: ["--seeds", "1", "--set", "market", "--rows", "500"],
  triggers: ["--seeds", "1", "--rows", "500", "--k", "12,24", "--kinds", "word", "--clean", "1"],
  tasks: ["--seeds", "1", "--sets", "sarcos"],
  accounts: ["--seeds", "1", "--sets", "generated", "--shares", "0.1", "--shapes", "random"],
};
const asked = options.only?.split(",") ?? Object.keys(benches);
const unknown = asked.find((name) => benches[name] === undefined);
if (unknown !== undefined) throw new Error(`there is no bench "${unknown}"; there are: ${Object.keys(benches).join(", ")}`);
let failed = 0;
for (const name of asked) {
  console.log(`\n## ${name}\n`);
  const given = [...(options.small ? benches[name] : []), ...(options.first === undefined ? [] : ["--first", options.first])];
  const { status } = spawnSync(process.execPath, [join(import.meta.dirname, `${name}.mjs`), ...given], { stdio: "inherit" });
  if (status !== 0) failed++;
}
if (failed > 0) process.exitCode = 1;
