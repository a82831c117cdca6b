import { expectedCopies } from "../../blocks/copies/chance-of-copies.ts";
import { type ClusterTraits, clusterTraits } from "../../blocks/copies/copy-clusters.ts";
import { nearCopies } from "../../blocks/copies/near-copies.ts";
import { type Dataset, positionsWhere, selectExamples } from "../../core/dataset.ts";
import type { Detector, DetectorContext } from "../../core/detector.ts";

/**
 * Rows of equal values, where that is more than columns drawn apart would bring. A cluster counts as much as the other accounts in it (half as much each where they wrote
 * other things too), its rows whose labels conflict, and its rows whose label models that saw none of them deny; the score is the logarithm. A row that is few beside copies
 * with another label may be their original: it ranks after them and is not flagged. Rows that one account wrote several times over with one label score
 * next to nothing: most duplicates are honest. Of rows with text it says nothing: text-campaigns does.
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
  flags: true,
  targets: ["classes", "real"],
  async score(data, context) {
    const values = new Float64Array(data.y.length);
    const flagged = new Uint8Array(data.y.length);
    const copies = nearCopies(data, context);
    if (copies.texts !== null) return { values, flagged };
    const traits = clusterTraits(data, copies, context.table);
    const expected = expectedCopies(data.x, data.features, copies);
    const isCandidate = traits.map(
      ({ accounts, conflict, records }, c) =>
        records > 1 + expectedLimit(expected[c]) && (accounts > 1 || conflict > 0 || records >= denied.records),
    );
    const doubts = await doubtsAbout(
      data,
      traits.map(({ examples }, c) => (isCandidate[c] ? examples : new Int32Array(0))),
      context,
    );
    const shares = labelShares(data);
    traits.forEach((cluster, c) => {
      const denial = denialOf(data, cluster.examples, doubts, shares);
      const value = isCandidate[c] ? suspicionOf(cluster, denial) : 0;
      const isFlagged = isCandidate[c] && ruleFlags(cluster, denial);
      for (const i of cluster.examples) {
        values[i] = 0.01 * Math.log(cluster.records) + value * (cluster.odd.has(i) ? 0.5 : 0.75 + 0.25 * doubts[i]);
        if (isFlagged && !cluster.odd.has(i)) flagged[i] = 1;
      }
    });
    return {
      values,
      flagged,
      reason(i) {
        const c = copies.clusterOf[copies.records.record[i]];
        return c < 0 ? null : reasonOf(data, traits[c], i, doubts[i]);
      },
    };
  },
};

/** A cluster that nobody's account explains is held against its rows where it is this large and models deny its labels this much. */
const denied = { records: 5, denial: 0.5 };

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

function ruleFlags({ records, accounts, conflict }: ClusterTraits, denial: number): boolean {
  return conflict > 0 || (accounts > 1 && records > 2) || (records >= denied.records && denial >= denied.denial);
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
