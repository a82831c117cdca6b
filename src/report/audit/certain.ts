import { type CertificateResult, type Certified, figureAt } from "../../study/certify/result.ts";
import { sentencesOf, tableRadii } from "../certify/certify-text.ts";
import { describeSeries, folded, opened, prose, section, told } from "../page/blocks.ts";
import type { Block, Cell, Chart, Section } from "../page/document.ts";
import { percentText } from "../words/format.ts";
import { capitalised, countOf, countText } from "../words/words.ts";

/** What is proven, above what was found by attacking the very models that it is proven of; null where nothing was to be. */
export function certainSection(certified: Certified | undefined): Section | null {
  if (certified === undefined) return null;
  const { certificates, notRun } = certified;
  const certain = section(
    "certain",
    "What is certain",
    certificates.length === 0 ? "Nothing could be proven." : sentencesOf(certificates[0], certified)[0],
    ...certificates.map((certificate, i) => ofCertificate(certificate, certified, i === 0)),
    notRun.length === 0 ? null : prose(`Not certified: ${notRun.map(({ id, why }) => `${id} (${why})`).join("; ")}.`),
  );
  return certificates.some(({ sandwich }) => (sandwich?.steps.length ?? 0) > 0) ? opened(certain) : certain;
}

/** The first is open, so that the sandwich is seen. */
function ofCertificate(certificate: CertificateResult, certified: Certified, isFirst: boolean): Block {
  const { id, made, assumes, sandwich, metric, unit } = certificate;
  const steps = sandwich?.steps ?? [];
  const radii = [...new Set([...tableRadii(certificate), ...steps.map(({ radius }) => radius)])].sort((a, b) => a - b);
  const total = totalOf(certificate, certified);
  return {
    kind: "details",
    id: `certain-${id}`,
    summary: capitalised(id.replaceAll("-", " ")),
    ...(isFirst ? { isOpen: true as const } : {}),
    blocks: [
      ...(metric === "certifiedAccuracy" ? [sandwichChart(certificate, certified)] : []),
      folded(
        `certain-${id}-figures`,
        "How it is proven, and the figures",
        prose(
          `A certificate holds for every poison within its budget, not only for the attacks that were tried. It is of a model of its own, made so that it can be proven: whoever wants the bound deploys that model. ${capitalised(made)}. ${sentencesOf(certificate, certified).join(" ")} It holds where ${assumes.join("; ")}.`,
        ),
        {
          kind: "table",
          id: `certain-${id}-table`,
          caption: "Certified and attacked, by budget; one split",
          columns: [
            { name: capitalised(unit), unit: "count" },
            { name: "Of all" },
            { name: metric === "certifiedAccuracy" ? "Certified" : "At most" },
            { name: "Attacked" },
            { name: "By" },
          ],
          rows: radii.map((radius): Cell[] => {
            const found = steps.filter((step) => step.radius === radius && step.attacked !== null);
            const worst = found.length === 0 ? null : found.reduce((a, b) => ((b.attacked as number) < (a.attacked as number) ? b : a));
            return [
              radius,
              percentText(Number((radius / total).toPrecision(2))),
              told(figureAt(certificate, radius)),
              worst === null ? "not tried" : worst.attacked,
              worst?.attack ?? "",
            ];
          }),
        },
      ),
    ],
  };
}

function totalOf({ unit }: CertificateResult, { totals }: Certified): number {
  return unit === "accounts" ? (totals.accounts ?? totals.rows) : totals.rows;
}

/** Certified accuracy, and above it what attacks leave: the truth lies between. */
function sandwichChart(certificate: CertificateResult, certified: Certified): Chart {
  const { curve, clean, sandwich, unit, id } = certificate;
  const last = curve[curve.length - 1].radius;
  const drawn = curve.filter(({ radius }) => radius > 0 && (last <= 12 || radius % Math.ceil(last / 12) === 0));
  const byRadius = new Map<number, number>();
  for (const { radius, attacked } of sandwich?.steps ?? [])
    if (attacked !== null) byRadius.set(radius, Math.min(byRadius.get(radius) ?? Infinity, attacked));
  const point = (x: number, value: number) => ({ x, figure: { value, low: null, high: null } });
  const series = [
    {
      name: "certified: it cannot be less",
      look: "bound" as const,
      points: drawn.flatMap(({ radius, figure }) => (figure === null ? [] : [point(radius, figure.value)])),
    },
    ...(byRadius.size === 0
      ? []
      : [
          {
            name: "attacked: it can be as low",
            points: [...byRadius].sort((a, b) => a[0] - b[0]).map(([radius, value]) => point(radius, value)),
          },
        ]),
  ];
  const total = totalOf(certificate, certified);
  return {
    kind: "chart",
    id: `certain-${id}-chart`,
    title: byRadius.size === 0 ? "Certified accuracy by budget" : "The sandwich: attacked and certified accuracy by budget",
    description: describeSeries(series, (radius) => countOf(radius, "unit")),
    caption: `One split. ${byRadius.size === 0 ? "No attack was tried on this very model." : "The truth lies between what attacks leave and what is certified: nothing within the budget goes below the lower line."}`,
    shape: "lines",
    x: {
      name: unit === "accounts" ? `accounts, of ${countText(total)}` : `${unit.replace("-", " ")}, of ${countOf(total, "row")}`,
      unit: "count",
    },
    y: { name: "accuracy", range: [0, 1], leastSpan: 0.2 },
    series,
    reference: { name: "without poison", value: clean.value },
  };
}
