import type { Certificate, CertificateInput } from "../../core/certificate.ts";
import { partOf, type RunContext } from "../../core/context.ts";
import { NumericalError } from "../../core/errors.ts";
import { listExamples, targetOf } from "../../core/examples.ts";
import type { Learner } from "../../core/learner.ts";
import { countSources } from "../../core/sources.ts";
import type { Table } from "../../core/table.ts";
import { type EncoderParams, makeEncoder } from "../../data/encoder.ts";
import type { Split } from "../../data/split.ts";
import { subTable } from "../../data/sub-table.ts";
import { curveOf } from "./curve.ts";
import { type CertificateResult, type Certified, type NotCertified, radiiToTry } from "./result.ts";
import { type AttackToTry, type PoisonToTry, type Sandwich, nothingTried, sandwichOf, sandwichOfPoisons } from "./sandwich.ts";

export interface ChosenCertificate {
  readonly method: Certificate;
  readonly params: unknown;
}

/** A table with a pipeline that learns from some of its rows. */
export interface Pipelined {
  readonly table: Table;
  readonly learner: Learner;
  /** As they were asked for. */
  readonly learnerParams: unknown;
  readonly encoder: EncoderParams;
}

/** What is certified of a table. */
export interface TableToCertify extends Pipelined {
  /** Rows that are learned from, and rows that are answered. */
  readonly split: Split;
  /** What is tried against the models that are certified; empty = nothing. */
  readonly attacks: readonly AttackToTry[];
  /** The same of poison that there is already. */
  readonly poisons?: readonly PoisonToTry[];
}

/** Certifies the answers for the test rows, certificate by certificate. */
export async function certifyTable(
  { split, attacks, poisons = [], ...given }: TableToCertify,
  chosen: readonly ChosenCertificate[],
  context: RunContext & { readonly onCertificate?: (done: number, total: number, id: string) => void },
): Promise<Certified> {
  const { rng } = context;
  const { table, encoder } = given;
  const input = inputOf(given, split.train, split.test);
  const { y, row: tested } = listExamples(table, split.test);
  const certificates: CertificateResult[] = [];
  const notRun: NotCertified[] = [];
  for (let k = 0; k < chosen.length; k++) {
    const { method, params } = chosen[k];
    context.onCertificate?.(k, chosen.length, method.id);
    const why = method.refuses?.(input, params) ?? null;
    if (why !== null) {
      notRun.push({ id: method.id, why });
      continue;
    }
    try {
      const own = { ...partOf(context, k, chosen.length), rng: rng.fork(method.id) };
      const bound = await method.certify(input, { ...own, params });
      const { unit, costs, confidence, assumes, made, settled } = bound;
      const found = { id: method.id, params: settled, ...{ unit, costs, confidence, assumes, made }, ...curveOf(bound, y) };
      if (bound.kind !== "answers" || attacks.length + poisons.length === 0) certificates.push(found);
      else {
        const ofBound = { method, bound, input, y, encoder };
        const crafted: Sandwich = attacks.length === 0 ? nothingTried : await sandwichOf(ofBound, attacks, radiiToTry(found), own);
        const given = await sandwichOfPoisons(ofBound, poisons, own);
        certificates.push({
          ...found,
          sandwich: { steps: [...crafted.steps, ...given.steps], notTried: [...crafted.notTried, ...given.notTried] },
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

/** What a certificate is given of these rows. */
export function inputOf(given: Pipelined, train: Int32Array, test: Int32Array): CertificateInput {
  const { table, learner, learnerParams } = given;
  return {
    table,
    train,
    test,
    learner,
    learnerParams,
    scoresOf: (from, rows, own) => scoresAlone({ ...given, table: from }, rows, test, own),
  };
}

/** Encoder, tuning and training on these rows and on nothing else of the data. */
async function scoresAlone(
  { table, learner, learnerParams, encoder }: Pipelined,
  rows: Int32Array,
  test: Int32Array,
  context: RunContext,
): Promise<Float64Array> {
  const own = subTable(table, Int32Array.from([...rows, ...test]));
  const train = Int32Array.from(rows, (_, i) => i);
  const asked = Int32Array.from(test, (_, i) => rows.length + i);
  const fitted = makeEncoder(encoder, own).fit(own, train);
  const data = fitted.encode(own, train);
  const params: unknown = await learner.tune(data, { ...context, rng: context.rng.fork("tune"), params: learnerParams });
  const model = await learner.fit(data, { ...context, rng: context.rng.fork("fit"), params });
  return model.scores(fitted.encode(own, asked));
}

/** Accuracy on `y` of always answering the class that is most frequent in `trained`; of classes as frequent, the first. */
function majorityOf(trained: Float64Array, y: Float64Array, classes: number): number {
  const counts = new Float64Array(classes);
  for (const label of trained) counts[label]++;
  const most = counts.indexOf(Math.max(...counts));
  return y.reduce((sum, label) => sum + (label === most ? 1 : 0), 0) / y.length;
}
