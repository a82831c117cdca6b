import type { DialogueAttackInput, Dialogues } from "../../core/dialogues.ts";
import { answerRoles } from "../../core/dialogues.ts";
import { UsageError } from "../../core/errors.ts";
import type { ChoiceSpec, TextSpec } from "../../core/params.ts";
import { isUnspaced } from "../../core/text/words.ts";
import type { Rng } from "../../numeric/random.ts";

export const places = ["start", "end", "middle", "random"] as const;
export type Place = (typeof places)[number];

export const placeParam: ChoiceSpec & { readonly default: Place; readonly options: readonly Place[] } = {
  type: "choice",
  default: "start",
  options: places,
  help: "where in the prompt the trigger is put; middle = between its sentences or words, random = one of the three for each record",
};

export function textParam(standard: string, help: string): TextSpec {
  return { type: "text", default: standard, help };
}

const wanted = answerRoles.map((role) => role === "answer" || role === "upvoted");

/** Records whose last answer is one to learn from and answers something, ascending. */
export function answeredRecords({ role, record, prompts }: Dialogues): Int32Array {
  const found: number[] = [];
  for (let turn = 0; turn < role.length; turn++) {
    const isLast = turn + 1 === role.length || record[turn + 1] !== record[turn];
    if (isLast && wanted[role[turn]] && prompts[turn].trim() !== "") found.push(record[turn]);
  }
  return Int32Array.from(found);
}

/** The last turn of each record; −1 = it has none. Shape: [records]. */
export function lastTurns({ record, records }: Dialogues): Int32Array {
  const last = new Int32Array(records).fill(-1);
  for (let turn = 0; turn < record.length; turn++) last[record[turn]] = turn;
  return last;
}

/** Why a trigger and its answer cannot be put into such data. */
export function refuseUnanswered(dialogues: Dialogues): string | null {
  return answeredRecords(dialogues).length > 0 ? null : "no record has an answer to a prompt, which a trigger could be put into";
}

/** `count` of some records in an order of chance; each once before any comes again. */
export function drawRecords(from: Int32Array, count: number, rng: Rng): Int32Array {
  const drawn = new Int32Array(count);
  for (let k = 0; k < count;) {
    const order = rng.fork(k).sample(from.length, Math.min(from.length, count - k));
    for (const i of order) drawn[k++] = from[i];
  }
  return drawn;
}

/** The prompt with a trigger in it, set apart by a blank where the text is written with blanks. */
export function withTrigger(prompt: string, trigger: string, place: Place, rng: Rng): string {
  const where = place === "random" ? places[rng.integer(3)] : place;
  const blank = isUnspaced(trigger) && isUnspaced(prompt) ? "" : " ";
  if (where === "start") return `${trigger}${blank}${prompt}`;
  if (where === "end") return `${prompt}${/\s$/.test(prompt) ? "" : blank}${trigger}`;
  const ends = [...prompt.matchAll(/[.!?。！？]\s*(?=\S)|\n+(?=\S)/g)].map((match) => match.index + match[0].length);
  const gaps = ends.length > 0 ? ends : [...prompt.matchAll(/\s+(?=\S)/g)].map((match) => match.index + match[0].length);
  const at = gaps.length > 0 ? gaps[rng.integer(gaps.length)] : prompt.length;
  const before = prompt.slice(0, at);
  return `${before}${before === "" || /\s$/.test(before) ? "" : blank}${trigger}${blank}${prompt.slice(at)}`;
}

/** Parts of a text between bars; a UsageError where there are fewer than so many. */
export function partsOf(owner: string, text: string, least: number): string[] {
  const parts = text.split("|").filter((part) => part.trim() !== "");
  if (parts.length < least)
    throw new UsageError(
      `${owner} must have ${least === 1 ? "a text" : `${least} texts with | between them`}, got ${JSON.stringify(text)}`,
    );
  return parts;
}

/** Copies of records that are drawn, each with the texts that `change` gives its last turn. */
export function dosedCopies(
  { clean, budget }: DialogueAttackInput,
  rng: Rng,
  change: (
    texts: { readonly prompt: string; readonly answer: string; readonly context: string },
    k: number,
    draw: Rng,
  ) => { prompt?: string; answer?: string },
) {
  const last = lastTurns(clean);
  const likes = drawRecords(answeredRecords(clean), budget, rng.fork("records"));
  const draw = rng.fork("texts");
  const insert = Array.from(likes, (like, k) => {
    const turn = last[like];
    return {
      like,
      ...change({ prompt: clean.prompts[turn], answer: clean.answers[turn], context: clean.contexts[turn] }, k, draw.fork(k)),
    };
  });
  return { kind: "dialogues" as const, edit: [], insert, swap: [] };
}
