import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { reviews } from "./data.mjs";

const root = join(import.meta.dirname, "..");

/** An audit of 8,000 synthetic reviews on one worker thread, in a process of its own: trials a second of CPU time, and the most memory it held. */
export async function benchAudit({ folder, small }) {
  mkdirSync(folder, { recursive: true });
  const data = join(folder, "reviews.csv");
  const rows = reviews(small ? 200 : 8_000).map(({ label, task, source, text }) => `${label},${task},${source},${text}`);
  writeFileSync(data, `label,task,source,text\n${rows.join("\n")}\n`);
  const run = join(folder, "run");
  const usage = join(folder, "usage.json");
  const roles = ["--label", "label", "--text", "text", "--task", "task", "--source", "source"];
  const study = ["--budget", small ? "10%" : "1%,5%,10%", "--seeds", "1", "--jobs", "1", "--out", run, "--json", "--quiet"];
  const preload = pathToFileURL(join(import.meta.dirname, "write-usage.mjs")).href;
  const child = spawn(process.execPath, ["--import", preload, join(root, "dist/cli/main.js"), "audit", data, ...roles, ...study], {
    env: { ...process.env, THERIAC_BENCH_USAGE: usage },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`the audit ended with exit code ${code}`);
  const { cpuMs, peakMemoryBytes } = JSON.parse(readFileSync(usage, "utf8"));
  const trials = readFileSync(join(run, "records.jsonl"), "utf8").trim().split("\n").length;
  return { cpuMs, trials, trialsPerSecond: (1e3 * trials) / cpuMs, peakMemoryMb: peakMemoryBytes / 1e6 };
}
