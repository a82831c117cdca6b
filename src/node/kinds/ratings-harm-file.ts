import { existsSync } from "node:fs";
import { join } from "node:path";
import { CancelledError, NumericalError } from "../../core/errors.ts";
import { strongestAt } from "../../report/judging/findings.ts";
import type { RatingsStudyInput } from "../../study/ratings/config.ts";
import { type RatingsHarm, ratingsHarm } from "../../study/ratings/harm.ts";
import { setUpRatings } from "../../study/ratings/setup.ts";
import { noRepair } from "../../study/record.ts";
import { stringifyExactly } from "../schemas/exact-json.ts";
import type { RatingsManifest } from "../runs/manifest.ts";
import { afterTrialsNames, readPoison, resumption } from "../runs/run-folder.ts";
import { harmFile } from "../schemas/harm-file.ts";
import { readOwnFile } from "../schemas/read-own-file.ts";
import { replaceFile } from "../write/replace-file.ts";
import { writeFailure } from "../write/write-failure.ts";
import { ratingsSchemas } from "./ratings-run.ts";
import type { JudgedRun } from "./audit-kind.ts";

const harmName = afterTrialsNames.harm;

/**
 * Writes `harm.json` into a run whose trials have ended: for each engine who is hurt by the strongest attack at the largest budget, from its patch
 * of the first seed. An engine on which nothing ended, or which cannot be trained again, is left out.
 */
export async function measureHarm(
  { path, manifest, records, judged }: JudgedRun<RatingsManifest>,
  input: RatingsStudyInput,
  signal: AbortSignal | undefined,
): Promise<void> {
  const found: RatingsHarm[] = [];
  for (const { learner: engine, summary } of judged.learners) {
    const budgetFraction = Math.max(...summary.strongest.map((entry) => entry.budgetFraction));
    const attack = summary.strongest.length === 0 ? null : strongestAt(summary, budgetFraction);
    const record = records
      .filter(({ learner, status, repair }) => learner === engine && status === "ok" && repair === noRepair)
      .filter((candidate) => candidate.attack === attack && candidate.budgetFraction === budgetFraction)
      .reduce<(typeof records)[number] | null>((first, next) => (first === null || next.seed < first.seed ? next : first), null);
    const chosen = input.config.engines.find(({ id }) => id === engine);
    if (attack === null || record === null || chosen === undefined) continue;
    const { seed } = record;
    const poison = await readPoison(path, manifest, { schemas: ratingsSchemas }, record.id);
    if (poison.kind !== "accounts") throw new Error(`a patch of the kind "${poison.kind}" in a run of ratings`);
    try {
      const setup = await setUpRatings(input, { id: chosen.id, params: chosen.params }, seed, { signal });
      found.push(await ratingsHarm(setup, poison, { engine, attack, budgetFraction, seed }, { signal }));
    } catch (error) {
      if (!(error instanceof NumericalError)) throw error;
    }
    // Lets the process see a Ctrl-C.
    await new Promise((resolve) => setImmediate(resolve));
    if (signal?.aborted === true) throw new CancelledError("stopped on request");
  }
  try {
    await replaceFile(join(path, harmName), `${stringifyExactly({ schema: 1, harm: found }, 2)}\n`);
  } catch (error) {
    throw writeFailure(join(path, harmName), error, { ...resumption(path, manifest), isOnTheWay: true });
  }
}

export function hasHarm(path: string): boolean {
  return existsSync(join(path, harmName));
}

/** What `measureHarm` wrote; nothing where a run was stopped before. @throws UsageError on a damaged file */
export async function readHarm(path: string): Promise<RatingsHarm[]> {
  const file = join(path, harmName);
  if (!existsSync(file)) return [];
  const remedy = `write it again with theriac audit --resume ${path}, after removing it`;
  return [...readOwnFile(file, { ...harmFile, remedy }).value.harm];
}
