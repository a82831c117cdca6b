// Runs the inputs that its parent names, one after the other, and tells what became of each.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { makeRng } from "../dist/numeric/random.js";
import { allTargets } from "./targets.mjs";

const [seed, prepared] = process.argv.slice(2);
const allowedErrors = ["UsageError", "NumericalError", "StorageError"];
/** Characters of what is still a line that somebody reads. */
const longestMessage = 5000;
const targets = new Map(allTargets.map((target) => [target.id, target]));
const loaded = new Map();
const scratch = mkdtempSync(join(tmpdir(), "theriac-fuzz-"));
process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));
// A parent that was killed cannot say so.
process.on("disconnect", () => process.exit(0));

const written = new Set();

/** A folder that is empty until something is written into it. */
function placeOf(target) {
  const folder = join(scratch, target.id);
  if (written.delete(folder)) rmSync(folder, { recursive: true, force: true });
  return {
    folder,
    write(name, bytes) {
      written.add(folder);
      const path = join(folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, bytes);
      return path;
    },
  };
}

process.on("message", async ({ id, number }) => {
  const target = targets.get(id);
  if (!loaded.has(id)) loaded.set(id, await target.load?.(prepared, scratch));
  const input = target.make(makeRng(seed).fork(id).fork(number), loaded.get(id));
  const began = performance.now();
  let outcome = "taken";
  let error = null;
  try {
    outcome = (await target.run(input, placeOf(target))) ?? "taken";
  } catch (thrown) {
    const isLine = !String(thrown?.message).includes("\n") && thrown?.message?.length <= longestMessage;
    const isAllowed = allowedErrors.includes(thrown?.name) && isLine;
    outcome = isAllowed ? "refused" : "fault";
    if (!isAllowed) error = String(thrown?.stack ?? thrown).slice(0, 2000);
  }
  process.send({ id, number, outcome, error, ms: performance.now() - began, rssMiB: process.resourceUsage().maxRSS / 1024 });
});
process.send({ ready: true });
