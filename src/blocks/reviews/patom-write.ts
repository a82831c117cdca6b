import { type SparseMatrix, selectRows } from "../../numeric/matrices/matrix.ts";
import type { AttackInput } from "../../core/attack.ts";
import type { RunContext } from "../../core/context.ts";
import type { Dataset } from "../../core/dataset.ts";
import { type DataPoison, type FeatureRow, noDataPoison } from "../../core/poison.ts";
import type { WordColumn } from "../../core/text/word-column.ts";
import { craftReviews } from "./crafted-reviews.ts";
import { spreadBudget } from "../injection/injection-starts.ts";
import { mtrlObjective } from "../mtrl/objective.ts";
import type { PatomAim } from "../mtrl/patom-aim.ts";

export interface WriteSettings {
  readonly writings: number;
  readonly repeats: number;
}

/** Trainings between two steps of writing need not be closer than this, nor the solves than that. */
const [writingTolerance, writingSolveTolerance] = [1e-4, 1e-3];

/** Reviews written word by word. @param training all training examples, sparse */
export async function writeRows(
  input: AttackInput,
  { climbing, relation, attackTasks, utility, clean, kept, model }: PatomAim,
  training: Dataset,
  words: readonly WordColumn[],
  { writings, repeats }: WriteSettings,
  context: RunContext,
): Promise<DataPoison> {
  const loose = { ...climbing, tolerance: Math.max(climbing.tolerance, writingTolerance) };
  const { reviews } = await craftReviews(
    {
      clean,
      words: words.map((column) => ({ ...column, counts: selectRows(column.counts, kept) as SparseMatrix })),
      counts: spreadBudget(training, attackTasks, input.budget.rows),
      utility,
      model,
      fit: (data, start) => input.pipeline.learner.fit(data, { ...context, progress: undefined, params: loose, start }),
      objectiveOf: (data) => mtrlObjective(data, loose, { relation, solveTolerance: writingSolveTolerance }),
    },
    { steps: writings, mostRepeats: repeats },
    context,
  );
  return { ...noDataPoison, insert: reviews.map(({ x, y, task }): FeatureRow => ({ kind: "features", x, y, task })) };
}
