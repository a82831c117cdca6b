import { givenModel } from "../../blocks/held-out/given-model.ts";
import { outOfFold } from "../../blocks/held-out/out-of-fold.ts";
import { stratifiedFolds } from "../../blocks/held-out/folds.ts";
import type { Dataset } from "../../core/dataset.ts";
import { UsageError } from "../../core/errors.ts";
import { targetOf } from "../../core/examples.ts";
import { type Model, classesOfScores } from "../../core/learner.ts";
import { type Table, cellOf, columnOf } from "../../core/table.ts";
import type { RunContext } from "../../core/context.ts";
import { shareText } from "../../report/words/words.ts";
import { type SideTable, openSideTable } from "../read/side-table.ts";

/** Files that a scan is given of the user's own model. */
export interface OwnFiles {
  readonly probabilities?: string;
  readonly embeddings?: string;
}

/** What was read of them, by the rows of the table. */
export interface OwnNumbers {
  readonly probabilities: { readonly chances: Float64Array; readonly classes: number } | null;
  readonly embeddings: { readonly values: Float64Array; readonly cols: number } | null;
  /** How they were understood, a sentence each. */
  readonly told: readonly string[];
}

/** A sum of chances may be off by so much, as rounded tables are. */
const rounding = 0.02;

/** @throws UsageError where a file does not fit the rows, or is not what it is given for */
export async function readOwnNumbers({ probabilities, embeddings }: OwnFiles, table: Table): Promise<OwnNumbers> {
  const told: string[] = [];
  return {
    probabilities:
      probabilities === undefined ? null : await withTable(probabilities, "--probabilities", (side) => readChances(side, table, told)),
    embeddings: embeddings === undefined ? null : await withTable(embeddings, "--embeddings", (side) => readEmbeddings(side, table, told)),
    told,
  };
}

async function withTable<T>(path: string, option: string, read: (side: SideTable) => Promise<T>): Promise<T> {
  const side = await openSideTable(path, option);
  try {
    return await read(side);
  } finally {
    side.close();
  }
}

async function readChances(side: SideTable, table: Table, told: string[]): Promise<NonNullable<OwnNumbers["probabilities"]>> {
  const option = "--probabilities";
  const target = targetOf(table);
  if (target.kind === "real") throw new UsageError(`${option} needs classes, and the label is a number`);
  if (table.roles.labels.length > 1) throw new UsageError(`${option} is of one label, and these data have ${table.roles.labels.length}`);
  const { names } = target;
  const order = side.names === null ? null : names.map((name) => columnOfClass(side, name, names));
  const { values, cols } = await side.numbersOf(order ?? []);
  if (cols !== names.length)
    throw new UsageError(
      `${option} ${side.path} has ${cols} columns, and there are ${names.length} classes: ${names.slice(0, 10).join(", ")}`,
    );
  const places = await placesOf(side, table, option, told);
  // An array names no class: its columns are in the order in which scikit-learn has them.
  const sorted = order === null ? sortedClasses(names) : names;
  if (order === null) told.push(`${option}: the columns of ${side.path} are taken for ${sorted.join(", ")}, in that order`);
  const at = names.map((name) => sorted.indexOf(name));
  const chances = new Float64Array(table.rows * cols);
  for (let row = 0; row < table.rows; row++) {
    const from = places[row];
    let sum = 0;
    for (let k = 0; k < cols; k++) {
      const value = values[from * cols + at[k]];
      if (!(value >= 0 && value <= 1 + 1e-9))
        throw new UsageError(
          `${option} ${side.path}: row ${from + 1}, class ${names[k]}: a probability is from 0 to 1, got ${Number.isNaN(value) ? "no number" : value}`,
        );
      sum += chances[row * cols + k] = value;
    }
    if (Math.abs(sum - 1) > rounding)
      throw new UsageError(`${option} ${side.path}: row ${from + 1}: its probabilities sum to ${sum.toFixed(3)} and not to 1`);
    for (let k = 0; k < cols; k++) chances[row * cols + k] /= sum;
  }
  return { chances, classes: cols };
}

/** The column of a class: of its name, or of its name after p_, proba_, prob_ or probability_. */
function columnOfClass({ path, names }: SideTable, name: string, classes: readonly string[]): string {
  const found =
    names!.find((column) => column === name) ?? names!.find((column) => column.replace(/^(p|prob|proba|probability)[_ ]/i, "") === name);
  if (found !== undefined) return found;
  throw new UsageError(
    `--probabilities ${path} has no column for the class ${JSON.stringify(name)}: it needs one for each of ${classes.slice(0, 10).join(", ")}; it has ${names!.slice(0, 10).join(", ")}`,
  );
}

function sortedClasses(names: readonly string[]): string[] {
  const isNumeric = names.every((name) => name.trim() !== "" && Number.isFinite(Number(name)));
  return [...names].sort((a, b) => (isNumeric ? Number(a) - Number(b) : a < b ? -1 : 1));
}

async function readEmbeddings(side: SideTable, table: Table, told: string[]): Promise<NonNullable<OwnNumbers["embeddings"]>> {
  const option = "--embeddings";
  const { id } = table.roles;
  const columns =
    side.names === null ? [] : side.names.filter((name) => name !== id && !["id", "row", "index", ""].includes(name.trim().toLowerCase()));
  if (side.names !== null && columns.length === 0) throw new UsageError(`${option} ${side.path} has no column of numbers`);
  const { values, cols } = await side.numbersOf(columns);
  const places = await placesOf(side, table, option, told);
  const out = new Float64Array(table.rows * cols);
  for (let row = 0; row < table.rows; row++)
    for (let j = 0; j < cols; j++) {
      const value = values[places[row] * cols + j];
      if (!Number.isFinite(value))
        throw new UsageError(`${option} ${side.path}: row ${places[row] + 1}, column ${columns[j] ?? j + 1}: it is no finite number`);
      out[row * cols + j] = value;
    }
  told.push(`${option}: ${cols} numbers a row`);
  return { values: out, cols };
}

/** The row of the file for each row of the table: by their id where both have one, else in the order of the rows. @throws UsageError where they do not fit */
async function placesOf(side: SideTable, table: Table, option: string, told: string[]): Promise<Int32Array> {
  const { id } = table.roles;
  const { path, rows } = side;
  if (id !== null && side.names?.includes(id) === true) {
    const place = new Map<string, number>();
    (await side.textsOf(id)).forEach((text, at) => {
      if (text === null) throw new UsageError(`${option} ${path}: row ${at + 1} has no ${id}`);
      if (place.has(text))
        throw new UsageError(
          `${option} ${path}: ${id} ${JSON.stringify(text)} stands in row ${place.get(text)! + 1} and again in row ${at + 1}`,
        );
      place.set(text, at);
    });
    const column = columnOf(table, id);
    const missing: string[] = [];
    const found = Int32Array.from({ length: table.rows }, (_, row) => {
      const at = place.get(String(cellOf(column, row)));
      if (at === undefined) missing.push(String(cellOf(column, row)));
      return at ?? -1;
    });
    if (missing.length > 0)
      throw new UsageError(
        `${option} ${path} lacks ${missing.length} of ${table.rows} rows, the first by its ${id} ${JSON.stringify(missing[0])}`,
      );
    told.push(`${option}: ${path} is matched to the rows by ${id}`);
    return found;
  }
  if (rows !== table.rows)
    throw new UsageError(
      `${option} ${path} has ${rows} rows and the data have ${table.rows}: give one for each row in the same order, or the same ids (--id)`,
    );
  told.push(`${option}: ${path} is taken in the order of the rows${id === null ? "" : `, as it has no column ${id}`}`);
  return Int32Array.from({ length: rows }, (_, row) => row);
}

/** Agreement with the given labels that honest predictions of noisy data hardly reach, and how far below it models are that never saw a row, where that is a sign. */
const nearAll = 0.98;
const farBelow = 0.05;

/** Why a table of probabilities looks as if its model had been trained on the very rows; null where it does not. */
export async function leakOf(
  { chances, classes }: NonNullable<OwnNumbers["probabilities"]>,
  data: Dataset,
  fit: (data: Dataset, before: Model | null) => Promise<Model>,
  { rng, signal }: RunContext,
): Promise<string | null> {
  const agreement = shareRight(givenModel(chances, classes), data);
  if (agreement < nearAll) return null;
  const folds = stratifiedFolds(data, 5, rng);
  const { scores, outputs } = await outOfFold(data, folds, (train, _, before) => fit(train, before), { signal });
  const honest = classesOfScores(scores, outputs).reduce((sum, k, i) => sum + Number(k === data.y[i]), 0) / data.y.length;
  if (agreement - honest < farBelow) return null;
  return `--probabilities agrees with ${shareText(agreement)} of the given labels, and models of the scan that never saw a row with ${shareText(honest)}: that is how predictions look of a model that was trained on the very rows. Wrong labels that it has learned by heart look right to it: give out-of-sample predictions, as cross_val_predict makes them`;
}

function shareRight(model: Model, data: Dataset): number {
  const answers = classesOfScores(model.scores(data), model.outputs);
  return answers.reduce((sum, k, i) => sum + Number(k === data.y[i]), 0) / Math.max(1, data.y.length);
}
