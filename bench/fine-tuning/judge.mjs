// Runs the detectors on dialogues and says how they rank the poison.
import { makeRng } from "../../dist/numeric/random.js";

/** By name; `all` for those that a scan asks. */
export async function detectorsNamed(list) {
  const { detectors } = (await import("../../dist/catalog.js")).catalog.dialogues;
  return detectors.filter(({ id }) => list.includes("all") || list.includes(id));
}

const defaultsOf = (detector) => Object.fromEntries(Object.entries(detector.params).map(([name, spec]) => [name, spec.default]));

/** Beyond the evidence of any finding. */
const beyond = 1000;

/** As a scan ranks: records of findings that are not weak before all others. */
function flaggedFirst(values, groups) {
  const flagged = new Set(groups.filter(({ isWeak }) => !isWeak).flatMap(({ records }) => [...records]));
  return values.map((value, i) => (flagged.has(i) ? value + beyond : value));
}

/** Values (the highest of all detectors, flagged records first) and groups, those that are not weak first, then the strongest. */
export async function scan(dialogues, detectors, seed = 0, given = {}, more = {}) {
  const values = new Float64Array(dialogues.records);
  const groups = [];
  const started = performance.now();
  for (const detector of detectors) {
    if (detector.refuses?.(dialogues)) continue;
    const scores = await detector.score(dialogues, {
      ...more,
      rng: makeRng(`bench/${seed}`).fork(detector.id),
      params: { ...defaultsOf(detector), ...given[detector.id] },
    });
    scores.values.forEach((value, i) => (values[i] = Math.max(values[i], value)));
    groups.push(...scores.groups.map((group) => ({ ...group, detector: detector.id })));
  }
  groups.sort((a, b) => Number(a.isWeak ?? false) - Number(b.isWeak ?? false) || b.evidence - a.evidence);
  return { values: flaggedFirst(values, groups), groups, ms: performance.now() - started };
}

/** Average precision; rows of equal value count as they would on average over their orders (by the precision at the end of their run). */
export function averagePrecision(values, isPoison) {
  const order = Array.from(values.keys()).sort((a, b) => values[b] - values[a]);
  const poison = order.filter(isPoison).length;
  let [hits, sum] = [0, 0];
  for (let from = 0; from < order.length;) {
    let to = from;
    let here = 0;
    while (to < order.length && values[order[to]] === values[order[from]]) here += Number(isPoison(order[to++]));
    if (here > 0) sum += (here * (hits + here)) / to;
    hits += here;
    from = to;
  }
  return sum / poison;
}

export function judge({ values, groups, ms }, isPoison, triggers) {
  const first = groups[0];
  const poisonOf = ({ records }) => records.filter(isPoison).length / records.length;
  const innocent = groups.filter((group) => poisonOf(group) < 0.5 && group.expectedFindings !== null);
  return {
    ap: averagePrecision(values, isPoison),
    isNamed: first !== undefined && first.marks.some((mark) => triggers.some((trigger) => mark.toLowerCase().includes(trigger))),
    isFlagged: groups.some((group) => !group.isWeak && poisonOf(group) >= 0.5),
    innocentStrong: innocent.filter(({ expectedFindings }) => expectedFindings <= 0.01).length,
    innocentWeak: innocent.length,
    first,
    ms,
  };
}

export const mean = (list) => list.reduce((sum, x) => sum + x, 0) / list.length;

export function row(name, results) {
  const aps = results.map(({ ap }) => ap);
  const share = (is) => `${results.filter(is).length}/${results.length}`;
  console.log(
    [
      name.padEnd(44),
      `AP ${mean(aps).toFixed(3)} (${Math.min(...aps).toFixed(3)})`,
      `named ${share((r) => r.isNamed)}`,
      `found ${share((r) => r.isFlagged)}`,
      `innocent ${results.reduce((s, r) => s + r.innocentStrong, 0)}+${results.reduce((s, r) => s + r.innocentWeak - r.innocentStrong, 0)}`,
      `${(mean(results.map(({ ms }) => ms)) / 1000).toFixed(2)} s`,
    ].join("  "),
  );
}
