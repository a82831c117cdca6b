import { availableParallelism } from "node:os";
import { join } from "node:path";
import { catalog } from "../catalog.ts";
import { UsageError } from "../core/errors.ts";
import type { AttackSetting } from "../core/attack.ts";
import { targetOf } from "../core/examples.ts";
import type { TargetKind } from "../core/method.ts";
import { resolveParams } from "../core/params.ts";
import { encoderParams } from "../data/encoder.ts";
import { splitRows } from "../data/split.ts";
import { makeRng } from "../numeric/random.ts";
import { certifiedMetrics, checkCertifiedLimit } from "../report/judging/certified-limits.ts";
import { certifiedJson } from "../report/judging/certified-json.ts";
import { parseLimit } from "../report/judging/limits.ts";
import { type Verdict, verdictOfCertified } from "../report/judging/verdict.ts";
import { spreadsheetTable } from "../report/words/spreadsheet.ts";
import { certifyTable, refusedOf, trainsPipeline } from "../study/certify/certify-table.ts";
import { type Certified, certificateNames } from "../study/certify/result.ts";
import type { AttackToTry } from "../study/certify/sandwich.ts";
import { methodOf } from "../study/config.ts";
import { readRequestOf } from "./config/audit-config.ts";
import { certificatesFor } from "./config/choose-certificates.ts";
import { choose, chooseFor, idsFor, unique } from "./config/choose-method.ts";
import type { MethodChoice } from "./config/options/choices.ts";
import type { ConfigOf } from "./config/options/options.ts";
import { certifyDefaults } from "./config/options/study-defaults.ts";
import { resolveLearning } from "./config/resolve-learners.ts";
import { openPartTrainer } from "./parts/part-trainer.ts";
import { readTable } from "./read/read-table.ts";
import { type Note, notesOf } from "./read/request.ts";
import { provenance } from "./runs/provenance.ts";
import { stringifyExactly } from "./schemas/exact-json.ts";
import { intoNewFolder } from "./write/into-new-folder.ts";
import { writeFiles } from "./write/write-files.ts";

export interface CertifyConfig extends Omit<ConfigOf<"certify", "table">, "learner"> {
  /** What certificates of base=pipeline train on each part. */
  readonly learner?: MethodChoice | readonly MethodChoice[];
  /** Folder for certificates.json and radii.csv; none by default. */
  readonly out?: string;
  /** Folder in which the answers of parts are kept, so that a run that was stopped goes on from there; none by default. */
  readonly cache?: string;
}

export interface CertifyHooks {
  readonly signal?: AbortSignal;
  /** Worker threads that train parts; by default one for each core. They change nothing but the time. */
  readonly jobs?: number | undefined;
  /** How long the models of parts will take, told once the first is trained. */
  readonly onEstimate?: (estimate: { readonly models: number; readonly jobs: number; readonly ms: number }) => void;
  readonly onNote?: (note: Note) => void;
  readonly onProgress?: (done: number, total: number, running: string) => void;
}

export interface CertifiedRun extends Certified {
  readonly verdict: Verdict;
}

const files = { certificates: "certificates.json", radii: "radii.csv" } as const;

/** Certifies the answers for held rows of a table. @throws UsageError where the request is wrong; then nothing was written */
export function certify(config: CertifyConfig, hooks: CertifyHooks = {}): Promise<CertifiedRun> {
  return intoNewFolder(config.out, Object.values(files), "certificates", () => certifyData(config, hooks));
}

async function certifyData(config: CertifyConfig, hooks: CertifyHooks): Promise<CertifiedRun> {
  if (config.certificates?.length === 0) throw new UsageError("--certificate none leaves nothing to certify");
  for (const choice of config.certificates ?? []) choose("certificate", catalog.certificates, choice);
  const limits = (config.limits ?? []).map((text) => parseLimit(text));
  const request = readRequestOf(config.data ?? {});
  const read = await readTable(request);
  const { table } = read;
  const { kind } = targetOf(table);
  for (const limit of limits) checkCertifiedLimit(limit, certifiedMetrics(kind));
  const { learner, setting, notes } = resolveLearning(config.learner === undefined ? {} : { learner: config.learner }, table, {
    takesOutside: true,
  });
  for (const note of [...notesOf(read, "warning"), ...notesOf(read, "info"), ...notes]) hooks.onNote?.(note);
  const chosen = certificatesFor(config.certificates, table, config.effort ?? certifyDefaults.effort);
  const trains = chosen.some(({ params }) => trainsPipeline(params));
  if (config.learner !== undefined && !trains)
    throw new UsageError(
      `--learner ${textOf(config.learner)}: certificates of base=pipeline alone train it, and none of these is one: --certificate deep-partition-aggregation:base=pipeline`,
    );
  if (config.cache !== undefined && !trains)
    throw new UsageError("--cache keeps what certificates of base=pipeline train, and none of these is one");
  const attacks = attacksToTry(config, kind, { table, ...setting });
  const seed = config.seed ?? certifyDefaults.seed;
  const pipeline = {
    learner: methodOf("learner", catalog.learners, learner.id),
    learnerParams: learner.params,
    encoder: resolveParams("encoder", encoderParams),
  };
  if (pipeline.learner.outside !== undefined && attacks.length > 0)
    hooks.onNote?.({
      level: "info",
      text: `nobody looks into ${learner.id}: attacks are made on ${setting.learner.id}, and what they do is measured on the models of parts`,
    });
  const split = splitRows(table, { testFraction: config.testFraction ?? certifyDefaults.testFraction, rng: makeRng(seed).fork("split") });
  const given = { table, ...pipeline, split };
  const certificates = chosen.map(({ id, params }) => ({ method: methodOf("certificate", catalog.certificates, id), params }));
  if (config.certificates !== undefined) refuseNamed(refusedOf(given, certificates, makeRng(seed)));
  const jobs = hooks.jobs ?? availableParallelism();
  const parts = openPartTrainer(
    { ...pipeline, learner: learner.id, seed },
    {
      ...{ jobs, cache: config.cache, signal: hooks.signal, now: () => performance.now() },
      onEstimate: ({ models, ms }) => hooks.onEstimate?.({ models, jobs: Math.min(jobs, models), ms }),
    },
  );
  const result = await certifyTable(
    {
      ...given,
      ...{ trainer: parts.trainer, atOnce: jobs },
      ...(pipeline.learner.outside === undefined ? {} : { surrogate: { learner: setting.learner, learnerParams: setting.learnerParams } }),
      attacks,
    },
    certificates,
    {
      rng: makeRng(seed),
      signal: hooks.signal,
      breathe: () => new Promise((resolve) => setImmediate(resolve)),
      ...progressOf(hooks),
    },
  ).finally(() => parts.close());
  if (result.certificates.length === 0 && config.certificates !== undefined) refuseNamed(result.notRun);
  const verdict = verdictOfCertified(result, limits);
  if (config.out !== undefined) {
    const { outside } = pipeline.learner;
    const settings = {
      ...{ ...(await provenance()), read: request, files: read.files, seed, notes: read.notes },
      ...(trains ? { learner: { id: learner.id, params: outside === undefined ? learner.params : outside.shown(learner.params) } } : {}),
    };
    writeFiles([
      { path: join(config.out, files.radii), content: radiiFile(result) },
      {
        path: join(config.out, files.certificates),
        content: `${stringifyExactly({ schema: 2, ...settings, ...certifiedJson(result) }, 2)}\n`,
      },
    ]);
  }
  return { ...result, verdict };
}

/** Progress in models of the ensemble that is made, and where there is none in certificates. */
function progressOf({ onProgress }: CertifyHooks): {
  readonly progress: (done: number) => void;
  readonly onCertificate: (done: number, total: number, id: string) => void;
} {
  let [certificates, running] = [1, ""];
  return {
    onCertificate(done, total, id) {
      [certificates, running] = [total, id];
      onProgress?.(done, total, id);
    },
    progress: (done) => onProgress?.(done * certificates, certificates, running),
  };
}

function textOf(choice: NonNullable<CertifyConfig["learner"]>): string {
  const [first] = Array.isArray(choice) ? (choice as readonly MethodChoice[]) : [choice as MethodChoice];
  return typeof first === "string" ? first : first.id;
}

/** Those named; unasked, at standard effort what an audit tries at quick effort and what aims at ensembles, at full effort all. */
function attacksToTry(config: CertifyConfig, kind: TargetKind, setting: AttackSetting): AttackToTry[] {
  const effort = config.effort ?? certifyDefaults.effort;
  const able = catalog.attacks.filter(
    ({ threat, refuses }) =>
      threat.goal === "availability" && threat.access !== "logic" && threat.access !== "upstream" && (refuses?.(setting) ?? null) === null,
  );
  const unasked = able.filter(({ params, effort: from }) => effort === "full" || "partitions" in params || (from ?? "quick") === "quick");
  const asked = config.attacks ?? (effort === "quick" ? [] : idsFor(unasked, kind, "full"));
  const chosen = unique(
    "attack",
    asked.map((choice) => chooseFor("attack", catalog.attacks, choice, kind)),
  );
  const wrong = chosen.find(({ id }) => able.every((attack) => attack.id !== id));
  if (wrong !== undefined)
    throw new UsageError(
      `--attack ${wrong.id}: certificates bound errors on clean rows by changed or added training rows, and it does something else`,
    );
  return chosen.map(({ id, params }) => ({ method: methodOf("attack", catalog.attacks, id), params }));
}

/** Who names a certificate wants it: one that cannot be had is an error of the request. */
function refuseNamed([first]: Certified["notRun"]): void {
  if (first !== undefined) throw new UsageError(`certificate "${first.id}" cannot be had here: ${first.why}`);
}

/** One line a row that was answered, counted from 1. */
function radiiFile({ certificates, tested }: Certified): string {
  const own = certificates.filter(({ radii }) => radii !== undefined);
  const cell = (radius: number): string => (radius === Infinity ? "unlimited" : String(radius));
  const lines = tested.map((row, i) => [String(row + 1), ...own.map(({ radii }) => cell(radii![i]))]);
  return spreadsheetTable([["row", ...certificateNames(own)], ...lines]);
}
