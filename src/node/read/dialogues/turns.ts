import type { AnswerRole } from "../../../core/dialogues.ts";
import { between, calls, isObject, joined, kindOf, spoken, written } from "./content.ts";
import type { Given, Path, Piece, Spoken, Turn } from "./form.ts";

/** Who speaks, in the words of several houses. */
const speakers = new Map<string, Speaker>([
  ...["user", "human", "prompter", "customer", "instruction", "question"].map((name) => [name, "user"] as const),
  ...["assistant", "gpt", "bot", "model", "chatgpt", "bard", "bing", "claude", "ai", "function_call", "tool_call", "answer"].map(
    (name) => [name, "assistant"] as const,
  ),
  ...["system", "developer"].map((name) => [name, "system"] as const),
  ...["tool", "observation", "function", "function_response", "tool_response", "tool_result", "ipython", "environment"].map(
    (name) => [name, "tool"] as const,
  ),
]);
type Speaker = "user" | "assistant" | "system" | "tool";

const roleKeys = ["role", "from", "speaker"] as const;
/** Who asks and who answers, where a message is both. */
const pairKeys = [
  ["human", "user", "prompt", "question"],
  ["assistant", "gpt", "bot", "answer", "response"],
] as const;
const contentKeys = ["content", "value", "text", "parts"] as const;

/** Of all contexts of one record so many characters are kept whole. */
const wholeContexts = 32 * (1 << 20);
/** Then the last ones alone. */
const shortContext = 1000;

/** Whether a list holds messages: objects that say who speaks or what is said. */
export function isMessages(value: unknown): value is readonly unknown[] {
  return (
    Array.isArray(value) &&
    (value.length === 0 ||
      value.some(
        (entry) => isObject(entry) && (roleKeys.some((key) => key in entry) || pairKeys.every((keys) => keys.some((key) => key in entry))),
      ))
  );
}

/** Whether a record is itself a message. */
export function isMessage(record: Readonly<Record<string, unknown>>): boolean {
  return roleKeys.some((key) => typeof record[key] === "string") && contentKeys.some((key) => key in record);
}

/** The tools at hand and the system's text, as they stand before all turns. */
export function headOf(record: Readonly<Record<string, unknown>>): string {
  const parts = [record.system, record.system_prompt].filter((part) => typeof part === "string" && part !== "") as string[];
  for (const key of ["tools", "functions"])
    if (record[key] !== undefined && record[key] !== null && record[key] !== "") {
      const text = written(record[key]);
      if (text !== "[]") parts.push(text);
    }
  return parts.join(between);
}

/** What was said, as far as it was heard: takes one message after the other and makes a turn of each answer. */
export class Conversation {
  readonly turns: Turn[] = [];
  /** The first thing that does not look as it should. */
  fault: string | null = null;
  isShortened = false;
  /** What stands before the last prompt, and what came after it. */
  private before: string;
  private after = "";
  private prompt: Spoken | null = null;
  private last: Speaker | "call" | null = null;
  private kept = 0;

  constructor(head: string) {
    this.before = head;
  }

  /** @returns why the messages do not fit, if so */
  hear(messages: readonly unknown[], at: Path): string | null {
    for (let i = 0; i < messages.length; i++) {
      const message = messages[i];
      const name = `message ${i + 1}`;
      if (!isObject(message)) return `${name} is ${kindOf(message)} and no object`;
      const why = this.hearOne(message, [...at, i], name);
      if (why !== null) return why;
    }
    return null;
  }

  /** @returns why the message does not fit, if so */
  hearOne(message: Readonly<Record<string, unknown>>, at: Path, name: string, role: AnswerRole = "answer"): string | null {
    const roleKey = roleKeys.find((key) => message[key] !== undefined);
    if (roleKey === undefined && this.hearPair(message, at, name)) return null;
    if (roleKey === undefined) return `${name} does not say who speaks (role or from)`;
    const who = message[roleKey];
    if (typeof who !== "string") return `${name} has ${kindOf(who)} as ${roleKey}`;
    const contentKey = contentKeys.find((key) => key in message);
    const made = calls(message, at);
    if (contentKey === undefined && made.length === 0) return `${name} says nothing (content or value)`;
    const content = contentKey === undefined ? null : message[contentKey];
    if (isObject(content)) return `${name} has an object as ${contentKey}`;
    const said = contentKey === undefined ? null : spoken(content, [...at, contentKey]);
    if (said?.oddity !== undefined) this.doubt(`${said.oddity} (${name})`);
    const speaker = isToolResult(content) ? "tool" : (speakers.get(who.trim().toLowerCase()) ?? null);
    if (speaker === null) this.doubt(`${name} is by an unknown role, ${JSON.stringify(who.slice(0, 40))}`);
    if (speaker === "assistant") this.answer(withCalls(said, made), who === "function_call" || made.length > 0, name, role, content);
    else if (speaker === "user") this.ask(said, name);
    else {
      if (speaker === "tool" && this.last === "user") this.doubt(`${name} is what a tool gave back, and no call stands before it`);
      if (speaker === "tool") this.after = append(this.after, said?.text ?? "");
      else this.stand(said?.text ?? "");
      if (speaker === "tool") this.last = "tool";
    }
    return null;
  }

  /** A message that is a prompt and its answer under the names of who says them. @returns whether it is one */
  private hearPair(message: Readonly<Record<string, unknown>>, at: Path, name: string): boolean {
    const [asks, answers] = pairKeys.map((keys) => keys.find((key) => typeof message[key] === "string"));
    if (asks === undefined || answers === undefined) return false;
    this.ask(spoken(message[asks], [...at, asks]), name);
    this.answer(spoken(message[answers], [...at, answers])!, false, name, "answer");
    return true;
  }

  ask(said: Spoken | null, name: string): void {
    if (said === null || said.text.trim() === "") this.doubt(`${name}, a prompt, is empty`);
    if (this.last === "user") this.doubt(`${name} is a second prompt in a row`);
    this.before = append(append(this.before, this.prompt?.text ?? ""), this.after);
    this.after = "";
    this.prompt = said;
    this.last = "user";
  }

  answer(said: Spoken, isCall: boolean, name: string, role: AnswerRole, content?: unknown): void {
    if (said.text.trim() === "") this.doubt(`${name}, an answer, is empty${content === null ? " (null)" : ""}`);
    if (this.last === null) this.doubt(`${name} answers before anything was asked`);
    if (this.last === "assistant" && !isCall) this.doubt(`${name} is a second answer in a row`);
    this.turns.push({ prompt: this.prompt, answer: said, context: this.context(), role });
    this.after = append(this.after, said.text);
    this.last = isCall ? "call" : "assistant";
  }

  /** What stands before the prompt. */
  private context(): string {
    if ((this.kept += this.before.length) <= wholeContexts || this.before.length <= 2 * shortContext) return this.before;
    // What was said before is let go, so that the contexts of a million turns are not as long as all of them.
    this.isShortened = true;
    return (this.before = this.before.slice(-shortContext));
  }

  /** A text that nobody answers: of the system, or of somebody unknown. */
  stand(text: string): void {
    if (this.prompt === null) this.before = append(this.before, text);
    else this.after = append(this.after, text);
  }

  private doubt(fault: string): void {
    this.fault ??= fault;
  }

  given(): Given {
    const { turns, fault } = this;
    return { turns, fault, ...(this.isShortened ? { isShortened: true } : {}) };
  }
}

/** Whether a message of a user hands on what a tool gave back, and says nothing else. */
function isToolResult(content: unknown): boolean {
  return (
    Array.isArray(content) &&
    content.length > 0 &&
    content.every((part) => isObject(part) && (part.type === "tool_result" || "functionResponse" in part))
  );
}

function append(before: string, text: string): string {
  return before === "" ? text : text === "" ? before : `${before}${between}${text}`;
}

function withCalls(said: Spoken | null, made: readonly Piece[]): Spoken {
  if (made.length === 0) return said ?? { text: "", pieces: [] };
  const pieces = [...(said?.pieces ?? []), ...made];
  return { text: joined(pieces), pieces };
}
