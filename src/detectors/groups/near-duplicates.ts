import { expectedCopies } from "../../blocks/copies/chance-of-copies.ts";
import { type ClusterTraits, clusterTraits } from "../../blocks/copies/copy-clusters.ts";
import { nearCopies } from "../../blocks/copies/near-copies.ts";
import { type Dataset, positionsWhere, selectExamples } from "../../core/dataset.ts";
import type { Detector, DetectorContext } from "../../core/detector.ts";
import { labelOfTask } from "../../core/examples.ts";
import type { Table } from "../../core/table.ts";

/**
 * Rows of equal values, where that is more than columns drawn apart would bring. A cluster counts as much as the other accounts in it (half as much each where they wrote
 * other things too), its rows whose labels conflict, and its rows whose label models that saw none of them deny; the score is the logarithm. A row that is few beside copies
 * with another label may be their original: it ranks after them and is not flagged. Rows that one account wrote several times over with one label score
 * next to nothing: most duplicates are honest. Of rows with text it says nothing: text-campaigns does.
 *
 * Expected of what it flags: of rows by several accounts one in a hundred, and one more in two clusters (the original). Of rows whose labels contradict one label is right, the
 * likelier the more models believe it. Of n clusters of five rows and more that nobody contradicts, models deny as many by their own doubt: only those are flagged of which
 * there should be less than one in `honestClusters`. Where classes overlap, rows of equal values contradict one another honestly: contradictions are flagged where they are more
 * than so many copies would bring whose labels came as models believe.
 */
export const nearDuplicates: Detector<object> = {
  kind: "detector",
  id: "near-duplicates",
  title: "Floods of copies",
  summary:
    "Finds rows of equal values in tables without text, and suspects them where several accounts wrote them or where their labels contradict.",
  source: {
    cite: "As evidence of campaigns: Mukherjee, Liu & Glance 2012, Spotting fake reviewer groups in consumer reviews",
    url: "https://doi.org/10.1145/2187836.2187863",
  },
  params: {},
  effort: "standard",
  scanEffort: "quick",
  subject: "row",
  onEmbeddings: true,
  reads: "tables without text",
  flags: true,
  targets: ["classes", "real"],
  async score(data, context) {
    const values = new Float64Array(data.y.length);
    const flagged = new Uint8Array(data.y.length);
    const copies = nearCopies(data, context);
    if (copies.texts !== null) return { values, flagged, expectedFalseAlarms: 0 };
    const traits = clusterTraits(data, copies, context.table);
    const expected = expectedCopies(data.x, data.features, copies);
    const isMany = traits.map(({ records }, c) => records > 1 + expectedLimit(expected[c]));
    const isCandidate = traits.map(
      ({ accounts, conflict, records }, c) => isMany[c] && (accounts > 1 || conflict > 0 || records >= denied.records),
    );
    const doubts = await doubtsAbout(
      data,
      traits.map(({ examples }, c) => (isCandidate[c] ? examples : new Int32Array(0))),
      context,
    );
    const shares = labelShares(data);
    const large = traits.filter(({ records, conflict }, c) => isCandidate[c] && records >= denied.records && conflict === 0).length;
    const contradicts = beyondOverlap(
      data,
      traits.filter((cluster, c) => isMany[c] && !isShared(cluster)),
      doubts,
    );
    let expectedFalseAlarms = 0;
    traits.forEach((cluster, c) => {
      const denial = denialOf(data, cluster.examples, doubts, shares);
      const value = isCandidate[c] ? suspicionOf(cluster, denial) : 0;
      const innocent = isCandidate[c]
        ? innocentsOf(data, cluster, doubts, { large: denial >= denied.denial ? large : 0, contradicts, table: context.table })
        : null;
      if (innocent !== null) expectedFalseAlarms += innocent.expected;
      for (const i of cluster.examples)
        values[i] = 0.01 * Math.log(cluster.records) + value * (cluster.odd.has(i) ? 0.5 : 0.75 + 0.25 * doubts[i]);
      for (const i of innocent?.flagged ?? []) flagged[i] = 1;
    });
    return {
      values,
      flagged,
      expectedFalseAlarms,
      reason(i) {
        const c = copies.clusterOf[copies.records.record[i]];
        return c < 0 ? null : reasonOf(data, traits[c], i, doubts[i]);
      },
    };
  },
};

/** A cluster that nobody's account explains is held against its rows where it is this large and models deny its labels this much. */
const denied = { records: 5, denial: 0.5 };
/** So many clusters of honest copies may be expected to be denied like one that is flagged. */
const honestClusters = 0.2;
/** A label that models believe beyond this is the right one of a contradiction. */
const sure = 0.9;

/** So many copies happen where `expected` do, with a chance of less than one in 10,000 (Poisson, by Chernoff's bound). */
function expectedLimit(expected: number): number {
  let limit = expected;
  while (expected - limit + limit * Math.log(limit / Math.max(expected, 1e-12)) < Math.log(1e4) && expected > 1e-3) limit += 1;
  return expected > 1e-3 ? limit : 0;
}

function suspicionOf({ records, accounts, emptyShare, conflict }: ClusterTraits, denial: number): number {
  const others = Math.max(0, accounts - 1) * (0.5 + 0.5 * emptyShare);
  return Math.log1p(others + records * (conflict + denial));
}

interface Innocents {
  readonly flagged: readonly number[];
  /** Of these, as far as the rule can tell. */
  readonly expected: number;
}

/** Whether a cluster is suspected for who wrote it. */
function isShared({ accounts, records }: ClusterTraits): boolean {
  return accounts > 1 && records > 2;
}

/**
 * Whether more of these clusters contradict themselves than would, by two standard deviations, if labels came by the chances that models give. Models are asked of labels that
 * are there, so that all clusters are taken to be as doubtful as those that contradict themselves: rather too many are expected than too few.
 */
function beyondOverlap({ y }: Dataset, clusters: readonly ClusterTraits[], doubts: Float64Array): boolean {
  const contradicting = clusters.filter(({ conflict }) => conflict > 0);
  const chances = contradicting.map(({ examples, records }) => {
    const beliefs = [...groupedBy(examples, (i) => y[i]).values()].map((rows) => meanBelief(rows, doubts));
    const all = beliefs.reduce((sum, belief) => sum + belief, 0);
    return 1 - beliefs.reduce((sum, belief) => sum + (belief / all) ** records, 0);
  });
  const honest = (clusters.length * chances.reduce((sum, chance) => sum + chance, 0)) / chances.length;
  return contradicting.length > honest + 2 * Math.sqrt(honest);
}

function meanBelief(rows: readonly number[], doubts: Float64Array): number {
  return rows.reduce((sum, i) => sum + 1 - doubts[i], 1e-9) / rows.length;
}

/**
 * What the rule flags of a cluster; null = nothing. `large`: clusters that could be denied so; 0 = this one is not. `contradicts`: whether contradictions are
 * more than classes that overlap bring.
 */
function innocentsOf(
  data: Dataset,
  cluster: ClusterTraits,
  doubts: Float64Array,
  { large, contradicts, table }: { readonly large: number; readonly contradicts: boolean; readonly table: Table | null },
): Innocents | null {
  const { examples, records, conflict, odd } = cluster;
  const suspects = Array.from(examples).filter((i) => !odd.has(i));
  if (isShared(cluster)) return { flagged: suspects, expected: (odd.size === 0 ? 0.5 : 0) + 0.01 * suspects.length };
  if (conflict > 0) return contradicts ? contradiction(data, examples, doubts, table) : null;
  if (large === 0 || records < denied.records) return null;
  const honest = large * (1 - examples.reduce((sum, i) => sum + doubts[i], 0) / examples.length);
  return honest > honestClusters ? null : { flagged: suspects, expected: honest * suspects.length };
}

/** Under each label column, rows with labels that models believe less than the others of these copies, and with the most believed one where it is not the commonest and they are in two minds. */
function contradiction({ y, task }: Dataset, examples: Int32Array, doubts: Float64Array, table: Table | null): Innocents {
  const columns = groupedBy(examples, (i) => (table === null ? "" : labelOfTask(table, task[i])));
  const flagged: number[] = [];
  let expected = 0;
  for (const own of columns.values()) {
    const labels = [...groupedBy(own, (i) => y[i]).values()];
    if (labels.length < 2) continue;
    const beliefs = labels.map((rows) => meanBelief(rows, doubts));
    const all = beliefs.reduce((sum, belief) => sum + belief, 0);
    labels.forEach((rows, k) => {
      const isRight = beliefs[k] / all;
      if (isRight > sure || (isRight > 0.5 && 2 * rows.length > own.length)) return;
      flagged.push(...rows);
      expected += isRight * rows.length;
    });
  }
  return { flagged, expected };
}

function groupedBy<K>(examples: Iterable<number>, key: (i: number) => K): Map<K, number[]> {
  const groups = new Map<K, number[]>();
  for (const i of examples) {
    const known = groups.get(key(i));
    if (known === undefined) groups.set(key(i), [i]);
    else known.push(i);
  }
  return groups;
}

/**
 * The chance that each of these examples has another label, by one model that was trained on none of them; ½ where none could be asked.
 * Shape: [examples].
 */
async function doubtsAbout(data: Dataset, clusters: readonly Int32Array[], { fit }: DetectorContext): Promise<Float64Array> {
  const doubts = new Float64Array(data.y.length).fill(0.5);
  const asked = Int32Array.from(clusters.flatMap((examples) => Array.from(examples))).sort();
  const isAsked = new Uint8Array(data.y.length);
  for (const i of asked) isAsked[i] = 1;
  const rest = positionsWhere(data.y.length, (i) => isAsked[i] === 0);
  const seen = new Set(rest.map((i) => data.y[i]));
  if (data.target.kind !== "classes" || asked.length === 0 || rest.length < asked.length || seen.size < data.target.names.length)
    return doubts;
  const model = await fit(selectExamples(data, rest));
  const rows = selectExamples(data, asked);
  const probabilities = model.probabilities(rows);
  const scores = model.scores(rows);
  const classes = data.target.names.length;
  asked.forEach((i, k) => {
    const label = data.y[i];
    if (probabilities !== null) doubts[i] = 1 - probabilities[k * classes + label];
    else if (model.outputs === 1) doubts[i] = 1 / (1 + Math.exp(label > 0 ? scores[k] : -scores[k]));
  });
  return doubts;
}

/** Share of the examples of each class; empty for a real label. */
function labelShares({ y, target }: Dataset): Float64Array {
  const shares = new Float64Array(target.kind === "classes" ? target.names.length : 0);
  for (const label of shares.length > 0 ? y : []) shares[label] += 1 / y.length;
  return shares;
}

/** 0 where the labels are as likely as not, or as they are anywhere; 1 where they are impossible. */
function denialOf(data: Dataset, examples: Int32Array, doubts: Float64Array, shares: Float64Array): number {
  if (shares.length === 0) return 0;
  const sum = examples.reduce((total, i) => total + (1 - doubts[i]) / Math.min(0.5, shares[data.y[i]]), 0);
  return Math.max(0, 1 - sum / examples.length);
}

function reasonOf(data: Dataset, cluster: ClusterTraits, i: number, doubt: number): string {
  const others = cluster.records - 1;
  const isKnown = data.source[i] >= 0;
  const accounts = cluster.accounts - (isKnown ? 1 : 0);
  const what = `the same values as ${count(others, "other row")}`;
  const by = accounts > 0 ? ` by ${count(accounts, isKnown ? "other account" : "account")}` : isKnown ? " by the same account" : "";
  const parts = [what + by];
  if (cluster.accounts > 1 && cluster.emptyShare >= 0.5) parts.push(`${percent(cluster.emptyShare)} of these accounts wrote nothing else`);
  if (cluster.conflict > 0) parts.push("with labels that contradict each other");
  if (data.target.kind === "classes" && doubt > 0.5)
    parts.push(`labelled ${data.target.names[data.y[i]]}, which a model that saw none of them doubts (${doubt.toFixed(2)})`);
  return parts.join("; ");
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}
