// Which splits there are, and which attacks each of them gets.
const ratios = [0.05, 0.1, 0.2, 0.3, 0.4];
const random = ["flip", "uniform", "constant-0", "constant-1"];
const ascents = ["train-exact", "train-fixed", "pseudo-exact", "pseudo-fixed", "heldout-exact", "heldout-fixed"];

const labelled = ["train-exact-labels", "pseudo-exact-labels", "heldout-exact-labels"];

const cross = (reaches, shares, methods) =>
  reaches.flatMap((reach) => shares.flatMap((ratio) => methods.map((method) => ({ reach, ratio, method }))));

/** Few rows in the targets, many in all others, λ₂ by held-out loss: where sharing pays, and where it can be turned. */
const fewRows = [
  ...cross(["others"], [0.05, 0.3], [...random, ...ascents]),
  ...cross(["others"], [0.1, 0.2, 0.4], ["flip", "train-exact", "pseudo-exact", "heldout-exact"]),
  ...cross(["targets", "all"], [0.05, 0.3], ["flip", "train-exact", "pseudo-exact", "heldout-exact"]),
];
/** One target: which other tasks hurt it, and how many it takes. */
const oneTargetReaches = ["near-1", "near-3", "near-5", "far-1", "far-3", "far-5", "others"];
const oneTarget = cross(oneTargetReaches, [0.05, 0.3], ["flip", "pseudo-exact", "heldout-exact"]);
/** As many rows in every task, λ₂ given, as many attack tasks of each kind: the attack as published. */
const published = cross(["targets", "hybrid", "near"], ratios, [...random, "train-exact", "train-fixed", "pseudo-exact", "heldout-exact"]);

/** The same four reaches and budgets for all three data sets: enough for the curves, in minutes. */
const curves = cross(["targets", "hybrid", "others"], [0.1, 0.2, 0.3, 0.4], ["flip", "uniform", "train-exact", "pseudo-exact"]);

/** `reach`: see `attackTasks`. Tasks count from 0. */
export const settings = [
  {
    name: "sarcos-20",
    data: "sarcos",
    targets: [1, 2, 3],
    targetRows: 20,
    otherRows: 100,
    relationDecay: "heldout",
    attacks: [...fewRows, ...cross(["others", "targets", "all"], [0.05, 0.3], labelled)],
  },
  {
    name: "landmine-20",
    data: "landmine",
    targets: [0, 1, 2, 3, 4],
    targetRows: 20,
    otherRows: 160,
    relationDecay: "heldout",
    attacks: fewRows,
  },
  {
    name: "reviews-20",
    data: "reviews",
    targets: [1],
    targetRows: 20,
    otherRows: 300,
    relationDecay: "heldout",
    attacks: [...fewRows, ...cross(["near-1", "far-1"], [0.05, 0.3], ["flip", "pseudo-exact", "heldout-exact"])],
  },
  {
    name: "electronics-20",
    data: "reviews",
    targets: [2],
    targetRows: 20,
    otherRows: 300,
    relationDecay: "heldout",
    attacks: cross(["others"], [0.05, 0.3], ["flip", "train-exact", "pseudo-exact", "heldout-exact"]),
  },
  {
    name: "sarcos-100",
    data: "sarcos",
    targets: [1, 2, 3],
    targetRows: 100,
    otherRows: 100,
    relationDecay: 0.003,
    attacks: [...published, ...cross(["targets", "hybrid", "near"], ratios, ["train-exact-labels"])],
  },
  {
    name: "landmine-160",
    data: "landmine",
    targets: [0, 1, 2, 3, 4],
    targetRows: 160,
    otherRows: 160,
    relationDecay: 0.003,
    attacks: published,
  },
  {
    name: "sarcos-one",
    data: "sarcos",
    targets: [1],
    targetRows: 20,
    otherRows: 100,
    relationDecay: "heldout",
    attacks: [...oneTarget, ...cross(oneTargetReaches, [0.05, 0.3], ["pseudo-exact-labels", "heldout-exact-labels"])],
  },
  { name: "landmine-one", data: "landmine", targets: [0], targetRows: 20, otherRows: 160, relationDecay: "heldout", attacks: oneTarget },
  {
    name: "digits-20",
    data: "digits",
    targets: [0, 1, 2],
    targetRows: 20,
    otherRows: 100,
    relationDecay: "heldout",
    attacks: cross(
      ["others", "targets", "hybrid", "all"],
      [0.1, 0.2, 0.3, 0.4],
      ["flip", "uniform", "train-exact", "pseudo-exact", "heldout-exact"],
    ),
  },
];

/** What `--mode` runs where nothing else is said. */
export const modes = {
  quick: { settings: quickSettings(), seeds: 3 },
  full: { settings, seeds: 10 },
  search: { settings: searchSettings(), seeds: 20 },
};

/** Settings of the ascent beside its default, at 5 %; see docs/indirect-search.md. */
function searchSettings() {
  const options = ["", "-labels", "-spread", "-long", "-labels-long", "-reject", "-one"].map((option) => `pseudo-exact${option}`);
  const methods = ["flip", ...options, "both-exact", "both-exact-labels", "heldout-exact", "train-exact"];
  return ["sarcos-20", "landmine-20", "reviews-20"].map((name) => ({
    ...settings.find((setting) => setting.name === name),
    attacks: cross(["others", "near-3"], [0.05, 0.3], methods),
  }));
}

/** Sarcos, Landmine and digits with few rows in the targets, and nothing but the curves. */
function quickSettings() {
  return ["sarcos-20", "landmine-20", "digits-20"].map((name) => ({
    ...settings.find((setting) => setting.name === name),
    attacks: curves,
  }));
}

/**
 * `targets`, `others`, `all`; `near-3`: the three other tasks nearest to the targets, `far-3` the farthest; `near`: as many as there are targets;
 * `hybrid`: half of the targets (rounded down), and near tasks in place of the rest.
 *
 * @param {number[]} targets
 * @param {number[]} others by falling closeness
 */
export function attackTasks(reach, targets, others) {
  const [kind, count = targets.length] = reach.split("-");
  const shared = Math.floor(targets.length / 2);
  const tasks = {
    targets: () => targets,
    others: () => others,
    all: () => [...targets, ...others],
    near: () => others.slice(0, Number(count)),
    far: () => others.slice(-Number(count)),
    hybrid: () => [...targets.slice(0, shared), ...others.slice(0, targets.length - shared)],
  }[kind]();
  return [...tasks].sort((a, b) => a - b);
}
