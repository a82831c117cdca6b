import { labelGroupsOf } from "../../blocks/outliers/label-groups.ts";
import { mainDirectionsOf } from "../../blocks/outliers/main-directions.ts";
import { stopIfCancelled } from "../../core/context.ts";
import { type Dataset, positionsWhere, selectExamples } from "../../core/dataset.ts";
import type { Detector, DetectorContext } from "../../core/detector.ts";
import { predict } from "../../core/learner.ts";
import { meanSilhouette, squareBetween, twoMeans } from "../../numeric/statistics/two-means.ts";

interface ActivationClusteringParams {
  dims: number;
  starts: number;
  largestShare: number;
  leastSilhouette: number;
  pardon: number;
}

/**
 * Each class is cut into two clusters in its `dims` main directions. A row's score is where it lies on the line between the two centres (½ at the smaller
 * cluster's, −½ at the larger's), times the silhouette s of the cut, times (1 − 2q)² for a smaller cluster of share q. A clean class has no two clusters: it
 * is cut in halves, q ≈ ½, and its rows score about 0, so that it is not half flagged. Rows of the smaller cluster are flagged where q and s pass the
 * paper's bounds and a model trained without all such clusters takes few of them for their label: fewer than `pardon` times as many as for the commonest other
 * one, l / p < T in the paper's exclusionary reclassification. A class may have two honest kinds of rows. Works on the learned features where the learner has
 * some, as in the paper, else on the encoded ones.
 */
export const activationClustering: Detector<ActivationClusteringParams> = {
  kind: "detector",
  id: "activation-clustering",
  title: "Activation clustering",
  summary: "Cuts the rows of each label into two clusters; a small cluster apart from the rest is suspicious.",
  source: {
    cite: "Chen et al. 2018, Detecting Backdoor Attacks on Deep Neural Networks by Activation Clustering, SafeAI; the grading is Theriac's",
    url: "https://arxiv.org/abs/1811.03728",
  },
  params: {
    dims: {
      type: "number",
      default: 10,
      min: 1,
      max: 100,
      integer: true,
      help: "main directions of each class that its clusters are sought in",
    },
    starts: { type: "number", default: 8, min: 1, max: 100, integer: true, help: "starts of the clustering; the tightest clusters count" },
    largestShare: { type: "number", default: 0.35, min: 0, max: 0.5, help: "a cluster of a larger share of its class is not flagged" },
    leastSilhouette: { type: "number", default: 0.1, min: -1, max: 1, help: "clusters less apart are not flagged" },
    pardon: {
      type: "number",
      default: 0.33,
      min: 0,
      max: 1e9,
      help: "a cluster is not flagged of which a model trained without it gives so many times as many rows its label as the commonest other one",
    },
  },
  effort: "full",
  subject: "row",
  onEmbeddings: true,
  flags: true,
  targets: ["classes"],
  async score(encoded, { params, rng, signal, represent, fit }) {
    const data = (await represent?.(encoded)) ?? encoded;
    const values = new Float64Array(data.y.length);
    const flagged = new Uint8Array(data.y.length);
    const reasons: (string | null)[] = new Array<null>(data.y.length).fill(null);
    const apart: Int32Array[] = [];
    labelGroupsOf(data).forEach(({ label, rows }, k) => {
      stopIfCancelled(signal);
      const { dims, points } = mainDirectionsOf(data.x, rows, params.dims, rng.fork("directions").fork(k));
      if (dims === 0) return;
      const { centres, isSecond } = twoMeans(points, dims, rng.fork("clusters").fork(k), { starts: params.starts });
      const second = isSecond.reduce((sum, is) => sum + is, 0);
      const small = 2 * second <= rows.length ? 1 : 0;
      const share = Math.min(second, rows.length - second) / rows.length;
      const gap = squareBetween(centres, 0, centres, dims, dims);
      if (share === 0 || !(gap > 0)) return;
      const silhouette = meanSilhouette(points, dims, isSecond, rng.fork("silhouette").fork(k));
      const weight = Math.max(0, silhouette) * (1 - 2 * share) ** 2;
      const isApart = share < params.largestShare && silhouette > params.leastSilhouette;
      const [near, far] = [small * dims, (1 - small) * dims];
      const percent = (100 * share).toPrecision(2);
      const reason = `in a small cluster apart from the other rows labelled "${label ?? ""}": ${percent} % of them, silhouette ${silhouette.toFixed(2)}`;
      rows.forEach((row, i) => {
        const side = squareBetween(points, i * dims, centres, far, dims) - squareBetween(points, i * dims, centres, near, dims);
        values[row] = (weight * side) / (2 * gap);
        if (!isApart || isSecond[i] !== small) return;
        flagged[row] = 1;
        reasons[row] = reason;
      });
      if (isApart) apart.push(rows.filter((_, i) => isSecond[i] === small));
    });
    stopIfCancelled(signal);
    for (const rows of await honestClusters(encoded, apart, params.pardon, fit))
      for (const row of rows) {
        flagged[row] = 0;
        reasons[row] = null;
      }
    return { values, flagged, reason: (row) => reasons[row] };
  },
};

/** Those clusters of which a model that saw none of them takes rows for their label, `ratio` times as many at least as for any other. */
async function honestClusters(
  data: Dataset,
  clusters: readonly Int32Array[],
  ratio: number,
  fit: DetectorContext["fit"],
): Promise<readonly Int32Array[]> {
  if (clusters.length === 0 || data.target.kind !== "classes") return [];
  const without = new Uint8Array(data.y.length);
  for (const rows of clusters) for (const row of rows) without[row] = 1;
  const model = await fit(
    selectExamples(
      data,
      positionsWhere(without.length, (i) => without[i] === 0),
    ),
  );
  const classes = data.target.names.length;
  return clusters.filter((rows) => {
    const votes = new Int32Array(classes);
    for (const answer of predict(model, selectExamples(data, rows))) votes[answer]++;
    const label = data.y[rows[0]];
    const other = votes.reduce((most, count, k) => (k === label ? most : Math.max(most, count)), 0);
    return votes[label] > 0 && votes[label] >= ratio * other;
  });
}
