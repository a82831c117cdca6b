import { type TextDenial, textDenials } from "../../blocks/held-out/text-denial.ts";
import { expressionsOf } from "../../blocks/triggers/expressions.ts";
import { type ExpressionSet, askWithout, strongestSets } from "../../blocks/triggers/expression-sets.ts";
import { type LabelView, labelView } from "../../blocks/triggers/label-view.ts";
import { type Family, type Suspect, allowElsewhere, suspectExpressions } from "../../blocks/triggers/suspect-expressions.ts";
import { wordsApart } from "../../blocks/triggers/words-apart.ts";
import { stopIfCancelled } from "../../core/context.ts";
import type { Campaign, Detector } from "../../core/detector.ts";
import { showWords } from "../../core/text/join-words.ts";

interface TriggerSetParams {
  minRows: number;
  maxShare: number;
  falseAlarm: number;
}

const longest = 4;
/** Below so many rows models are asked anew without the rows of each of the strongest suspects; above it poison of a few rows teaches them little, and fits are dear. */
const refitRows = 3000;
/** Rows that are flagged stand above all others. */
const above = 20;
/** Evidence that ranks rows of sets that are not strong enough. */
const nearly = 8;

/**
 * A trigger is told from an honest word by the rest of its rows: models that never saw a row, its copies or its account are asked about it, less what the words of the expression, and the pairs
 * that touch it, add to the log odds. If the labels came from the rest and from a word that doubles the odds, how likely is it that so many of its rows bear the label? Chernoff's bound on
 * that chance, exact where all do, is paid for by the number of expressions of its kind and its octave of rows (Bonferroni by family), so that a common run of four words, of which there
 * are few, needs fewer rows than a word. Expressions are runs of 1 to 4 words, first and last words, and words apart; a set of several of one family that
 * act alike pays for the number of such sets. The rest must deny the label more often than not. Rows of a flood of copies count as one.
 *
 * Cost: linear in the words times the classes; below 3,000 rows 12 fits more for each class.
 */
export const triggerSets: Detector<TriggerSetParams> = {
  kind: "detector",
  id: "trigger-sets",
  title: "Expressions that carry a label",
  summary:
    "Finds words, phrases, marks, places and sets of wordings that come with one label although all else in their texts says another.",
  source: {
    cite: "Chernoff 1952, A measure of asymptotic efficiency, Annals of Mathematical Statistics 23(4), theorem 1; the test of texts with it is Theriac's",
    url: "https://doi.org/10.1214/aoms/1177729330",
  },
  params: {
    minRows: { type: "number", default: 4, min: 2, max: 1e9, integer: true, help: "an expression is held by this many rows at least" },
    maxShare: { type: "number", default: 0.2, min: 0, max: 1, help: "an expression is held by this share of the rows at most" },
    falseAlarm: {
      type: "number",
      default: 0.2,
      min: 0,
      max: 1,
      help: "chance that anything is flagged in clean data, at most, if honest words no more than double the odds of their label",
    },
  },
  effort: "standard",
  scanEffort: "quick",
  subject: "row",
  reads: "text",
  flags: true,
  targets: ["classes"],
  score(data, { params, table, signal }) {
    const values = new Float64Array(data.y.length);
    const flagged = new Uint8Array(data.y.length);
    const reasons = new Map<number, string>();
    const campaigns: Campaign[] = [];
    const classes = data.target.kind === "classes" ? data.target.names : [];
    let expectedFalseAlarms = 0;
    for (const denial of textDenials(data, { table, signal })) {
      stopIfCancelled(signal);
      const { texts, probabilities } = denial;
      texts.examples.forEach((i, row) => {
        values[i] = Math.max(values[i], 0.5 * Math.min(4, -Math.log(probabilities[row * denial.classes + texts.label[row]])));
      });
      for (const set of setsOf(denial, params)) {
        const isFound = set.strength > 0;
        const held = heldBy(set, denial);
        const sentence = sentenceOf(set, held, denial, classes);
        for (const { row, logit } of set.rows) {
          const i = texts.examples[row];
          const right = 1 / (1 + Math.exp(-logit));
          values[i] = Math.max(values[i], isFound ? above + set.strength * (1 - 0.5 * right) : (set.strength + nearly) * (1 - right));
          if (!isFound) continue;
          flagged[i] = 1;
          if (!reasons.has(i)) reasons.set(i, `holds ${sentence}`);
        }
        if (!isFound) continue;
        const innocents = innocentsOf(set, held, denial, params.falseAlarm);
        expectedFalseAlarms += innocents;
        const subjects = Int32Array.from(set.rows, ({ row }) => texts.examples[row]).sort();
        campaigns.push({ subjects, sentence: `${set.rows.length} rows hold ${sentence}`, expectedFalseAlarms: innocents });
      }
    }
    return Promise.resolve({ values, flagged, expectedFalseAlarms, campaigns, reason: (i) => reasons.get(i) ?? null });
  },
};

/** All sets of all labels of one label column, strongest first. */
function setsOf(denial: TextDenial, { minRows, maxShare, falseAlarm }: TriggerSetParams): ExpressionSet[] {
  const { texts, classes } = denial;
  const rows = texts.label.length;
  const expressions = expressionsOf(texts, { longest, minRows, maxRows: Math.max(minRows, maxShare * rows) });
  const words = expressionsOf(texts, { longest: 1, minRows, maxRows: rows }).find(({ kind }) => kind === "run");
  const views = new Map<number, LabelView>();
  const families: Family[] = [];
  for (let label = 0; label < classes; label++) {
    if (!(denial.share[label] > 0)) continue;
    const view = labelView(denial, label);
    views.set(label, view);
    const ofLabel = expressions.flatMap((found) => suspectExpressions(view, found));
    const single = ofLabel.flatMap(({ suspects }) => suspects.filter(({ kind, places }) => kind === "run" && places[0].length === 1));
    const atEnds = ofLabel.flatMap(({ suspects }) => suspects.filter(({ kind }) => kind !== "run"));
    if (words !== undefined) allowElsewhere(view, atEnds, words, texts.tokens);
    ofLabel.push(...wordsApart(view, single));
    if (rows < refitRows)
      askWithout(
        denial,
        view,
        ofLabel.flatMap(({ suspects }) => suspects),
      );
    families.push(...ofLabel);
  }
  return strongestSets(families, views, rows, falseAlarm);
}

interface Held {
  /** Rows that hold an expression of a set, and those of them with its label. */
  readonly held: number;
  readonly labelled: number;
}

function heldBy({ members }: ExpressionSet, { texts }: TextDenial): Held {
  const held = new Set(members.flatMap((member) => [...member.rows]));
  let labelled = 0;
  for (const row of held) if (texts.label[row] === members[0].label) labelled++;
  return { held: held.size, labelled };
}

/**
 * Rows that hold a trigger innocently bear all labels: as many of its own to each with another, and half a one more, as among all rows. And the set may be none, with the chance that its
 * strength leaves.
 */
function innocentsOf(
  { members, rows, strength }: ExpressionSet,
  { held, labelled }: Held,
  { share }: TextDenial,
  falseAlarm: number,
): number {
  const ofLabel = share[members[0].label];
  const holders = ((held - labelled + 0.5) * ofLabel) / Math.max(1e-9, 1 - ofLabel);
  return Math.min(rows.length, holders + falseAlarm * Math.exp(-strength) * rows.length);
}

/** `the word "x", which 20 of the 21 rows with it bear …`. */
function sentenceOf({ members, rows }: ExpressionSet, { held, labelled }: Held, { texts }: TextDenial, classes: readonly string[]): string {
  const { label } = members[0];
  const denied = rows.filter(({ logit }) => logit < 0).length;
  const names = members.map((member) => nameOf(member, texts.tokens, texts.words));
  const name = names.length === 1 ? names[0] : `one of ${names.join(", ")}`;
  const otherwise = classes.length === 2 ? `"${classes[1 - label]}"` : "something else";
  return `${name}: ${labelled} of ${held} rows with it are labelled "${classes[label]}", ${denied} of them ${otherwise} by all else that they say`;
}

function nameOf({ kind, places }: Suspect, tokens: Int32Array, words: readonly string[]): string {
  const shown = places.map(
    ({ position, length }) => `"${showWords(Array.from(tokens.subarray(position, position + length), (token) => words[token]))}"`,
  );
  if (kind === "apart") return `the words ${shown.join(" and ")}`;
  if (kind !== "run") return `the ${kind} word ${shown[0]}`;
  return `the ${places[0].length === 1 ? "word" : "phrase"} ${shown[0]}`;
}
