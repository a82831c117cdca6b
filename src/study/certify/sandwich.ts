import type { AnswerBound, Certificate, CertificateInput } from "../../core/certificate.ts";
import { type Attack } from "../../core/attack.ts";
import { applyToTable, insertedRows } from "../../core/apply.ts";
import type { RunContext } from "../../core/context.ts";
import { NumericalError, UsageError } from "../../core/errors.ts";
import { listExamples } from "../../core/examples.ts";
import { findBreach } from "../../core/patch.ts";
import type { FittedPipeline } from "../../core/pipeline.ts";
import { isRaw } from "../../core/poison.ts";
import { type Access, type Budget, budgetOf } from "../../core/threat.ts";
import { type EncoderParams, makeEncoder } from "../../data/encoder.ts";
import { measureCount } from "../table/budget.ts";
import { makePipeline } from "../table/make-pipeline.ts";
import { poisonWithin, refusesAccounts } from "../table/poison-within.ts";

/** What was found at one radius: the truth lies between the two accuracies. */
export interface SandwichStep {
  readonly radius: number;
  /** Accuracy that no attack within the radius goes below. */
  readonly certified: number;
  /** Accuracy under the strongest attack that was found; null where none could be tried. */
  readonly attacked: number | null;
  readonly attack: string | null;
  readonly access: Access | null;
}

export interface AttackToTry {
  readonly method: Attack;
  readonly params: unknown;
}

/** What was tried against one certificate. */
export interface Sandwich {
  readonly steps: readonly SandwichStep[];
  readonly notTried: readonly NotTried[];
}

export interface NotTried {
  readonly id: string;
  readonly why: string;
}

const noReach = { attackTasks: null, targetTasks: null };

/**
 * The strongest of these attacks against the very models that are certified, at each of these radii: crafted on the pipeline, applied to the training rows, from
 * which the ensemble is then trained again, its key and settings as they were. Attackers see the test rows: of all attempts the one that leaves least counts.
 *
 * @param y labels of the test rows
 * @param context with the stream that the certificate was computed with
 */
export async function sandwichOf(
  {
    method,
    bound,
    input,
    y,
    encoder,
  }: {
    readonly method: Certificate;
    readonly bound: AnswerBound;
    readonly input: CertificateInput;
    readonly y: Float64Array;
    readonly encoder: EncoderParams;
  },
  attacks: readonly AttackToTry[],
  radii: readonly number[],
  context: RunContext,
): Promise<Sandwich> {
  const { table, train, learner, learnerParams } = input;
  const clean = { table, rows: train };
  const encoding = makeEncoder(encoder, table);
  const data = encoding.fit(table, train).encode(table, train);
  const tuned: unknown = await learner.tune(data, { ...context, rng: context.rng.fork("tune"), params: learnerParams });
  const pipeline = makePipeline({ encoder: encoding, fittedOn: "poisoned", learner, learnerParams: tuned, repair: null });
  let trained: Promise<FittedPipeline> | null = null;
  const victim = (): Promise<FittedPipeline> => (trained ??= pipeline.fit(clean, { ...context, rng: context.rng.fork("fit") }));
  const notTried = new Map<string, string>();
  const steps: SandwichStep[] = [];
  const examples = listExamples(table, train).y.length;
  for (const radius of radii) {
    let worst: Pick<SandwichStep, "attacked" | "attack" | "access"> = { attacked: null, attack: null, access: null };
    for (const { method: attack, params } of attacks) {
      const budget = budgetWithin(bound, attack, radius, input, examples);
      if (typeof budget === "string") {
        notTried.set(attack.id, budget);
        continue;
      }
      const accuracy = await accuracyUnder(attack, params, budget);
      if (typeof accuracy === "string") notTried.set(attack.id, accuracy);
      else if (worst.attacked === null || accuracy < worst.attacked)
        worst = { attacked: accuracy, attack: attack.id, access: attack.threat.access };
    }
    const kept = bound.radii.reduce((sum, own, i) => sum + (bound.answers[i] === y[i] && own >= radius ? 1 : 0), 0);
    steps.push({ radius, certified: kept / y.length, ...worst });
  }
  return { steps, notTried: Array.from(notTried, ([id, why]) => ({ id, why })) };

  async function accuracyUnder(attack: Attack, params: unknown, budget: Budget): Promise<number | string> {
    const rng = context.rng.fork("attack").fork(attack.id);
    try {
      const poison = await poisonWithin(
        attack,
        { clean, pipeline, budget, reach: noReach, victim },
        { ...context, progress: undefined, rng, params },
        context.rng.fork("accounts"),
      );
      if (poison.kind !== "data" || !isRaw(poison)) return "its rows are features that nobody could post";
      const breach = findBreach({ poison, threat: attack.threat, budget, reach: noReach, clean });
      if (breach !== null) return `the guard refused the patch: ${breach}`;
      const poisoned = applyToTable(table, poison);
      const rows = Int32Array.from([...train, ...insertedRows(table, poison)]);
      const again = await method.certify(
        { ...input, table: poisoned, train: rows },
        { ...context, progress: undefined, params: bound.settled },
      );
      if (again.kind !== "answers") return "it gives no answers";
      return y.reduce((right, label, i) => right + (again.answers[i] === label ? 1 : 0), 0) / y.length;
    } catch (error) {
      if (error instanceof NumericalError || error instanceof UsageError) return error.message;
      throw error;
    }
  }
}

/** What this radius buys an attack of its access; else why it buys nothing. */
function budgetWithin(
  bound: AnswerBound,
  { threat }: Attack,
  radius: number,
  { table, train }: CertificateInput,
  examples: number,
): Budget | string {
  const { access } = threat;
  if (access === "logic" || access === "upstream") return "it touches no training row";
  if (bound.unit === "accounts") {
    const refusal = refusesAccounts(threat, table);
    if (refusal !== null) return refusal;
    const { fraction, rowsEach = 1 } = measureCount({ count: radius, unit: "accounts" }, { table, rows: train }, noReach);
    return { ...budgetOf(fraction, examples), sources: { accounts: radius, rowsEach } };
  }
  const cost = access === "inject" ? bound.costs.insertions : access === "modify-labels" ? bound.costs["label-flips"] : bound.costs.edits;
  if (cost === undefined) return "the certificate does not cover what it does";
  const rows = Math.floor(radius / cost);
  return rows === 0 ? "the radius buys not one row" : { fraction: rows / examples, rows };
}
