import { performance } from "node:perf_hooks";
import { selectRows } from "../../numeric/matrices/matrix.ts";
import { makeRng } from "../../numeric/random.ts";
import { catalog } from "../../catalog.ts";
import { NumericalError, UsageError } from "../../core/errors.ts";
import { allRows, listExamples } from "../../core/examples.ts";
import type { OutsideLearning } from "../../core/learner.ts";
import type { Table } from "../../core/table.ts";
import { makeEncoder } from "../../data/encoder.ts";
import { type StudyConfig, methodOf } from "../../study/config.ts";
import type { Cell } from "../../study/kind.ts";

/** Rows that are trained on to learn how long training takes. */
const sampleRows = 1500;
/** Trainings that one trial comes to, its share of detection, encoding and attack included, and those that tuning one seed comes to. */
const trainingsPerTrial = 2.5;
const trainingsPerTuning = 12;
/** Those of a search on one split for how little is enough, and for what a scan does not flag: roughly, from one run of 1,200 rows of numbers; the first is a guess. */
const trainingsPerSearch = 15;
const trainingsPerHiding = 100;
/** Budgets that a search tries on a split, and its clean model. */
const runsPerSearch = 5;
/** Between 1 on numbers and 15 on texts, whose models of many parts take longest. */
const trainingsPerCertificate = 5;

/** Milliseconds that these trials will take, from the time of one training of each learner on a sample; good to a factor of two or so. */
export async function estimateStudyMs(
  { table, config }: { readonly table: Table; readonly config: StudyConfig },
  cells: readonly Cell[],
  threads: number,
): Promise<number> {
  const sample = sampleOf(table);
  const encoder = makeEncoder(config.encoder, sample);
  const examples = listExamples(table).y.length;
  const learners = new Map(cells.map(({ learner }) => [learner.id, learner]));
  let total = 0;
  try {
    for (const { id, params } of learners.values()) {
      const learner = methodOf("learner", catalog.learners, id);
      const own = cells.filter((cell) => cell.learner.id === id);
      if (learner.outside !== undefined) {
        total += (await timeOutside(learner.outside, params, table, config)) * runsOf(own, learner.outside.queries(params));
        continue;
      }
      const time = async (): Promise<number> => {
        const started = performance.now();
        const data = encoder.fit(sample, allRows(sample)).encode(sample, allRows(sample));
        await learner.fit(data, { rng: makeRng("estimate"), params: { ...(params as object), weightDecay: 1e-4 } });
        return ((performance.now() - started) * examples) / data.y.length;
      };
      // The first run pays for compiling.
      await time();
      const seeds = Math.max(config.seeds, new Set(own.map(({ seed }) => seed)).size);
      const certified = (config.certificates?.length ?? 0) * trainingsPerCertificate;
      total += (await time()) * (own.reduce((sum, cell) => sum + trainingsOf(cell), 0) + seeds * trainingsPerTuning + certified);
    }
  } catch (error) {
    if (error instanceof NumericalError || error instanceof UsageError) return NaN;
    throw error;
  }
  return total / threads;
}

/** Milliseconds that one clean training takes, from files to answers. @throws NumericalError where it gives none */
async function timeOutside(
  outside: OutsideLearning,
  params: unknown,
  table: Table,
  { testFraction, firstSeed }: StudyConfig,
): Promise<number> {
  const { row, y } = listExamples(table);
  const trained = Math.round((1 - testFraction) * row.length);
  const started = performance.now();
  const train = { rows: Int32Array.from(row.subarray(0, trained)), y: Float64Array.from(y.subarray(0, trained)) };
  await outside.answer(params, { table, train, test: [{ table, rows: Int32Array.from(row.subarray(trained)) }], seed: firstSeed }, {});
  return performance.now() - started;
}

/** Runs of a command that trials come to: one each, what each attack asks it, one for the baseline of each attack with a goal of its own, and what a seed takes to set up. */
function runsOf(cells: readonly Cell[], queries: number): number {
  const seeds = new Set(cells.map(({ seed }) => seed)).size;
  const attacked = cells.filter(({ attack }) => attack !== null && attack.until !== true).length;
  const searched = cells.filter(({ attack }) => attack?.until === true).length * runsPerSearch;
  return (
    searched +
    cells.reduce((sum, cell) => sum + cell.trials.length, 0) +
    attacked * Math.max(1, queries > 1 ? 1 + queries : queries) +
    seeds +
    2
  );
}

function trainingsOf({ attack, trials }: Cell): number {
  const each = attack?.until === true ? trainingsPerSearch : attack?.unseen === true ? trainingsPerHiding : trainingsPerTrial;
  return trials.length * each;
}

/** Every k-th labelled row, as a table of its own. */
function sampleOf(table: Table): Table {
  const labelled = Int32Array.from(new Set(listExamples(table).row));
  const step = Math.max(1, Math.floor(labelled.length / sampleRows));
  const rows = labelled.filter((_, i) => i % step === 0);
  const columns = table.columns.map((column) => {
    switch (column.kind) {
      case "number":
        return { ...column, values: Float64Array.from(rows, (row) => column.values[row]) };
      case "vector":
        return { ...column, matrix: selectRows(column.matrix, rows) as typeof column.matrix };
      default:
        return { ...column, codes: rows.map((row) => column.codes[row]) };
    }
  });
  return { ...table, rows: rows.length, columns };
}
