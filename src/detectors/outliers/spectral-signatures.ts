import { labelGroupsOf, standardiseInto } from "../../blocks/outliers/label-groups.ts";
import { mostlyBy, percentileRanksOf } from "../../blocks/outliers/percentile-rank.ts";
import { stopIfCancelled } from "../../core/context.ts";
import type { Detector } from "../../core/detector.ts";
import { leadingCentredDirections, meanOfRows } from "../../numeric/solvers/centred-rows.ts";
import { addScaledRowInto, rowDot } from "../../numeric/matrices/matrix.ts";
import { dot } from "../../numeric/matrices/vector.ts";

/**
 * |v·(x − μ_y)| with v the top right singular vector of the *centred* rows of the class; without the centring a class mean far from the origin takes the
 * place of v, and poison scores lowest. In robust standard deviations from the class median, which keeps the order within a class. Works on the learned
 * features where the learner has some, as in the paper, else on the encoded ones.
 */
export const spectralSignatures: Detector = {
  kind: "detector",
  id: "spectral-signatures",
  title: "Spectral signatures",
  summary:
    "How far a row lies along the direction in which the rows with its label vary most: a block of poison bends that direction towards itself.",
  source: {
    cite: "Tran, Li & Madry 2018, Spectral Signatures in Backdoor Attacks, NeurIPS, algorithm 1",
    url: "https://arxiv.org/abs/1811.00636",
  },
  params: {},
  effort: "standard",
  subject: "row",
  onEmbeddings: true,
  targets: ["classes"],
  async score(encoded, { rng, signal, represent }) {
    const data = (await represent?.(encoded)) ?? encoded;
    const values = new Float64Array(data.y.length);
    const groups = labelGroupsOf(data);
    const along = new Float64Array(data.y.length);
    const groupOf = new Int32Array(data.y.length);
    const directions = groups.map((group, k) => {
      stopIfCancelled(signal);
      const centre = meanOfRows(data.x, group.rows);
      const options = { tolerance: 0.01, maxSteps: 40 };
      const direction = leadingCentredDirections(data.x, group.rows, centre, Math.min(1, data.x.cols), rng.fork(k), options).vectors;
      const middle = dot(centre, direction);
      for (const row of group.rows) {
        along[row] = rowDot(data.x, row, direction) - middle;
        groupOf[row] = k;
      }
      standardiseInto(
        values,
        Float64Array.from(group.rows, (row) => Math.abs(along[row])),
        group.rows,
      );
      return { centre, direction };
    });
    const standing = percentileRanksOf(values, groups);
    return {
      values,
      reason(row) {
        const so = standing(row);
        if (so === null) return null;
        const { centre, direction } = directions[groupOf[row]];
        const parts = centre.map((c) => -c);
        addScaledRowInto(parts, data.x, row, 1);
        const by = parts.map((part, j) => part * direction[j] * Math.sign(along[row]));
        return `farther out than ${so.howMany} in the direction in which ${so.others} vary most${mostlyBy(data.features, by)}`;
      },
    };
  },
};
