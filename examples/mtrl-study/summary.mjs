// Means over seeds, and paired differences over the same seeds, each with its 95 % t interval.
import { meanInterval } from "../../dist/numeric/statistics/intervals.js";

/** The figures of one setting: for each attack its metric, and its damage beyond the clean model, beyond random flips, and beyond single-task learning. */
export function summarise({ name, targets, attacks }, records, seeds) {
  const own = records.filter(({ setting, seed }) => setting === name && seeds.includes(seed));
  const isWorseLow = name.startsWith("landmine") || name.startsWith("digits");
  const sign = isWorseLow ? -1 : 1;
  const bySeed = (reach, ratio, method) =>
    new Map(own.filter((r) => r.reach === reach && r.ratio === ratio && r.method === method).map((r) => [r.seed, r]));
  const base = Object.fromEntries(["single", "clean", "without"].map((method) => [method, bySeed("none", 0, method)]));
  const mean = (found, field) => figure([...found.values()].map((r) => r[field]));
  const beyond = (found, reference) =>
    figure([...found].flatMap(([seed, r]) => (reference.has(seed) ? [sign * (r.metric - reference.get(seed).metric)] : [])));
  const cells = attacks.flatMap(({ reach, ratio, method }) => {
    const found = bySeed(reach, ratio, method);
    if (found.size === 0) return [];
    return [
      {
        ...{ reach, ratio, method, seeds: found.size },
        metric: mean(found, "metric"),
        damage: beyond(found, base.clean),
        beyondFlip: beyond(found, bySeed(reach, ratio, "flip")),
        beyondSingle: beyond(found, base.single),
        utility: mean(found, "utility"),
        cosine: mean(found, "cosine"),
        attackedTrainLoss: mean(found, "attackedTrainLoss"),
        ms: mean(found, "ms"),
      },
    ];
  });
  const metric = isWorseLow ? "AUC" : name.startsWith("sarcos") ? "nRMSE" : "error";
  const baselines = Object.fromEntries(Object.entries(base).map(([method, found]) => [method, mean(found, "metric")]));
  return { name, targets, metric, isWorseLow, baselines, cells };
}

function figure(values) {
  const known = values.filter((value) => typeof value === "number");
  return known.length === 0 ? null : meanInterval(known);
}

/** Value ± half its interval. */
export function figureText(of, digits = 3) {
  if (of === null) return "–";
  const half = of.high === null ? "" : ` ±${((of.high - of.low) / 2).toFixed(digits)}`;
  return `${of.value.toFixed(digits)}${half}`;
}

export function tableOf({ name, metric, baselines, cells }) {
  const head = Object.entries(baselines).map(([method, of]) => `${method} ${figureText(of)}`);
  const titles = ["reach", "ratio", "method", "seeds", metric, "damage", "beyond flip", "beyond single", "objective", "cosine", "ms"];
  const rows = cells.map((cell) => [
    cell.reach,
    String(cell.ratio),
    cell.method,
    String(cell.seeds),
    ...[cell.metric, cell.damage, cell.beyondFlip, cell.beyondSingle, cell.utility].map((of) => figureText(of)),
    figureText(cell.cosine, 2),
    cell.ms === null ? "–" : cell.ms.value.toFixed(0),
  ]);
  const widths = titles.map((title, j) => Math.max(title.length, ...rows.map((row) => row[j].length)));
  const line = (row) =>
    row
      .map((text, j) => text.padEnd(widths[j]))
      .join("  ")
      .trimEnd();
  return `\n${name} · ${metric}: ${head.join(", ")}\n${[titles, ...rows].map(line).join("\n")}\n`;
}
