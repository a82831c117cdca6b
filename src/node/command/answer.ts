import { join } from "node:path";
import type { Target } from "../../core/dataset.ts";
import { targetOf } from "../../core/examples.ts";
import type { OutsideAnswers, OutsideTask } from "../../core/learner.ts";
import { type Cell, columnOf } from "../../core/table.ts";
import { scoresCodec } from "./answer-cache.ts";
import { type Asked, type CommandSettings, askCommand, contractVersion } from "./ask.ts";
import { readPredictions } from "./read-predictions.ts";
import { spreadCells, writtenNames } from "./spread-columns.ts";
import { type RowFormat, writeRows } from "./write-rows.ts";
import type { WrittenColumn } from "./written.ts";

/** What the column of ids is called, where nothing else is. */
export const idName = "row_id";

/** What a command says of every row that it is to answer, once it has learned from the rows of a task. @throws NumericalError as `askCommand` does */
export function answerOf(
  settings: CommandSettings,
  task: OutsideTask,
  options: { readonly signal?: { readonly aborted: boolean } | undefined; readonly isRepeated?: boolean },
): Promise<OutsideAnswers> {
  const target = targetOf(task.table);
  const rows = task.test.reduce((sum, part) => sum + part.rows.length, 0);
  const { format } = settings;
  return askCommand<OutsideAnswers>(
    settings,
    {
      about: [task.seed, target],
      write: (folder) => writeTask(folder, settings, task, target),
      read: ({ request }) => readPredictions(request.predictions, { format, id: (request as Request).id, rows, target }),
      codec: scoresCodec(rows),
      ...(options.isRepeated === true ? { isRepeated: true } : {}),
    },
    options,
  );
}

/** What a command is told, as request.json, in its environment, or as a line on standard input. */
interface Request {
  readonly data: "table";
  readonly contract: number;
  readonly folder: string;
  readonly train: string;
  readonly test: string;
  readonly predictions: string;
  readonly format: RowFormat;
  readonly label: string;
  readonly id: string;
  /** Columns to learn from, and those among them that hold numbers, categories and free text. */
  readonly features: readonly string[];
  readonly numbers: readonly string[];
  readonly categories: readonly string[];
  readonly texts: readonly string[];
  /** Vectors, such as images, of which each place is a column of numbers: how many each has. */
  readonly vectors?: Readonly<Record<string, number>>;
  /** null where the label is a number. */
  readonly classes: readonly string[] | null;
  readonly seed: number;
}

/** The label column in training only, the id column in the test only; all other columns are those of the data. No name of the data becomes the name of a file. */
async function writeTask(
  folder: string,
  { format }: CommandSettings,
  { table, train, test, seed }: OutsideTask,
  target: Target,
): Promise<Asked & { readonly request: Request }> {
  const [label] = table.roles.labels;
  const labelCell = (k: number): Cell => (target.kind === "real" ? train.y[k] : target.names[train.y[k]]);
  const namesOf = writtenNames(table.columns);
  const trainColumns = table.columns.flatMap((column): WrittenColumn[] =>
    column.name === label
      ? [{ name: label, type: target.kind === "real" ? "number" : "text", cell: labelCell }]
      : spreadCells(column, namesOf.get(column.name)!, (k) => ({ column, row: train.rows[k] })),
  );
  const allNames = trainColumns.map(({ name }) => name);
  const id = freeName(idName, allNames);
  const places = test.flatMap((part) => Array.from(part.rows, (row) => ({ part, row })));
  const testColumns = table.columns
    .filter(({ name }) => name !== label)
    .flatMap((column): WrittenColumn[] => {
      const { name } = column;
      const byPart = new Map(test.map((part) => [part, columnOf(part.table, name)]));
      return spreadCells(column, namesOf.get(name)!, (k) => ({ column: byPart.get(places[k].part)!, row: places[k].row }));
    });
  const ids: WrittenColumn = { name: id, type: "text", cell: (k) => String(k + 1) };

  const written = (names: readonly string[]): string[] => names.flatMap((name) => namesOf.get(name)!);
  const featuresOf = (...kinds: string[]): string[] =>
    written(table.roles.features.filter((name) => kinds.includes(columnOf(table, name).kind)));
  const vectors = table.columns.filter(({ kind }) => kind === "vector").map(({ name }) => [name, namesOf.get(name)!.length]);
  const request: Request = {
    data: "table",
    contract: contractVersion,
    folder,
    train: join(folder, `train.${format}`),
    test: join(folder, `test.${format}`),
    predictions: join(folder, `predictions.${format}`),
    format,
    label,
    id,
    features: written(table.roles.features),
    ...{ numbers: featuresOf("number", "vector"), categories: featuresOf("category"), texts: featuresOf("text") },
    ...(vectors.length === 0 ? {} : { vectors: Object.fromEntries(vectors) as Record<string, number> }),
    classes: target.kind === "classes" ? target.names : null,
    seed,
  };
  return {
    request,
    files: [
      await writeRows(request.train, format, trainColumns, train.rows.length),
      await writeRows(request.test, format, [ids, ...testColumns], places.length),
    ],
    environment: {
      THERIAC_FOLDER: folder,
      THERIAC_TRAIN: request.train,
      THERIAC_TEST: request.test,
      THERIAC_PREDICTIONS: request.predictions,
      THERIAC_FORMAT: format,
      THERIAC_LABEL: label,
      THERIAC_LABEL_POSITION: String(allNames.indexOf(label) + 1),
      THERIAC_ID: id,
      THERIAC_TASK: target.kind === "classes" ? "classes" : "number",
      THERIAC_SEED: String(seed),
    },
  };
}

function freeName(wanted: string, taken: readonly string[]): string {
  for (let k = 1; ; k++) {
    const name = k === 1 ? wanted : `${wanted}_${k}`;
    if (!taken.includes(name)) return name;
  }
}
