import { join } from "node:path";
import { type Ratings, startsByUser } from "../../core/ratings.ts";
import type { Codec } from "./answer-cache.ts";
import { list, objectsOfLines, parseCsv, quoted, readAnswerBytes, readAnswerText, rubbish } from "./answer-file.ts";
import { type Asked, type CommandSettings, askCommand, contractVersion } from "./ask.ts";
import { readParquetRows } from "./parquet-rows.ts";
import { type RowFormat, writeRows } from "./write-rows.ts";
import type { WrittenColumn } from "./written.ts";

/** Items that a user is shown, by which attacks are judged. */
const listed = 10;
/** Bytes that a line of an answer may take, names apart. */
const bytesEach = 96;

export interface RatingAnswers {
  /** NaN where nothing was said. Shape: [users, items]. */
  readonly scores: Float64Array;
  /** Every item that a user has not rated has a score. */
  readonly isComplete: boolean;
}

interface RatingTask {
  readonly ratings: Ratings;
  /** 1 for each user whose ratings are learned from; null = all. Every user is asked. Shape: [users]. */
  readonly kept: Uint8Array | null;
  readonly seed: number;
}

/** How a command scores items for every user, once it has learned from ratings. @throws NumericalError as `askCommand` does */
export function scoresOf(
  settings: CommandSettings,
  task: RatingTask,
  options: { readonly signal?: { readonly aborted: boolean } | undefined; readonly isRepeated?: boolean },
): Promise<RatingAnswers> {
  const { ratings, seed } = task;
  return askCommand<RatingAnswers>(
    settings,
    {
      about: ["ratings", seed],
      write: (folder) => writeTask(folder, settings.format, task),
      read: async ({ request }) => answersIn(await linesOf(request.predictions, settings.format, ratings), ratings),
      codec: codecOf(ratings),
      ...(options.isRepeated === true ? { isRepeated: true } : {}),
    },
    options,
  );
}

async function writeTask(folder: string, format: RowFormat, { ratings, kept, seed }: RatingTask): Promise<Asked> {
  const { user, item, value, time, users, items } = ratings;
  const from = Int32Array.from(user.keys()).filter((p) => kept === null || kept[user[p]] === 1);
  const text = (name: string, cell: (k: number) => string): WrittenColumn => ({ name, type: "text", cell });
  const number = (name: string, cell: (k: number) => number): WrittenColumn => ({ name, type: "number", cell });
  const request = {
    data: "ratings",
    contract: contractVersion,
    folder,
    train: join(folder, `train.${format}`),
    test: join(folder, `test.${format}`),
    items: join(folder, `items.${format}`),
    predictions: join(folder, `predictions.${format}`),
    format,
    top: listed,
    scale: ratings.scale,
    seed,
  };
  const train = [
    text("user", (k) => users[user[from[k]]]),
    text("item", (k) => items[item[from[k]]]),
    number("rating", (k) => value[from[k]]),
    ...(time === null ? [] : [number("time", (k) => time[from[k]])]),
  ];
  return {
    request,
    files: [
      await writeRows(request.train, format, train, from.length),
      await writeRows(request.test, format, [text("user", (k) => users[k])], users.length),
      await writeRows(request.items, format, [text("item", (k) => items[k])], items.length),
    ],
    environment: {
      THERIAC_FOLDER: folder,
      THERIAC_TRAIN: request.train,
      THERIAC_TEST: request.test,
      THERIAC_ITEMS: request.items,
      THERIAC_PREDICTIONS: request.predictions,
      THERIAC_FORMAT: format,
      THERIAC_TOP: String(listed),
      THERIAC_SEED: String(seed),
    },
  };
}

interface Line {
  readonly user: unknown;
  readonly item: unknown;
  readonly score: unknown;
  readonly line: number;
}

const columns = ["user", "item", "score"] as const;

async function linesOf(path: string, format: RowFormat, { users, items }: Ratings): Promise<Iterable<Line>> {
  const longest = (names: readonly string[]): number => 6 * names.reduce((most, name) => Math.max(most, name.length), 0);
  const pairs = users.length * items.length;
  const most = 65_536 + pairs * (bytesEach + longest(users) + longest(items));
  if (format === "jsonl") return jsonLines(readAnswerText(path, pairs, most));
  if (format === "csv") return fieldLines(parseCsv(readAnswerText(path, pairs, most)));
  readAnswerBytes(path, pairs, most);
  try {
    const { names, rows } = await readParquetRows(path, pairs);
    return fieldLines([names, ...rows].map((fields, k) => ({ fields, line: k })).values());
  } catch (error) {
    throw rubbish(`the file cannot be read as Parquet: ${quoted((error as Error).message.split("\n")[0])}`);
  }
}

function* jsonLines(text: string): Generator<Line> {
  for (const { value, line } of objectsOfLines(text)) {
    const { user, item, score } = value as Partial<Line>;
    yield { user, item, score, line };
  }
}

function* fieldLines(lines: Iterator<{ readonly fields: readonly (string | number | null)[]; readonly line: number }>): Generator<Line> {
  const first = lines.next();
  if (first.done === true) throw rubbish("the file is empty");
  const names = first.value.fields as readonly string[];
  const places = columns.map((name) => names.indexOf(name));
  const missing = columns.find((_, j) => places[j] < 0);
  if (missing !== undefined) throw rubbish(`no column is named ${quoted(missing)}; there are: ${list(names)}`);
  for (let next = lines.next(); next.done !== true; next = lines.next()) {
    const { fields, line } = next.value;
    if (fields.length !== names.length) throw rubbish(`line ${line} has ${fields.length} fields, and the header ${names.length}`);
    yield { user: fields[places[0]], item: fields[places[1]], score: fields[places[2]], line };
  }
}

/** @throws NumericalError unless each user has a score for as many items that the user has not rated as a list holds */
function answersIn(lines: Iterable<Line>, ratings: Ratings): RatingAnswers {
  const { users, items, item } = ratings;
  const [userOf, itemOf] = [users, items].map((names) => new Map(names.map((name, k) => [name, k])));
  const scores = new Float64Array(users.length * items.length).fill(NaN);
  for (const { user: who, item: what, score, line } of lines) {
    const [u, i] = [userOf.get(String(who)), itemOf.get(String(what))];
    if (u === undefined) throw rubbish(`line ${line}: there is no user ${quoted(String(who))}`);
    if (i === undefined) throw rubbish(`line ${line}: there is no item ${quoted(String(what))}`);
    const value = typeof score === "number" ? score : typeof score === "string" && score.trim() !== "" ? Number(score) : NaN;
    if (!Number.isFinite(value)) throw rubbish(`line ${line}: ${quoted(String(score))} is no finite number`);
    if (!Number.isNaN(scores[u * items.length + i]))
      throw rubbish(`line ${line}: item ${quoted(String(what))} is scored twice for user ${quoted(String(who))}`);
    scores[u * items.length + i] = value;
  }
  const starts = startsByUser(ratings);
  const isRated = new Uint8Array(items.length);
  let isComplete = true;
  for (let u = 0; u < users.length; u++) {
    const own = item.subarray(starts[u], starts[u + 1]);
    for (const i of own) isRated[i] = 1;
    let [open, said] = [0, 0];
    for (let i = 0; i < items.length; i++) {
      if (isRated[i] === 1) continue;
      open++;
      said += Number(!Number.isNaN(scores[u * items.length + i]));
    }
    for (const i of own) isRated[i] = 0;
    isComplete &&= said === open;
    if (said < Math.min(listed, open))
      throw rubbish(
        `user ${quoted(users[u])} is given ${said} items that the user has not rated, and a list of recommendations has ${Math.min(listed, open)}`,
      );
  }
  return { scores, isComplete };
}

function codecOf({ users, items }: Ratings): Codec<RatingAnswers> {
  return {
    plain: ({ scores, isComplete }) => ({ isComplete, scores: Array.from(scores, (score) => (Number.isNaN(score) ? null : score)) }),
    read(stored) {
      const { scores, isComplete } = stored as { scores: unknown; isComplete: unknown };
      if (!Array.isArray(scores) || scores.length !== users.length * items.length || typeof isComplete !== "boolean") return null;
      return { isComplete, scores: Float64Array.from(scores as (number | null)[], (score) => score ?? NaN) };
    },
    size: ({ scores }) => scores.length,
  };
}
