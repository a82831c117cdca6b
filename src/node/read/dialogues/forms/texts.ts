import { isObject, kindOf, spoken } from "../content.ts";
import { hearParts, transcriptOf } from "../transcripts.ts";
import { Conversation } from "../turns.ts";
import type { AskedNames, Form, Given, Turn } from "../form.ts";

type JsonRecord = Readonly<Record<string, unknown>>;

const textNames = ["text", "passage", "contents", "content", "body", "passage_text", "document_text"];
/** What says of which document a passage is, the surest first. */
export const documentNames = ["doc_id", "docid", "document_id", "url", "source_url", "title", "_id", "id", "pid", "passage_id"];
const questionNames = ["question", "query", "prompt"];
const listNames = /(^|[_ -])(texts?|passages?|documents?|docs|contexts?|ctxs)$/i;

/** A message by itself is no text: it says who speaks. */
const textOf = (record: JsonRecord): string | undefined =>
  "role" in record || "from" in record ? undefined : textNames.find((name) => name in record);

function readText(record: JsonRecord, name: string | undefined): Given {
  if (name === undefined) return { misfit: `it holds no text (${textNames.slice(0, 3).join(", ")})` };
  const value = record[name];
  if (isObject(value)) return { misfit: `"${name}" is an object and no text` };
  const said = spoken(value, [name]);
  if (said === null) return { misfit: `"${name}" is ${kindOf(value)} and no text` };
  const parts = said.pieces.length === 1 && typeof value === "string" ? transcriptOf(said.text) : null;
  if (parts !== null) {
    const talk = new Conversation("");
    hearParts(talk, said.text, parts, [name], "answer");
    return talk.given();
  }
  const fault = said.oddity ?? (said.text.trim() === "" ? `"${name}" is empty` : null);
  return { turns: [{ prompt: null, answer: said, context: "", role: "text" }], fault };
}

/** Passages to look things up in: a text, and what says which document it is of. */
export const passageForm: Form = {
  id: "passages",
  title: "retrieval texts (text, and an id, title or url)",
  looksLike: (record) => textOf(record) !== undefined && documentNames.some((name) => name in record),
  read: (record) => readText(record, textOf(record)),
};

/** Texts that answer nobody. */
export const textForm: Form = {
  id: "texts",
  title: "plain texts (text)",
  looksLike: (record) => textOf(record) !== undefined,
  read: (record) => readText(record, textOf(record)),
};

/** Texts under the name that was asked for. */
export function namedTexts({ answer }: Required<Pick<AskedNames, "answer">>): Form {
  return {
    id: "named-texts",
    title: `texts ("${answer}", as asked)`,
    looksLike: (record) => answer in record,
    read: (record) => (answer in record ? readText(record, answer) : { misfit: `it has no "${answer}"` }),
  };
}

/** Questions, each with the texts that are held against it. */
export const textsByQuestionForm: Form = {
  id: "texts-by-question",
  title: "texts by question",
  looksLike: (record) => questionNames.some((name) => typeof record[name] === "string") && listOf(record) !== null,
  read(record) {
    const name = listOf(record);
    if (name === null) return { misfit: "it holds no list of texts" };
    const question = questionNames.find((key) => typeof record[key] === "string");
    if (question === undefined) return { misfit: "it holds no question" };
    const prompt = spoken(record[question], [question]);
    const turns: Turn[] = [];
    let fault: string | null = null;
    const list = record[name] as readonly unknown[];
    for (let i = 0; i < list.length; i++) {
      const entry = list[i];
      const key = isObject(entry) ? textOf(entry) : undefined;
      const said = key === undefined ? spoken(entry, [name, i]) : spoken((entry as JsonRecord)[key], [name, i, key]);
      if (said === null) return { misfit: `entry ${i + 1} of "${name}" is no text` };
      if (said.text.trim() === "") fault ??= `entry ${i + 1} of "${name}" is empty`;
      turns.push({ prompt, answer: said, context: "", role: "text" });
    }
    return turns.length === 0 ? { misfit: `"${name}" is empty` } : { turns, fault };
  },
};

/** The one list of texts of a record. */
function listOf(record: JsonRecord): string | null {
  const names = Object.keys(record).filter((name) => {
    const value = record[name];
    return (
      listNames.test(name) &&
      Array.isArray(value) &&
      value.every((entry) => typeof entry === "string" || (isObject(entry) && textOf(entry) !== undefined))
    );
  });
  return names.length === 1 ? names[0] : null;
}
