// Kills an audit at random moments, again and again, and resumes it each time: node scripts/kill-test.mjs [kills] [folder].
// Exits 1 unless no recorded trial was lost or run twice and the records are, times apart, those of an audit that was left alone.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const kills = Number(process.argv[2] ?? 100);
const folder = process.argv[3] ?? mkdtempSync(join(tmpdir(), "theriac-kill-"));
const main = new URL("../dist/cli/main.js", import.meta.url).pathname;
const request = ["reviews.csv", "--label", "label", "--text", "text", "--task", "product", "--source", "account"];
const study = ["--budget", "1%,2%,5%,10%", "--seeds", "3", "--quiet"];

function theriac(args, killAfterMs = Infinity) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [main, ...args], { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    child.stderr.on("data", (chunk) => (said += chunk));
    const timer = killAfterMs === Infinity ? null : setTimeout(() => child.kill("SIGKILL"), killAfterMs);
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ code, said });
    });
  });
}

/** Whole lines of a run's records; what follows the last line end was being written. */
function linesOf(run) {
  const file = join(folder, run, "records.jsonl");
  return existsSync(file) ? readFileSync(file, "utf8").split("\n").slice(0, -1) : [];
}

/** A record without its times and the digest that covers them. */
function timeless(line) {
  const { times, check, ...record } = JSON.parse(line);
  return JSON.stringify(record);
}

function fail(message) {
  console.error(`kill-test: ${message} (left in ${folder})`);
  process.exit(1);
}

const made = await theriac(["demo", "--out", ".", "--data-only"]);
if (made.code !== 0) fail(made.said);
const started = performance.now();
await theriac(["audit", ...request, ...study, "--out", "alone", "--jobs", "2"]);
const aloneMs = performance.now() - started;
if (linesOf("alone").length === 0) fail("the undisturbed audit recorded nothing");

let done = 0;
let kept = 0;
for (let round = 0; done < kills; round++) {
  const run = `run${round}`;
  let before = [];
  let code = null;
  for (let begun = false; code === null; begun = existsSync(join(folder, run, "manifest.json"))) {
    const args = begun
      ? ["audit", "--resume", run, "--quiet", "--jobs", "2"]
      : ["audit", ...request, ...study, "--out", run, "--jobs", "2"];
    // A run folder whose manifest was not written yet holds nothing.
    if (!begun) rmSync(join(folder, run), { recursive: true, force: true });
    const ended = await theriac(args, done < kills ? Math.random() * 1.2 * aloneMs : Infinity);
    code = ended.code;
    if (code === null) done++;
    else if (code !== 0) fail(`exit code ${code}: ${ended.said}`);
    const after = linesOf(run);
    const set = new Set(after);
    if (code === null) {
      const lost = before.filter((line) => !set.has(line));
      if (lost.length > 0) fail(`${lost.length} recorded trials were lost`);
      kept = Math.max(kept, after.length);
    } else if (before.some((line) => !set.has(line))) fail("a recorded trial was run again");
    if (new Set(after.map((line) => JSON.parse(line).id)).size !== after.length) fail("a trial is recorded twice");
    before = after;
  }
  const [killed, alone] = [linesOf(run).map(timeless), linesOf("alone").map(timeless)];
  if (JSON.stringify(killed) !== JSON.stringify(alone)) fail(`the records of ${run} differ from those of the undisturbed audit`);
  rmSync(join(folder, run), { recursive: true });
}
console.log(`${done} kills: no recorded trial was lost or run twice; the longest interrupted run had ${kept} records`);
if (process.argv[3] === undefined) rmSync(folder, { recursive: true });
