// Feeds every reader with odd and damaged inputs: npm run fuzz -- [--inputs 10000] [--seed 1] [--jobs 2] [--target ID] [--replay ID:NUMBER]
// A fault is an error that is not about the request, a process that died, an input that takes more than 10 s, or more than 2 GiB. Exits 1 when there is one.
import { fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { allTargets } from "./targets.mjs";

const { values: flags } = parseArgs({
  options: {
    inputs: { type: "string", default: "10000" },
    seed: { type: "string", default: "1" },
    jobs: { type: "string", default: String(availableParallelism()) },
    target: { type: "string", multiple: true },
    replay: { type: "string" },
  },
});
const limits = { ms: 10_000, rssMiB: 2048 };
const chosen = allTargets.filter(({ id }) => flags.target === undefined || flags.target.includes(id));
const prepared = mkdtempSync(join(tmpdir(), "theriac-fuzz-made-"));
for (const target of allTargets) await target.prepare?.(prepared);

const whole = chosen.reduce((sum, { share }) => sum + share, 0);
const work = flags.replay === undefined ? plan(Number(flags.inputs)) : [replayed(flags.replay)].values();
const stats = new Map(chosen.map(({ id }) => [id, { inputs: 0, taken: 0, refused: 0, fault: 0, ms: 0, slowestMs: 0, rssMiB: 0 }]));
const faults = [];
const began = performance.now();
let done = 0;
let told = began;

/** Inputs of all targets by their shares, mixed evenly, so that a run that is stopped early has seen of each. */
function* plan(inputs) {
  const next = new Map(chosen.map(({ id }) => [id, 0]));
  for (let i = 1; i <= inputs; i++)
    for (const { id, share } of chosen)
      while (next.get(id) < Math.ceil((share / whole) * i) && sum(next) < inputs) {
        yield { id, number: next.get(id) };
        next.set(id, next.get(id) + 1);
      }
}

function sum(counts) {
  let total = 0;
  for (const count of counts.values()) total += count;
  return total;
}

function replayed(text) {
  const at = text.lastIndexOf(":");
  return { id: text.slice(0, at), number: Number(text.slice(at + 1)) };
}

function count({ id, number, outcome, error, ms, rssMiB }) {
  const own = stats.get(id) ?? stats.set(id, { inputs: 0, taken: 0, refused: 0, fault: 0, ms: 0, slowestMs: 0, rssMiB: 0 }).get(id);
  own.inputs++;
  own[outcome]++;
  own.ms += ms;
  own.slowestMs = Math.max(own.slowestMs, ms);
  own.rssMiB = Math.max(own.rssMiB, rssMiB);
  done++;
  if (outcome === "fault") {
    faults.push({ id, number });
    console.error(`fault ${id}:${number} (npm run fuzz -- --seed ${flags.seed} --replay ${id}:${number})\n${error}\n`);
  }
  const now = performance.now();
  if (now - told > 30_000) {
    told = now;
    console.error(`${done} inputs, ${faults.length} faults, ${Math.round((1000 * done) / (now - began))} a second`);
  }
}

/** One process at a time that is given inputs until there are none; it is replaced when it dies or hangs. */
function runOne() {
  return new Promise((resolve) => {
    let current = null;
    let timer;
    const child = fork(fileURLToPath(new URL("worker.mjs", import.meta.url)), [flags.seed, prepared], {
      execArgv: ["--max-old-space-size=1500"],
    });
    const give = () => {
      const { value, done: isOver } = work.next();
      clearTimeout(timer);
      if (isOver) {
        current = null;
        child.disconnect();
        return;
      }
      current = value;
      timer = setTimeout(() => child.kill("SIGKILL"), limits.ms * (value.id === "command" ? 4 : 1));
      child.send(value);
    };
    child.on("message", (message) => {
      if (message.ready !== true) {
        const isLarge = message.rssMiB > limits.rssMiB;
        count(isLarge ? { ...message, outcome: "fault", error: `${Math.round(message.rssMiB)} MiB of memory` } : message);
      }
      give();
    });
    child.on("exit", (code, signal) => {
      clearTimeout(timer);
      if (current === null) return resolve();
      const error = `the process ended with ${signal ?? code}: it hung for ${limits.ms / 1000} s, or died`;
      count({ ...current, outcome: "fault", error, ms: limits.ms, rssMiB: 0 });
      resolve(runOne());
    });
  });
}

await Promise.all(Array.from({ length: Number(flags.jobs) }, runOne));
rmSync(prepared, { recursive: true, force: true });
const rows = [...stats].filter(([, own]) => own.inputs > 0);
console.log(["reader", "inputs", "taken", "refused", "faults", "mean ms", "slowest ms", "MiB"].join("\t"));
for (const [id, own] of rows)
  console.log(
    [
      id,
      own.inputs,
      own.taken,
      own.refused,
      own.fault,
      (own.ms / own.inputs).toFixed(1),
      Math.round(own.slowestMs),
      Math.round(own.rssMiB),
    ].join("\t"),
  );
console.log(`${done} inputs in ${Math.round((performance.now() - began) / 1000)} s with seed ${flags.seed}: ${faults.length} faults`);
process.exitCode = faults.length > 0 ? 1 : 0;
