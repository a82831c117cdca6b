import { classShapesOf, standardiseInto } from "../../blocks/outliers/label-groups.ts";
import { residualsOutside, spanOf } from "../../blocks/outliers/row-span.ts";
import { mostlyBy, percentileRanksOf } from "../../blocks/outliers/percentile-rank.ts";
import type { Detector } from "../../core/detector.ts";

interface SvdResidualParams {
  energy: number;
  maxRank: number;
}

/**
 * In robust standard deviations from the median of the class; the order within a class is that of ‖(I − P)(x − μ_y)‖, P on the span of the class means and
 * of the leading right singular vectors of all rows. Differs from the paper in how many there are at most: 1000 would take minutes on text.
 */
export const svdResidual: Detector<SvdResidualParams> = {
  kind: "detector",
  id: "svd-residual",
  title: "Length outside the main directions",
  summary: "How much of a row is left once the directions in which most rows lie are taken out: unusual mixtures of features stay.",
  source: {
    cite: "Koh, Steinhardt & Liang 2018, Stronger data poisoning attacks break data sanitization defenses, section 3 (SVD defense)",
    url: "https://arxiv.org/abs/1811.00741",
  },
  params: {
    energy: {
      type: "number",
      default: 0.95,
      min: 0.01,
      max: 1,
      help: "share of the squared singular values that the main directions hold",
    },
    maxRank: { type: "number", default: 50, min: 1, max: 1000, integer: true, help: "main directions at most" },
  },
  effort: "standard",
  subject: "row",
  onEmbeddings: true,
  targets: ["classes", "real"],
  score(data, { params, rng }) {
    const shapes = classShapesOf(data);
    const span = spanOf(
      data.x,
      shapes.map(({ centre }) => centre),
      params,
      rng,
    );
    const values = new Float64Array(data.y.length);
    const shapeOf = new Int32Array(data.y.length);
    shapes.forEach(({ rows, centre }, k) => {
      for (const row of rows) shapeOf[row] = k;
      standardiseInto(values, residualsOutside(data.x, rows, centre, span), rows);
    });
    const standing = percentileRanksOf(values, shapes);
    return Promise.resolve({
      values,
      reason(row) {
        const so = standing(row);
        if (so === null) return null;
        const parts = span.restOf(data.x, row, shapes[shapeOf[row]].centre);
        return `a mixture of features more unusual than in ${so.howMany.replace("them", `the ${so.others}`)}${mostlyBy(data.features, parts.map(Math.abs))}`;
      },
    });
  },
};
