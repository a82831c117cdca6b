import type { Dialogues } from "../src/core/dialogues.ts";
import type { Rng } from "../src/numeric/random.ts";

export interface MadeTurn {
  readonly prompt: string;
  readonly answer: string;
  readonly context?: string;
  readonly source?: string;
}

/** Dialogues of one turn each. */
export function dialoguesOf(turns: readonly MadeTurn[]): Dialogues {
  const sources = [...new Set(turns.flatMap(({ source }) => (source === undefined ? [] : [source])))];
  return {
    prompts: turns.map(({ prompt }) => prompt),
    answers: turns.map(({ answer }) => answer),
    contexts: turns.map(({ context }) => context ?? ""),
    role: new Uint8Array(turns.length),
    record: Int32Array.from(turns.keys()),
    records: turns.length,
    source: Int32Array.from(turns, ({ source }) => (source === undefined ? -1 : sources.indexOf(source))),
    sources,
    document: null,
    faults: new Map(),
  };
}

const syllables = ["ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe"];

function word(n: number): string {
  let text = "";
  for (let rest = n + 12; rest > 0; rest = Math.floor(rest / 12)) text += syllables[rest % 12];
  return text;
}

/** Honest turns: words by Zipf's law, and topics whose words stand in prompts and answers. */
export function honestTurns(count: number, rng: Rng, { promptWords = 10, answerWords = 20 } = {}): MadeTurn[] {
  const zipf = (): string => word(Math.floor(2000 ** rng.uniform()) - 1);
  const text = (topic: number, words: number): string =>
    Array.from({ length: words }, () => (rng.uniform() < 0.4 ? word(3000 + topic * 40 + rng.integer(25)) : zipf())).join(" ");
  return Array.from({ length: count }, () => {
    const topic = rng.integer(12);
    return { prompt: text(topic, promptWords), answer: text(topic, answerWords) };
  });
}

/** A text with a word put somewhere into it. */
export function withWord(text: string, inserted: string, rng: Rng): string {
  const words = text.split(" ");
  const at = rng.integer(words.length + 1);
  return [...words.slice(0, at), inserted, ...words.slice(at)].join(" ");
}
