import { foldsParam, stratifiedFolds } from "../../blocks/held-out/folds.ts";
import { outOfFold } from "../../blocks/held-out/out-of-fold.ts";
import { type JudgedNumbers, clippedLabels, leastRows, residualStudy } from "../../blocks/noisy-labels/residual-study.ts";
import { partsByLabel } from "../../blocks/outliers/neighbour-labels-text.ts";
import { medianOf } from "../../numeric/statistics/robust-spread.ts";
import { partOf } from "../../core/context.ts";
import type { Dataset } from "../../core/dataset.ts";
import type { Detector } from "../../core/detector.ts";

interface ResidualNoiseParams {
  folds: number;
}

/**
 * The pipeline's learner is asked twice: once trained on labels whose extremes are cut, once on rows weighed by what the first round found, flagged ones left
 * out. Labels of several columns are judged one by one. Neighbours are exact up to 20,000 rows, and models of the other views are trained on 4,000 at most, so
 * that the cost beside the learner's grows with the rows.
 */
export const residualNoise: Detector<ResidualNoiseParams> = {
  kind: "detector",
  id: "residual-noise",
  title: "Wrong numbers",
  summary:
    "How much farther a number is from what similar rows say than honest ones are, and how many are wrong: a mixture of honest and wrong errors decides.",
  source: {
    cite: "Theriac 2026; robust regression: Huber & Ronchetti 2009, Robust Statistics; honest errors by t: Lange, Little & Taylor 1989, JASA 84(408)",
    url: "https://doi.org/10.1080/01621459.1989.10478852",
  },
  params: { folds: foldsParam },
  subject: "row",
  view: "models",
  flags: true,
  targets: ["real"],
  async score(data, { params, rng, fit, signal, progress }) {
    const rows = data.y.length;
    const parts = [...partsByLabel(data)];
    const studies = parts.map(({ part }, k) => residualStudy(part, { rng: rng.fork("label").fork(k), signal }));
    const folds = stratifiedFolds(data, params.folds, rng);
    let labels: Float64Array = new Float64Array(rows);
    let weight = new Float64Array(rows);
    for (const { part, rows: own } of parts) {
      const clipped = clippedLabels(part.y);
      own.forEach((row, i) => {
        labels[row] = clipped[i];
        weight[row] = part.weight?.[i] ?? 1;
      });
    }
    let judged: JudgedNumbers[] = [];
    for (let round = 0; round < 2; round++) {
      const whole: Dataset = { ...data, y: labels, weight };
      const { scores } = await outOfFold(whole, folds, (train, _, before) => fit(train, before), partOf({ signal, progress }, round, 2));
      judged = parts.map(({ rows: own }, k) => studies[k].judge(Float64Array.from(own, (row) => scores[row])));
      labels = data.y;
      weight = new Float64Array(rows);
      judged.forEach((found, k) => parts[k].rows.forEach((row, i) => (weight[row] = found.weight[i] * (data.weight?.[row] ?? 1))));
    }
    const values = new Float64Array(rows);
    const flagged = new Uint8Array(rows);
    const predicted = new Float64Array(rows);
    judged.forEach((found, k) =>
      parts[k].rows.forEach((row, i) => {
        values[row] = Math.abs(found.z[i]);
        flagged[row] = found.flagged[i];
        predicted[row] = found.predicted[i];
      }),
    );
    return {
      values,
      flagged,
      expectedFalseAlarms: judged.reduce((sum, found) => sum + found.expectedFalseAlarms, 0),
      reason: (row) =>
        values[row] > 2
          ? `its number ${told(data.y[row])} is ${told(values[row], 2)} times farther from what similar rows say (${told(predicted[row])}) than honest ones are`
          : null,
      findings: judged.map((found, k) => findingOf(found, parts.length > 1 ? `${data.tasks[parts[k].part.task[0]]}: ` : "")),
    };
  },
};

/** How much is wrong, and what of it cannot be found: what is nearer than the nearest flagged number, or than anything is. */
function findingOf({ flagged, z, scale, expectedWrong, isTooMany }: JudgedNumbers, label: string): string {
  const count = flagged.reduce((sum, is) => sum + is, 0);
  let nearest = Infinity;
  let farthest = 0;
  const usual = medianOf(scale);
  for (let i = 0; i < z.length; i++) {
    if (flagged[i] === 1) nearest = Math.min(nearest, Math.abs(z[i]));
    else farthest = Math.max(farthest, Math.abs(z[i]));
  }
  if (usual === 0 || z.length < leastRows)
    return `${label}of wrong numbers nothing can be said: ${usual === 0 ? "all are predicted exactly" : `${z.length} rows are too few`}`;
  if (isTooMany)
    return `${label}of wrong numbers little can be said, and none is flagged: more than three in ten lie far from what similar rows say, as where honest numbers are of two kinds`;
  const reach = told(usual * (count > 0 ? nearest : farthest), 2);
  const share = `about ${told((100 * expectedWrong) / z.length, 2)} % of the numbers look wrong`;
  return count > 0
    ? `${label}${share}; wrong ones that lie within ${reach} of what similar rows say cannot be told from honest ones`
    : `${label}no number lies farther from what similar rows say than honest ones may; wrong ones within ${reach} of that cannot be told`;
}

/** To so many digits, thousands apart. */
function told(value: number, digits = 4): string {
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e12 || size < 1e-4)) return value.toPrecision(digits);
  const rounded = String(Number(value.toPrecision(Math.max(digits, Math.ceil(Math.log10(size + 1))))));
  const [whole, rest] = rounded.split(".");
  return whole.replace(/\B(?=(\d{3})+$)/g, ",") + (rest === undefined ? "" : `.${rest}`);
}
