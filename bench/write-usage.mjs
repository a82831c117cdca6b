// Preloaded into the process that is measured: writes what it used when it ends.
import { writeFileSync } from "node:fs";
import { isMainThread } from "node:worker_threads";

if (isMainThread)
  process.on("exit", () => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    const usage = { cpuMs: (userCPUTime + systemCPUTime) / 1e3, peakMemoryBytes: 1024 * maxRSS };
    writeFileSync(process.env["THERIAC_BENCH_USAGE"], JSON.stringify(usage));
  });
