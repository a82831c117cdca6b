// One page with the curves: what is left of the targets by how much was injected.
import { lineChart } from "../../dist/report/charts/line-chart.js";
import { markup, markupText } from "../../dist/report/words/markup.js";
import { reportStyle } from "../../dist/report/page/style.js";
import { figureText } from "./summary.mjs";

export function page(summary) {
  return markupText(markup`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="color-scheme" content="light dark"/>
<title>Poisoning of related tasks</title>
${reportStyle}
</head>
<body>
<header><h1>Poisoning of related tasks</h1>
<p>What is left of the target tasks after rows were injected into the attack tasks, as a share of their training rows. Figures are means over seeds ± half a 95 % t
interval; damage is against the clean model, positive = worse for the victim, and differences are paired by seed. A ring marks the largest measured damage at its budget.</p></header>
<main>
${summary.filter(({ cells }) => cells.length > 0).map(section)}
</main>
</body>
</html>
`);
}

const reachNames = {
  targets: "Direct: the targets themselves are attacked",
  hybrid: "Hybrid: half of the targets and their nearest relatives are attacked",
  others: "Indirect: all other tasks are attacked",
  all: "Hybrid: all tasks are attacked",
  near: "Indirect: as many tasks as there are targets, the nearest, are attacked",
};

function section(setting) {
  const { name, baselines, metric, targets } = setting;
  const reaches = [...new Set(setting.cells.map(({ reach }) => reach))];
  return markup`<section><h2>${name}</h2>
<p>Target tasks (from 0): ${targets.join(", ")}. ${metric} on their test rows: clean model ${figureText(baselines.clean)}, each target learned by itself
${figureText(baselines.single)}, trained without the tasks that could be attacked ${figureText(baselines.without)}.</p>
${reaches.map((reach) => markup`<h3>${reachNames[reach] ?? `Indirect: attack tasks ${reach}`}</h3>${chart(setting, reach)}${table(setting, reach)}`)}
</section>`;
}

function table({ cells, metric }, reach) {
  const own = cells.filter((cell) => cell.reach === reach);
  const titles = ["injected", "method", metric, "damage", "beyond flip", "beyond single", "seeds"];
  return markup`<div style="overflow:auto"><table><thead><tr>${titles.map((title) => markup`<th>${title}</th>`)}</tr></thead><tbody>
${own.map(
  ({ ratio, method, seeds, ...figures }) =>
    markup`<tr><td>${`${Math.round(100 * ratio)} %`}</td><td>${method}</td>${["metric", "damage", "beyondFlip", "beyondSingle"].map((of) => markup`<td>${figureText(figures[of])}</td>`)}<td>${String(seeds)}</td></tr>
`,
)}</tbody></table></div>`;
}

/** Reaches with a single budget have no curve. */
function chart({ name, metric, baselines, cells, isWorseLow }, reach) {
  const own = cells.filter((cell) => cell.reach === reach);
  if (new Set(own.map(({ ratio }) => ratio)).size < 2) return null;
  const worst = (ratio) => own.filter((cell) => cell.ratio === ratio).sort((a, b) => b.damage.value - a.damage.value)[0];
  const series = [...new Set(own.map(({ method }) => method))].map((method) => ({
    name: method,
    points: own
      .filter((cell) => cell.method === method)
      .map((cell) => ({ budgetFraction: cell.ratio, figure: cell.metric, isStrongest: worst(cell.ratio) === cell })),
  }));
  return lineChart(
    {
      id: `${name}-${reach}`,
      title: `${name}, attack tasks: ${reach}`,
      description: `${metric} on the targets' test rows by the share of injected rows; ${isWorseLow ? "lower" : "higher"} is worse for the victim.`,
      series,
      quantity: metric,
      tickText: (value, digits) => value.toFixed(digits),
      clean: baselines.clean.value,
      range: metric === "nRMSE" ? [0, Infinity] : [0, 1],
      leastSpan: 0.1,
    },
    760,
  );
}
