import type { Dataset } from "../../core/dataset.ts";
import { logTail } from "../../numeric/statistics/binomial-tail.ts";
import { beyondUsualSize } from "./beyond-usual-size.ts";
import type { TextCopies } from "./text-copies.ts";
import type { TextGroup } from "./text-groups.ts";

/** A group of texts, and what speaks for its being a campaign. */
export interface JudgedGroup extends TextGroup {
  /** Ascending, without those set aside. */
  readonly examples: Int32Array;
  /** Those that look like the original. */
  readonly aside: Int32Array;
  /** Records, and known accounts, of `examples`. */
  readonly rows: number;
  readonly accounts: number;
  /** Whether rows of it bear several labels under one label column. */
  readonly isContradicted: boolean;
  /** −ln of the chance of labels like these, by models that saw none of them; copies of one text count as 1 + ln of their number. */
  readonly denial: number;
  /** In nats, about: size times how alike they are, accounts, denial. */
  readonly evidence: number;
  readonly isFlagged: boolean;
  /** Flagged with other small groups, of which one alone would not be. */
  readonly isOneOfSeveral: boolean;
  /** Share of `examples` that are innocent, as far as the rule that flagged them can tell. */
  readonly innocentShare: number;
  /** Why it is flagged, where it is no campaign by accounts or denied labels; null = by these, or not. */
  readonly onlyBy: "size" | "contradiction" | null;
}

/** What a rule asks for: evidence, and of rows, accounts or denial enough. */
const cut = { rows: 4, evidence: 6, accounts: 3, denial: 4 };
/** Where no account is known: this share of honest files has a group that is held against its rows, and of this share of files it is rightly so. */
const honest = { cut: 0.05, prior: 0.2 };
/** Copies so alike are of one text: where labels contradict each other, one of them is wrong. */
const sameText = 0.5;
/** A label that models believe beyond this is the right one of a contradiction. */
const sure = 0.9;
/** Innocents among the rows of a group: two rows in a hundred. */
const usualInnocents = 0.02;
/** Texts are alike by chance by so much: a cosine, or this share of how alike a text and what is most like it usually are. */
const byChance = { cosine: 0.02, share: 0.55 };
/** Groups that are too small each are held against their rows together: so alike, so much evidence of each (by its accounts, by its labels) and of all. */
const together = { similarity: 0.3, crowd: 4, contradicted: 2.5, all: 12 };
/** So many groups of honest near-copies contradict themselves, at most. */
const honestContradiction = 0.05;
/** Texts are copies of one, and not only made from the same sentences, from this mean cosine on. */
export const ofOneText = 0.25;
/** Where this share of a group is in disguise, the third at most that is not is what was copied. */
const mostDisguised = 0.6;

export interface Labels {
  /** Label column of each example: near-copies contradict each other within one. Shape: [examples]. */
  readonly column: Int32Array;
  /** Chance of each class by models that saw no row of the group; null = nobody can be asked. Shape: [examples, classes]. */
  readonly chances: Float64Array | null;
}

type Disguises = Pick<TextCopies, "isDisguised" | "disguisedWords">;

/**
 * In the order of the groups. Evidence of m rows by a accounts, s alike on average: (m − 2.5) ln(s / chance), between 0 and 3 a row, and ln(1 + a), where several accounts are
 * known: honest texts are alike too where one hand or one machine wrote them, so that else only labels speak. Groups of two or three are judged together: that one is
 * written by several accounts, or contradicts itself, may happen; that several do is a campaign of several texts. Where no account is known, groups may be far larger than those of honest
 * copies in this file are (beyond-usual-size.ts). What is left and contradicts itself is no campaign, but some of its labels are wrong.
 */
export function judgeGroups(data: Dataset, { records, groups, groupOf, usual, ...disguises }: TextCopies, labels: Labels): JudgedGroup[] {
  const examplesOf: number[][] = groups.map(() => []);
  for (let i = 0; i < data.y.length; i++) {
    const group = groupOf[records.record[i]];
    if (group >= 0) examplesOf[group].push(i);
  }
  const chance = Math.max(byChance.cosine, byChance.share * usual);
  const judged = groups.map((group, g) => judgeGroup(data, records.record, group, examplesOf[g], { ...labels, ...disguises, chance }));
  return flaggedTogether(judgedUnknown(judged)).map((group) => (group.isFlagged ? group : contradictionIn(data, group, labels)));
}

function judgeGroup(
  data: Dataset,
  record: Int32Array,
  group: TextGroup,
  all: readonly number[],
  labels: Labels & Disguises & { readonly chance: number },
): JudgedGroup {
  const byColumn = [...groupedBy(all, (i) => labels.column[i]).values()];
  const aside = new Set(originals(data, record, group, all, labels));
  const examples = Int32Array.from(all.filter((i) => !aside.has(i)));
  const rows = new Set(Array.from(examples, (i) => record[i])).size;
  const accounts = new Set(Array.from(examples, (i) => data.source[i]).filter((s) => s >= 0)).size;
  const denials = byColumn.map((own) =>
    denialOf(
      data,
      own.filter((i) => !aside.has(i)),
      labels.chances,
    ),
  );
  const denial = ((1 + Math.log(rows)) / Math.max(1, rows)) * Math.max(0, ...denials);
  const alike = Math.min(3, Math.max(0, Math.log(group.similarity / labels.chance)));
  const evidence = denial + (accounts > 1 ? (rows - 2.5) * alike + Math.log1p(accounts) : 0);
  const isCrowd = accounts >= cut.accounts || (accounts === 2 && rows >= 6) || (denial >= cut.denial && (accounts !== 1 || rows >= 6));
  const isFlagged = rows >= cut.rows && evidence >= cut.evidence && isCrowd;
  const isContradicted = data.target.kind === "classes" && byColumn.some((own) => own.some((i) => data.y[i] !== data.y[own[0]]));
  return {
    ...group,
    examples,
    aside: Int32Array.from(aside),
    rows,
    accounts,
    isContradicted,
    denial,
    evidence,
    isFlagged,
    isOneOfSeveral: false,
    innocentShare: usualInnocents,
    onlyBy: null,
  };
}

/**
 * Groups without accounts, of which only sizes and labels speak: the chance that an honest group of the file is as large, by itself or with the chance that one of its groups is so denied
 * (Fisher, as independent). Honest texts of one machine are many too, and models deny honest texts of kinds that they never saw.
 */
function judgedUnknown(judged: readonly JudgedGroup[]): JudgedGroup[] {
  const unknown = judged.filter(({ accounts }) => accounts === 0);
  const sizes = beyondUsualSize(unknown.map(({ members }) => members.length));
  const sizeOf = new Map(unknown.map((group, k) => [group, sizes[k]]));
  return judged.map((group) => {
    const size = sizeOf.get(group);
    if (size === undefined) return group;
    const product = size * Math.min(1, unknown.length * Math.exp(-group.denial));
    const chance = Math.min(size, product * (1 - Math.log(product)));
    // Many honest groups are denied a little: what the choice among them costs is part of the evidence of those that are not flagged.
    if (group.rows < cut.rows || chance > honest.cut) return { ...group, evidence: -Math.log(chance), isFlagged: false };
    const evidence = group.denial - Math.log(size);
    const innocentShare = usualInnocents + chance / (chance + honest.prior);
    return { ...group, evidence, isFlagged: true, innocentShare, onlyBy: group.denial < cut.denial ? "size" : null };
  });
}

/**
 * One of the labels of copies of one text is right, the likelier the more models that saw none of them believe it of all copies: rows of the others, and of that one too where
 * models are in two minds and its rows are not more. How often a label was given says nothing: honest copies are many, and so are a campaign's.
 */
function contradictionIn(data: Dataset, group: JudgedGroup, { column, chances }: Labels): JudgedGroup {
  if (!group.isContradicted || group.similarity < sameText) return group;
  const all = [...group.examples, ...group.aside];
  const classes = chances === null ? 0 : chances.length / data.y.length;
  const examples: number[] = [];
  let innocent = 0;
  for (const own of groupedBy(all, (i) => column[i]).values()) {
    const byLabel = [...groupedBy(own, (i) => data.y[i])];
    const beliefs = byLabel.map(([label]) => (chances === null ? 1 : own.reduce((sum, i) => sum + chances[i * classes + label], 1e-9)));
    const sum = beliefs.reduce((total, belief) => total + belief, 0);
    byLabel.forEach(([, rows], k) => {
      const isRight = beliefs[k] / sum;
      if (byLabel.length < 2 || isRight > sure || (isRight > 0.5 && 2 * rows.length > own.length)) return;
      examples.push(...rows);
      innocent += isRight * rows.length;
    });
  }
  const isOdd = new Set(examples);
  return {
    ...group,
    examples: Int32Array.from(examples).sort(),
    aside: Int32Array.from(all.filter((i) => !isOdd.has(i))),
    isFlagged: true,
    innocentShare: innocent / examples.length,
    onlyBy: "contradiction",
  };
}

/** Small groups with the evidence that they have beside the others of their kind. */
function flaggedTogether(judged: readonly JudgedGroup[]): JudgedGroup[] {
  const small = judged.filter(
    ({ isFlagged, members, similarity, rows }) => !isFlagged && similarity >= together.similarity && rows > 1 && members.length > 2,
  );
  const contradicted = small.filter(({ isContradicted }) => isContradicted).length;
  const logits = new Float64Array(small.length).fill(Math.log(honestContradiction / (1 - honestContradiction)));
  const contradiction = logTail(logits, small.length, 0, contradicted) / Math.max(1, contradicted);
  const worth = new Map<JudgedGroup, number>();
  for (const group of small) {
    const { members, similarity, accounts, rows, isContradicted, denial } = group;
    const crowd =
      accounts === rows && accounts > 1
        ? (members.length - 2) * Math.min(3, Math.log(similarity / byChance.cosine)) + Math.log1p(accounts)
        : 0;
    if (crowd === 0 && !isContradicted) continue;
    const value = denial + crowd + (isContradicted ? contradiction : 0);
    if (value >= (isContradicted ? together.contradicted : together.crowd)) worth.set(group, value);
  }
  const all = [...worth.values()].reduce((sum, value) => sum + value, 0);
  if (worth.size < 2 || all < together.all) return [...judged];
  return judged.map((group) => {
    const value = worth.get(group);
    return value === undefined ? group : { ...group, evidence: Math.max(value, group.evidence), isFlagged: true, isOneOfSeveral: true };
  });
}

/** What the others were made from, as far as it can be told: by disguise, by labels, by what is nearest to all. */
function originals(
  data: Dataset,
  record: Int32Array,
  group: TextGroup,
  all: readonly number[],
  { column, chances, isDisguised, disguisedWords }: Labels & Disguises,
): readonly number[] {
  const disguised = all.reduce((sum, i) => sum + isDisguised[record[i]], 0);
  const plain = all.filter((i) => disguisedWords[record[i]] === 0);
  if (disguised >= mostDisguised * all.length) return 3 * plain.length <= all.length ? plain : [];
  const odd = [...groupedBy(all, (i) => column[i]).values()].flatMap((examples) => minority(data, examples, chances));
  if (odd.length > 0) return odd;
  const first = group.members[nearestToAll(group)];
  return all.filter((i) => record[i] === first);
}

/** Examples few beside others with another label, of the label that models expect: at most a fifth of the group or one, and half as many as have the commonest label. */
function minority(data: Dataset, examples: readonly number[], chances: Float64Array | null): number[] {
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

/** The member that is nearer to all others than they are to each other by a margin, as a text is to its edited copies: its place, or −1. */
function nearestToAll({ members, closeness, similarity }: TextGroup): number {
  if (members.length < 4 || similarity < ofOneText) return -1;
  const order = Int32Array.from(members.keys()).sort((a, b) => closeness[b] - closeness[a]);
  const [first, second, middle] = [closeness[order[0]], closeness[order[1]], closeness[order[order.length >> 1]]];
  return first - second > Math.max(1e-9, second - middle) ? order[0] : -1;
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
