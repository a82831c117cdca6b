import { foldsParam } from "./folds.ts";
import type { Dataset } from "../../core/dataset.ts";
import type { DetectorContext } from "../../core/detector.ts";
import type { NamedColumn, Table } from "../../core/table.ts";
import { orderBy } from "../../numeric/orders/ranks.ts";
import { clusterTraits } from "../copies/copy-clusters.ts";
import { honestView } from "./calibrated-out-of-fold.ts";
import { labelDenials } from "./label-denial.ts";
import { type NearCopies, nearCopies } from "../copies/near-copies.ts";

/** How the rows of a source look from outside. */
export interface Conduct {
  rows: number;
  /** Rows whose label models that saw nothing of the source think wrong rather than right. */
  denied: number;
  /** Other accounts in the largest cluster of copies that it has a part in. */
  sharers: number;
  /** Its rows in such clusters. */
  copies: number;
  /** The only label of its rows, where it has several; null where they differ. */
  label: string | null;
  /** The only date. */
  burst: string | null;
}

export interface SourceEvidence {
  /** In nats, ≥ 0. Shape: [sources]. */
  readonly evidence: Float64Array;
  /** 1 where the evidence is enough for the false discovery rate that was asked for. Shape: [sources]. */
  readonly flagged: Uint8Array;
  readonly conduct: readonly Conduct[];
  /** Chance that each label is wrong, from the row and from how often its source seems to label wrongly; 0 where that is not known. Shape: [examples]. */
  readonly wrong: Float64Array;
}

export const sourceEvidenceParams = {
  folds: foldsParam,
  falseDiscovery: {
    type: "number",
    default: 0.1,
    min: 0,
    max: 1,
    help: "share of honest sources among those flagged, at most, on average",
  },
} as const;

export interface SourceEvidenceParams {
  folds: number;
  falseDiscovery: number;
}

const wrongShares = [0.25, 0.5, 0.75, 1];
/** What one label for all rows, or one day, adds to evidence that is there: nats. */
const habit = 1;
const habitRows = 4;

/**
 * Rows: ln of the mean, over four shares of wrong labels, of the likelihood of a source's labels if it labels wrongly so often over that if it is honest, by
 * models that saw nothing of the source nor of any copy of its rows; m copies of one text by one source count as 1 + ln m rows. Copies shared with other
 * accounts: ln(accounts) for each text. One label or one date for all of four rows or more adds 1 each where there is evidence already.
 *
 * If the models are right the evidence of rows is the logarithm of an e-value, and the k strongest sources are flagged where all of them have
 * ln(sources / (k falseDiscovery)) at least (Wang & Ramdas 2022, False discovery rate control with e-values, JRSS B 84(3)).
 */
export async function sourceEvidence(data: Dataset, context: DetectorContext<SourceEvidenceParams>): Promise<SourceEvidence> {
  const copies = nearCopies(data, context);
  const view = await honestView(data, copies, { ...context, folds: context.params.folds });
  const denialsAt = (share: number) => labelDenials(data, { probabilities: view.probabilities, predictions: view.scores }, share);
  const denials = denialsAt(1);
  const { evidence, wrongShare } = rowEvidence(data, copies, denialsAt);
  const wrong = denials.map((denial, i) => {
    const share = data.source[i] < 0 ? 0 : wrongShare[data.source[i]];
    return share / (share + (1 - share) * Math.exp(-denial));
  });
  const conduct = conductOf(data, copies, context.table, denials);
  for (const { accounts, examples } of clusterTraits(data, copies, context.table)) {
    if (accounts < 2) continue;
    for (const s of new Set(Array.from(examples, (i) => data.source[i]).filter((known) => known >= 0))) {
      evidence[s] += Math.log(accounts);
      conduct[s].sharers = Math.max(conduct[s].sharers, accounts - 1);
    }
    for (const r of new Set(Array.from(examples, (i) => copies.records.record[i]))) {
      const s = data.source[copies.records.first[r]];
      if (s >= 0) conduct[s].copies++;
    }
  }
  conduct.forEach(({ label, burst }, s) => {
    if (evidence[s] > 0) evidence[s] += habit * ((label === null ? 0 : 1) + (burst === null ? 0 : 1));
    else evidence[s] = 0;
  });
  return { evidence, flagged: strongEnough(evidence, context.params.falseDiscovery), conduct, wrong };
}

/** The e-BH procedure. */
function strongEnough(evidence: Float64Array, rate: number): Uint8Array {
  const order = orderBy(evidence.map((nats) => -nats));
  let count = 0;
  order.forEach((s, k) => {
    if (evidence[s] >= Math.log(evidence.length / ((k + 1) * rate))) count = k + 1;
  });
  const flagged = new Uint8Array(evidence.length);
  for (const s of order.subarray(0, count)) flagged[s] = 1;
  return flagged;
}

/** Shapes: each [sources]. `wrongShare` is the mean share of wrong labels, the four shares being as likely as the rows make them. */
function rowEvidence(
  data: Dataset,
  { records, clusterOf }: NearCopies,
  denialsAt: (wrongShare: number) => Float64Array,
): { evidence: Float64Array; wrongShare: Float64Array } {
  const weight = rowWeights(data, records, clusterOf);
  const sums = wrongShares.map((share) => {
    const ofSource = new Float64Array(data.sources.length);
    denialsAt(share).forEach((denial, i) => {
      if (data.source[i] >= 0) ofSource[data.source[i]] += weight[i] * denial;
    });
    return ofSource;
  });
  const evidence = new Float64Array(data.sources.length);
  const wrongShare = new Float64Array(data.sources.length);
  for (let s = 0; s < evidence.length; s++) {
    const top = Math.max(...sums.map((sum) => sum[s]));
    const ratios = sums.map((sum) => Math.exp(sum[s] - top));
    const total = ratios.reduce((a, b) => a + b, 0);
    evidence[s] = top + Math.log(total / sums.length);
    wrongShare[s] = ratios.reduce((sum, ratio, k) => sum + ratio * wrongShares[k], 0) / total;
  }
  return { evidence, wrongShare };
}

/** What an example counts: copies by one source less, labels of one row together as one. Shape: [examples]. */
function rowWeights(data: Dataset, records: NearCopies["records"], clusterOf: Int32Array): Float64Array {
  const labels = new Float64Array(records.count);
  for (const r of records.record) labels[r]++;
  const keyOf = (r: number) => clusterOf[r] * data.sources.length + data.source[records.first[r]];
  const same = new Map<number, number>();
  records.first.forEach((i, r) => {
    if (clusterOf[r] >= 0 && data.source[i] >= 0) same.set(keyOf(r), (same.get(keyOf(r)) ?? 0) + 1);
  });
  return Float64Array.from(records.record, (r) => {
    const copies = clusterOf[r] < 0 ? 1 : (same.get(keyOf(r)) ?? 1);
    return (1 + Math.log(copies)) / copies / labels[r];
  });
}

/** Shape: [sources]. */
function conductOf(data: Dataset, { records }: NearCopies, table: Table | null, denials: Float64Array): Conduct[] {
  const dates = (table?.columns.find(({ kind }) => kind === "date") ?? null) as NamedColumn | null;
  const conduct = data.sources.map((): Conduct => ({ rows: 0, denied: 0, sharers: 0, copies: 0, label: null, burst: null }));
  const labels = data.sources.map(() => new Set<number>());
  const days = data.sources.map(() => new Set<number>());
  const isDenied = new Uint8Array(records.count);
  denials.forEach((denial, i) => {
    if (denial > 0) isDenied[records.record[i]] = 1;
    if (data.source[i] >= 0) labels[data.source[i]].add(data.y[i]);
  });
  records.first.forEach((i, r) => {
    const s = data.source[i];
    if (s < 0) return;
    conduct[s].rows++;
    conduct[s].denied += isDenied[r];
    days[s].add(dates !== null && data.row[i] >= 0 ? dates.codes[data.row[i]] : -1 - r);
  });
  conduct.forEach((one, s) => {
    if (one.rows < habitRows) return;
    const [label] = labels[s];
    if (data.target.kind === "classes" && labels[s].size === 1) one.label = data.target.names[label];
    const [day] = days[s];
    if (days[s].size === 1 && day >= 0 && dates !== null) one.burst = dates.names[day];
  });
  return conduct;
}
