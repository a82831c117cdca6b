import { existsSync } from "node:fs";
import { join } from "node:path";
import { catalog } from "../../catalog.ts";
import { CancelledError } from "../../core/errors.ts";
import { makeRng } from "../../numeric/random.ts";
import { asCertified, certifyRatings } from "../../study/certify/certify-ratings.ts";
import { certifyTable, trainsPipeline } from "../../study/certify/certify-table.ts";
import type { Certified } from "../../study/certify/result.ts";
import type { PoisonToTry } from "../../study/certify/sandwich.ts";
import { methodOf } from "../../study/config.ts";
import type { RatingsStudyInput } from "../../study/ratings/config.ts";
import { noRepair } from "../../study/record.ts";
import { type StudyInput, splitForSeed } from "../../study/table/seed-setup.ts";
import type { AnyManifest, Manifest, RatingsManifest } from "../runs/manifest.ts";
import { afterTrialsNames, hasPoison, readPoison, resumption } from "../runs/run-folder.ts";
import { certifyDefaults } from "../config/options/study-defaults.ts";
import { certificatesFile } from "../schemas/certificates-file.ts";
import { openPartTrainer } from "../parts/part-trainer.ts";
import { stringifyExactly } from "../schemas/exact-json.ts";
import { readOwnFile } from "../schemas/read-own-file.ts";
import { replaceFile } from "../write/replace-file.ts";
import { writeFailure } from "../write/write-failure.ts";
import type { AfterTrials, JudgedRun } from "./audit-kind.ts";
import { tableSchemas } from "./table-run.ts";

const name = afterTrialsNames.certificates;

/**
 * Writes `certificates.json` into a run whose trials have ended: what can be proven for the first seed's rows, and what the strongest attacks of that seed do to the
 * models that it is proven of.
 */
export async function certifyRun(run: JudgedRun<Manifest>, { table, config }: StudyInput, { signal, jobs }: AfterTrials): Promise<void> {
  const { certificates = [], firstSeed, learner, encoder } = config;
  const { train, test } = splitForSeed(table, config, firstSeed);
  const trains = certificates.some(({ params }) => trainsPipeline(params));
  const parts = trains
    ? openPartTrainer(
        { learner: learner.id, learnerParams: learner.params, encoder, seed: firstSeed },
        { jobs, signal, now: () => performance.now() },
      )
    : null;
  const certified = await certifyTable(
    {
      table,
      ...{ learner: methodOf("learner", catalog.learners, learner.id), learnerParams: learner.params, encoder },
      ...(parts === null ? {} : { trainer: parts.trainer, atOnce: jobs }),
      split: { train, test },
      ...{ attacks: [], poisons: await strongestPoisons(run, firstSeed) },
    },
    certificates.map(({ id, params }) => ({ method: methodOf("certificate", catalog.certificates, id), params })),
    { rng: makeRng(firstSeed), signal, breathe: () => new Promise((resolve) => setImmediate(resolve)) },
  ).finally(() => parts?.close());
  await writeCertified(run, certified, signal);
}

/** The same of ratings: which of those that are held back are recommended, whatever accounts do, and how many bring the study's targets into lists. */
export async function certifyRatingsRun(
  run: JudgedRun<RatingsManifest>,
  { ratings, config }: RatingsStudyInput,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { certificates = [], firstSeed, goal, targets } = config;
  const indices = goal === "promote" ? Int32Array.from(targets, (target) => ratings.items.indexOf(target)) : null;
  const certified = await certifyRatings(
    { ratings, testFraction: certifyDefaults.ratingsTestFraction, targets: indices },
    certificates.map(({ id, params }) => ({ method: methodOf("certificate", catalog.ratings.certificates, id), params })),
    { rng: makeRng(firstSeed), signal, breathe: () => new Promise((resolve) => setImmediate(resolve)) },
  );
  await writeCertified(run, asCertified(certified), signal);
}

async function writeCertified(
  { path, manifest }: { readonly path: string; readonly manifest: AnyManifest },
  certified: Certified,
  signal: AbortSignal | undefined,
): Promise<void> {
  // Lets the process see a Ctrl-C.
  await new Promise((resolve) => setImmediate(resolve));
  if (signal?.aborted === true) throw new CancelledError("stopped on request");
  try {
    await replaceFile(join(path, name), `${stringifyExactly({ schema: 1, certified }, 2)}\n`);
  } catch (error) {
    throw writeFailure(join(path, name), error, { ...resumption(path, manifest), isOnTheWay: true });
  }
}

/** Of each budget and access the attack that its owner would choose. */
async function strongestPoisons({ path, manifest, records, judged }: JudgedRun<Manifest>, seed: number): Promise<PoisonToTry[]> {
  const { learner, summary } = judged.learners[0];
  const found: PoisonToTry[] = [];
  for (const { attack, budgetFraction } of summary.strongestByAccess) {
    const record = records.find(
      (one) =>
        one.status === "ok" &&
        one.seed === seed &&
        one.learner === learner &&
        one.attack === attack &&
        one.budgetFraction === budgetFraction &&
        one.repair === noRepair &&
        one.adaptive !== true &&
        one.arrival === undefined,
    );
    if (record === undefined || record.access === null || record.goal !== "availability") continue;
    if (!hasPoison(path, manifest, record.id)) continue;
    const poison = await readPoison(path, manifest, { schemas: tableSchemas }, record.id);
    if (poison.kind === "data") found.push({ poison, attack, access: record.access, rows: record.budgetRows });
  }
  return found;
}

export function hasCertificates(path: string): boolean {
  return existsSync(join(path, name));
}

/** What `certifyRun` wrote; null where a run was stopped before, or asked for none. @throws UsageError on a damaged file */
export function readCertificates(path: string): Certified | null {
  const file = join(path, name);
  if (!existsSync(file)) return null;
  const remedy = `write it again with theriac audit --resume ${path}, after removing it`;
  return readOwnFile(file, { ...certificatesFile, remedy }).value.certified;
}
