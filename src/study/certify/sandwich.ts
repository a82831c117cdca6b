import type { AnswerBound, Certificate, CertificateInput, ValueBound } from "../../core/certificate.ts";
import { type Attack } from "../../core/attack.ts";
import { applyToTable, insertedRows } from "../../core/apply/apply.ts";
import type { RunContext } from "../../core/context.ts";
import { NumericalError, UsageError } from "../../core/errors.ts";
import { listExamples } from "../../core/examples.ts";
import { type Sources, sourcesOf } from "../../core/sources.ts";
import type { Table } from "../../core/table.ts";
import { findBreach } from "../../core/patch.ts";
import type { FittedPipeline } from "../../core/pipeline.ts";
import { type TablePoison, isRaw } from "../../core/poison.ts";
import { type Access, type Budget, budgetOf } from "../../core/threat.ts";
import { type EncoderParams, makeEncoder } from "../../data/encoder.ts";
import { cleanFigure } from "./curve.ts";
import { type CertificateResult, figureAt } from "./result.ts";
import type { Sandwich, SandwichStep } from "./sandwich-result.ts";
import { measureCount } from "../table/budget.ts";
import { makePipeline } from "../table/make-pipeline.ts";
import { poisonWithin, refusesAccounts } from "../table/poison-within.ts";

export interface AttackToTry {
  readonly method: Attack;
  readonly params: unknown;
}

/** Poison that was made for another model. */
export interface PoisonToTry {
  readonly poison: TablePoison;
  readonly attack: string;
  readonly access: Access;
  /** Rows that it may have touched. */
  readonly rows: number;
}

/** What is to be broken: a certificate with the models that it is of. */
interface ToBreak {
  readonly method: Certificate;
  readonly bound: AnswerBound | ValueBound;
  /** What the bound says of these test rows. */
  readonly found: Pick<CertificateResult, "curve">;
  readonly input: CertificateInput;
  /** Labels of the test rows. */
  readonly y: Float64Array;
}

export const nothingTried: Sandwich = { steps: [], notTried: [] };

/** Whether the first of two figures of these models is the worse for their owner. */
function isWorse({ kind }: ToBreak["bound"], figure: number, than: number): boolean {
  return kind === "values" ? figure > than : figure < than;
}

const beyondBound = "nothing is certified of so many";
const onlySomeTasks = "the radius counts rows of some tasks only, others for every task that is asked about";

const noReach = { attackTasks: null, targetTasks: null };

/**
 * The strongest of these attacks of each access against the very models that are certified, at each of these radii: crafted on the pipeline (or what stands for it where nobody looks into it), applied to the training rows, from
 * which the ensemble is then trained again, its key and settings as they were. Attackers see the test rows: of all attempts the one that leaves least counts.
 *
 * @param context with the stream that the certificate was computed with
 */
export async function sandwichOf(
  certified: ToBreak & { readonly encoder: EncoderParams; readonly surrogate: Pick<CertificateInput, "learner" | "learnerParams"> },
  attacks: readonly AttackToTry[],
  radii: readonly number[],
  context: RunContext,
): Promise<Sandwich> {
  const { bound, input, encoder, surrogate } = certified;
  const { table, train } = input;
  const { learner, learnerParams } = surrogate;
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
    const worst = new Map<Access, Pick<SandwichStep, "attacked" | "attack" | "access">>();
    for (const { method: attack, params: asked } of attacks) {
      // Whoever aims at an ensemble knows how many models it has.
      const params = "partitions" in attack.params ? { ...(asked as object), partitions: bound.settled.partitions ?? "auto" } : asked;
      const budget = aimsElsewhere(bound, attack) ?? budgetWithin(bound, attack, radius, input, examples);
      if (typeof budget === "string") {
        notTried.set(attack.id, budget);
        continue;
      }
      const attacked = await figureUnder(attack, params, budget);
      const { access } = attack.threat;
      if (typeof attacked === "string") notTried.set(attack.id, attacked);
      else if (!worst.has(access) || isWorse(bound, attacked, worst.get(access)!.attacked!))
        worst.set(access, { attacked, attack: attack.id, access });
    }
    const certain = figureAt(certified.found, radius)?.value;
    if (certain === undefined) continue;
    const found = worst.size === 0 ? [{ attacked: null, attack: null, access: null }] : worst.values();
    for (const one of found) steps.push({ radius, certified: certain, ...one });
  }
  return { steps, notTried: Array.from(notTried, ([id, why]) => ({ id, why })) };

  async function figureUnder(attack: Attack, params: unknown, budget: Budget): Promise<number | string> {
    const rng = context.rng.fork("attack").fork(attack.id);
    try {
      const poison = await poisonWithin(
        attack,
        { clean, pipeline, budget, reach: noReach, victim },
        { ...context, progress: undefined, rng, params },
        context.rng.fork("accounts"),
      );
      const breach = findBreach({ poison, threat: attack.threat, budget, reach: noReach, clean });
      return breach === null ? await figureOn(certified, poison, context) : `the guard refused the patch: ${breach}`;
    } catch (error) {
      return reasonOf(error);
    }
  }
}

/**
 * The same of poison that was made for another model on the same training rows, each at the radius that its rows take up. Poison that touches no row, or other
 * rows than the certificate counts, is not tried.
 */
export async function sandwichOfPoisons(certified: ToBreak, poisons: readonly PoisonToTry[], context: RunContext): Promise<Sandwich> {
  const { bound } = certified;
  const steps: SandwichStep[] = [];
  const notTried = new Map<string, string>();
  for (const { poison, attack, access, rows } of poisons) {
    const cost = costOf(bound, access);
    const radius = bound.unit === "accounts" ? accountsOf(poison, certified.input.table) : cost === undefined ? null : rows * cost;
    if (radius === null || bound.reach !== undefined) {
      notTried.set(attack, radius === null ? "the certificate does not cover what it does" : onlySomeTasks);
      continue;
    }
    const certain = figureAt(certified.found, radius)?.value;
    if (certain === undefined) {
      notTried.set(attack, beyondBound);
      continue;
    }
    const attacked = await figureOn(certified, poison, context).catch(reasonOf);
    if (typeof attacked === "string") notTried.set(attack, attacked);
    else steps.push({ radius, certified: certain, attacked, attack, access });
  }
  return { steps, notTried: Array.from(notTried, ([id, why]) => ({ id, why })) };
}

/** Accuracy, or RMSE, of what was certified, trained again on the poisoned rows; else why it cannot be told. */
async function figureOn({ method, bound, input, y }: ToBreak, poison: TablePoison, context: RunContext): Promise<number | string> {
  if (poison.kind !== "data" || !isRaw(poison)) return "its rows are features that nobody could post";
  const rows = Int32Array.from([...input.train, ...insertedRows(input.table, poison)]);
  const again = await method.certify(
    { ...input, table: applyToTable(input.table, poison), train: rows, failedPart: "fixed" },
    { ...context, progress: undefined, params: bound.settled },
  );
  return again.kind === "loss" ? "it gives no answers" : cleanFigure(again, y);
}

/** Accounts through which a patch comes: of the rows that it adds, and of those that it changes, before and after; a row without account counts one. null where that cannot be told. */
function accountsOf(poison: TablePoison, table: Table): number | null {
  if (poison.kind !== "data" || !isRaw(poison)) return null;
  const changed = [...poison.relabel, ...poison.edit].map(({ row }) => row);
  const after = applyToTable(table, poison);
  const [before, now] = [sourcesOf(table), sourcesOf(after)];
  if (before === null || now === null) return null;
  const own = (row: number): string => `row ${row}`;
  const named = (row: number, { nameOf }: Sources): string => (nameOf(row) === null ? own(row) : `account ${nameOf(row)}`);
  return new Set([
    ...changed.flatMap((row) => [named(row, before), named(row, now)]),
    ...Array.from(insertedRows(table, poison), (row) => named(row, now)),
  ]).size;
}

/** Units that a row of an attack with this access takes up; undefined where accounts are counted, or what it does is not covered. */
function costOf({ unit, costs }: ToBreak["bound"], access: Access): number | undefined {
  if (unit === "accounts") return undefined;
  if (access === "inject") return costs.insertions;
  return access === "modify-labels" ? costs["label-flips"] : access === "modify" || access === "modify-inputs" ? costs.edits : undefined;
}

/** Why an attack says nothing where it fails by the request or by the numbers; anything else is a fault. */
function reasonOf(error: unknown): string {
  if (error instanceof NumericalError || error instanceof UsageError) return error.message;
  throw error;
}

/** Why an attack on an ensemble would aim at another one than this; null where it does not. What the parts train does not matter: it knows which row goes where. */
function aimsElsewhere({ settled }: ToBreak["bound"], { params }: Attack): string | null {
  if (!("partitions" in params)) return null;
  const isIts = settled["by"] === "row" && (settled["spread"] ?? 1) === 1;
  return isIts ? null : "it aims at ensembles of parts of the rows";
}

/** What this radius buys an attack of its access; else why it buys nothing. */
function budgetWithin(
  bound: ToBreak["bound"],
  { threat }: Attack,
  radius: number,
  { table, train }: CertificateInput,
  examples: number,
): Budget | string {
  const { access } = threat;
  if (bound.reach !== undefined) return onlySomeTasks;
  if (access === "logic" || access === "upstream") return "it touches no training row";
  if (bound.unit === "accounts") {
    const refusal = refusesAccounts(threat, table);
    if (refusal !== null) return refusal;
    try {
      const { fraction, rowsEach = 1 } = measureCount({ count: radius, unit: "accounts" }, { table, rows: train }, noReach);
      return { ...budgetOf(fraction, examples), sources: { accounts: radius, rowsEach } };
    } catch (error) {
      return reasonOf(error);
    }
  }
  const cost = costOf(bound, access);
  if (cost === undefined) return "the certificate does not cover what it does";
  const rows = Math.floor(radius / cost);
  return rows === 0 ? "the radius buys not one row" : { fraction: rows / examples, rows };
}
