// The study from one command: node examples/mtrl-study/run.mjs [--mode quick|full|search] [--data landmine,sarcos,reviews,digits] [--seeds N] [--first-seed 0] [--out FOLDER] [--only SETTING,…]
//   [--reach others,…] [--ratio 0.3,…] [--method pseudo-exact,…]
// Finished records are kept in FOLDER/records.jsonl and not computed again.
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { byCloseness, measureClean, prepare, runAttack } from "./experiment.mjs";
import { page } from "./page.mjs";
import { attackTasks, modes } from "./settings.mjs";
import { dataSets, streamOf } from "./splits.mjs";
import { summarise, tableOf } from "./summary.mjs";

const { values: options } = parseArgs({
  options: {
    data: { type: "string", default: Object.keys(dataSets).join(",") },
    mode: { type: "string", default: "quick" },
    seeds: { type: "string" },
    "first-seed": { type: "string", default: "0" },
    out: { type: "string", default: "mtrl-study" },
    only: { type: "string" },
    reach: { type: "string" },
    method: { type: "string" },
    ratio: { type: "string" },
  },
});
const folder = process.env.THERIAC_DATA ?? fileURLToPath(new URL("../../../shared/data", import.meta.url));
const isAsked = (list, value) => list === undefined || list.split(",").includes(String(value));
const mode = modes[options.mode];
if (mode === undefined) throw new Error(`--mode must be one of ${Object.keys(modes).join(", ")}, got ${options.mode}`);
const seeds = Array.from({ length: Number(options.seeds ?? mode.seeds) }, (_, k) => Number(options["first-seed"]) + k);
const asked = mode.settings.filter(({ name, data }) => isAsked(options.only, name) && isAsked(options.data, data));

mkdirSync(options.out, { recursive: true });
const file = join(options.out, "records.jsonl");
const records = existsSync(file)
  ? readFileSync(file, "utf8")
      .split("\n")
      .filter((line) => line.endsWith("}"))
      .map((line) => JSON.parse(line))
  : [];
const keyOf = ({ setting, reach, ratio, method, seed }) => [setting, reach, ratio, method, seed].join(" ");
const done = new Set(records.map(keyOf));

function keep(record) {
  records.push(record);
  done.add(keyOf(record));
  appendFileSync(file, `${JSON.stringify(record)}\n`);
}

for (const setting of asked) {
  const attacks = setting.attacks.filter(
    ({ reach, ratio, method }) => isAsked(options.reach, reach) && isAsked(options.ratio, ratio) && isAsked(options.method, method),
  );
  const open = await openOnce(setting.data);
  for (const seed of seeds) {
    const at = { setting: setting.name, seed };
    const missing = attacks.filter((attack) => !done.has(keyOf({ ...at, ...attack })));
    const baseline = { reach: "none", ratio: 0 };
    if (missing.length === 0 && done.has(keyOf({ ...at, ...baseline, method: "clean" }))) continue;
    const started = performance.now();
    const rng = streamOf(setting.data, seed);
    const prepared = await prepare(open(setting, rng.fork("split")), setting.relationDecay, rng);
    const others = byCloseness(prepared);
    for (const [method, record] of Object.entries(await measureClean(prepared, others)))
      if (!done.has(keyOf({ ...at, ...baseline, method }))) keep({ ...at, ...baseline, method, ...record });
    for (const attack of missing) {
      const tasks = attackTasks(attack.reach, setting.targets, others);
      const { record } = await runAttack(prepared, { ...attack, attackTasks: tasks });
      keep({ ...at, ...attack, attackTasks: tasks, ...record });
    }
    process.stderr.write(
      `${setting.name} seed ${seed}: ${missing.length} attacks in ${((performance.now() - started) / 1000).toFixed(1)} s\n`,
    );
  }
}

const summary = asked.map((setting) => summarise(setting, records, seeds));
writeFileSync(join(options.out, "summary.json"), `${JSON.stringify({ schema: 1, seeds, settings: summary }, null, 1)}\n`);
writeFileSync(join(options.out, "report.html"), page(summary));
process.stdout.write(summary.map(tableOf).join("\n"));

async function openOnce(name) {
  openOnce.known ??= new Map();
  if (!openOnce.known.has(name)) openOnce.known.set(name, await dataSets[name](folder));
  return openOnce.known.get(name);
}
