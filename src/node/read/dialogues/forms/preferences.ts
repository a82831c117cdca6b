import type { AnswerRole } from "../../../../core/dialogues.ts";
import { isObject, kindOf, spoken } from "../content.ts";
import type { Form, Given, Turn } from "../form.ts";
import { hearParts, transcriptOf } from "../transcripts.ts";
import { Conversation, headOf, isMessages } from "../turns.ts";
import { messagesOf, readChat } from "./chat.ts";
import { alpacaForm, ask, pairForm } from "./pairs.ts";

type JsonRecord = Readonly<Record<string, unknown>>;

const promptNames = ["prompt", "instruction", "question", "query", "input"];
const voteNames = ["label", "kto_tag", "vote", "upvoted", "desirable"];

/** Two answers to one prompt, of which one is the better. */
export const preferenceForm: Form = {
  id: "preferences",
  title: "preferences (chosen, rejected)",
  looksLike: (record) => "chosen" in record && "rejected" in record,
  read: readPreference,
  pair: ["chosen", "rejected"],
};

function readPreference(record: JsonRecord): Given {
  const turns: Turn[] = [];
  let fault: string | null = null;
  const { chosen, rejected } = record;
  const shared = isMessages(chosen) && isMessages(rejected) ? sharedMessages(chosen, rejected) : 0;
  for (const [name, value, role] of [
    ["chosen", chosen, "chosen"],
    ["rejected", rejected, "rejected"],
  ] as const) {
    const talk = new Conversation(headOf(record));
    const misfit = hearPrompt(talk, record, shared > 0) ?? hearAnswer(talk, name, value, role, shared);
    if (misfit !== null) return { misfit };
    const last = talk.turns.at(-1);
    if (last === undefined || last.role !== role) return { misfit: `"${name}" holds no answer` };
    // What was answered before stands in the prompt of both and is nobody's choice.
    turns.push(last);
    fault ??= talk.fault;
  }
  return { turns, fault };
}

/** How many messages two lists begin with alike, the last ones of each left aside. */
function sharedMessages(a: readonly unknown[], b: readonly unknown[]): number {
  const most = Math.min(a.length, b.length) - 1;
  let at = 0;
  while (at < most && JSON.stringify(a[at]) === JSON.stringify(b[at])) at++;
  return at;
}

function hearPrompt(talk: Conversation, record: JsonRecord, isInAnswers: boolean): string | null {
  if (isInAnswers) return null;
  const found = messagesOf(record);
  if (found !== null) return talk.hear(found.messages, [found.key]);
  const name = promptNames.find((key) => key in record);
  return name === undefined ? null : ask(talk, record, name);
}

function hearAnswer(talk: Conversation, name: string, value: unknown, role: AnswerRole, shared: number): string | null {
  if (isMessages(value)) {
    if (value.length === 0) return `"${name}" is empty`;
    for (let i = 0; i < value.length; i++) {
      const message: unknown = value[i];
      if (!isObject(message)) return `message ${i + 1} of "${name}" is ${kindOf(message)} and no object`;
      const why = talk.hearOne(message, [name, i], `message ${i + 1} of "${name}"`, i >= shared ? role : "answer");
      if (why !== null) return why;
    }
    return null;
  }
  if (isObject(value)) return talk.hearOne(value, [name], `"${name}"`, role);
  const said = spoken(value, [name]);
  if (said === null && value !== null) return `"${name}" is ${kindOf(value)} and no text`;
  if (said?.oddity !== undefined) talk.fault ??= `${said.oddity} ("${name}")`;
  const parts = said === null || said.pieces.length !== 1 || talk.turns.length > 0 ? null : transcriptOf(said.text);
  if (said !== null && parts !== null && parts.at(-1)!.by === "assistant") {
    hearParts(talk, said.text, parts, [name], role);
    return null;
  }
  talk.answer(said ?? { text: "", pieces: [] }, false, `"${name}"`, role, value);
  return null;
}

/** One answer, voted up or down. */
export const voteForm: Form = {
  id: "votes",
  title: "votes (an answer and whether it is a good one)",
  looksLike: (record) =>
    voteOf(record) !== null && (messagesOf(record) !== null || alpacaForm.looksLike(record) || pairForm.looksLike(record)),
  read(record) {
    const vote = voteOf(record);
    if (vote === null) return { misfit: `it holds no vote (${voteNames[0]}: true or false)` };
    const given =
      messagesOf(record) !== null ? readChat(record) : alpacaForm.looksLike(record) ? alpacaForm.read(record) : pairForm.read(record);
    if ("misfit" in given) return given;
    const last = given.turns.length - 1;
    return { ...given, turns: given.turns.map((turn, i) => (i === last ? { ...turn, role: vote ? "upvoted" : "downvoted" } : turn)) };
  },
};

function voteOf(record: JsonRecord): boolean | null {
  const name = voteNames.find((key) => typeof record[key] === "boolean");
  return name === undefined ? null : (record[name] as boolean);
}
