import type { OutsideAnswers } from "../../core/learner.ts";
import type { Target } from "../../core/dataset.ts";
import { list, parseCsv, quoted, readAnswerBytes, readAnswerText, rubbish, objectsOfLines } from "./answer-file.ts";
import { readParquetRows } from "./parquet-rows.ts";
import type { RowFormat } from "./write-rows.ts";

/** The column that holds a class or a number; a table of probabilities has one column for each class in its place. */
export const predictionColumn = "prediction";

export interface PredictionsAsked {
  readonly format: RowFormat;
  /** The column of row ids. */
  readonly id: string;
  /** Ids are "1" to this number, each of which is to be answered once. */
  readonly rows: number;
  readonly target: Target;
}

/** How far the probabilities of a row may be from 1 together: they were rounded. */
const rounding = 0.01;
/** Bytes that a row and each of its classes may take, names apart. */
const bytesEach = 256;

/**
 * What a command answered. Of classes alone the score is 1 where the class was said; of probabilities it is p₁ − p₀ of two classes, else the probability.
 *
 * @throws NumericalError that says what is wrong with the file: nothing but an answer of the asked kind for each row becomes a number
 */
export async function readPredictions(path: string, asked: PredictionsAsked): Promise<OutsideAnswers> {
  const reader = answerReader(asked.target);
  return scoresOf(byId(await rowsOf(path, asked), asked.rows, reader), asked.target);
}

async function rowsOf(path: string, asked: PredictionsAsked): Promise<Iterable<Row>> {
  const { rows, format, target } = asked;
  const classes = target.kind === "classes" ? target.names : [];
  const most = 65_536 + rows * bytesEach * (1 + classes.length) + rows * classes.reduce((sum, name) => sum + 4 * name.length, 0);
  if (format === "parquet") return rowsOfParquet(path, asked, most);
  const text = readAnswerText(path, rows, most);
  return format === "csv" ? rowsOfFields(parseCsv(text), asked) : rowsOfJsonLines(text, asked.id);
}

/** What is said of each row, whose ids are "1" to `rows`, each once. @throws NumericalError */
export function byId<T>(rows: Iterable<Row>, count: number, reader: (given: Given, line: number) => T): T[] {
  const answers = new Array<T | undefined>(count);
  let answered = 0;
  for (const { id, given, line } of rows) {
    const index = /^[1-9]\d{0,9}$/.test(id) ? Number(id) - 1 : -1;
    if (!(index >= 0 && index < count)) throw rubbish(`line ${line}: there is no row ${quoted(id)}`);
    if (answers[index] !== undefined) throw rubbish(`line ${line}: row ${quoted(id)} is answered twice`);
    answers[index] = reader(given, line);
    answered++;
  }
  if (answered < count) {
    const first = answers.findIndex((answer) => answer === undefined);
    throw rubbish(
      `${answered} of ${count} rows are answered, and ${count - answered === 1 ? "one is" : "others are"} missing, row ${quoted(String(first + 1))} first`,
    );
  }
  return answers as T[];
}

/** A class index, a number, or the probability of each class. */
type Answer = number | Float64Array;
export type Given = { readonly prediction: unknown } | { readonly probabilities: readonly (readonly [string, unknown])[] };

interface Fields {
  readonly fields: readonly (string | number | null)[];
  readonly line: number;
}

export interface Row {
  readonly id: string;
  readonly given: Given;
  readonly line: number;
}

/** @param lines the first of which has the names */
function* rowsOfFields(lines: Generator<Fields>, { id, target }: PredictionsAsked): Generator<Row> {
  const { value: header } = lines.next() as { value: Fields | undefined };
  if (header === undefined) throw rubbish("the file is empty");
  const names = header.fields as readonly string[];
  const twice = names.find((name, j) => names.indexOf(name) !== j);
  if (twice !== undefined) throw rubbish(`two columns are named ${quoted(twice)}`);
  const at = names.indexOf(id);
  if (at < 0) throw rubbish(`no column is named ${quoted(id)}, which holds the ids of the rows; there are: ${list(names)}`);
  const others = names.filter((_, j) => j !== at);
  // A class may be named like the column of predictions: alone it is that.
  const isTable =
    others.length > 0 &&
    !(others.length === 1 && others[0] === predictionColumn) &&
    target.kind === "classes" &&
    others.every((name) => target.names.includes(name));
  const answer = names.indexOf(predictionColumn);
  if (!isTable && answer < 0)
    throw rubbish(
      `no column is named ${quoted(predictionColumn)}${target.kind === "classes" ? ", and the columns are not the classes either" : ""}; there are: ${list(names)}`,
    );
  for (const { fields, line } of lines) {
    if (fields.length !== names.length) throw rubbish(`line ${line} has ${fields.length} fields, and the header ${names.length}`);
    const given: Given = isTable
      ? { probabilities: names.flatMap((name, j) => (j === at ? [] : [[name, fields[j]] as const])) }
      : { prediction: fields[answer] };
    yield { id: String(fields[at]).trim(), given, line };
  }
}

/** A file is read once it is known to be one, and no larger than answers are. */
async function rowsOfParquet(path: string, asked: PredictionsAsked, most: number): Promise<Iterable<Row>> {
  readAnswerBytes(path, asked.rows, most);
  let found: Awaited<ReturnType<typeof readParquetRows>>;
  try {
    found = await readParquetRows(path, asked.rows);
  } catch (error) {
    throw rubbish(`the file cannot be read as Parquet: ${quoted((error as Error).message.split("\n")[0])}`);
  }
  const { names, rows } = found;
  return rowsOfFields(
    (function* () {
      yield { fields: [...names], line: 1 };
      for (const [k, fields] of rows.entries()) yield { fields: [...fields], line: k + 1 };
    })(),
    asked,
  );
}

/** Each line an object with an id and a prediction, or probabilities. */
export function* rowsOfJsonLines(text: string, id: string): Generator<Row> {
  for (const { value, line } of objectsOfLines(text)) {
    const own = new Map(Object.entries(value));
    const name = own.get(id);
    if (typeof name !== "string" && typeof name !== "number") throw rubbish(`line ${line} has no ${quoted(id)}, which is the id of a row`);
    const table = own.get("probabilities");
    if (table !== undefined) {
      if (typeof table !== "object" || table === null || Array.isArray(table))
        throw rubbish(`line ${line}: "probabilities" is no object with a number for each class`);
      yield { id: String(name), given: { probabilities: Object.entries(table) }, line };
    } else if (own.has(predictionColumn)) yield { id: String(name), given: { prediction: own.get(predictionColumn) }, line };
    else throw rubbish(`line ${line} has neither ${quoted(predictionColumn)} nor "probabilities"`);
  }
}

function answerReader(target: Target): (given: Given, line: number) => Answer {
  if (target.kind === "real")
    return (given, line) => {
      if ("probabilities" in given) throw rubbish(`line ${line} has probabilities, and the label is a number`);
      return finite(given.prediction, line);
    };
  const { names } = target;
  const known = new Map(names.map((name, k) => [name, k]));
  const classOf = (name: string, line: number): number => {
    const index = known.get(name) ?? sameClass(name, names);
    if (index === null) throw rubbish(`line ${line}: there is no class ${quoted(name)}; there are: ${list(names)}`);
    return index;
  };
  return (given, line) => {
    if ("prediction" in given) {
      const { prediction } = given;
      if (typeof prediction === "object" || prediction === undefined || prediction === "") throw rubbish(`line ${line} says no class`);
      return classOf(String(prediction), line);
    }
    const table = new Float64Array(names.length);
    let sum = 0;
    for (const [name, value] of given.probabilities) {
      const p = finite(value, line);
      if (p < -1e-9 || p > 1 + 1e-9) throw rubbish(`line ${line}: ${p} is no probability`);
      table[classOf(name, line)] += p;
      sum += p;
    }
    if (Math.abs(sum - 1) > rounding) throw rubbish(`line ${line}: the probabilities come to ${sum} and not to 1`);
    return table;
  };
}

/** A class that a language writes otherwise: 1.0 for 1, True for true; null where no class, or more than one, could be meant. */
function sameClass(given: string, names: readonly string[]): number | null {
  const number = given.trim() === "" ? NaN : Number(given);
  const fits = names.flatMap((name, k) =>
    (name.trim() !== "" && Number(name) === number) || (/^(true|false)$/i.test(name) && name.toLowerCase() === given.trim().toLowerCase())
      ? [k]
      : [],
  );
  return fits.length === 1 ? fits[0] : null;
}

function finite(value: unknown, line: number): number {
  const number = typeof value === "number" ? value : typeof value === "string" && value.trim() !== "" ? Number(value) : NaN;
  if (!Number.isFinite(number)) throw rubbish(`line ${line}: ${quoted(String(value))} is no finite number`);
  return number;
}

function scoresOf(answers: readonly Answer[], target: Target): OutsideAnswers {
  if (target.kind === "real") return { outputs: 1, scores: Float64Array.from(answers as readonly number[]) };
  const classes = target.names.length;
  if (classes === 2)
    return {
      outputs: 1,
      scores: Float64Array.from(answers, (answer) => (typeof answer === "number" ? 2 * answer - 1 : answer[1] - answer[0])),
    };
  const scores = new Float64Array(answers.length * classes);
  answers.forEach((answer, i) => {
    if (typeof answer === "number") scores[i * classes + answer] = 1;
    else scores.set(answer, i * classes);
  });
  return { outputs: classes, scores };
}
