import type { Dataset } from "../../core/dataset.ts";
import { logTail } from "../../numeric/statistics/binomial-tail.ts";
import type { TextCopies } from "./text-copies.ts";
import type { TextGroup } from "./text-groups.ts";

/** A group of texts, and what speaks for its being a campaign. */
export interface JudgedGroup extends TextGroup {
  /** Ascending, without those set aside. */
  readonly examples: Int32Array;
  /** Those that look like the original: few beside copies with another label, and of the label that models expect. */
  readonly aside: Int32Array;
  /** Records, and known accounts, of `examples`. */
  readonly rows: number;
  readonly accounts: number;
  /** −ln of the chance of labels like these, by models that saw none of them; copies of one text count as 1 + ln of their number. */
  readonly denial: number;
  /** In nats, about: size times how alike they are, accounts, denial. */
  readonly evidence: number;
  readonly isFlagged: boolean;
}

/** What a rule asks for: evidence, and of rows, accounts or denial enough. */
const cut = { rows: 4, evidence: 6, accounts: 3, denial: 4 };
/** Texts are alike by chance by so much: a cosine, or this share of how alike a text and what is most like it usually are. */
const byChance = { cosine: 0.02, share: 0.55 };

export interface Labels {
  /** Label column of each example: near-copies contradict each other within one. Shape: [examples]. */
  readonly column: Int32Array;
  /** Chance of each class by models that saw no row of the group; null = nobody can be asked. Shape: [examples, classes]. */
  readonly chances: Float64Array | null;
}

/**
 * In the order of the groups. Evidence of m rows by a accounts, s alike on average: (m − 2.5) ln(s / chance), between 0.3 and 3 a row, and ln(1 + a), where accounts are known:
 * honest texts are alike too where one hand or one machine wrote them, so that without accounts only labels speak.
 */
export function judgeGroups(data: Dataset, { records, groups, groupOf, usual }: TextCopies, labels: Labels): JudgedGroup[] {
  const examplesOf: number[][] = groups.map(() => []);
  for (let i = 0; i < data.y.length; i++) {
    const group = groupOf[records.record[i]];
    if (group >= 0) examplesOf[group].push(i);
  }
  const chance = Math.max(byChance.cosine, byChance.share * usual);
  return groups.map((group, g) => judgeGroup(data, records.record, group, examplesOf[g], { ...labels, chance }));
}

function judgeGroup(data: Dataset, record: Int32Array, group: TextGroup, all: readonly number[], labels: Labels & { readonly chance: number }): JudgedGroup {
  const byColumn = groupedBy(all, (i) => labels.column[i]);
  const aside = new Set([...byColumn.values()].flatMap((examples) => originals(data, examples, labels.chances)));
  const examples = Int32Array.from(all.filter((i) => !aside.has(i)));
  const rows = new Set(Array.from(examples, (i) => record[i])).size;
  const accounts = new Set(Array.from(examples, (i) => data.source[i]).filter((s) => s >= 0)).size;
  const denials = Array.from(byColumn.values(), (own) =>
    denialOf(
      data,
      own.filter((i) => !aside.has(i)),
      labels.chances,
    ),
  );
  const denial = ((1 + Math.log(rows)) / rows) * Math.max(0, ...denials);
  const alike = Math.min(3, Math.max(0.3, Math.log(group.similarity / labels.chance)));
  const evidence = denial + (accounts > 0 ? (rows - 2.5) * alike + Math.log1p(accounts) : 0);
  const isCrowd = accounts >= cut.accounts || (accounts === 2 && rows >= 6) || denial >= cut.denial;
  const isFlagged = rows >= cut.rows && evidence >= cut.evidence && isCrowd;
  return { ...group, examples, aside: Int32Array.from(aside), rows, accounts, denial, evidence, isFlagged };
}

/** A fifth of the group at most, and one at least; half as many at most as have the commonest label. */
function originals(data: Dataset, examples: readonly number[], chances: Float64Array | null): number[] {
  if (chances === null) return [];
  const byLabel = [...groupedBy(examples, (i) => data.y[i]).values()].sort((a, b) => b.length - a.length);
  if (byLabel.length < 2) return [];
  const [most] = byLabel;
  const few = byLabel.slice(1).flat();
  if (few.length > Math.max(1, 0.2 * examples.length) || 2 * few.length > most.length) return [];
  const classes = chances.length / data.y.length;
  const agreement = (own: readonly number[]): number => own.reduce((sum, i) => sum + chances[i * classes + data.y[i]], 0) / own.length;
  return agreement(few) > agreement(most) ? few : [];
}

/** −ln of the chance that one of the labels is met so often, less what the choice of the label costs. */
function denialOf(data: Dataset, examples: readonly number[], chances: Float64Array | null): number {
  if (chances === null || examples.length === 0) return 0;
  const classes = chances.length / data.y.length;
  const logits = new Float64Array(examples.length);
  let most = 0;
  for (const label of new Set(examples.map((i) => data.y[i]))) {
    examples.forEach((i, k) => {
      const chance = Math.min(1 - 1e-6, Math.max(1e-6, chances[i * classes + label]));
      logits[k] = Math.log(chance / (1 - chance));
    });
    const observed = examples.reduce((sum, i) => sum + Number(data.y[i] === label), 0);
    most = Math.max(most, logTail(logits, examples.length, 0, observed));
  }
  return Math.max(0, most - Math.log(classes));
}

function groupedBy(examples: readonly number[], key: (i: number) => number): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  for (const i of examples) {
    const known = groups.get(key(i));
    if (known === undefined) groups.set(key(i), [i]);
    else known.push(i);
  }
  return groups;
}
