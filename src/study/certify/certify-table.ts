import type { Certificate, CertificateInput } from "../../core/certificate.ts";
import { partOf, type RunContext } from "../../core/context.ts";
import { NumericalError } from "../../core/errors.ts";
import { listExamples, targetOf } from "../../core/examples.ts";
import { countSources } from "../../core/sources.ts";
import type { Table } from "../../core/table.ts";
import type { Split } from "../../data/split.ts";
import type { Rng } from "../../numeric/random.ts";
import { curveOf } from "./curve.ts";
import { type CertificateResult, type Certified, type NotCertified, radiiToTry } from "./result.ts";
import type { Sandwich } from "./sandwich-result.ts";
import { type AttackToTry, type PoisonToTry, nothingTried, sandwichOf, sandwichOfPoisons } from "./sandwich.ts";
import { type PartPipeline, type PartTrainer, partTask, trainPart, tryOutside } from "./train-part.ts";

export interface ChosenCertificate {
  readonly method: Certificate;
  readonly params: unknown;
}

/** A table with a pipeline that learns from some of its rows. */
export interface Pipelined extends PartPipeline {
  readonly table: Table;
}

/** What is certified of a table. */
export interface TableToCertify extends Pipelined {
  /** Rows that are learned from, and rows that are answered. */
  readonly split: Split;
  /** What is tried against the models that are certified; empty = nothing. */
  readonly attacks: readonly AttackToTry[];
  /** The same of poison that there is already. */
  readonly poisons?: readonly PoisonToTry[];
  /** What poison is made on where nobody looks into the learner; absent = the learner. */
  readonly surrogate?: Pick<PartPipeline, "learner" | "learnerParams">;
  /** Trains the models of parts; absent = here, one after another. */
  readonly trainer?: PartTrainer;
  /** How many models it may be asked for at once. */
  readonly atOnce?: number;
}

/** Certifies the answers for the test rows, certificate by certificate. */
export async function certifyTable(
  { split, attacks, poisons = [], surrogate, trainer, atOnce, ...given }: TableToCertify,
  chosen: readonly ChosenCertificate[],
  context: RunContext & { readonly onCertificate?: (done: number, total: number, id: string) => void },
): Promise<Certified> {
  const { rng } = context;
  const { table, encoder } = given;
  const input = inputOf(given, split.train, split.test, { rng, trainer, atOnce });
  const { y, row: tested } = listExamples(table, split.test);
  const certificates: CertificateResult[] = [];
  const notRun: NotCertified[] = [];
  let tried: Promise<void> | null = null;
  for (let k = 0; k < chosen.length; k++) {
    const { method, params } = chosen[k];
    context.onCertificate?.(k, chosen.length, method.id);
    const why = method.refuses?.(input, params) ?? null;
    if (why !== null) {
      notRun.push({ id: method.id, why });
      continue;
    }
    try {
      if (trainsPipeline(params) && given.learner.outside !== undefined) await (tried ??= tryOutside(given, input, context));
      const own = { ...partOf(context, k, chosen.length), rng: rng.fork(method.id) };
      const bound = await method.certify(input, { ...own, params });
      const { unit, costs, confidence, assumes, made, settled } = bound;
      const found = { id: method.id, params: settled, ...{ unit, costs, confidence, assumes, made }, ...curveOf(bound, y) };
      if (bound.kind === "loss" || attacks.length + poisons.length === 0) certificates.push(found);
      else {
        const ofBound = { method, bound, found, input, y, encoder, surrogate: surrogate ?? given };
        const crafted: Sandwich = attacks.length === 0 ? nothingTried : await sandwichOf(ofBound, attacks, radiiToTry(found), own);
        const made = await sandwichOfPoisons(ofBound, poisons, own);
        certificates.push({
          ...found,
          sandwich: { steps: [...crafted.steps, ...made.steps], notTried: [...crafted.notTried, ...made.notTried] },
        });
      }
    } catch (error) {
      if (!(error instanceof NumericalError)) throw error;
      notRun.push({ id: method.id, why: error.message });
    }
  }
  const target = targetOf(table);
  return {
    certificates,
    notRun,
    totals: { rows: split.train.length, accounts: countSources(table, split.train) },
    tested: Array.from(tested),
    majority: target.kind === "real" ? null : majorityOf(listExamples(table, split.train).y, y, target.names.length),
  };
}

/** What cannot be had of these rows, told before anything is computed. */
export function refusedOf(
  { split, ...given }: Pipelined & Pick<TableToCertify, "split">,
  chosen: readonly ChosenCertificate[],
  rng: Rng,
): NotCertified[] {
  const input = inputOf(given, split.train, split.test, { rng });
  return chosen.flatMap(({ method, params }) => {
    const why = method.refuses?.(input, params) ?? null;
    return why === null ? [] : [{ id: method.id, why }];
  });
}

/** Whether models of parts are those of the pipeline. */
export function trainsPipeline(params: unknown): boolean {
  return (params as { readonly base?: unknown }).base === "pipeline";
}

/** What a certificate is given of these rows. @param train by default here, one part after another */
export function inputOf(
  given: Pipelined,
  train: Int32Array,
  test: Int32Array,
  { rng, trainer, atOnce }: { readonly rng: Rng; readonly trainer?: PartTrainer | undefined; readonly atOnce?: number | undefined },
): CertificateInput {
  const { table, learner, learnerParams } = given;
  const asked = trainer ?? ((task, { signal }) => trainPart(given, task, { rng, signal }));
  return {
    table,
    train,
    test,
    learner,
    learnerParams,
    scoresOf: (from, rows, part, own) => asked(partTask(from, rows, test, part), own),
    ...(atOnce === undefined ? {} : { atOnce }),
    ...(learner.outside === undefined ? {} : { failedPart: "void" as const }),
  };
}

/** Accuracy on `y` of always answering the class that is most frequent in `trained`; of classes as frequent, the first. */
function majorityOf(trained: Float64Array, y: Float64Array, classes: number): number {
  const counts = new Float64Array(classes);
  for (const label of trained) counts[label]++;
  const most = counts.indexOf(Math.max(...counts));
  return y.reduce((sum, label) => sum + (label === most ? 1 : 0), 0) / y.length;
}
