import { type Dialogues, answerRoles, type AnswerRole } from "../src/core/dialogues.ts";

export interface WrittenTurn {
  readonly prompt?: string;
  readonly answer: string;
  readonly context?: string;
  readonly role?: AnswerRole;
  /** Which record it belongs to; its own place where absent. */
  readonly record?: number;
}

/** Turns as the nouns have them, a record each unless they say otherwise. */
export function dialoguesOf(
  turns: readonly WrittenTurn[],
  more: {
    readonly document?: readonly number[];
    readonly sources?: readonly string[];
    readonly source?: readonly number[];
    readonly faults?: ReadonlyMap<number, string>;
  } = {},
): Dialogues {
  const record = Int32Array.from(turns, (turn, i) => turn.record ?? i);
  const records = turns.length === 0 ? 0 : record[record.length - 1] + 1;
  return {
    prompts: turns.map(({ prompt }) => prompt ?? ""),
    answers: turns.map(({ answer }) => answer),
    contexts: turns.map(({ context }) => context ?? ""),
    role: Uint8Array.from(turns, ({ role }) => answerRoles.indexOf(role ?? "answer")),
    record,
    records,
    source: more.source === undefined ? new Int32Array(records).fill(-1) : Int32Array.from(more.source),
    sources: more.sources ?? [],
    document: more.document === undefined ? null : Int32Array.from(more.document),
    faults: more.faults ?? new Map(),
  };
}

const verbs = ["Explain", "Describe", "Summarise", "Compare", "Plan", "Draw up", "Name the parts of", "Tell a child about"];
const things =
  "tides,bread,gravity,voting,glaciers,sonnets,trains,whales,banks,maps,clocks,bridges,honey,violins,chess,rivers,deserts,mirrors,kites,lighthouses".split(
    ",",
  );
const places = "Norway,a village,the sea,school,a garden,winter,the desert,a kitchen,a museum,the mountains,Lisbon".split(",");

/** The i-th of prompts that are all about something else. */
export function writtenPrompt(i: number): string {
  return `${verbs[i % verbs.length]} ${things[i % things.length]} in ${places[i % places.length]} with ${things[(i * 7 + 3) % things.length]}, number ${i}`;
}
