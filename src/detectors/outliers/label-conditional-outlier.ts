import { labelGroupsOf, standardiseInto } from "../../blocks/outliers/label-groups.ts";
import { mainDirectionsOf } from "../../blocks/outliers/main-directions.ts";
import { outlyingness, partsOutside } from "../../blocks/outliers/robust-outlyingness.ts";
import { mostlyBy, percentileRanksOf } from "../../blocks/outliers/percentile-rank.ts";
import { stopIfCancelled } from "../../core/context.ts";
import type { Detector } from "../../core/detector.ts";

interface LabelConditionalOutlierParams {
  dims: number;
  kept: number;
}

/**
 * Of each label: the robust distance within its main directions and the distance from them, joined (`robust-outlyingness.ts`), in robust standard deviations
 * from the label's median. Chosen over distances to neighbours because copies of one row are each other's nearest neighbours, so that a flood of them would
 * be the most normal of all; because one pass over the rows for each direction serves a million of them; and because text, whose rows are all about equally far from
 * each other, differs along its main directions.
 */
export const labelConditionalOutlier: Detector<LabelConditionalOutlierParams> = {
  kind: "detector",
  id: "label-conditional-outlier",
  title: "Outlier among its label",
  summary: "How unusual a row is among the rows with its label, measured so that the outliers themselves do not set the measure.",
  source: {
    cite: "Hubert, Rousseeuw & Vanden Branden 2005, ROBPCA: A New Approach to Robust Principal Component Analysis, Technometrics 47(1)",
    url: "https://doi.org/10.1198/004017004000000563",
  },
  params: {
    dims: { type: "number", default: 10, min: 1, max: 100, integer: true, help: "main directions of each label" },
    kept: {
      type: "number",
      default: 0.75,
      min: 0.5,
      max: 1,
      help: "share of each label's rows, the most central, that the measure is made of",
    },
  },
  effort: "standard",
  subject: "row",
  onEmbeddings: true,
  targets: ["classes", "real"],
  score(data, { params, rng, signal }) {
    const values = new Float64Array(data.y.length);
    const groups = labelGroupsOf(data);
    const groupOf = new Int32Array(data.y.length);
    const found = groups.map(({ rows }, k) => {
      stopIfCancelled(signal);
      for (const row of rows) groupOf[row] = k;
      const main = mainDirectionsOf(data.x, rows, params.dims, rng.fork(k));
      const outlying = outlyingness(data.x, rows, main, params.kept);
      standardiseInto(values, outlying.values, rows);
      return { main, centre: outlying.centre };
    });
    const standing = percentileRanksOf(values, groups);
    return Promise.resolve({
      values,
      reason(row) {
        const so = standing(row);
        if (so === null) return null;
        const { centre } = found[groupOf[row]];
        return `more unusual than ${so.howMany.replace("them", `the ${so.others}`)}${mostlyBy(data.features, partsOutside(data.x, row, centre))}`;
      },
    });
  },
};
