import { foldsParam } from "../../blocks/held-out/folds.ts";
import { fitNoiseModel } from "../../blocks/noisy-labels/fit-noise-model.ts";
import { type ViewedLabels, labelViews, viewNames } from "../../blocks/noisy-labels/label-views.ts";
import { leastNoise } from "../../blocks/noisy-labels/noise-bound.ts";
import { believableShare, mayBeChance } from "../../blocks/noisy-labels/noise-evidence.ts";
import { type LabelEvidence, classChances, errorRates, judgeLabels, selectEvidence } from "../../blocks/noisy-labels/noise-model.ts";
import { reachableShare, supposedNoise } from "../../blocks/noisy-labels/reachable-share.ts";
import { surestOfAlike } from "../../blocks/noisy-labels/sure-views.ts";
import type { Detector } from "../../core/detector.ts";
import { orderBy } from "../../numeric/orders/ranks.ts";
import type { Rng } from "../../numeric/random.ts";

interface LabelNoiseParams {
  folds: number;
  falseShare: number;
}

/** False alarms were so many times what the fit expects: it is made on the rows that it judges, and honest tails are heavier than logistic ones. */
const caution = 1.5;
/** Below this share of wrong labels that a cut could find, little can be said. */
const leastReach = 0.3;
/** Below this one none is flagged. */
const leastReachFlagged = 0.2;
/** Where the views hold another label likelier in more than this share of the rows, they know too little of the classes to judge labels. */
const mostDenied = 0.5;
/** Share of wrong labels of a class below which none is spoken of. */
const leastTold = 0.005;
/** Of what a row scores, what stands for the views alone: it ranks where no label is wrong. */
const tieShare = 0.01;

/** What was found out about the labels of a part of the data. */
interface JudgedPart extends ViewedLabels {
  /** Chance that the label is wrong by the likeliest noise, and by the least that is about as likely. Shapes: [rows]. */
  readonly wrong: Float64Array;
  readonly surelyWrong: Float64Array;
  readonly logOdds: Float64Array;
  /** Shapes: [classes present]. */
  readonly rates: Float64Array;
  readonly leastRates: Float64Array;
  readonly reach: number;
  /** True where so many labels are denied that none is flagged. */
  readonly isBlind: boolean;
  /** True where the views explain the labels no better than they may by chance. */
  readonly isChance: boolean;
  /** 1 for each row that may be flagged: the surest ones, as many as the labels show to be wrong, none of which is the only one of its class. Shape: [rows]. */
  readonly mayFlag: Uint8Array;
  /** Rows that may be flagged, at most. */
  readonly most: number;
}

/**
 * Four views that never saw a row are stacked by one logistic model, together with a rate of wrong labels for each class, all by likelihood: overlap of classes fades
 * where the views are sure, wrong labels do not. Flagged is the longest head of the ranking of which at most `falseShare` / 1.5 is expected to be right.
 * Announced is 1.5 times the mean of what the likeliest noise expects and the least that the labels allow: by the least alone most flags of small hard tables would be
 * false, of which hardly any are. Where classes overlap all over, noise and overlap cannot be told apart, and the announced share may be half of what is
 * observed; where the views deny more than half of the labels, none is flagged. Poison that lies together at places of its own convinces the flexible views; `loss` sees it.
 *
 * Time grows with the rows: 5 trainings of the learner and 5 of a logistic model on 300 features, on 50,000 rows each at most, and neighbours among 2,000 to 8,000 rows.
 */
export const labelNoise: Detector<LabelNoiseParams> = {
  kind: "detector",
  id: "label-noise",
  title: "Noise-aware stack",
  summary:
    "Estimates how many labels of each class are wrong from four views that never saw them, and flags those that wrong labels explain best.",
  source: {
    cite: "noise rates by likelihood, as in forward correction: Patrini et al. 2017, Making Deep Neural Networks Robust to Label Noise, CVPR; class-conditional noise: Natarajan et al. 2013",
    url: "https://doi.org/10.1109/CVPR.2017.240",
  },
  params: {
    folds: { ...foldsParam, default: 5 },
    falseShare: { type: "number", default: 0.2, min: 0.01, max: 0.5, help: "share of right labels among flagged ones that is put up with" },
  },
  effort: "standard",
  scanEffort: "quick",
  subject: "row",
  onEmbeddings: true,
  heldOut: true,
  view: "models",
  flags: true,
  targets: ["classes"],
  async score(data, context) {
    if (data.target.kind === "real") throw new Error("label noise is of classes");
    const { names } = data.target;
    const { falseShare } = context.params;
    const values = new Float64Array(data.y.length);
    const wrong = new Float64Array(data.y.length);
    const surelyWrong = new Float64Array(data.y.length);
    const judged = new Float64Array(data.y.length);
    const places = new Map<number, { readonly part: JudgedPart; readonly at: number }>();
    const parts = (await labelViews(data, context))
      .filter(({ evidence }) => evidence.classes > 1)
      .map((part, k) => judgePart(part, falseShare, context.rng.fork("noise").fork(k)));
    for (const part of parts)
      part.rows.forEach((row, at) => {
        wrong[row] = part.mayFlag[at] * part.wrong[at];
        surelyWrong[row] = part.surelyWrong[at];
        values[row] = rankedBy(part.wrong[at], part.logOdds[at]);
        judged[row] = part.mayFlag[at] === 1 ? values[row] : -1;
        places.set(row, { part, at });
      });
    const flagged = longestHead(wrong, judged, falseShare / caution);
    let expected = 0;
    let count = 0;
    flagged.forEach((is, row) => {
      expected += is * (1 - (wrong[row] + surelyWrong[row]) / 2);
      count += is;
    });
    return {
      values,
      flagged,
      expectedFalseAlarms: Math.min(count, caution * expected),
      findings: parts.map((part) => findingOf(part, names, parts.length > 1 ? data.tasks[data.task[part.rows[0]]] : null)),
      reason(row) {
        const place = places.get(row);
        return place === undefined ? null : reasonOf(place.part, place.at, names);
      },
    };
  },
};

function judgePart(part: ViewedLabels, falseShare: number, rng: Rng): JudgedPart {
  const { evidence, known } = part;
  const fitted = known.length === evidence.rows ? evidence : selectEvidence(evidence, known);
  const best = surestOfAlike(fitted, fitNoiseModel(fitted, rng));
  const least = leastNoise(fitted, best);
  const { wrong, logOdds } = judgeLabels(evidence, best);
  const isBlind = logOdds.reduce((sum, odds) => sum + Number(odds > 0), 0) > mostDenied * logOdds.length;
  const reach = reachableShare(classChances(fitted, best.theta), evidence.classes, falseShare);
  const most = isBlind || reach < leastReachFlagged ? 0 : Math.floor(believableShare(fitted, best) * evidence.rows);
  return {
    ...part,
    wrong,
    logOdds,
    surelyWrong: judgeLabels(evidence, least).wrong,
    rates: errorRates(best.theta, evidence),
    leastRates: errorRates(least.theta, evidence),
    reach,
    isBlind,
    isChance: mayBeChance(fitted, best),
    most,
    mayFlag: surestOf(
      wrong.map((chance, i) => rankedBy(chance, logOdds[i])),
      evidence,
      most,
    ),
  };
}

function rankedBy(wrong: number, logOdds: number): number {
  return (1 - tieShare) * wrong + tieShare / (1 + Math.exp(-logOdds));
}

/** 1 for each of the `most` highest, but for rows alone in their class, of which no view can know anything. Shapes: values, out [rows]. */
function surestOf(values: Float64Array, { labels, classes }: LabelEvidence, most: number): Uint8Array {
  const sizes = new Int32Array(classes);
  for (const label of labels) sizes[label]++;
  const may = new Uint8Array(values.length);
  let left = most;
  for (const i of orderBy(values).reverse()) {
    if (left === 0) break;
    if (sizes[labels[i]] === 1) continue;
    may[i] = 1;
    left--;
  }
  return may;
}

/** 1 for each row of the longest head of the ranking whose mean chance to be right is at most `share`. */
function longestHead(wrong: Float64Array, values: Float64Array, share: number): Uint8Array {
  const order = orderBy(values).reverse();
  let innocent = 0;
  let length = 0;
  for (let k = 0; k < order.length; k++) {
    innocent += 1 - wrong[order[k]];
    if (innocent <= share * (k + 1)) length = k + 1;
  }
  const flagged = new Uint8Array(wrong.length);
  for (let k = 0; k < length; k++) flagged[order[k]] = 1;
  return flagged;
}

/** `labelled "ham", but 2 of 4 views that never saw it hold "spam" likelier, wrong with a chance of about 0.97 (the learner, a kernel)`; null where nothing speaks against it. */
function reasonOf({ evidence, present, wrong }: JudgedPart, at: number, names: readonly string[]): string | null {
  const { classes, views, labels, features } = evidence;
  const sums = new Float64Array(classes);
  for (let k = 0; k < classes; k++) for (let v = 0; v < views; v++) sums[k] += features[(at * classes + k) * views + v];
  const label = labels[at];
  const best = sums.reduce((top, sum, k) => (k !== label && (top < 0 || sum > sums[top]) ? k : top), -1);
  const own = (k: number, v: number): number => features[(at * classes + k) * views + v];
  const agreeing = viewNames.filter((_, v) => own(best, v) > own(label, v));
  const [given, other] = [`"${names[present[label]]}"`, `"${names[present[best]]}"`];
  const chance = wrong[at] > 0.5 ? `, wrong with a chance of about ${wrong[at].toFixed(2)}` : "";
  if (agreeing.length > 0)
    return `labelled ${given}, but ${agreeing.length} of ${views} views that never saw it hold ${other} likelier${chance} (${agreeing.join(", ")})`;
  return chance === "" ? null : `labelled ${given}, barely likelier than ${other}, rows of which often bear it${chance}`;
}

function findingOf(
  { present, rates, leastRates, reach, isBlind, isChance, wrong, most }: JudgedPart,
  names: readonly string[],
  task: string | null,
): string {
  const where = task === null ? "" : `${task}: `;
  if (isBlind)
    return `${where}little can be said of wrong labels, and none is flagged: of more than half of the labels, views that never saw the row hold another likelier`;
  if (isChance && (most === 0 || rates.every((rate) => rate < leastTold)))
    return `${where}little can be said of wrong labels, and none is flagged: views that never saw the row explain the labels no better than they may by chance`;
  if (reach < leastReach)
    return `${where}little can be said of wrong labels: the classes overlap so much that, were ${percent(supposedNoise)} of the labels wrong, about ${percent(reach)} of these could be told from honest ones`;
  const told = Array.from(present, (k, j) => ({ name: names[k], rate: rates[j], least: leastRates[j] })).sort((a, b) => b.rate - a.rate);
  if (told[0].rate < leastTold)
    return `${where}these views see next to no wrong label in any class; wrong ones that lie together at places of their own would convince them`;
  const shown = told
    .slice(0, 6)
    .map(({ name, rate, least }) => `${percent(rate)} of "${name}" (at least ${percent(Math.min(rate, least))})`);
  const rest = told.length > 6 ? ` and no more of the other ${told.length - 6} classes` : "";
  return `${where}wrong labels by estimate: ${shown.join(", ")}${rest}${restraint(wrong, most)}`;
}

/** Why fewer are flagged than are thought wrong. */
function restraint(wrong: Float64Array, most: number): string {
  const expected = wrong.reduce((sum, chance) => sum + chance, 0);
  if (2 * most > expected) return "";
  return `; overlap of the classes explains the labels nearly as well, so that ${most === 0 ? "none is flagged" : `the surest ${most} are flagged at most`}`;
}

function percent(share: number): string {
  return share > 0 && share < 0.01 ? "under 1 %" : `${Math.round(100 * share)} %`;
}
