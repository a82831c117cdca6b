import { type CertificateResult, type Certified, figureAt } from "../../study/certify/result.ts";
import { lineChart } from "../charts/line-chart.ts";
import { sentencesOf, tableRadii } from "../certify/certify-text.ts";
import { bothWidths, figureCell, proseWithFigures, reportTable, typographic } from "../page/table.ts";
import { numberText, percentText } from "../words/format.ts";
import { type Markup, markup } from "../words/markup.ts";
import { capitalised, countOf, countText } from "../words/words.ts";

/** What is proven, above what was found by attacking the very models that it is proven of; empty where nothing was to be. */
export function certificatesSection(certified: Certified | undefined): Markup | "" {
  if (certified === undefined) return "";
  const { certificates, notRun } = certified;
  return markup`<section aria-labelledby="certain">
<h2 id="certain">What is certain</h2>
<p>Certificates hold for every poison within a budget, not only for the attacks that were tried. Each is of a model of its own, made so that it can be proven: whoever wants the bound deploys that model. All of one split.</p>
${certificates.map((certificate) => ofCertificate(certificate, certified))}
${notRun.length > 0 && markup`<p>Not certified: ${notRun.map(({ id, why }, i) => markup`${i > 0 && "; "}${id} (${why})`)}.</p>`}
</section>`;
}

function ofCertificate(certificate: CertificateResult, certified: Certified): Markup {
  const { id, made, assumes, sandwich } = certificate;
  const steps = sandwich?.steps ?? [];
  const radii = [...new Set([...tableRadii(certificate), ...steps.map(({ radius }) => radius)])].sort((a, b) => a - b);
  return markup`<h3>${capitalised(id.replaceAll("-", " "))}</h3>
<p>${proseWithFigures(`${capitalised(made)}. ${sentencesOf(certificate, certified).join(" ")}`)}</p>
${certificate.metric === "certifiedAccuracy" && chartOf(certificate, certified)}
${reportTable({
  id: `certain-${id}`,
  caption: "Certified and attacked, by budget",
  head: [capitalised(certificate.unit), "Of all", certificate.metric === "certifiedAccuracy" ? "Certified" : "At most", "Attacked", "By"],
  groups: [
    {
      name: null,
      rows: radii.map((radius) => {
        const found = steps.filter((step) => step.radius === radius);
        const worst = found.reduce<(typeof found)[number] | null>(
          (a, b) => (a === null || (b.attacked ?? Infinity) < (a.attacked ?? Infinity) ? b : a),
          null,
        );
        return {
          head: countText(radius),
          cells: [
            typographic(percentText(Number((radius / totalOf(certificate, certified)).toPrecision(2)))),
            figureCell(figureAt(certificate, radius)),
            worst?.attacked === null || worst === null ? "not tried" : numberText(worst.attacked),
            worst?.attack ?? "",
          ],
        };
      }),
    },
  ],
})}
<p>It holds where ${assumes.join("; ")}.</p>`;
}

function totalOf({ unit }: CertificateResult, { totals }: Certified): number {
  return unit === "accounts" ? (totals.accounts ?? totals.rows) : totals.rows;
}

/** Certified accuracy, and above it what attacks leave: the truth lies between. */
function chartOf(certificate: CertificateResult, certified: Certified): Markup {
  const { curve, clean, sandwich, unit, id } = certificate;
  const total = totalOf(certificate, certified);
  const last = curve[curve.length - 1].radius;
  const drawn = curve.filter(({ radius }) => radius > 0 && (last <= 12 || radius % Math.ceil(last / 12) === 0));
  const attacked = (sandwich?.steps ?? []).filter((step) => step.attacked !== null);
  const byRadius = new Map<number, number>();
  for (const { radius, attacked: value } of attacked) byRadius.set(radius, Math.min(byRadius.get(radius) ?? Infinity, value ?? Infinity));
  const point = (radius: number, value: number) => ({
    ...{ budgetFraction: radius / total, isStrongest: false },
    figure: { value, low: null, high: null },
  });
  const series = [
    { name: "certified", points: drawn.flatMap(({ radius, figure }) => (figure === null ? [] : [point(radius, figure.value)])) },
    ...(byRadius.size === 0 ? [] : [{ name: "attacked", points: [...byRadius].sort((a, b) => a[0] - b[0]).map(([r, v]) => point(r, v)) }]),
  ];
  const draw = (suffix: string, width: number): Markup =>
    lineChart(
      {
        id: `certain-${id}-${suffix}`,
        title: "Certified and attacked accuracy by budget",
        description: `Certified accuracy falls from ${numberText(clean.value)} to ${numberText(curve[curve.length - 1].figure?.value ?? 0)} at ${countOf(last, "unit")}; the table below has the figures.`,
        series,
        quantity: "Accuracy",
        tickText: (value, digits) => value.toFixed(digits),
        budgetWords:
          unit === "accounts" ? `Accounts, of ${countText(total)}` : `${capitalised(unit.replace("-", " "))}, of ${countOf(total, "row")}`,
        budgetName: (fraction) => countText(Math.round(fraction * total)),
        clean: clean.value,
        range: [0, 1],
        leastSpan: 0.2,
      },
      width,
    );
  return markup`<figure>
${bothWidths(draw)}
<figcaption>The truth lies between what attacks leave and what is certified: nothing within the budget goes below the lower line.</figcaption>
</figure>`;
}
