// One page with the curves: what is left of the targets by how much was injected.
import { lineChart } from "../../dist/report/line-chart.js";
import { markup, markupText } from "../../dist/report/markup.js";
import { reportStyle } from "../../dist/report/report-style.js";
import { tableOf } from "./summary.mjs";

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
<header><h1>Poisoning of related tasks</h1></header>
<main>
${summary.filter(({ cells }) => cells.length > 0).map(section)}
</main>
</body>
</html>
`);
}

function section(setting) {
  const reaches = [...new Set(setting.cells.map(({ reach }) => reach))];
  return markup`<section><h2>${setting.name}</h2>
${reaches.map((reach) => chart(setting, reach))}
<pre style="overflow:auto;white-space:pre">${tableOf(setting)}</pre>
</section>`;
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
