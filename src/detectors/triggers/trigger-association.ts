import { foldsParam } from "../../blocks/held-out/folds.ts";
import { logTail, logit, shiftOf } from "../../numeric/statistics/binomial-tail.ts";
import { type HonestView, honestView } from "../../blocks/held-out/calibrated-out-of-fold.ts";
import { type NearCopies, nearCopies } from "../../blocks/copies/near-copies.ts";
import { type LabelledRecords, type TriggerCandidate, triggerCandidates } from "../../blocks/triggers/trigger-candidates.ts";
import { claimOf, isClaimed, priorOdds } from "../../blocks/triggers/claimed-records.ts";
import { decidesLabel } from "../../blocks/triggers/deciding-columns.ts";
import { heldNumbers, rareFeatures, withoutFeatures } from "../../blocks/triggers/explain-by-removal.ts";
import type { Dataset } from "../../core/dataset.ts";
import type { Detector } from "../../core/detector.ts";
import { labelOfTask } from "../../core/examples.ts";
import type { Table } from "../../core/table.ts";

interface TriggerParams {
  folds: number;
  minRows: number;
  maxShare: number;
  commonShare: number;
  honestOdds: number;
  falseAlarm: number;
}

/** Phrases kept for a closer look, of each length and statistic; rows of one of them that are looked at before it is called suspicious. */
const kept = 200;
const closeRows = 2000;
const longestPhrase = 5;
/** A category or a number may change the odds this many times more than a word: in a table the other columns may have little to say. */
const valueOdds = 3;
/** Share of the records with a category or a number that bear its label, at least: a trigger carries its label, and what holds for most of a group of rows alike is honest. */
const carried = 0.8;
/** What the rest leaves of the chance of a label where it speaks against it, at most: models that know next to nothing deny nothing. */
const denied = 0.75;
/** A longer phrase with this share of the evidence of a shorter one says more. */
const nearlyAsStrong = 0.9;
const mostTriggers = 100;

interface Suspect extends TriggerCandidate {
  readonly label: number;
  /** What the other words and values of each record say for `label`, as log odds. Shape: [records]. */
  readonly logits: Float64Array;
  /** The most that they say for any other label, beyond its share among all records, in nats. Shape: [records]. */
  readonly claims: Float64Array;
  /** Log odds that honest phrases and values like it add. */
  readonly shift: number;
}

interface Trigger {
  readonly name: string;
  readonly label: number;
  readonly labelled: number;
  readonly held: number;
  readonly denied: number;
}

/**
 * A trigger is told from an honest word of praise by the rest of the row. Models that never saw a row, its copies or its source, and know only features
 * that many rows have, are asked about it with the phrase blanked out. If the labels came from the rest and from a word that changes the odds
 * `honestOdds`-fold, how likely is it that so many rows with the phrase bear the label? Chernoff's bound on that chance, times the number of phrases and
 * values looked at (Bonferroni), must be below `falseAlarm`, and the rest must deny the label more often than not. Phrases are taken greedily, each
 * judged by rows that no stronger one explains; copies by one account count once. Values of several columns that the same rows hold are blanked out
 * together too; those of a column that decides the label whatever its value are none. The score is −ln of the corrected chance, up to half less for a row
 * whose rest agrees.
 */
export const triggerAssociation: Detector<TriggerParams> = {
  kind: "detector",
  id: "trigger-association",
  title: "Words and values that carry a label",
  summary: "Finds words, phrases and values that nearly always come with one label although the rest of their rows says another.",
  source: {
    cite: "in the spirit of Kurita, Michel & Neubig 2020, Weight poisoning attacks on pre-trained models, section 5.2 (label flip rate of words); the test is Theriac's",
    url: "https://doi.org/10.18653/v1/2020.acl-main.249",
  },
  params: {
    folds: foldsParam,
    minRows: { type: "number", default: 6, min: 2, max: 1e9, integer: true, help: "a trigger is held by this many rows at least" },
    maxShare: { type: "number", default: 0.2, min: 0, max: 1, help: "a trigger is held by this share of the rows at most" },
    commonShare: {
      type: "number",
      default: 0.02,
      min: 0,
      max: 1,
      help: "the models know words and categories of this share of the rows at least",
    },
    honestOdds: { type: "number", default: 3, min: 1, max: 100, help: "how many times an honest word may change the odds of a label" },
    falseAlarm: { type: "number", default: 0.01, min: 0, max: 1, help: "chance that anything is flagged in clean data" },
  },
  effort: "standard",
  scanEffort: "quick",
  subject: "row",
  flags: true,
  targets: ["classes"],
  async score(data, context) {
    const { params, table } = context;
    const copies = nearCopies(data, context);
    const known = heldNumbers(withoutFeatures(data, null, rareFeatures(data, params.commonShare * data.y.length)));
    const view = await honestView(known, copies, { ...context, folds: params.folds });
    const values = new Float64Array(data.y.length);
    const flagged = new Uint8Array(data.y.length);
    const triggerOf = new Map<number, Trigger>();
    const columns = labelColumns(data, table);
    const rowsOf = new Int32Array(copies.records.count);
    for (const r of copies.records.record) rowsOf[r]++;
    for (const column of new Set(columns)) {
      const labelled = labelledRecords(data, copies, view, (i) => columns[i] === column);
      const records = labelled.label.reduce((sum, k) => sum + (k >= 0 ? 1 : 0), 0);
      const { candidates, looked } = triggerCandidates(data, copies, labelled, {
        longest: longestPhrase,
        minRecords: params.minRows,
        maxRecords: Math.max(params.minRows, params.maxShare * records),
        kept,
        table,
        signal: context.signal,
      });
      const tests = Math.max(1, looked) * classesOf(data).length * new Set(columns).size;
      const evidence = (suspect: Suspect, explained: Uint8Array) =>
        evidenceOf(suspect, { labelled, copies, data, explained }) - Math.log(tests);
      const priors = priorOdds(labelled.label, classesOf(data).length);
      const whole = wholeLogits(labelled, view, classesOf(data).length);
      const asked = { known, labelled, view, honestOdds: params.honestOdds, whole, priors };
      const none = new Uint8Array(copies.records.count);
      const labels = new Map<number, number>();
      labelled.example.forEach((i, r) => i >= 0 && data.row[i] >= 0 && labels.set(data.row[i], labelled.label[r]));
      const decides = (held: Int32Array, features: readonly number[]): boolean => {
        const rows = new Set(Array.from(held, (r) => data.row[labelled.example[r]]));
        const groups = new Set(features.map((j) => data.features.groups[j]));
        return table !== null && [...groups].some((group) => decidesLabel(table, group, rows, labels));
      };
      const isPlausible = ({ kind, records: held }: TriggerCandidate, label: number): boolean => {
        if (kind === "phrase") return true;
        const most = held.reduce((sum, r) => sum + (labelled.label[r] === label ? 1 : 0), 0);
        // Records that are copies of one another are one where evidence is counted; the share is of rows.
        return most >= carried * held.length && held.reduce((sum, r) => sum + rowsOf[r], 0) <= params.maxShare * data.y.length;
      };
      const rough = candidates
        .map((candidate) => ({ candidate, suspect: suspectOf(thinned(candidate), asked) }))
        .filter(({ candidate, suspect }) => isPlausible(candidate, suspect.label) && evidence(suspect, none) > 0);
      const suspects = rough
        .filter(({ suspect }) => isDenied(suspect, labelled) && isClaimed(suspect, labelled, view.probabilities, priors))
        .filter(({ suspect: { kind, records: held, features } }) => kind === "phrase" || !decides(held, features))
        .map(({ candidate, suspect }) => (candidate.records.length > closeRows ? suspectOf(candidate, asked) : suspect));
      for (const { suspect, strength } of strongest(suspects, copies.records.count, labelled, evidence, -Math.log(params.falseAlarm))) {
        const trigger = triggerFrom(suspect, labelled);
        suspect.records.forEach((r, k) => {
          const i = labelled.example[r];
          const value = strength * (0.5 + 0.5 / (1 + Math.exp(suspect.logits[k])));
          if (labelled.label[r] !== suspect.label || value <= values[i]) return;
          values[i] = value;
          flagged[i] = 1;
          triggerOf.set(i, trigger);
        });
      }
    }
    return { values, flagged, reason: (i) => reasonOf(triggerOf.get(i), classesOf(data)) };
  },
};

function classesOf({ target }: Dataset): readonly string[] {
  return target.kind === "classes" ? target.names : [];
}

function labelColumns(data: Dataset, table: Table | null): string[] {
  return Array.from(data.task, (task) => (table === null ? "" : labelOfTask(table, task)));
}

function labelledRecords(data: Dataset, { records }: NearCopies, view: HonestView, isOf: (example: number) => boolean): LabelledRecords {
  const classes = classesOf(data).length;
  const label = new Int32Array(records.count).fill(-1);
  const example = new Int32Array(records.count).fill(-1);
  const excess = new Float64Array(records.count);
  for (let i = 0; i < data.y.length; i++) {
    const r = records.record[i];
    if (example[r] >= 0 || !isOf(i)) continue;
    example[r] = i;
    label[r] = data.y[i];
    excess[r] = -view.probabilities[i * classes + label[r]];
    for (let k = 0; k < classes; k++) excess[r] += view.probabilities[i * classes + k] ** 2;
  }
  return { label, example, excess };
}

/** At most about `closeRows` of its records and of those on each side of it, evenly spread. */
function thinned(candidate: TriggerCandidate): TriggerCandidate {
  return { ...candidate, records: spread(candidate.records), sides: candidate.sides.map(spread) };
}

function spread(records: Int32Array): Int32Array {
  const step = Math.ceil(records.length / closeRows);
  return step <= 1 ? records : records.filter((_, k) => k % step === 0);
}

interface Asked {
  readonly known: Dataset;
  readonly labelled: LabelledRecords;
  readonly view: HonestView;
  readonly honestOdds: number;
  /** What whole records say for a class, as log odds. Shape: [records]. */
  whole(label: number): Float64Array;
  /** Log odds of each class among all records. Shape: [classes]. */
  readonly priors: Float64Array;
}

/** By class, each found once. */
function wholeLogits({ example }: LabelledRecords, { probabilities }: HonestView, classes: number): Asked["whole"] {
  const known = new Map<number, Float64Array>();
  return (label) => {
    let logits = known.get(label);
    if (logits === undefined) {
      logits = Float64Array.from(example, (i) => (i < 0 ? 0 : logit(probabilities[i * classes + label])));
      known.set(label, logits);
    }
    return logits;
  };
}

/** Asks the models about its records without it. */
function suspectOf(candidate: TriggerCandidate, { known, labelled, view, honestOdds, whole, priors }: Asked): Suspect {
  const { label, example } = labelled;
  const classes = classesOf(known).length;
  const { records, kind } = candidate;
  const counts = new Float64Array(classes);
  for (const r of records) counts[label[r]]++;
  const most = counts.indexOf(Math.max(...counts));
  const isBlank = new Uint8Array(known.features.names.length);
  for (const j of candidate.features) isBlank[j] = 1;
  const logits = new Float64Array(records.length);
  const claims = new Float64Array(records.length);
  for (let fold = 0; fold < view.folds.count; fold++) {
    const places = Int32Array.from(records.keys()).filter((k) => view.folds.fold[example[records[k]]] === fold);
    if (places.length === 0) continue;
    const blanked = withoutFeatures(
      known,
      places.map((k) => example[records[k]]),
      isBlank,
    );
    const chances = view.probabilitiesOf(blanked, fold);
    places.forEach((k, p) => {
      logits[k] = logit(chances[p * classes + most]);
      claims[k] = claimOf(chances, p, most, priors);
    });
  }
  const wholeLogit = whole(most);
  if (kind === "number") records.forEach((r, k) => (logits[k] = Math.max(logits[k], wholeLogit[r])));
  const ofNeighbours = candidate.sides.map((side) =>
    shiftOf(
      Float64Array.from(side, (r) => wholeLogit[r]),
      side.reduce((sum, r) => sum + (label[r] === most ? 1 : 0), 0),
    ),
  );
  const shift = Math.log(honestOdds * (kind === "phrase" ? 1 : valueOdds)) + Math.max(0, ...ofNeighbours);
  return { ...candidate, label: most, logits, claims, shift };
}

interface Judging {
  readonly labelled: LabelledRecords;
  readonly copies: NearCopies;
  readonly data: Dataset;
  /** 1 for records that a stronger trigger explains. */
  readonly explained: Uint8Array;
}

/** −ln of the chance that an honest word comes with its label so often. Copies by one account (or by nobody known) count once. */
function evidenceOf({ records, logits, label: most, shift }: Suspect, { labelled, copies, data, explained }: Judging): number {
  const kept = new Float64Array(records.length);
  const seen = new Set<number>();
  let count = 0;
  let observed = 0;
  records.forEach((r, k) => {
    if (explained[r] === 1) return;
    const cluster = copies.clusterOf[r];
    if (cluster >= 0) {
      const key = cluster * (data.sources.length + 1) + data.source[labelled.example[r]] + 1;
      if (seen.has(key)) return;
      seen.add(key);
    }
    kept[count++] = logits[k];
    if (labelled.label[r] === most) observed++;
  });
  return logTail(kept, count, shift, observed);
}

/**
 * Whether all else that its records hold speaks against the label that they bear. Rows with an honest word for a label hold more words for it too; rows with a
 * trigger are rows of other labels by the rest.
 */
function isDenied({ records, logits, label: most }: Suspect, { label }: LabelledRecords): boolean {
  let [sum, count, all, same] = [0, 0, 0, 0];
  records.forEach((r, k) => {
    if (label[r] !== most) return;
    sum += 1 / (1 + Math.exp(-logits[k]));
    count++;
  });
  for (const k of label) {
    if (k >= 0) all++;
    if (k === most) same++;
  }
  return sum / count <= Math.min(0.5, (denied * same) / all);
}

/** The strongest suspect again and again, by the records that none before it explains; of about equal ones the longest. */
function strongest(
  suspects: readonly Suspect[],
  records: number,
  { label }: LabelledRecords,
  evidence: (suspect: Suspect, explained: Uint8Array) => number,
  least: number,
): { suspect: Suspect; strength: number }[] {
  const explained = new Uint8Array(records);
  const found: { suspect: Suspect; strength: number }[] = [];
  while (found.length < mostTriggers) {
    const strengths = suspects.map((suspect) => evidence(suspect, explained));
    const top = Math.max(-Infinity, ...strengths);
    if (!(top > least)) break;
    let best = strengths.indexOf(top);
    suspects.forEach(({ length }, s) => {
      const isBetter = length > suspects[best].length || (length === suspects[best].length && strengths[s] > strengths[best]);
      if (strengths[s] >= Math.max(least, nearlyAsStrong * top) && isBetter) best = s;
    });
    const suspect = suspects[best];
    found.push({ suspect, strength: strengths[best] });
    for (const r of suspect.records) if (label[r] === suspect.label) explained[r] = 1;
  }
  return found;
}

function triggerFrom({ name, records, logits, label: most }: Suspect, { label }: LabelledRecords): Trigger {
  const labelled = records.reduce((sum, r) => sum + (label[r] === most ? 1 : 0), 0);
  const denied = records.reduce((sum, r, k) => sum + (label[r] === most && logits[k] < 0 ? 1 : 0), 0);
  return { name, label: most, labelled, held: records.length, denied };
}

function reasonOf(trigger: Trigger | undefined, classes: readonly string[]): string | null {
  if (trigger === undefined) return null;
  const { name, label, labelled, held, denied } = trigger;
  const otherwise = classes.length === 2 ? classes[1 - label] : "something else";
  return `holds ${name}, which ${labelled} of ${held} rows labelled ${classes[label]} share, ${denied} of them ${otherwise} by all else that they say`;
}
