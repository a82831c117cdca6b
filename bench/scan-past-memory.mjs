// Reviews that do not fit into memory: `theriac scan --memory 2GB` on generated reviews with floods of edited copies, triggers and lying accounts planted, as Parquet.
//   node bench/scan-past-memory.mjs [500000] [--memory 2GB] [--folder FOLDER] [--in-memory] [--seed 1] [--keep]
// Prints time, CPU seconds, peak resident memory, the most that lay in the spill folder, and what was found of what was planted; with --in-memory it scans the same file
// in memory too, by the same four detectors, and shows for each group found there the one here that shares most of its rows (Jaccard). The generated file stays in --folder
// (default: a temporary one that is removed). Asked: 20,000,000 rows end within 2 GB; recall of planted floods and triggers ≥ 0.9; at most 60 µs of CPU a row.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { groupsInCommon, heldAgainst, readFindings } from "./past-memory/compare-findings.mjs";
import { writeReviews } from "./past-memory/write-reviews.mjs";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    memory: { type: "string", default: "2GB" },
    folder: { type: "string" },
    "in-memory": { type: "boolean", default: false },
    seed: { type: "string", default: "1" },
    keep: { type: "boolean", default: false },
  },
});
const rows = Number(positionals[0] ?? 500_000);
const folder = options.folder ?? mkdtempSync(join(tmpdir(), "past-memory-"));
mkdirSync(folder, { recursive: true });
const path = join(folder, `reviews-${rows}-${options.seed}.parquet`);
const truth = path.replace(/parquet$/, "planted.json");
const asked = ["--label", "label", "--text", "review", "--source", "account"];
const samePart = ["text-campaigns", "trigger-association", "lying-accounts", "loss"].flatMap((id) => ["--detector", id]);

try {
  if (!existsSync(truth)) writeFileSync(truth, JSON.stringify(await writeReviews(path, rows, Number(options.seed))));
  const planted = JSON.parse(readFileSync(truth, "utf8"));
  const spill = join(folder, "spill");
  const past = await scan([...asked, "--memory", options.memory, "--spill", spill], join(folder, `past-${rows}`), spill);
  const found = readFindings(join(folder, `past-${rows}`));
  show("past memory", past, found, planted);
  if (options["in-memory"]) {
    const whole = await scan([...asked, "--jobs", "1", ...samePart], join(folder, `whole-${rows}`), null);
    const inMemory = readFindings(join(folder, `whole-${rows}`));
    show("in memory", whole, inMemory, planted);
    console.table(
      groupsInCommon(inMemory, found).map((group) => ({
        ...group,
        similarity: group.similarity.toFixed(2),
        sentence: group.sentence.slice(0, 90),
      })),
    );
  }
} finally {
  if (options.folder === undefined && !options.keep) rmSync(folder, { recursive: true });
}

function show(name, { seconds, cpuSeconds, peakBytes, spillBytes }, found, planted) {
  const { told, flagged, others } = heldAgainst(found, planted);
  console.log(
    `\n${name}: ${rows} rows (${mib(statSync(path).size)} MiB) in ${seconds.toFixed(0)} s, ${cpuSeconds.toFixed(0)} CPU s (${((1e6 * cpuSeconds) / rows).toFixed(0)} µs a row), peak ${mib(peakBytes)} MiB, spill ${mib(spillBytes)} MiB; ${flagged} rows flagged, ${others} of them not planted`,
  );
  console.table(told.map((one) => ({ ...one, recall: one.recall.toFixed(3) })));
}

function mib(bytes) {
  return (bytes / 2 ** 20).toFixed(0);
}

function scan(args, out, spill) {
  rmSync(out, { recursive: true, force: true });
  const report =
    'process.on("exit", () => { const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();' +
    "process.stderr.write(`peak ${maxRSS * 1024} cpu ${(userCPUTime + systemCPUTime) / 1e6}\\n`); })";
  const cli = resolve(import.meta.dirname, "../dist/cli/main.js");
  const node = ["--max-old-space-size=16000", "--import", `data:text/javascript,${encodeURIComponent(report)}`, cli];
  const started = performance.now();
  const child = spawn(process.execPath, [...node, "scan", path, ...args, "--out", out], { stdio: ["ignore", "ignore", "pipe"] });
  let told = "";
  let spillBytes = 0;
  const watch = setInterval(() => (spillBytes = Math.max(spillBytes, spill === null ? 0 : sizeOf(spill))), 1000);
  child.stderr.setEncoding("utf8").on("data", (text) => {
    told = (told + text).slice(-10_000);
    process.stderr.write(text);
  });
  return new Promise((done, fail) => {
    child.on("close", (code) => {
      clearInterval(watch);
      if (code !== 0) return fail(new Error(`the scan ended with ${code}`));
      const [, peak, cpu] = /peak (\d+) cpu ([\d.]+)/.exec(told);
      done({ seconds: (performance.now() - started) / 1000, peakBytes: Number(peak), cpuSeconds: Number(cpu), spillBytes });
    });
  });
}

/** Files may go while they are counted. */
function sizeOf(parent) {
  let sum = 0;
  try {
    for (const name of readdirSync(parent, { recursive: true })) {
      try {
        const found = statSync(join(parent, name));
        if (found.isFile()) sum += found.size;
      } catch {
        continue;
      }
    }
  } catch {
    return sum;
  }
  return sum;
}
