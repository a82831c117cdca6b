import { readFileSync } from "node:fs";
import { join } from "node:path";
import { filesIn } from "./cli/command.ts";

/** Records of a run without their times, and without the digest that covers them. */
export function recordsIn(run: string): unknown[] {
  const lines = readFileSync(join(run, "records.jsonl"), "utf8").trimEnd().split("\n");
  return lines.map((line) => ({ ...JSON.parse(line), times: null, check: null }));
}

/** Every patch of a run, its name before its text. */
export function patchesIn(run: string): string[] {
  return filesIn(join(run, "poison")).map((name) => name + readFileSync(join(run, "poison", name), "utf8"));
}
