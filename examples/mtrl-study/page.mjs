// One page with the curves: what is left of the targets by how much was injected.
import { pageHtml } from "../../dist/node/write/page-html.js";
import { version } from "../../dist/node/runs/version.js";

export function page(summary) {
  return pageHtml({
    kind: "tasks",
    kicker: "Theriac example",
    title: "Poisoning of related tasks",
    size: "means over seeds with 95 % t intervals",
    theriac: version,
    keeps: "The page loads nothing.",
    sections: summary.filter(({ cells }) => cells.length > 0).map(sectionOf),
  });
}

const reachNames = {
  targets: "Direct: the targets themselves are attacked",
  hybrid: "Hybrid: half of the targets and their nearest relatives are attacked",
  others: "Indirect: all other tasks are attacked",
  all: "Hybrid: all tasks are attacked",
  near: "Indirect: as many tasks as there are targets, the nearest, are attacked",
};

function sectionOf({ name, baselines, metric, targets, cells, isWorseLow }) {
  const reaches = [...new Set(cells.map(({ reach }) => reach))];
  const clean = [
    ["clean model", baselines.clean],
    ["each target learned by itself", baselines.single],
    ["without the tasks that could be attacked", baselines.without],
  ];
  return {
    id: name,
    title: name,
    lead: `Target tasks (from 0): ${targets.join(", ")}. ${metric} on their test rows; damage is against the clean model, positive = worse for the victim, and differences are paired by seed.`,
    isOpen: true,
    blocks: [
      { kind: "figures", items: clean.map(([what, figure]) => ({ name: `${metric}, ${what}`, value: figure })) },
      ...reaches.flatMap((reach) => {
        const own = cells.filter((cell) => cell.reach === reach);
        const about = { id: `${name}-${reach}`, title: reachNames[reach] ?? `Indirect: attack tasks ${reach}`, metric, isWorseLow };
        return [...chartOf(own, about, baselines.clean), tableOf(own, about)];
      }),
    ],
  };
}

function tableOf(cells, { id, title, metric }) {
  return {
    kind: "table",
    id: `${id}-table`,
    caption: title,
    columns: [
      { name: "Method" },
      { name: "Injected", unit: "share" },
      ...[metric, "Damage", "Beyond flip", "Beyond single", "Seeds"].map((one) => ({ name: one })),
    ],
    rows: cells.map(({ ratio, method, seeds, ...figures }) => [
      method,
      ratio,
      ...["metric", "damage", "beyondFlip", "beyondSingle"].map((of) => figures[of]),
      seeds,
    ]),
  };
}

/** Reaches with a single budget have no curve. */
function chartOf(cells, { id, title, metric, isWorseLow }, clean) {
  if (new Set(cells.map(({ ratio }) => ratio)).size < 2) return [];
  const worst = (ratio) => cells.filter((cell) => cell.ratio === ratio).sort((a, b) => b.damage.value - a.damage.value)[0];
  const series = [...new Set(cells.map(({ method }) => method))].map((method) => ({
    name: method,
    points: cells
      .filter((cell) => cell.method === method)
      .map((cell) => ({ x: cell.ratio, figure: cell.metric, isMarked: worst(cell.ratio) === cell })),
  }));
  const description = `${metric} on the targets' test rows by the share of injected rows; ${isWorseLow ? "lower" : "higher"} is worse for the victim.`;
  return [
    {
      kind: "chart",
      id,
      title,
      description,
      caption: `${description} A ring marks the largest measured damage at its budget.`,
      shape: "lines",
      x: { name: "rows injected, of the training rows of the attack tasks", unit: "share" },
      y: { name: metric, range: metric === "nRMSE" ? [0, null] : [0, 1], leastSpan: 0.1 },
      series,
      reference: { name: "clean model", value: clean.value },
    },
  ];
}
