import { existsSync } from "node:fs";
import { basename } from "node:path";
import type { KeyObject } from "node:crypto";
import { insertedRows, applyToTable } from "../../core/apply/apply.ts";
import { selectExamples } from "../../core/dataset.ts";
import type { Dataset } from "../../core/dataset.ts";
import { UsageError } from "../../core/errors.ts";
import { type Model, predict } from "../../core/learner.ts";
import type { FittedPipeline } from "../../core/pipeline.ts";
import { noDataPoison } from "../../core/poison.ts";
import type { Table } from "../../core/table.ts";
import { departures, honestAnswers, largestDifference, parameterTolerance } from "../../study/attest/behaviour.ts";
import { type ProbeKind, type Probes, makeProbes, probeKinds } from "../../study/attest/probes.ts";
import type { Rng } from "../../numeric/random.ts";
import { resolveLearning } from "../config/resolve-learners.ts";
import { checkConfig } from "../config/resolve-study.ts";
import { stringifyExactly } from "../schemas/exact-json.ts";
import { readTable } from "../read/read-table.ts";
import { shownPath } from "../schemas/shown.ts";
import { defaultProbes } from "../config/options/study-defaults.ts";
import { type WholePipeline, tuneOnWhole } from "../train-whole.ts";
import { version } from "../runs/version.ts";
import { readAttestation, readModelFile } from "./attestation-file.ts";
import type { Statement } from "./attestation.ts";
import { fileBeside, heldRequest } from "./held-paths.ts";
import { type ProbeAnswers, readAnswers, writeProbes } from "./probe-files.ts";
import { proofOf } from "./signature.ts";

export interface VerifyOptions {
  readonly attestation: string;
  /** The data as they are here; default: those that a proved statement names, if they lie in its folder or in this one. */
  readonly data?: string;
  /** Default: the one beside the attestation. */
  readonly model?: string;
  /** The public key that is trusted; null = none, and then nothing is proved. */
  readonly publicKey?: KeyObject | null;
  /** Checks a model against a statement that nobody vouches for too; the data must be named. */
  readonly evenUnproven?: boolean;
  /** Answers of a model that is known by nothing else, to the probes that `writeProbes` wrote. */
  readonly answers?: string;
  /** Writes the probes there and asks nothing of a model. */
  readonly probesTo?: string;
  /** Probes of each kind. */
  readonly probes?: number;
}

export interface Check {
  readonly name: "signature" | "data" | "settings" | "model file" | "parameters" | ProbeKind;
  readonly outcome: "pass" | "fail" | "skipped";
  readonly text: string;
}

export interface Verification {
  /**
   * `fail`: something speaks against the model. `unproven`: nothing does, but nobody who is trusted signed the statement, or there was no model to ask.
   * `not-judged`: the questions were written.
   */
  readonly outcome: "pass" | "fail" | "unproven" | "not-judged";
  readonly checks: readonly Check[];
  /** What could hide from these checks, a sentence each. */
  readonly unseen: readonly string[];
}

/** Honest trainings with the rows in other orders (where the order matters: rounded otherwise), to learn how far apart honest results lie. */
const honestTrainings = 3;

/**
 * Holds a model against what is said of its training: signature, data, settings; then trains again and compares parameters and answers with what honest
 * trainings differ by. Before the signature holds under a key that is trusted, nothing that the statement names is read and nothing is trained. A check
 * whose ground is gone is skipped; data that are not those of the statement end it.
 *
 * @throws UsageError where the files cannot be read
 */
export async function verify(options: VerifyOptions): Promise<Verification> {
  const { attestation } = options;
  const read = readAttestation(attestation);
  const proof = proofOf(read, options.publicKey ?? null);
  const outcomes = { proved: "pass", unproven: "skipped", forged: "fail" } as const;
  const checks: Check[] = [{ name: "signature", outcome: outcomes[proof.outcome], text: proof.text }];
  if (proof.outcome === "forged") return { outcome: "fail", checks, unseen: [] };
  if (proof.outcome === "unproven" && options.evenUnproven !== true) return { outcome: "unproven", checks, unseen: [] };
  if (proof.outcome === "unproven" && options.data === undefined)
    throw new UsageError(`${shownPath(attestation)} is not proved, so the data that it names are not read: say where they are with --data`);
  return holdAgainst(read.statement, options, checks, proof.outcome === "proved");
}

async function holdAgainst(statement: Statement, options: VerifyOptions, checks: Check[], isProved: boolean): Promise<Verification> {
  const done = (unseen: readonly string[] = [], isAsked = false): Verification => {
    const isFailed = checks.some(({ outcome }) => outcome === "fail");
    return { outcome: isFailed ? "fail" : isProved && isAsked ? "pass" : "unproven", checks, unseen };
  };
  const { encoder, learner, sharing } = statement.pipeline;
  const asked = { encoder, learner: { id: learner.id, params: learner.params as Record<string, unknown> }, sharing };
  checkConfig(asked);

  const read = await readTable(heldRequest(statement.read, options.attestation, options.data));
  const changed = read.files.length !== statement.files.length || read.files.some(({ sha256 }, i) => sha256 !== statement.files[i].sha256);
  checks.push({
    name: "data",
    outcome: changed ? "fail" : "pass",
    text: changed
      ? `${read.files.map(({ path }) => basename(path)).join(", ")}: not the data of the statement, or changed since`
      : `the ${statement.files.length === 1 ? "file is" : "files are"} what the statement says, byte for byte`,
  });
  if (changed) return done();

  // Such a training must be possible on such data, whoever says that it took place.
  resolveLearning(asked, read.table);
  const whole = await tuneOnWhole(read.table, { ...statement.pipeline, firstSeed: statement.seed });
  checks.push(settingsCheck(statement, whole));
  const honest = await trainHonestly(whole);
  const modelCheck = checkModelFile(options, statement, honest);
  checks.push(...modelCheck.checks);

  const rows = whole.clean.rows;
  const given = honest.fitted.encode(read.table, rows);
  const predicted = new Map<number, number>();
  predict(honest.fitted.model, given).forEach((answer, i) => predicted.set(given.row[i], answer));
  const probes = makeProbes(read.table, rows, options.probes ?? defaultProbes, (row) => predicted.get(row) ?? 0, whole.rng.fork("probes"));
  if (options.probesTo !== undefined) {
    writeProbes(options.probesTo, probes, read.table);
    const { outcome } = done();
    return { outcome: outcome === "fail" ? "fail" : "not-judged", checks, unseen: unseenBy(probes, false) };
  }
  const questions = askable(read.table, probes, honest.fitted);
  const answers =
    options.answers !== undefined
      ? readAnswers(options.answers, probes, read.table)
      : modelCheck.model === null
        ? null
        : { kind: "examples" as const, values: predict(modelCheck.model, questions.data) };
  if (answers === null) {
    checks.push(
      ...probeKinds.map((name): Check => ({ name, outcome: "skipped", text: "there is no model to ask: give its answers with --answers" })),
    );
    return done();
  }
  checks.push(...behaviourChecks(honest, questions, probes, answers));
  return done(unseenBy(probes, modelCheck.model !== null), true);
}

interface Honest {
  readonly fitted: FittedPipeline;
  readonly others: readonly Model[];
}

async function trainHonestly({ pipeline, clean, rng }: WholePipeline): Promise<Honest> {
  const fitted = await pipeline.fit(clean, { rng: rng.fork("fit") });
  const { training } = fitted;
  const others: Model[] = [];
  for (let k = 0; k < honestTrainings; k++) {
    const order = rng.fork("order").fork(k).sample(training.y.length, training.y.length);
    const rows =
      pipeline.learner.followsOrder === true ? roundedAnew(training, rng.fork("rounding").fork(k)) : selectExamples(training, order);
    others.push(await pipeline.learner.fit(rows, { rng: rng.fork("fit").fork("learner"), params: pipeline.learnerParams }));
  }
  return { fitted, others };
}

/** The rows as another machine may round them: each feature off by at most the last bit of a 32-bit float. */
function roundedAnew(data: Dataset, rng: Rng): Dataset {
  const { x } = data;
  const moved = (values: Float64Array): Float64Array => values.map((value) => value * (1 + 2 ** -23 * (2 * rng.uniform() - 1)));
  return { ...data, x: x.kind === "dense" ? { ...x, data: moved(x.data) } : { ...x, values: moved(x.values) } };
}

function settingsCheck({ learnerParams, theriac, seed }: Statement, { pipeline }: WholePipeline): Check {
  const same = stringifyExactly(pipeline.learnerParams) === stringifyExactly(learnerParams);
  const other = theriac === version ? "" : ` (trained with Theriac ${theriac}, checked with ${version})`;
  return {
    name: "settings",
    outcome: same ? "pass" : "fail",
    text: same
      ? `tuning with seed ${seed} chooses the settings of the statement`
      : `tuning with seed ${seed} chooses ${stringifyExactly(pipeline.learnerParams)}, the statement says ${stringifyExactly(learnerParams)}${other}`,
  };
}

function checkModelFile(
  options: VerifyOptions,
  statement: Statement,
  { fitted, others }: Honest,
): { readonly checks: Check[]; readonly model: Model | null } {
  const skipped = (text: string): Check[] => (["model file", "parameters"] as const).map((name) => ({ name, outcome: "skipped", text }));
  const path = options.model ?? (statement.modelName === null ? null : fileBeside(options.attestation, statement.modelName));
  const onlyAnswers = options.model === undefined && (options.answers !== undefined || options.probesTo !== undefined);
  if (path === null) return { checks: skipped("such a model has no parameters to store"), model: null };
  if (onlyAnswers || (options.model === undefined && !existsSync(path)))
    return { checks: skipped("the model itself is not here"), model: null };
  const file = readModelFile(path);
  const honest = fitted.model.parameters;
  const checks: Check[] = [
    file.sha256 === statement.modelSha256
      ? { name: "model file", outcome: "pass", text: "the model file is the one of the statement" }
      : { name: "model file", outcome: "fail", text: `${basename(path)} is not the model of the statement, or was changed since` },
  ];
  const theta = Float64Array.from(file.model.parameters);
  const fits =
    honest !== null && theta.length === honest.theta.length && file.model.features.every((name, j) => name === honest.features.names[j]);
  if (!fits || fitted.model.withParameters === undefined) {
    checks.push({
      name: "parameters",
      outcome: "fail",
      text: "the model has other features or parameters than training on these data gives",
    });
    return { checks, model: null };
  }
  const difference = largestDifference(theta, honest.theta);
  const tolerance = parameterTolerance(
    honest.theta,
    others.flatMap((other) => (other.parameters === null ? [] : [other.parameters.theta])),
  );
  checks.push({
    name: "parameters",
    outcome: difference <= tolerance ? "pass" : "fail",
    text: `largest difference from training again ${difference.toExponential(1)}, honest trainings allow ${tolerance.toExponential(1)}`,
  });
  return { checks, model: fitted.model.withParameters(theta) };
}

interface Asked {
  readonly data: Dataset;
  /** Index of the probe of each example. */
  readonly probe: Int32Array;
}

function askable(table: Table, { probes }: Probes, fitted: FittedPipeline): Asked {
  const poison = { ...noDataPoison, insert: probes.map(({ row }) => row) };
  const data = fitted.encode(applyToTable(table, poison), insertedRows(table, poison));
  return { data, probe: data.row.map((row) => row - table.rows) };
}

function behaviourChecks({ fitted, others }: Honest, { data, probe }: Asked, { probes }: Probes, given: ProbeAnswers): Check[] {
  const honest = honestAnswers(fitted.model, others, data);
  const values = given.kind === "examples" ? given.values : given.of(data, probe);
  const departed = departures(honest, values, data.target);
  return probeKinds.map((name): Check => {
    const asked = probe.filter((p, i) => probes[p].kind === name && honest.firm[i] === 1).length;
    const own = departed.filter((i) => probes[probe[i]].kind === name);
    const triggers = [...new Set(own.flatMap((i) => triggerText(probes[probe[i]].trigger)))];
    const shown = triggers.length === 0 ? "" : `, with ${triggers.slice(0, 5).join("; ")}${triggers.length > 5 ? "; …" : ""}`;
    return {
      name,
      outcome: own.length === 0 ? "pass" : "fail",
      text:
        own.length === 0
          ? `the same answer to all ${asked} firm questions`
          : `another answer to ${own.length} of ${asked} firm questions${shown}`,
    };
  });
}

function triggerText(trigger: Probes["probes"][number]["trigger"]): string[] {
  return trigger === null ? [] : [`${trigger.column} ${trigger.op} ${trigger.value}`];
}

/** @param knowsParameters whether the parameters themselves were compared */
function unseenBy({ possibleTriggers, triedTriggers }: Probes, knowsParameters: boolean): string[] {
  return [
    ...(knowsParameters ? ["What whoever serves the model does to its answers: check the served model by its answers."] : []),
    `Triggers: ${triedTriggers} of ${possibleTriggers} single cells and words were tried${triedTriggers < possibleTriggers ? ", the commonest first" : ""}; one that needs two cells at once is met only where rows hold both.`,
    "Data that were poisoned before training: an honest training on them is still honest. theriac audit looks at the data.",
  ];
}
