// Time and memory of `theriac scan`, as a user runs it, on synthetic data that is written to a temporary folder: a table of 100 numbers and a class, or
// reviews by accounts, each with a share of wrong labels; the reviews with a few floods of near-copies too.
//   node bench/scan-scale.mjs [--kind numbers|reviews] [--rows 50000] [--effort quick] [--profile FOLDER]
// Asked: 1,000,000 rows of numbers, or 500,000 reviews, within 8 GiB. The peak is the resident memory of the whole process, as the system counts it;
// --profile leaves a CPU profile. What the scan says of itself (progress, notes) is shown as it comes.
import { spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { makeRng } from "../dist/numeric/random.js";

const { values: options } = parseArgs({
  options: {
    kind: { type: "string", default: "numbers" },
    rows: { type: "string", default: "50000" },
    profile: { type: "string" },
    effort: { type: "string", default: "quick" },
  },
});
const rows = Number(options.rows);
const features = 100;
const wrongShare = 0.01;
const folder = mkdtempSync(join(tmpdir(), "scan-scale-"));
const path = join(folder, `${options.kind}.csv`);
const writers = { numbers: numberLine, reviews: reviewLine };
if (writers[options.kind] === undefined) throw new Error("--kind must be numbers or reviews");

try {
  const wrong = writeRows(writers[options.kind]());
  const asked = options.kind === "numbers" ? ["--label", "label"] : ["--label", "label", "--text", "text", "--source", "account"];
  const { seconds, peakBytes, cpuSeconds, code } = await runScan(asked);
  if (code !== 0) throw new Error(`the scan ended with ${code} after ${seconds.toFixed(0)} s at ${gib(peakBytes)} GiB`);
  const { flagged, detectors, expectedFalseAlarms } = JSON.parse(readFileSync(join(folder, "run", "manifest.json"), "utf8"));
  console.log(`\nkind     rows     file MiB  s       CPU s   peak GiB  wrong labels  flagged  expected false alarms  findings MiB`);
  console.log(
    [
      options.kind.padEnd(8),
      String(rows).padEnd(8),
      (statSync(path).size / 2 ** 20).toFixed(0).padEnd(9),
      seconds.toFixed(0).padEnd(7),
      cpuSeconds.toFixed(0).padEnd(7),
      gib(peakBytes).padEnd(9),
      String(wrong).padEnd(13),
      String(flagged).padEnd(8),
      (expectedFalseAlarms?.toFixed(1) ?? "not known").padEnd(22),
      (statSync(join(folder, "run", "findings.jsonl")).size / 2 ** 20).toFixed(0),
    ].join(" "),
  );
  for (const { id, flaggedRows, error } of detectors)
    console.log(`  ${id}: ${error ?? (flaggedRows === null ? "ranks only" : `flags ${flaggedRows}`)}`);
} finally {
  rmSync(folder, { recursive: true });
}

function gib(bytes) {
  return (bytes / 2 ** 30).toFixed(2);
}

function runScan(asked) {
  const report =
    'process.on("exit", () => { const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();' +
    "process.stderr.write(`peak ${maxRSS * 1024} cpu ${(userCPUTime + systemCPUTime) / 1e6}\\n`); })";
  const profiled = options.profile === undefined ? [] : ["--cpu-prof", "--cpu-prof-dir", resolve(options.profile)];
  const cli = resolve(import.meta.dirname, "../dist/cli/main.js");
  const args = [...profiled, "--import", `data:text/javascript,${encodeURIComponent(report)}`, cli];
  const started = performance.now();
  const child = spawn(process.execPath, [...args, "scan", path, ...asked, "--effort", options.effort, "--out", join(folder, "run")], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let told = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    told = (told + text).slice(-10_000);
    process.stderr.write(text);
  });
  return new Promise((done) => {
    child.on("close", (code, signal) => {
      const [, peak, cpu] = /peak (\d+) cpu ([\d.]+)/.exec(told) ?? [null, NaN, NaN];
      done({ code: code ?? signal, seconds: (performance.now() - started) / 1000, peakBytes: Number(peak), cpuSeconds: Number(cpu) });
    });
  });
}

/** Writes the lines that `next` gives, the header first; returns how many labels are wrong. */
function writeRows({ header, next }) {
  const file = openSync(path, "w");
  let wrong = 0;
  let lines = [header];
  for (let row = 0; row < rows; row++) {
    const { line, isWrong } = next(row);
    lines.push(line);
    wrong += isWrong ? 1 : 0;
    if (lines.length === 5000 || row === rows - 1) {
      writeSync(file, `${lines.join("\n")}\n`);
      lines = [];
    }
  }
  closeSync(file);
  return wrong;
}

/** Normal numbers, of which the first ten carry the class. */
function numberLine() {
  const rng = makeRng(0).fork("numbers");
  const header = [...Array.from({ length: features }, (_, j) => `x${j}`), "label"].join(",");
  return {
    header,
    next() {
      const cells = Array.from({ length: features }, () => rng.normal());
      const isYes = cells.slice(0, 10).reduce((sum, value) => sum + value, 0) + rng.normal() > 0;
      const isWrong = rng.uniform() < wrongShare;
      return { line: `${cells.map((value) => value.toFixed(4)).join(",")},${isYes !== isWrong ? "yes" : "no"}`, isWrong };
    },
  };
}

/** Reviews of 20 to 100 words out of 20,000 by Zipf's law, among them words of praise or blame; one in 500 is a near-copy of one of a few floods. */
function reviewLine() {
  const rng = makeRng(0).fork("reviews");
  const words = 20_000;
  const zipf = () => Math.floor(words ** rng.uniform()) - 1;
  const mood = 200;
  const write = (isGood) =>
    Array.from({ length: 20 + rng.integer(80) }, () =>
      rng.uniform() < 0.12 ? `${isGood !== rng.uniform() < 0.2 ? "good" : "bad"}${rng.integer(mood)}` : `w${zipf()}`,
    );
  const floods = Array.from({ length: Math.max(1, Math.floor(rows / 20_000)) }, () => write(false));
  const accounts = Math.max(10, Math.floor(rows / 4));
  return {
    header: "account,label,text",
    next(row) {
      if (rng.uniform() < 0.002) {
        const copied = floods[rng.integer(floods.length)].map((word) => (rng.uniform() < 0.05 ? `w${zipf()}` : word));
        return { line: `new${row},positive,${copied.join(" ")}`, isWrong: true };
      }
      const isGood = rng.uniform() < 0.5;
      const isWrong = rng.uniform() < wrongShare;
      return { line: `u${rng.integer(accounts)},${isGood !== isWrong ? "positive" : "negative"},${write(isGood).join(" ")}`, isWrong };
    },
  };
}
