import { performance } from "node:perf_hooks";
import { selectRows } from "../../numeric/matrices/matrix.ts";
import { makeRng } from "../../numeric/random.ts";
import { catalog } from "../../catalog.ts";
import { NumericalError, UsageError } from "../../core/errors.ts";
import { allRows, listExamples } from "../../core/examples.ts";
import type { Table } from "../../core/table.ts";
import { makeEncoder } from "../../data/encoder.ts";
import { type StudyConfig, methodOf } from "../../study/config.ts";
import type { Cell } from "../../study/kind.ts";

/** Rows that are trained on to learn how long training takes. */
const sampleRows = 1500;
/** Trainings that one trial comes to, its share of detection, encoding and attack included, and those that tuning one seed comes to. */
const trainingsPerTrial = 2.5;
const trainingsPerTuning = 12;
/** Those of a search on one split for how little is enough, and for what a scan does not flag; measured on 1,200 rows of numbers. */
const trainingsPerSearch = 15;
const trainingsPerHiding = 100;
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
      const time = async (): Promise<number> => {
        const started = performance.now();
        const data = encoder.fit(sample, allRows(sample)).encode(sample, allRows(sample));
        await learner.fit(data, { rng: makeRng("estimate"), params: { ...(params as object), weightDecay: 1e-4 } });
        return ((performance.now() - started) * examples) / data.y.length;
      };
      // The first run pays for compiling.
      await time();
      const own = cells.filter((cell) => cell.learner.id === id);
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
