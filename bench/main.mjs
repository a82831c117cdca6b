// Our speed beside the Python peers', as ratios of CPU time on one thread in the same run: `npm run bench`, `npm run bench -- --only ridge`,
// `npm run bench -- --list`. THERIAC_PYTHON names a python3 with scikit-learn (and torch for mlp-torch); without one our times stand alone. `--small` is for the smoke test.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { benchAudit, benchOverhead, benchWorkers } from "./audit.mjs";
import { cases } from "./cases.mjs";
import { writeForPeers } from "./parts/data.mjs";
import { startPeers } from "./peers.mjs";
import { benchStartUp } from "./start-up.mjs";

const { values: options } = parseArgs({
  options: {
    only: { type: "string", multiple: true },
    small: { type: "boolean", default: false },
    list: { type: "boolean", default: false },
    repeats: { type: "string", default: "9" },
    out: { type: "string", default: resolve(import.meta.dirname, "results") },
  },
});
const studies = { audit: benchAudit, workers: benchWorkers, overhead: benchOverhead, "start-up": benchStartUp };
const all = [...Object.keys(cases), ...Object.keys(studies)];
if (options.list) {
  console.log(all.join("\n"));
  process.exit(0);
}
const chosen = options.only ?? all;
for (const name of chosen) {
  if (all.includes(name)) continue;
  console.error(`there is no case ${name}; there are ${all.join(", ")}`);
  process.exit(2);
}

const scratch = mkdtempSync(join(tmpdir(), "theriac-bench-"));
const peers = await startPeers();
if (peers === null) console.log("no Python with scikit-learn (set THERIAC_PYTHON): our times alone\n");
const results = [];
try {
  for (const name of chosen) {
    const result = name in studies ? await studies[name]({ folder: scratch, small: options.small }) : await compare(name);
    results.push({ name, ...result });
    console.log(describe(results.at(-1)));
  }
} finally {
  peers?.close();
  rmSync(scratch, { recursive: true });
}

const report = {
  schema: 1,
  at: new Date().toISOString(),
  small: options.small,
  machine: { cpu: cpus()[0]?.model.trim() ?? "unknown", cores: cpus().length, node: process.version, peers: peers?.versions ?? null },
  results,
};
mkdirSync(options.out, { recursive: true });
const path = join(options.out, `${report.at.replaceAll(":", "-")}.json`);
writeFileSync(path, `${JSON.stringify(report, null, 2)}\n`);
console.log(`\n${path}`);

/** The fastest of several runs on each side, taken in turn; the first run of each does not count. */
async function compare(name) {
  const { ours, request, compare: judge, ...given } = await cases[name](options.small);
  const folder = peers && writeForPeers(join(scratch, name), given);
  const [mine, theirs] = [[], []];
  let [answer, peerAnswer] = [null, null];
  for (let run = 0; run <= Number(options.repeats); run++) {
    const before = process.cpuUsage();
    answer = await ours();
    const { user, system } = process.cpuUsage(before);
    if (run > 0) mine.push((user + system) / 1e3);
    if (peers === null) continue;
    const done = await peers.ask({ ...request, folder });
    peerAnswer = done.answer;
    if (run > 0) theirs.push(done.cpuMs);
  }
  const cpuMs = Math.min(...mine);
  const peerCpuMs = peers && Math.min(...theirs);
  return { peer: request.peer, cpuMs, peerCpuMs, ratio: peers && cpuMs / peerCpuMs, ...judge(answer, peerAnswer), runs: { mine, theirs } };
}

function describe({ name, peer, cpuMs, peerCpuMs, ratio, runs, ...others }) {
  const number = (value) => (value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential(1) : String(Number(value.toPrecision(3))));
  const ms = (value) => `${value.toFixed(1)} ms`.padStart(10);
  const beside = typeof ratio === "number" ? `${ms(peerCpuMs)} ${peer.padEnd(11)} ${ratio.toFixed(2)} ×` : "";
  const more = Object.entries(others).map(([key, value]) => `${key} ${typeof value === "number" ? number(value) : (value ?? "–")}`);
  return `${name.padEnd(26)}${ms(cpuMs)} ${beside.padEnd(32)}${more.join(", ")}`;
}
