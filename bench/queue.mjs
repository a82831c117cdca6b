// A study through a queue on PostgreSQL, whose workers are killed and whose server crashes on the way, held against the same study on one thread.
//   node bench/queue.mjs [--seeds 20] [--budgets 24] [--workers 3] [--kills 100] [--crashes 20] [--rows 150] [--only whole|killed|overhead] [--namespaces]
// With --namespaces (as root) each worker runs in a network namespace of its own, from which it reaches the server alone.
// Asked: records and patches equal to those of --jobs 1, none lost or doubled; set-ups at most 1.2 for each seed where nobody is killed; at most 50 ms of queue for
// each block (on a quiet machine).
import { spawn } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { makeRng } from "../dist/numeric/random.js";
import { connect } from "../dist/node/queue/connection.js";
import { leaseTable } from "../dist/node/queue/lease-table.js";
import { parseQueue } from "../dist/node/queue/queue-address.js";
import { makeNamespaces } from "./parts/namespaces.mjs";
import { startPostgres } from "./parts/postgres.mjs";

const { values: options } = parseArgs({
  options: {
    seeds: { type: "string", default: "20" },
    budgets: { type: "string", default: "24" },
    workers: { type: "string", default: "3" },
    kills: { type: "string", default: "100" },
    crashes: { type: "string", default: "20" },
    rows: { type: "string", default: "150" },
    namespaces: { type: "boolean", default: false },
    only: { type: "string", default: "whole,killed,overhead" },
  },
});
const parts = options.only.split(",");
const [seeds, budgetCount, workerCount, kills, crashes, rows] = ["seeds", "budgets", "workers", "kills", "crashes", "rows"].map((name) =>
  Number(options[name]),
);
const main = join(import.meta.dirname, "../dist/cli/main.js");
const rng = makeRng(Number(process.env["THERIAC_SEED"] ?? 1));
const home = mkdtempSync(join(tmpdir(), "theriac-queue-"));
const faults = [];
const say = (line) => process.stdout.write(`${line}\n`);
const check = (is, what) => {
  say(`${is ? "ok   " : "FAULT"} ${what}`);
  if (!is) faults.push(what);
};

const apart = options.namespaces ? makeNamespaces(workerCount) : { namespaces: [], remove: () => {} };
if (apart.reason !== undefined) {
  say(`skipped: no network namespaces can be made here: ${apart.reason}`);
  process.exit(0);
}
const server = await startPostgres({ isOpen: options.namespaces });
if (server.reason !== undefined) {
  say(`skipped: no PostgreSQL can be started here: ${server.reason}`);
  apart.remove();
  process.exit(0);
}
const children = new Set();
try {
  writeFileSync(join(home, "data.csv"), dataText());
  const budgets = Array.from({ length: budgetCount }, (_, i) => `${i + 2}rows`).join(",");
  const asked = [
    "--label",
    "y",
    "--learner",
    "logistic",
    "--attack",
    "label-flip,flipped-copies",
    "--budget",
    budgets,
    "--seeds",
    `${seeds}`,
  ];
  // Searches wait for what all others show: a second stage.
  const request = ["data.csv", ...asked, "--repair", "none", "--certificate", "none", "--until", "accuracyDrop >= 0.05"];
  if (parts.includes("whole") || parts.includes("killed")) {
    const began = performance.now();
    await ended(run(home, "audit", ...request, "--jobs", "1", "--quiet", "--out", "alone"));
    say(`alone: ${linesOf("alone")} trials in ${secondsSince(began)} s`);
  }
  if (parts.includes("whole")) await through("whole", request, { kills: 0, crashes: 0 });
  if (parts.includes("killed")) await through("killed", request, { kills, crashes });
  if (parts.includes("overhead")) await overhead();
} finally {
  for (const child of children) child.kill("SIGKILL");
  await server.remove();
  apart.remove();
  rmSync(home, { recursive: true, force: true });
}
say(faults.length === 0 ? "0 faults" : `${faults.length} faults`);
process.exitCode = faults.length === 0 ? 0 : 1;

/** Puts the study up, has workers compute it, and kills by its progress. */
async function through(out, request, { kills, crashes }) {
  const began = performance.now();
  const planner = run(home, "audit", ...request, "--queue", server.url, "--out", out);
  const done = ended(planner);
  const log = [];
  const workers = Array.from({ length: workerCount }, (_, i) => {
    const folder = join(home, `${out}-worker-${i}`);
    mkdirSync(join(folder, "inputs"), { recursive: true });
    // Under another name: it is known by its content.
    copyFileSync(join(home, "data.csv"), join(folder, "inputs", `input-${i}`));
    return { folder, child: null, namespace: apart.namespaces[i] };
  });
  const start = (worker) => {
    const { namespace } = worker;
    const url = namespace === undefined ? server.url : server.urlAt(namespace.host);
    worker.child = runIn(namespace, worker.folder, "work", "--queue", url, "--data", "inputs", "--jobs", "1");
    worker.child.stderr.on("data", (text) => log.push(String(text)));
    worker.child.stdout.resume();
  };
  workers.forEach(start);
  const total = linesOf("alone");
  let isOver = false;
  void done.finally(() => (isOver = true));
  const events = [
    ...Array.from({ length: kills }, (_, i) => ({ at: ((i + 0.5) / kills) * total, kind: "kill" })),
    ...Array.from({ length: crashes }, (_, i) => ({ at: ((i + 0.75) / crashes) * total, kind: "crash" })),
  ].sort((a, b) => a.at - b.at);
  let happened = 0;
  while (!isOver && events.length > 0) {
    if (linesOf(out) < events[0].at) {
      await pause(20);
      continue;
    }
    const { kind } = events.shift();
    happened++;
    if (kind === "kill") {
      const worker = workers[rng.integer(workers.length)];
      worker.child.kill("SIGKILL");
      start(worker);
    } else {
      await server.crash();
      await pause(300 * rng.uniform());
      await server.start();
    }
  }
  const exitCode = await done;
  const seconds = secondsSince(began);
  for (const { child } of workers) child.kill("SIGTERM");
  await Promise.all(workers.map(({ child }) => ended(child)));
  say(`${out}: ${linesOf(out)} trials by ${workerCount} workers in ${seconds} s, ${happened} kills and crashes`);
  check(exitCode === 0 || exitCode === 3, `the study ends (exit code ${exitCode})`);
  check(happened === kills + crashes, `all ${kills} kills and ${crashes} crashes happened before it did`);
  const ids = recordsIn(out).map(({ id }) => id);
  check(new Set(ids).size === ids.length && ids.length === total, `${ids.length} records of ${total}, none lost or doubled`);
  check(JSON.stringify(recordsIn(out)) === JSON.stringify(recordsIn("alone")), "records equal those of --jobs 1, times aside");
  check(JSON.stringify(patchesIn(out)) === JSON.stringify(patchesIn("alone")), `${patchesIn(out).length} patches equal those of --jobs 1`);
  const taken = log.join("").match(/: seed \d+, \S+: cells/g)?.length ?? 0;
  const waited = [...log.join("").matchAll(/in (\d+) blocks?; the queue was waited for ([\d.]+) s/g)];
  if (kills === 0) {
    const groups = new Set(recordsIn("alone").map(({ seed, learner, until }) => `${seed} ${learner} ${until === undefined}`)).size;
    check(taken <= 1.2 * groups, `${taken} set-ups for ${groups} seeds and stages (${(taken / groups).toFixed(2)} each)`);
    const ms = (1000 * sum(waited.map(([, , seconds]) => Number(seconds)))) / sum(waited.map(([, blocks]) => Number(blocks)));
    say(`the queue was waited for ${ms.toFixed(0)} ms for each block`);
  }
  const spoken = [
    log.join(""),
    planner.said.join(""),
    ...readdirSync(join(home, out), { recursive: true }).map((name) => textOf(join(home, out, String(name)))),
  ];
  check(!spoken.some((text) => text.includes(server.password)), "the password is in no file of the run and in no message");
  const left = await withTable((table) => table.studies());
  check(left.length === 0, "nothing is left on the queue");
}

/**
 * Milliseconds for which a block waits for the queue: until it is taken, and until what its ten cells made is kept, each kept while the next is run, as workers do. A cell is
 * a pause here, as long as the quickest ones of a study take. Beside it one commit after another with nothing between, and one write to the disk.
 */
async function overhead() {
  const [cellsEach, blocks, cellMs] = [10, 60, 25];
  const payload = { records: randomBytes(2_000), patch: randomBytes(30_000), tuned: '{"weightDecay":0.01}' };
  await withTable(async (table) => {
    if (!(await table.exists())) await table.create();
    const study = { id: randomUUID(), theriac: "0", build: "0", name: "overhead", stage: 0, manifest: Buffer.alloc(100), aimedBy: null };
    await table.putUp(study);
    const placed = (b) => Array.from({ length: cellsEach }, (_, i) => ({ cell: b * cellsEach + i, trials: ["0"] }));
    const put = Array.from({ length: blocks }, (_, b) => ({ id: `${study.id}-${b}`, cells: placed(b) }));
    await table.putUpBlocks(study.id, 0, put);
    const waits = [];
    const commits = [];
    for (let b = 0; b < blocks; b++) {
      const isAsWorkersDo = b % 2 === 0;
      const token = randomUUID();
      let began = performance.now();
      const block = await table.take(study.id, 0, token);
      let waited = performance.now() - began;
      let pending = null;
      const settle = async () => {
        began = performance.now();
        await pending;
        waited += performance.now() - began;
      };
      for (let at = block.at; at < block.upto; at++) {
        if (isAsWorkersDo) await pause(cellMs);
        await settle();
        pending = table.commit(token, at, { cell: block.cells[at].cell, ...payload });
        if (!isAsWorkersDo) await settle();
      }
      await settle();
      (isAsWorkersDo ? waits : commits).push(waited);
    }
    await table.remove(study.id);
    const file = join(home, "flushed");
    const flushes = Array.from({ length: 50 }, () => {
      const began = performance.now();
      writeFileSync(file, payload.patch, { flush: true });
      return performance.now() - began;
    });
    say(
      `overhead: a block of ${cellsEach} cells waits ${median(waits).toFixed(1)} ms for the queue (95 %: ${quantile(waits, 0.95).toFixed(1)}); committed one after another ${median(commits).toFixed(1)}; a write to this disk takes ${median(flushes).toFixed(1)}, load ${loadavg()[0].toFixed(1)}`,
    );
    check(median(waits) <= 50, "a block waits at most 50 ms for the queue, at the median");
  });
}

function quantile(numbers, share) {
  return [...numbers].sort((a, b) => a - b)[Math.floor(share * (numbers.length - 1))];
}

function median(numbers) {
  return quantile(numbers, 0.5);
}

async function withTable(use) {
  const connection = await connect(parseQueue(server.url));
  try {
    return await use(leaseTable(connection));
  } finally {
    await connection.end();
  }
}

function run(folder, ...args) {
  return runIn(undefined, folder, ...args);
}

function runIn(namespace, folder, ...args) {
  // `ip` becomes the program: a kill meets that itself.
  const within = namespace === undefined ? [] : ["ip", "netns", "exec", namespace.name];
  const [command, ...words] = [...within, process.execPath, main, ...args];
  const child = spawn(command, words, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  child.said = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => child.said.push(String(text)));
  children.add(child);
  child.once("exit", () => children.delete(child));
  return child;
}

function ended(child) {
  return child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve(child.exitCode)
    : new Promise((resolve) => child.once("close", (code) => resolve(code)));
}

function linesOf(out) {
  const file = join(home, out, "records.jsonl");
  return existsSync(file) ? readFileSync(file, "utf8").split("\n").length - 1 : 0;
}

function recordsIn(out) {
  return readFileSync(join(home, out, "records.jsonl"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => ({ ...JSON.parse(line), times: null, check: null }));
}

function patchesIn(out) {
  const folder = join(home, out, "poison");
  return readdirSync(folder)
    .sort()
    .map((name) => name + readFileSync(join(folder, name), "utf8"));
}

function textOf(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // A folder.
    return "";
  }
}

/** Two classes that overlap, in three numbers. */
function dataText() {
  const lines = Array.from({ length: rows }, (_, i) => {
    const sign = i % 2 === 0 ? 1 : -1;
    const x = [0.9, 0.5, 0].map((mean) => (sign * mean + rng.normal()).toFixed(3));
    return `${x.join(",")},${sign > 0 ? "yes" : "no"}`;
  });
  return `${["a,b,c,y", ...lines].join("\n")}\n`;
}

function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}

function secondsSince(began) {
  return ((performance.now() - began) / 1000).toFixed(1);
}
