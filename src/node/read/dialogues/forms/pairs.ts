import type { AskedNames, Form, Given, Piece, Spoken } from "../form.ts";
import { isObject, joined, kindOf, spoken } from "../content.ts";
import { Conversation, headOf, isMessages } from "../turns.ts";

type JsonRecord = Readonly<Record<string, unknown>>;

const promptNames = ["instruction", "prompt", "question", "query", "problem", "user", "human", "input", "inputs"];
const answerNames = [
  ...["output", "completion", "response", "answer", "answers", "target", "targets", "solution", "assistant", "gpt", "generation", "reply"],
];
/** What belongs to the prompt and stands beside it. */
const besideNames = ["input", "context"];

const first = (record: JsonRecord, names: readonly string[]): string | undefined => names.find((name) => name in record);

/** Instruction, input and output. */
export const alpacaForm: Form = {
  id: "alpaca",
  title: "Alpaca (instruction, input, output)",
  looksLike: (record) => "instruction" in record && first(record, answerNames) !== undefined,
  read: (record) => readPair(record, "instruction", first(record, answerNames)),
};

/** One text and what it is answered. */
export const pairForm: Form = {
  id: "pairs",
  title: "prompt and completion",
  looksLike(record) {
    const prompt = first(record, promptNames);
    return prompt !== undefined && first(record, answerNames) !== undefined;
  },
  read: (record) => readPair(record, first(record, promptNames), first(record, answerNames)),
};

/** Pairs under names that were asked for. */
export function namedPairs({ prompt, answer }: AskedNames): Form {
  const has = (record: JsonRecord, name: string | undefined): boolean => name === undefined || name in record;
  return {
    id: "named",
    title: `${prompt === undefined ? "a prompt as guessed" : JSON.stringify(prompt)} and ${answer === undefined ? "an answer as guessed" : JSON.stringify(answer)}, as asked`,
    looksLike: (record) => has(record, prompt) && has(record, answer),
    read(record) {
      for (const name of [prompt, answer]) if (!has(record, name)) return { misfit: `it has no "${name}"` };
      const others = (names: readonly string[], taken: string | undefined): string | undefined => {
        const left = names.filter((name) => name !== taken);
        return first(record, left);
      };
      return readPair(
        record,
        prompt ?? others(promptNames, answer),
        answer ?? others(answerNames, prompt),
        prompt === undefined || prompt === "instruction",
      );
    },
  };
}

/** @param withBeside whether an input beside the prompt belongs to it */
export function readPair(record: JsonRecord, promptName: string | undefined, answerName: string | undefined, withBeside = true): Given {
  if (answerName === undefined || !(answerName in record)) return { misfit: "it holds no answer (output, completion, response)" };
  const talk = new Conversation(headOf(record));
  const misfit =
    hearHistory(talk, promptName === "history" ? null : record.history) ??
    (promptName === undefined ? null : ask(talk, record, promptName, withBeside));
  if (misfit !== null) return { misfit };
  const value = record[answerName];
  if (isMessages(value) && value.length > 0) {
    const why = talk.hear(value, [answerName]);
    return why === null ? talk.given() : { misfit: why };
  }
  if (isObject(value)) return { misfit: `"${answerName}" is an object and no text` };
  const said = spoken(value, [answerName]);
  if (said === null && value !== null) return { misfit: `"${answerName}" is ${kindOf(value)} and no text` };
  if (said?.oddity !== undefined) talk.fault ??= `${said.oddity} ("${answerName}")`;
  talk.answer(said ?? { text: "", pieces: [] }, false, `"${answerName}"`, "answer", value);
  return talk.given();
}

/** Has the prompt of a pair asked, of a list of messages all of them. @returns why it does not fit, if so */
export function ask(talk: Conversation, record: JsonRecord, name: string, withBeside = true): string | null {
  const value = record[name];
  if (isMessages(value) && value.length > 0) return talk.hear(value, [name]);
  if (isObject(value)) return `"${name}" is an object and no text`;
  const own = spoken(value, [name]);
  if (own === null && value !== null && value !== undefined) return `"${name}" is ${kindOf(value)} and no text`;
  const pieces: Piece[] = [...(own?.pieces ?? [])];
  let oddity = own?.oddity;
  for (const beside of withBeside ? besideNames : []) {
    if (beside === name || !(beside in record)) continue;
    const said = spoken(record[beside], [beside]);
    if (said === null) continue;
    pieces.push(...said.pieces);
    oddity ??= said.oddity;
  }
  if (oddity !== undefined) talk.fault ??= `${oddity} ("${name}")`;
  const said: Spoken | null = pieces.length === 0 ? null : { text: joined(pieces), pieces };
  talk.ask(said, `"${name}"`);
  return null;
}

/** Earlier turns of Alpaca: pairs of a prompt and its answer. @returns why they do not fit, if so */
function hearHistory(talk: Conversation, history: unknown): string | null {
  if (history === undefined || history === null) return null;
  if (typeof history === "string") {
    talk.stand(history);
    return null;
  }
  if (isMessages(history)) return talk.hear(history, ["history"]);
  if (!Array.isArray(history)) return `"history" is ${kindOf(history)} and no list of pairs`;
  for (let i = 0; i < history.length; i++) {
    const pair: unknown = history[i];
    if (!Array.isArray(pair) || pair.length !== 2) return `entry ${i + 1} of "history" is no pair of a prompt and an answer`;
    talk.ask(spoken(pair[0], ["history", i, 0]), `prompt ${i + 1} of "history"`);
    talk.answer(spoken(pair[1], ["history", i, 1]) ?? { text: "", pieces: [] }, false, `answer ${i + 1} of "history"`, "answer");
  }
  return null;
}
