import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { catalog } from "../dist/catalog.js";
import { makeRng } from "../dist/numeric/random.js";
import { planStudy, runStudy } from "../dist/study/run-study.js";
import { reviews } from "./parts/data.mjs";

const root = join(import.meta.dirname, "..");

/** An audit of 8,000 synthetic reviews on one worker thread, in a process of its own: trials a second of CPU time, and the most memory it held. */
export async function benchAudit({ folder, small }) {
  const { cpuMs, trials, peakMemoryBytes } = await runAudit(join(folder, "audit"), small, { jobs: 1, seeds: 1 });
  return { cpuMs, trials, trialsPerSecond: (1e3 * trials) / cpuMs, peakMemoryMb: peakMemoryBytes / 1e6 };
}

/** The same over three seeds on one and on two worker threads: how much sooner two are done. Tells something on a quiet machine only. */
export async function benchWorkers({ folder, small }) {
  const one = await runAudit(join(folder, "one"), small, { jobs: 1, seeds: 3 });
  const two = await runAudit(join(folder, "two"), small, { jobs: 2, seeds: 3 });
  return {
    cpuMs: two.cpuMs,
    oneWallMs: one.wallMs,
    twoWallMs: two.wallMs,
    speedUp: one.wallMs / two.wallMs,
    trialsPerSecond: (1e3 * two.trials) / two.wallMs,
  };
}

/** Milliseconds that a trial takes beyond its training, over many trials on 60 rows of one number. */
export async function benchOverhead({ small }) {
  const rng = makeRng("overhead");
  const values = Float64Array.from({ length: 60 }, () => rng.normal());
  const table = {
    rows: 60,
    columns: [
      { kind: "number", name: "x", values },
      {
        kind: "category",
        name: "label",
        codes: Int32Array.from(values, (value) => (value + rng.normal() > 0 ? 1 : 0)),
        names: ["no", "yes"],
      },
    ],
    roles: { labels: ["label"], features: ["x"], task: null, source: null, id: null },
  };
  const config = {
    encoder: { bigrams: false, minDocuments: 2, fittedOn: "poisoned" },
    learner: { id: "logistic", params: { weightDecay: 0.01, bias: "free", tolerance: 1e-4 } },
    sharing: "pooled",
    attacks: [{ id: "label-flip", params: {} }],
    detectors: [],
    repairs: [],
    budgets: Array.from({ length: small ? 2 : 50 }, (_, i) => 0.01 * (i + 1)),
    seeds: small ? 2 : 40,
    firstSeed: 0,
    testFraction: 0.3,
    flagFraction: 0.05,
    attackTasks: null,
    targetTasks: null,
  };
  const cells = planStudy(config, "overhead", (text) => text);
  const before = process.cpuUsage();
  const started = performance.now();
  let [trials, trainMs] = [0, 0];
  await runStudy({ table, config, methods: catalog }, cells, {
    now: () => performance.now(),
    onCell(_, records) {
      trials += records.length;
      for (const { times } of records) trainMs += times.trainMs;
    },
  });
  const { user, system } = process.cpuUsage(before);
  return { cpuMs: (user + system) / 1e3, trials, overheadMsPerTrial: (performance.now() - started - trainMs) / trials };
}

async function runAudit(folder, small, { jobs, seeds }) {
  mkdirSync(folder, { recursive: true });
  const data = join(folder, "reviews.csv");
  const rows = reviews(small ? 200 : 8_000).map(({ label, task, source, text }) => `${label},${task},${source},${text}`);
  writeFileSync(data, `label,task,source,text\n${rows.join("\n")}\n`);
  const run = join(folder, "run");
  const usage = join(folder, "usage.json");
  const roles = ["--label", "label", "--text", "text", "--task", "task", "--source", "source"];
  const study = [
    "--budget",
    small ? "10%" : "1%,5%,10%",
    "--seeds",
    String(seeds),
    "--jobs",
    String(jobs),
    "--out",
    run,
    "--json",
    "--quiet",
  ];
  const preload = pathToFileURL(join(import.meta.dirname, "write-usage.mjs")).href;
  const child = spawn(process.execPath, ["--import", preload, join(root, "dist/cli/main.js"), "audit", data, ...roles, ...study], {
    env: { ...process.env, THERIAC_BENCH_USAGE: usage },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`the audit ended with exit code ${code}`);
  const { cpuMs, peakMemoryBytes } = JSON.parse(readFileSync(usage, "utf8"));
  const trials = readFileSync(join(run, "records.jsonl"), "utf8").trim().split("\n").length;
  const { startedAt, finishedAt } = JSON.parse(readFileSync(join(run, "manifest.json"), "utf8"));
  return { cpuMs, trials, peakMemoryBytes, wallMs: Date.parse(finishedAt) - Date.parse(startedAt) };
}
