import type { DetectorContext } from "../src/core/detector.ts";
import type { Dataset } from "../src/core/dataset.ts";
import type { Table } from "../src/core/table.ts";
import { allRows } from "../src/core/examples.ts";
import { resolveParams } from "../src/core/params.ts";
import { encoderParams, makeEncoder } from "../src/data/encoder.ts";
import { logistic } from "../src/learners/logistic.ts";
import { makeRng } from "../src/numeric/random.ts";

export interface Written {
  readonly account: string;
  readonly label: string;
  readonly text: string;
}

/** Reviews with account, label and text, encoded, and what a detector of them is given. */
export function encodeReviews(rows: readonly Written[]): { data: Dataset; context: Omit<DetectorContext, "params"> } {
  const coded = (kind: "text" | "category", name: "account" | "label" | "text") => {
    const names = [...new Set(rows.map((row) => row[name]))].sort();
    const codeOf = new Map(names.map((value, code) => [value, code]));
    return { kind, name, codes: Int32Array.from(rows, (row) => codeOf.get(row[name]) as number), names };
  };
  const table: Table = {
    rows: rows.length,
    columns: [coded("category", "account"), coded("category", "label"), coded("text", "text")],
    roles: { labels: ["label"], features: ["text"], task: null, source: "account", id: null },
  };
  const data = makeEncoder(resolveParams("encoder", encoderParams), table).fit(table, allRows(table)).encode(table, allRows(table));
  const params = { ...resolveParams<object>("logistic", logistic.params), weightDecay: 0.01 } as never;
  return {
    data,
    context: {
      rng: makeRng(1),
      fit: (part, start = null) => logistic.fit(part, { rng: makeRng(0), params, start }),
      objective: (part) => logistic.objective?.(part, params) ?? null,
      table,
    },
  };
}
