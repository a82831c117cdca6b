import { classShapesOf, distancesTo, standardiseInto } from "../../blocks/outliers/label-groups.ts";
import { mostlyBy, percentileRanksOf } from "../../blocks/outliers/percentile-rank.ts";
import type { Detector } from "../../core/detector.ts";
import { addScaledRowInto } from "../../numeric/matrices/matrix.ts";

/** In robust standard deviations from the median of the class; the order within a class is that of ‖x − μ_y‖. */
export const sphere: Detector = {
  kind: "detector",
  id: "sphere",
  title: "Distance from the class mean",
  summary: "How far a row lies from the mean of the rows with its label.",
  source: {
    cite: "Steinhardt, Koh & Liang 2017, Certified Defenses for Data Poisoning Attacks, NeurIPS, section 2",
    url: "https://arxiv.org/abs/1706.03691",
  },
  params: {},
  effort: "standard",
  subject: "row",
  onEmbeddings: true,
  targets: ["classes", "real"],
  score(data) {
    const values = new Float64Array(data.y.length);
    const shapes = classShapesOf(data);
    const shapeOf = new Int32Array(data.y.length);
    shapes.forEach(({ rows, centre }, k) => {
      for (const row of rows) shapeOf[row] = k;
      standardiseInto(values, distancesTo(data.x, rows, centre), rows);
    });
    const standing = percentileRanksOf(values, shapes);
    return Promise.resolve({
      values,
      reason(row) {
        const so = standing(row);
        if (so === null) return null;
        const parts = shapes[shapeOf[row]].centre.map((c) => -c);
        addScaledRowInto(parts, data.x, row, 1);
        return `farther from ${so.others} than ${so.howMany}${mostlyBy(data.features, parts.map(Math.abs))}`;
      },
    });
  },
};
