import { classShapesOf, standardiseInto } from "../../blocks/outliers/label-groups.ts";
import { mostlyBy, percentileRanksOf } from "../../blocks/outliers/percentile-rank.ts";
import type { Detector } from "../../core/detector.ts";
import { addScaledRowInto, rowDot } from "../../numeric/matrices/matrix.ts";
import { dot } from "../../numeric/matrices/vector.ts";

/** In robust standard deviations from the median of the class; the order within a class is that of |(x − μ_y)·u|, u from the other rows' mean to μ_y. */
export const slab: Detector = {
  kind: "detector",
  id: "slab",
  title: "Distance along the line between classes",
  summary: "How far a row lies from the mean of the rows with its label, measured only along the line to the mean of all other rows.",
  source: {
    cite: "Steinhardt, Koh & Liang 2017, Certified Defenses for Data Poisoning Attacks, NeurIPS, section 2",
    url: "https://arxiv.org/abs/1706.03691",
  },
  params: {},
  effort: "standard",
  subject: "row",
  onEmbeddings: true,
  targets: ["classes"],
  score(data) {
    const offsets = new Float64Array(data.y.length);
    const values = new Float64Array(data.y.length);
    const shapes = classShapesOf(data);
    const shapeOf = new Int32Array(data.y.length);
    shapes.forEach(({ rows, centre, direction }, k) => {
      const middle = dot(centre, direction);
      for (const row of rows) {
        offsets[row] = rowDot(data.x, row, direction) - middle;
        shapeOf[row] = k;
      }
      standardiseInto(
        values,
        Float64Array.from(rows, (row) => Math.abs(offsets[row])),
        rows,
      );
    });
    const standing = percentileRanksOf(values, shapes);
    return Promise.resolve({
      values,
      reason(row) {
        const so = standing(row);
        if (so === null) return null;
        const { centre, direction } = shapes[shapeOf[row]];
        const parts = centre.map((c) => -c);
        addScaledRowInto(parts, data.x, row, 1);
        const side = offsets[row] < 0 ? "nearer to the rest, or beyond it," : "farther on the side away from the rest";
        const by = parts.map((part, j) => part * direction[j] * Math.sign(offsets[row]));
        return `${side} than ${so.howMany.replace("them", so.others)}${mostlyBy(data.features, by)}`;
      },
    });
  },
};
