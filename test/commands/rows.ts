import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeRng } from "../../src/numeric/random.ts";

/** Rows of two numbers and a whole one in two classes that overlap, in rows.csv. */
export function writeRows(folder: string, rows = 240): void {
  const rng = makeRng(5);
  const lines = Array.from({ length: rows }, (_, i) => {
    const isYes = i % 2 === 0;
    return [rng.normal() + Number(isYes), rng.normal() - Number(isYes), Math.floor(10 * rng.uniform()), isYes ? "yes" : "no"].join();
  });
  writeFileSync(join(folder, "rows.csv"), `a,b,c,kind\n${lines.join("\n")}\n`);
}

/** Living processes that carry what marks whatever was started for an audit in this folder. */
export function keptProcesses(folder: string): string[] {
  return readdirSync("/proc").filter((name) => {
    try {
      const environment = /^\d+$/.test(name) ? readFileSync(`/proc/${name}/environ`, "latin1") : "";
      return environment.includes("THERIAC_KEPT=") && environment.includes(`THERIAC_TEST_FOLDER=${folder}`) && !isDead(name);
    } catch {
      return false;
    }
  });
}

function isDead(pid: string): boolean {
  return /\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
}

/** Processes can be seen and counted. */
export const isLinux = process.platform === "linux";
