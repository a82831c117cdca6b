import { evidenceOf, expectedTail } from "../../blocks/dialogues/expected-tail.ts";
import { contradictedApart } from "../../blocks/trigger-answers/contradicted-apart.ts";
import { nearPassages, type NearPairs } from "../../blocks/dialogues/near-passages.ts";
import { standingGroups, type StandingGroup } from "../../blocks/trigger-answers/standing-groups.ts";
import { firstPairs, type SaidOtherwise, saidOtherwise } from "../../blocks/dialogues/said-otherwise.ts";
import { stemRows, type StemRows } from "../../blocks/dialogues/stems.ts";
import { pauseOrStop } from "../../core/context.ts";
import { answerRoles, type DialogueDetector, type DialogueGroup, type Dialogues } from "../../core/dialogues.ts";

const [leastTexts, mostTexts] = [3, 20];
/** Honest groups of three and more stand as far apart as pairs do, but so many times as many: .04 to .25 of web texts, reviews and generated answers. */
const groupsPerPair = 0.25;
/** Of those that others contradict: .3 to .7 of the same texts. */
const contradictedPerPair = 0.75;
/** Decades that a group can seem whose contradiction alone sets it apart: pages of many hands repeat a notice each with another name in it, and no pair says how often. */
const strongestContradicted = 2;
/** Share of the innocents among what is flagged, at most. */
const innocentShare = 0.1;
/** The same of what is shown as weak. */
const weakShare = 0.3;
/** Groups that are told. */
const mostGroups = 1000;
const asText = answerRoles.indexOf("text");

/**
 * Texts that were written so that a question finds them repeat its words and agree on an answer: some are much nearer to each other than to all else. A group is
 * measured by how far it stands apart in single linkage, and pairs of texts, of which an attacker has no use, say how far innocents do. A text scores the mean of the evidence for
 * its strongest group and of that for how sharply its list of neighbours breaks off, by the same null. A group that other texts on its question contradict ranks by how far it stands apart from all but these; what
 * that alone sets apart is shown and not flagged.
 */
export const repeatedPassages: DialogueDetector<Record<string, never>> = {
  kind: "detector",
  id: "repeated-passages",
  title: "Texts that repeat each other",
  summary:
    "Several retrieval texts that are nearer to each other than to all other texts, as those are that repeat one question to push one answer.",
  source: {
    cite: "the attack: Zou et al. 2025, PoisonedRAG: Knowledge Corruption Attacks to Retrieval-Augmented Generation of Large Language Models, USENIX Security; the measure is Theriac's",
    url: "https://arxiv.org/abs/2402.07867",
  },
  params: {},
  data: "dialogues",
  refuses(dialogues) {
    const texts = textTurns(dialogues).length;
    if (texts === 0) return "no record is a text that answers nobody, such as those that are retrieved";
    return texts < leastTexts ? `it compares texts with each other, and there are ${texts}` : null;
  },
  async score(dialogues, context) {
    const turns = textTurns(dialogues);
    const texts = Array.from(turns, (turn) => dialogues.answers[turn]);
    const document = documentsOf(dialogues, turns);
    const values = new Float64Array(dialogues.records);
    const stems = stemRows(texts);
    await pauseOrStop(context);
    const pairs = nearPassages(stems, document);
    await pauseOrStop(context);
    const pairsFrom = firstPairs(pairs, texts.length);
    const standing = standingGroups(pairs, texts.length, mostTexts);
    const apartOfPairs = Float64Array.from(standing.filter(({ items }) => items.length === 2).map(({ apart }) => apart));
    const expectedPairs = expectedTail(apartOfPairs);
    const expectedContradicted = contradictedTail(
      standing.flatMap((group) => {
        const apart = group.items.length === 2 ? contradictedApart(stems, pairs, pairsFrom, group) : -1;
        return apart > 0 ? [apart] : [];
      }),
      apartOfPairs,
    );
    await pauseOrStop(context);
    const groups = standing
      .filter(({ items }) => items.length >= leastTexts)
      .map((group): MeasuredGroup => {
        const byApart = groupsPerPair * expectedPairs(group.apart);
        const contradicted = contradictedApart(stems, pairs, pairsFrom, group);
        const strongest = contradicted > 0 ? Math.min(byApart, expectedContradicted(contradicted)) : byApart;
        return { ...group, strongest, expected: byApart };
      })
      .sort((a, b) => b.apart - a.apart || a.items[0] - b.items[0]);
    const ofGroups = new Float64Array(texts.length);
    for (const { items, strongest } of groups) {
      const evidence = evidenceOf(strongest);
      for (const item of items) ofGroups[item] = Math.max(ofGroups[item], evidence);
    }
    // A text that also copies some honest one joins it first, and no group of its own stands; its list of neighbours still breaks off.
    const { drops, afterFirst } = dropsOf(pairs, texts.length);
    const expectedDrops = expectedTail(afterFirst);
    for (let item = 0; item < texts.length; item++) {
      const ofDrop = drops[item] > 0 ? evidenceOf(groupsPerPair * expectedDrops(drops[item])) : 0;
      const record = dialogues.record[turns[item]];
      values[record] = Math.max(values[record], (ofGroups[item] + ofDrop) / 2);
    }
    return { values, groups: found(), notes: notes() };

    /** Groups that no stronger one shares a text with. */
    function found(): DialogueGroup[] {
      const taken = new Uint8Array(texts.length);
      const told: DialogueGroup[] = [];
      for (const group of groups) {
        if (told.length >= mostGroups) break;
        const { expected } = group;
        if (!(expected <= 1 || expected <= weakShare * (told.length + 1))) {
          if (expected > weakShare * (groups.length + 1)) break;
          continue;
        }
        if (group.items.some((item) => taken[item] === 1)) continue;
        for (const item of group.items) taken[item] = 1;
        const isSure = expected <= 0.1 || expected <= innocentShare * (told.length + 1);
        told.push(tell(group, expected, isSure));
      }
      const contradicted = groups
        .filter(({ strongest, expected }) => strongest < expected && strongest <= weakShare)
        .sort((a, b) => a.strongest - b.strongest || a.items[0] - b.items[0]);
      const more: DialogueGroup[] = [];
      for (const group of contradicted) {
        if (told.length + more.length >= mostGroups) break;
        if (group.items.some((item) => taken[item] === 1)) continue;
        for (const item of group.items) taken[item] = 1;
        const evidence = Math.min(strongestContradicted, evidenceOf(group.strongest));
        more.push({ ...tell(group, group.strongest, false), evidence, expectedFindings: null });
      }
      return [...surest(told), ...more];
    }

    function tell({ items }: MeasuredGroup, expected: number, isSure: boolean): DialogueGroup {
      const records = Int32Array.from(new Set(Array.from(items, (item) => dialogues.record[turns[item]]))).sort();
      const marks = sharedWords(stems, items);
      const names = marks.length === 0 ? "" : `, and all of them say ${marks.map((word) => `'${word}'`).join(", ")}`;
      const otherwise = saidOtherwise(stems, pairs, pairsFrom, items);
      const sentence = `${items.length} of ${texts.length.toLocaleString("en")} texts are nearer to each other than to any other text${names}${otherwise === null ? "" : contradiction(otherwise)}`;
      const group = {
        records,
        sentence,
        marks,
        evidence: evidenceOf(expected),
        expectedFindings: Number.isFinite(expected) ? expected : null,
      };
      return isSure ? group : { ...group, isWeak: true as const };
    }

    function contradiction({ texts: agreeing, word, others, otherWord }: SaidOtherwise): string {
      const at = Array.from(others.subarray(0, 3), (item) => dialogues.record[turns[item]] + 1).join(", ");
      const which = `${others.length === 1 ? "record" : "records"} ${at}${others.length > 3 ? " and others" : ""}`;
      return `; ${agreeing.length} texts on this say '${word}' where ${others.length} ${others.length === 1 ? "does" : "do"} not${otherWord === null ? "" : ` and say '${otherWord}'`} (${which}): which is right the file does not say`;
    }

    function notes(): string[] {
      const said: string[] = [];
      if (dialogues.document === null)
        said.push(
          "no field says which document a text is from, so each is taken for one of its own: passages of one document may look as if they were written to be found together",
        );
      if (apartOfPairs.length < 20)
        said.push(
          "too few texts are near each other to say how many groups are to be expected among innocent ones: that nothing is flagged here says nothing",
        );
      return said;
    }
  },
};

interface MeasuredGroup extends StandingGroup {
  /** Innocent groups that are expected to be at least as strong: by how far it stands apart from all texts or from all that do not contradict it, and by the first alone. */
  readonly strongest: number;
  readonly expected: number;
}

/**
 * How many innocent groups that others contradict stand at least so far apart from all else. Innocent pairs that are contradicted are few: their number and their middle (that of all pairs at least) are
 * taken as they are, and beyond it the power law of all pairs (Hill's estimate). One more than there is may be there.
 */
function contradictedTail(contradicted: readonly number[], apartOfPairs: Float64Array): (value: number) => number {
  const all = apartOfPairs.slice().sort();
  const inTail = Math.min(20, all.length >> 1);
  if (inTail < 10) return () => Infinity;
  const from = all[all.length - inTail];
  let sum = 0;
  for (let k = all.length - inTail; k < all.length; k++) sum += Math.log(all[k] / from);
  const slope = (inTail - 1) / Math.max(1e-9, sum + sum / inTail);
  const middle = Math.max(all[all.length >> 1], Float64Array.from(contradicted).sort()[contradicted.length >> 1] ?? 0);
  return (value) => contradictedPerPair * (contradicted.length + 1) * Math.min(1, middle / value) ** slope;
}

/** What is expected is counted once for all that are at least as strong: so whoever is stronger than a sure one is sure. */
function surest(groups: readonly DialogueGroup[]): DialogueGroup[] {
  const last = groups.findLastIndex(({ isWeak }) => isWeak === undefined);
  return groups.map(({ isWeak, ...group }, k) => (k <= last || isWeak === undefined ? group : { ...group, isWeak }));
}

/** By how much likeness falls from one neighbour of a text to the next, at most, from the second on; and where it falls behind the first, as it does for innocents. */
function dropsOf({ a, likeness }: NearPairs, texts: number): { readonly drops: Float64Array; readonly afterFirst: Float64Array } {
  const drops = new Float64Array(texts);
  const afterFirst: number[] = [];
  for (let from = 0; from < a.length;) {
    let end = from + 1;
    while (end < a.length && a[end] === a[from]) end++;
    const next = (k: number): number => (k + 1 < end ? likeness[k + 1] : 0);
    if (likeness[from] > next(from)) afterFirst.push(likeness[from] - next(from));
    // Of a full list nothing is known behind its last.
    for (let k = from + 1; k < end && k - from < mostTexts - 1; k++) drops[a[from]] = Math.max(drops[a[from]], likeness[k] - next(k));
    from = end;
  }
  return { drops, afterFirst: Float64Array.from(afterFirst) };
}

function textTurns({ role }: Dialogues): Int32Array {
  return Int32Array.from(role.keys()).filter((turn) => role[turn] === asText);
}

function documentsOf({ document, record }: Dialogues, turns: Int32Array): Int32Array {
  return turns.map((turn) => (document === null ? record[turn] : document[record[turn]]));
}

/** Up to six words that all of them hold, the rarest elsewhere first. */
function sharedWords({ start, stem, texts, words }: StemRows, items: Int32Array): string[] {
  const held = new Map<number, number>();
  for (const item of items) for (let p = start[item]; p < start[item + 1]; p++) held.set(stem[p], (held.get(stem[p]) ?? 0) + 1);
  return [...held]
    .filter(([s, count]) => count === items.length && texts[s] <= Math.max(2 * count, 0.02 * start.length))
    .sort(([s], [t]) => texts[s] - texts[t] || (words[s] < words[t] ? -1 : 1))
    .slice(0, 6)
    .map(([s]) => words[s]);
}
