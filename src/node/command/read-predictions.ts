import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync } from "node:fs";
import { NumericalError } from "../../core/errors.ts";
import type { OutsideAnswers } from "../../core/learner.ts";
import type { Target } from "../../core/dataset.ts";
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
export function readPredictions(path: string, asked: PredictionsAsked): OutsideAnswers {
  const text = readText(path, asked);
  const rows = asked.format === "csv" ? rowsOfCsv(text, asked) : rowsOfJsonLines(text, asked);
  const answers = new Array<Answer | undefined>(asked.rows);
  const reader = answerReader(asked.target);
  let count = 0;
  for (const { id, given, line } of rows) {
    const index = /^[1-9]\d{0,9}$/.test(id) ? Number(id) - 1 : -1;
    if (!(index >= 0 && index < asked.rows)) throw rubbish(`line ${line}: there is no row ${quoted(id)}`);
    if (answers[index] !== undefined) throw rubbish(`line ${line}: row ${quoted(id)} is answered twice`);
    answers[index] = reader(given, line);
    count++;
  }
  if (count < asked.rows) {
    const first = answers.findIndex((answer) => answer === undefined);
    throw rubbish(
      `${count} of ${asked.rows} rows are answered, and ${asked.rows - count === 1 ? "one is" : "others are"} missing, row ${quoted(String(first + 1))} first`,
    );
  }
  return scoresOf(answers as Answer[], asked.target);
}

/** A class index, a number, or the probability of each class. */
type Answer = number | Float64Array;
type Given = { readonly prediction: unknown } | { readonly probabilities: readonly (readonly [string, unknown])[] };

interface Row {
  readonly id: string;
  readonly given: Given;
  readonly line: number;
}

function readText(path: string, { rows, target }: PredictionsAsked): string {
  const classes = target.kind === "classes" ? target.names : [];
  const most = 65_536 + rows * bytesEach * (1 + classes.length) + rows * classes.reduce((sum, name) => sum + 4 * name.length, 0);
  let bytes: Buffer;
  try {
    // Neither a link nor a pipe, at which reading would wait for ever.
    if (!lstatSync(path).isFile()) throw rubbish("what it wrote there is no plain file");
    const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const { size } = fstatSync(file);
      if (size > most) throw rubbish(`the file has ${size} bytes, and ${rows} answers have at most ${most}`);
      bytes = readFileSync(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (error instanceof NumericalError) throw error;
    if ((error as NodeJS.ErrnoException).code === "ENOENT") throw rubbish("the file was not written");
    throw rubbish(`the file cannot be read: ${(error as Error).message}`);
  }
  if (bytes.length === 0) throw rubbish("the file is empty");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw rubbish("the file is no text in UTF-8");
  }
}

function* rowsOfCsv(text: string, { id, target }: PredictionsAsked): Generator<Row> {
  const lines = parseCsv(text);
  const { value: header } = lines.next() as { value: { fields: string[] } | undefined };
  if (header === undefined) throw rubbish("the file is empty");
  const { fields: names } = header;
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
    yield { id: fields[at].trim(), given, line };
  }
}

function* rowsOfJsonLines(text: string, { id }: PredictionsAsked): Generator<Row> {
  let line = 0;
  for (const piece of text.split("\n")) {
    line++;
    if (piece.trim() === "") continue;
    let value: unknown;
    try {
      value = JSON.parse(piece);
    } catch {
      throw rubbish(`line ${line} is no JSON`);
    }
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw rubbish(`line ${line} is no object`);
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

/** RFC 4180; lines without anything in them are passed over. */
function* parseCsv(text: string): Generator<{ readonly fields: string[]; readonly line: number }> {
  let [fields, field, line, begun] = [[] as string[], "", 1, 1];
  let isQuoted = false;
  let wasQuoted = false;
  const start = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  for (let i = start; i <= text.length; i++) {
    const c = i < text.length ? text[i] : "\n";
    if (isQuoted) {
      if (i === text.length) throw rubbish(`a quotation mark of line ${begun} is never closed`);
      if (c === "\n") line++;
      if (c !== '"') field += c;
      else if (text[i + 1] === '"') field += text[++i];
      else isQuoted = false;
    } else if (c === '"' && field === "" && !wasQuoted) isQuoted = wasQuoted = true;
    else if (c === ",") {
      fields.push(field);
      [field, wasQuoted] = ["", false];
    } else if (c === "\n") {
      fields.push(field.endsWith("\r") && !wasQuoted ? field.slice(0, -1) : field);
      if (fields.length > 1 || fields[0] !== "" || wasQuoted) yield { fields, line: begun };
      [fields, field, wasQuoted] = [[], "", false];
      begun = ++line;
    } else if (!(c === "\r" && wasQuoted)) field += c;
  }
}

function rubbish(what: string): NumericalError {
  return new NumericalError(`its predictions cannot be used: ${what}`);
}

function list(names: readonly string[]): string {
  return `${names.slice(0, 8).map(quoted).join(", ")}${names.length > 8 ? `, … (${names.length} in all)` : ""}`;
}

/** As a message quotes what may be a cell, so that a report can leave it out. */
function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 79)}…` : text);
}
