import type { Certificate, CertificateInput } from "../../core/certificate.ts";
import { partOf, type RunContext } from "../../core/context.ts";
import { NumericalError } from "../../core/errors.ts";
import { listExamples, targetOf } from "../../core/examples.ts";
import type { Learner } from "../../core/learner.ts";
import { type Table, columnOf } from "../../core/table.ts";
import { type EncoderParams, makeEncoder } from "../../data/encoder.ts";
import { splitRows } from "../../data/split.ts";
import { subTable } from "../../data/sub-table.ts";
import { curveOf } from "./curve.ts";
import type { CertificateResult, Certified, NotCertified } from "./result.ts";

export interface ChosenCertificate {
  readonly method: Certificate;
  readonly params: unknown;
}

/** What is certified of a table. */
export interface TableToCertify {
  readonly table: Table;
  readonly learner: Learner;
  /** As they were asked for. */
  readonly learnerParams: unknown;
  readonly encoder: EncoderParams;
  readonly testFraction: number;
}

/** Splits the rows and certifies the answers for the test rows, certificate by certificate. */
export async function certifyTable(
  { testFraction, ...given }: TableToCertify,
  chosen: readonly ChosenCertificate[],
  context: RunContext & { readonly onCertificate?: (done: number, total: number, id: string) => void },
): Promise<Certified> {
  const { rng } = context;
  const { table } = given;
  const split = splitRows(table, { testFraction, rng: rng.fork("split") });
  const input = inputOf(given, split.train, split.test);
  const { y } = listExamples(table, split.test);
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
      const bound = await method.certify(input, { ...partOf(context, k, chosen.length), rng: rng.fork(method.id), params });
      const { unit, costs, confidence, assumes, made } = bound;
      certificates.push({ id: method.id, params, ...{ unit, costs, confidence, assumes, made }, ...curveOf(bound, y) });
    } catch (error) {
      if (!(error instanceof NumericalError)) throw error;
      notRun.push({ id: method.id, why: error.message });
    }
  }
  const trained = listExamples(table, split.train).y;
  return {
    certificates,
    notRun,
    totals: { rows: split.train.length, accounts: accountsAmong(table, split.train) },
    testRows: split.test.length,
    majority: targetOf(table).kind === "real" ? null : majorityOf(trained, y),
  };
}

/** What a certificate is given of these rows. */
export function inputOf(given: Omit<TableToCertify, "testFraction">, train: Int32Array, test: Int32Array): CertificateInput {
  const { table, learner, learnerParams } = given;
  return { table, train, test, learner, learnerParams, scoresOf: (rows, own) => scoresAlone(given, rows, test, own) };
}

/** Encoder, tuning and training on these rows and on nothing else of the data. */
async function scoresAlone(
  { table, learner, learnerParams, encoder }: Omit<TableToCertify, "testFraction">,
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

function accountsAmong(table: Table, rows: Int32Array): number | null {
  const column = table.roles.source === null ? null : columnOf(table, table.roles.source);
  if (column === null || !("codes" in column)) return null;
  return new Set(Array.from(rows, (row) => (column.codes[row] < 0 ? `row ${row}` : column.codes[row]))).size;
}

/** Accuracy on `y` of always answering the class that is most frequent in `trained`. */
function majorityOf(trained: Float64Array, y: Float64Array): number {
  const counts = new Map<number, number>();
  for (const label of trained) counts.set(label, (counts.get(label) ?? 0) + 1);
  let best = -1;
  for (const [label, count] of counts) if (count > (counts.get(best) ?? 0)) best = label;
  return y.reduce((sum, label) => sum + (label === best ? 1 : 0), 0) / y.length;
}
