import type { Dialogues } from "../../core/dialogues.ts";

/** Characters of a text that an example shows. */
const shown = 160;

/** The turns of a record. */
export function turnsOf({ record }: Pick<Dialogues, "record">, row: number): number[] {
  let [low, high] = [0, record.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (record[middle] < row) low = middle + 1;
    else high = middle;
  }
  const out: number[] = [];
  for (let turn = low; turn < record.length && record[turn] === row; turn++) out.push(turn);
  return out;
}

/** A turn of a record as people see it: the one with a mark in it, else the first, cut to what matters. */
export function exampleOf(
  { prompts, answers }: Pick<Dialogues, "prompts" | "answers">,
  turns: readonly number[],
  marks: readonly string[],
): { readonly prompt: string; readonly answer: string } {
  const holds = (text: string): boolean => marks.some((mark) => placeOf(text, mark) >= 0);
  const turn = turns.find((one) => holds(prompts[one]) || holds(answers[one])) ?? turns[0];
  return { prompt: excerpt(prompts[turn], marks), answer: excerpt(answers[turn], marks) };
}

/** A text, or of a long one its beginning, or what stands around the first mark that is in it. */
export function excerpt(text: string, marks: readonly string[]): string {
  if (text.length <= shown) return text;
  const places = marks.map((mark) => placeOf(text, mark)).filter((place) => place >= 0);
  const at = places.length === 0 ? 0 : Math.min(...places);
  const start = at < shown / 2 ? 0 : Math.min(at - shown / 4, text.length - shown);
  const part = text.slice(start, start + shown);
  return `${start > 0 ? "…" : ""}${part}${start + shown < text.length ? "…" : ""}`;
}

/** Searched in so many characters of a text alone. */
const searched = 1 << 16;

function placeOf(text: string, mark: string): number {
  return mark === "" ? -1 : text.slice(0, searched).toLowerCase().indexOf(mark.toLowerCase());
}
