import { catalog } from "../src/catalog.ts";
import type { Bound, Certificate, CertificateInput, UnitCosts } from "../src/core/certificate.ts";
import { NumericalError } from "../src/core/errors.ts";
import type { TargetKind } from "../src/core/method.ts";
import { resolveParams } from "../src/core/params.ts";
import type { Column, Table } from "../src/core/table.ts";
import { encoderParams } from "../src/data/encoder.ts";
import { type Rng, makeRng } from "../src/numeric/random.ts";
import { inputOf } from "../src/study/certify/certify-table.ts";

/** [position in the alphabet, label, account] */
export type PoisonedRow = readonly [content: number, label: number, account: number];

interface Content {
  readonly size: number;
  readonly weight: number;
  readonly colour: string;
  readonly review: string;
  readonly site: string;
}

/** A data set that is small enough for all that may be done to it. */
export interface TinyProblem {
  readonly name: string;
  readonly params: any;
  /** Classes, or values of a number. */
  readonly labels: readonly number[];
  readonly isReal: boolean;
  readonly hasText: boolean;
  readonly hasTask: boolean;
  /** Two numbers are all that is known of a row. */
  readonly isPlain: boolean;
  /** What a row can be. */
  readonly alphabet: readonly Content[];
  readonly rows: readonly PoisonedRow[];
  readonly questions: readonly Content[];
}

const accounts = 5;
const words = ["good", "bad", "fine film", "awful film"];

/** Six to ten rows over an alphabet of four contents; the first word and the size tell something of the label. */
export function drawProblem(targets: readonly TargetKind[], k: number, rng: Rng, params: any, isPlain = false): TinyProblem {
  const isReal = targets.includes("real") && (targets.length === 1 || k % 4 === 3);
  const labels = isReal ? [0, 1, 3] : k % 3 === 0 && !isPlain ? [0, 1, 2] : [0, 1];
  const draw = (): Content => ({
    size: rng.uniform() < 0.1 ? NaN : rng.integer(4),
    weight: rng.integer(3),
    colour: ["red", "blue"][rng.integer(2)],
    review: words[rng.integer(words.length)],
    site: ["north", "south"][rng.integer(2)],
  });
  const alphabet = Array.from({ length: 4 }, draw);
  // Few labels beside the usual one, so that there is something to certify.
  const common = rng.integer(labels.length);
  const rows = Array.from({ length: 6 + rng.integer(5) }, (): PoisonedRow => {
    const content = rng.integer(alphabet.length);
    const label = rng.uniform() < 0.75 ? common : rng.integer(labels.length);
    return [content, label, rng.integer(accounts)];
  });
  const questions = [...alphabet.slice(0, 2), draw()];
  return {
    ...{ name: `problem ${k} ${JSON.stringify(params)}`, params, labels, isReal, alphabet, rows, questions },
    isPlain,
    hasText: k % 2 === 0 && !isPlain,
    hasTask: k % 5 === 4 && !isPlain,
  };
}

/** The bound that a certificate gives for these rows; null where it refuses. */
export async function boundOf(method: Certificate, problem: TinyProblem, rows: readonly PoisonedRow[]): Promise<Bound | null> {
  const { params } = problem;
  const input = tinyInput(problem, rows);
  if ((method.refuses?.(input, params) ?? null) !== null) return null;
  try {
    return await method.certify(input, { rng: makeRng("certify"), params });
  } catch (error) {
    if (error instanceof NumericalError) return null;
    throw error;
  }
}

export function isRefused(method: Certificate, problem: TinyProblem): boolean {
  return (method.refuses?.(tinyInput(problem, problem.rows), problem.params) ?? null) !== null;
}

function tinyInput(problem: TinyProblem, rows: readonly PoisonedRow[]): CertificateInput {
  const learner = catalog.learners.find(({ id }) => id === (problem.isReal ? "ridge" : "logistic"))!;
  return inputOf(
    {
      table: tableOf(problem, rows),
      learner,
      learnerParams: resolveParams(learner.id, learner.params),
      encoder: resolveParams("encoder", encoderParams),
    },
    Int32Array.from(rows, (_, i) => i),
    Int32Array.from(problem.questions, (_, i) => rows.length + i),
    { rng: makeRng("certify") },
  );
}

/** Whether the radius of a question counts what leads to these rows: nothing but rows of the tasks that the bound is about came, went or changed. */
export function counts(reach: Bound["reach"], problem: TinyProblem, question: number, poisoned: readonly PoisonedRow[]): boolean {
  if (reach === undefined) return true;
  const { site } = problem.questions[question];
  return changedRows(problem.rows, poisoned).every(([content]) => (problem.alphabet[content].site === site) === (reach === "own"));
}

/** Rows that only one of the two has, or has more often. */
function changedRows(before: readonly PoisonedRow[], after: readonly PoisonedRow[]): PoisonedRow[] {
  const more = new Map<string, { row: PoisonedRow; count: number }>();
  const add = (row: PoisonedRow, count: number): void => {
    const known = more.get(row.join()) ?? { row, count: 0 };
    more.set(row.join(), { row, count: known.count + count });
  };
  for (const row of before) add(row, 1);
  for (const row of after) add(row, -1);
  return [...more.values()].filter(({ count }) => count !== 0).map(({ row }) => row);
}

/** Names in the order of their first use, so that a row that comes changes the codes of others. */
function tableOf({ labels, isReal, hasText, hasTask, isPlain, alphabet, questions }: TinyProblem, rows: readonly PoisonedRow[]): Table {
  const contents = [...rows.map(([content]) => alphabet[content]), ...questions];
  const named = (kind: "category" | "text", name: string, cells: readonly string[], names = [...new Set(cells)]): Column => ({
    ...{ kind, name, names },
    codes: Int32Array.from(cells, (cell) => names.indexOf(cell)),
  });
  const given = [...rows.map(([, label]) => label), ...questions.map(() => 0)];
  const columns: Column[] = [
    { kind: "number", name: "size", values: Float64Array.from(contents, ({ size }) => size) },
    { kind: "number", name: "weight", values: Float64Array.from(contents, ({ weight }) => weight) },
    named(
      "category",
      "colour",
      contents.map(({ colour }) => colour),
    ),
    named("category", "account", [...rows.map(([, , account]) => `u${account}`), ...questions.map(() => "asks")]),
    isReal
      ? { kind: "number", name: "label", values: Float64Array.from(given, (label) => labels[label]) }
      : named(
          "category",
          "label",
          given.map((label) => `class ${label}`),
          labels.map((label) => `class ${label}`),
        ),
  ];
  if (hasText)
    columns.push(
      named(
        "text",
        "review",
        contents.map(({ review }) => review),
      ),
    );
  if (hasTask)
    columns.push(
      named(
        "category",
        "site",
        contents.map(({ site }) => site),
        ["north", "south"],
      ),
    );
  return {
    rows: contents.length,
    columns,
    roles: {
      labels: ["label"],
      features: ["size", isPlain ? "weight" : "colour", ...(hasText ? ["review"] : [])],
      task: hasTask ? "site" : null,
      source: "account",
      id: null,
    },
  };
}

/** Everything that one change can do, and how many units it costs; insertions come in front, so that positions move. Of accounts: one writes up to two rows instead of its own. */
export function* movesOf(
  { alphabet, labels }: TinyProblem,
  rows: readonly PoisonedRow[],
  costs: UnitCosts,
): Generator<{ rows: readonly PoisonedRow[]; cost: number }> {
  const any: PoisonedRow[] = alphabet.flatMap((_, content) => labels.map((_, label): PoisonedRow => [content, label, 0]));
  if (costs.insertions !== undefined) for (const row of any) yield { rows: [row, ...rows], cost: costs.insertions };
  for (let i = 0; i < rows.length; i++) {
    const [content, label, account] = rows[i];
    if (costs.deletions !== undefined) yield { rows: rows.toSpliced(i, 1), cost: costs.deletions };
    if (costs["label-flips"] !== undefined)
      for (let other = 0; other < labels.length; other++)
        if (other !== label) yield { rows: rows.with(i, [content, other, account]), cost: costs["label-flips"] };
    if (costs.edits !== undefined) for (const row of any) yield { rows: rows.with(i, row), cost: costs.edits };
  }
  if (costs.accounts === undefined) return;
  for (let account = 0; account <= accounts; account++) {
    const others = rows.filter(([, , own]) => own !== account);
    const written = any.map(([content, label]): PoisonedRow => [content, label, account]);
    yield { rows: others, cost: costs.accounts };
    for (let a = 0; a < written.length; a++) {
      yield { rows: [written[a], ...others], cost: costs.accounts };
      for (let b = a; b < written.length; b++) yield { rows: [written[a], ...others, written[b]], cost: costs.accounts };
    }
  }
}
