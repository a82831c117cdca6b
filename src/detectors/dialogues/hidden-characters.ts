import { hiddenIn, type HiddenKind, type HiddenText } from "../../blocks/dialogues/hidden-text.ts";
import { pauseOrStop } from "../../core/context.ts";
import type { DialogueDetector, DialogueGroup } from "../../core/dialogues.ts";

/** How strong each seems, and what it is called. No innocent data say how often it is to be expected. */
const kinds: Readonly<Record<HiddenKind, { readonly evidence: number; readonly tell: string; readonly isWeak?: true }>> = {
  tags: { evidence: 6, tell: "hold text in tag characters, which nobody sees and a model reads" },
  selectors: { evidence: 6, tell: "hold runs of variation selectors, which can carry bytes that nobody sees" },
  override: { evidence: 4, tell: "hold marks that turn the order of writing, so that a text reads otherwise than it is stored" },
  inside: { evidence: 4, tell: "hold invisible characters inside words" },
  lookalike: { evidence: 3, tell: "hold words with letters of another script that look like those they replace" },
  beside: { evidence: 0.1, tell: "hold invisible characters beside words, as copies of pages do", isWeak: true },
};
/** A kind that so many of the records have is how this file is written. */
const usualShare = 0.3;

export const hiddenCharacters: DialogueDetector<Record<string, never>> = {
  kind: "detector",
  id: "hidden-characters",
  title: "Hidden characters",
  summary:
    "Text in tag characters, invisible characters inside words, turned writing direction, look-alike letters and runs of variation selectors.",
  source: {
    cite: "Boucher et al. 2022, Bad Characters: Imperceptible NLP Attacks, IEEE S&P",
    url: "https://doi.org/10.1109/SP46214.2022.9833641",
  },
  params: {},
  data: "dialogues",
  async score({ prompts, answers, contexts, record, records }, context) {
    const values = new Float64Array(records);
    const found = new Map<HiddenKind, Map<number, HiddenText>>();
    const disguised: { readonly turn: number; readonly hidden: HiddenText }[] = [];
    const add = (turn: number, hidden: HiddenText): void => {
      const holders = found.get(hidden.kind) ?? new Map<number, HiddenText>();
      found.set(hidden.kind, holders);
      if (!holders.has(record[turn])) holders.set(record[turn], hidden);
    };
    for (let turn = 0; turn < answers.length; turn++) {
      if (turn % 4096 === 4095) await pauseOrStop(context);
      const isFirst = turn === 0 || record[turn - 1] !== record[turn];
      const texts = [
        answers[turn],
        ...(isFirst || prompts[turn] !== prompts[turn - 1] ? [prompts[turn]] : []),
        ...(isFirst ? [contexts[turn]] : []),
      ];
      for (const text of texts)
        for (const hidden of hiddenIn(text))
          if (hidden.read === undefined) add(turn, hidden);
          else disguised.push({ turn, hidden });
    }
    // A word all of whose letters have twins is in disguise only where it is one that others write plainly.
    if (disguised.length > 0) {
      const plain = plainWords([prompts, answers], new Set(disguised.map(({ hidden }) => hidden.read as string)));
      for (const { turn, hidden } of disguised) if (plain.has(hidden.read as string)) add(turn, hidden);
    }
    const groups: DialogueGroup[] = [];
    for (const [kind, holders] of found) {
      const { evidence, tell, isWeak } = kinds[kind];
      const isUsual = holders.size > usualShare * records && records > 10;
      const strength = isUsual ? Math.min(1, evidence) : evidence;
      for (const holder of holders.keys()) values[holder] = Math.max(values[holder], strength);
      const marks = Array.from(new Set([...holders.values()].map(({ shown }) => shown)))
        .filter((mark) => mark !== "")
        .slice(0, 5);
      const examples = marks.length === 0 ? "they spell nothing" : marks.map((mark) => `'${mark}'`).join(", ");
      const usual = isUsual ? "; so many do that it is how this file is written" : "";
      groups.push({
        records: Int32Array.from(holders.keys()).sort(),
        sentence: `${holders.size.toLocaleString("en")} of ${records.toLocaleString("en")} examples ${tell}: ${examples}${usual}`,
        marks,
        evidence: strength,
        expectedFindings: null,
        ...(isWeak === true || isUsual ? { isWeak: true as const } : {}),
      });
    }
    groups.sort((a, b) => b.evidence - a.evidence || b.records.length - a.records.length || (a.sentence < b.sentence ? -1 : 1));
    return { values, groups };
  },
};

/** Those of some words that at least two texts hold in plain letters. */
function plainWords(columns: readonly (readonly string[])[], asked: ReadonlySet<string>): Set<string> {
  const seen = new Map<string, number>();
  for (const texts of columns)
    for (const text of texts)
      for (const [word] of text.toLowerCase().matchAll(/[a-z]{3,}/g)) if (asked.has(word)) seen.set(word, (seen.get(word) ?? 0) + 1);
  return new Set([...seen].filter(([, times]) => times >= 2).map(([word]) => word));
}
