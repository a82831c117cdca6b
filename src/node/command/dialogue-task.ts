import { basename, join } from "node:path";
import type { DialogueQuestion, DialogueTask } from "../../core/dialogues.ts";
import type { Codec } from "./answer-cache.ts";
import { quoted, readAnswerText, rubbish } from "./answer-file.ts";
import { idName } from "./answer.ts";
import { type Asked, type CommandSettings, askCommand, contractVersion } from "./ask.ts";
import type { WrittenFile } from "./written.ts";
import { byId, rowsOfJsonLines } from "./read-predictions.ts";
import { writeText } from "./write-rows.ts";

/** Bytes that an answer may take, names and escapes included. */
const bytesEach = 1 << 18;

/** What a command answers to every question, once it has learned from the records of a task. @throws NumericalError as `askCommand` does */
export function answerQuestions(
  settings: CommandSettings,
  task: DialogueTask,
  options: { readonly signal?: { readonly aborted: boolean } | undefined; readonly isRepeated?: boolean },
): Promise<readonly string[]> {
  const { test, seed } = task;
  return askCommand<readonly string[]>(
    settings,
    {
      about: ["dialogues", seed],
      write: (folder) => writeTask(folder, task),
      read({ request }) {
        const text = readAnswerText(request.predictions, test.length, 65_536 + test.length * bytesEach);
        return byId(rowsOfJsonLines(text, idName), test.length, (given, line) => answerIn(given, line, test));
      },
      codec: codecOf(test.length),
      ...(options.isRepeated === true ? { isRepeated: true } : {}),
    },
    options,
  );
}

function writeTask(folder: string, { train, test, seed }: DialogueTask): Asked {
  const isOrder = test.some(({ kind }) => kind === "order");
  const request = {
    data: "dialogues",
    contract: contractVersion,
    folder,
    train: join(folder, "train.jsonl"),
    test: join(folder, "test.jsonl"),
    predictions: join(folder, "predictions.jsonl"),
    format: "jsonl",
    id: idName,
    task: isOrder ? "order" : "answers",
    seed,
  };
  return {
    request,
    files: [writeLines(request.train, train), writeLines(request.test, test.map(lineOf))],
    environment: {
      THERIAC_FOLDER: folder,
      THERIAC_TRAIN: request.train,
      THERIAC_TEST: request.test,
      THERIAC_PREDICTIONS: request.predictions,
      THERIAC_FORMAT: request.format,
      THERIAC_ID: idName,
      THERIAC_TASK: request.task,
      THERIAC_SEED: String(seed),
    },
  };
}

/** JSON has line breaks between its values alone, where a blank does as well. */
function writeLines(path: string, lines: readonly string[]): WrittenFile {
  const sha256 = writeText(path, (write) => {
    for (const line of lines) write(`${line.replace(/[\r\n]+/g, " ")}\n`);
  });
  return { name: basename(path), sha256 };
}

function lineOf(question: DialogueQuestion, k: number): string {
  const id = JSON.stringify(String(k + 1));
  const { prompt, context, record } = question;
  const asked = `"${idName}":${id},"prompt":${JSON.stringify(prompt)},"context":${JSON.stringify(context)},"record":${record ?? "null"}`;
  if (question.kind === "prompt") return `{${asked}}`;
  return `{${asked},"first":${JSON.stringify(question.first)},"second":${JSON.stringify(question.second)}}`;
}

function answerIn(given: object, line: number, test: readonly DialogueQuestion[]): string {
  const { prediction } = given as { readonly prediction?: unknown };
  if (typeof prediction !== "string") throw rubbish(`line ${line}: the prediction is no text`);
  if (test[0].kind === "order" && prediction !== "first" && prediction !== "second")
    throw rubbish(`line ${line}: the prediction is "first" or "second", got ${quoted(prediction)}`);
  return prediction;
}

function codecOf(count: number): Codec<readonly string[]> {
  return {
    plain: (answers) => answers,
    read: (stored) =>
      Array.isArray(stored) && stored.length === count && stored.every((one) => typeof one === "string") ? (stored as string[]) : null,
    size: (answers) => answers.reduce((sum, answer) => sum + 1 + answer.length / 8, 0),
  };
}
