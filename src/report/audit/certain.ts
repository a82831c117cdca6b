import type { SandwichStep } from "../../study/certify/sandwich-result.ts";
import { type CertificateResult, type Certified, certificateNames, figureAt } from "../../study/certify/result.ts";
import { sentencesOf, tableRadii } from "../certify/certify-text.ts";
import { describeSeries, folded, opened, prose, section, told } from "../page/blocks.ts";
import type { Block, Cell, Chart, Section } from "../page/document.ts";
import { percentText } from "../words/format.ts";
import { capitalised, countOf, countText, accessWords } from "../words/words.ts";

/** What is proven, above what was found by attacking the very models that it is proven of; null where nothing was to be. */
export function certainSection(certified: Certified | undefined): Section | null {
  if (certified === undefined) return null;
  const { certificates, notRun } = certified;
  const names = certificateNames(certificates);
  const certain = section(
    "certain",
    "What is certain",
    certificates.length === 0 ? "Nothing could be proven." : sentencesOf(certificates[0], certified)[0],
    ...comparisons(certified),
    ...certificates.map((certificate, i) => ofCertificate(certificate, certified, { name: names[i], isFirst: i === 0 })),
    notRun.length === 0 ? null : prose(`Not certified: ${notRun.map(({ id, why }) => `${id} (${why})`).join("; ")}.`),
  );
  return certificates.some(({ sandwich }) => (sandwich?.steps.length ?? 0) > 0) ? opened(certain) : certain;
}

/** Radii of a comparison, at most, beside 0. */
const mostCompared = 24;

/** One chart for each figure and unit that several certificates share. */
function comparisons(certified: Certified): Chart[] {
  const names = certificateNames(certified.certificates);
  const alike = new Map<string, { readonly name: string; readonly certificate: CertificateResult }[]>();
  certified.certificates.forEach((certificate, i) => {
    const key = `${certificate.metric}-${certificate.unit}`;
    if (certificate.metric !== "certifiedLoss") alike.set(key, [...(alike.get(key) ?? []), { name: names[i], certificate }]);
  });
  return [...alike].flatMap(([key, own]) => (own.length < 2 ? [] : [comparisonChart(own, certified, key)]));
}

function comparisonChart(
  own: readonly { readonly name: string; readonly certificate: CertificateResult }[],
  certified: Certified,
  key: string,
): Chart {
  const [{ certificate: first }] = own;
  const { what, isError } = drawnAs[first.metric];
  const last = Math.max(...own.map(({ certificate }) => certificate.curve[certificate.curve.length - 1].radius));
  const step = Math.max(1, Math.ceil(last / mostCompared));
  const radii = Array.from({ length: Math.floor(last / step) + 1 }, (_, k) => k * step);
  const series = own.map(({ name, certificate }) => ({
    name,
    points: radii.flatMap((radius) => {
      const isBeyond = radius > certificate.curve[certificate.curve.length - 1].radius;
      const figure = isBeyond ? null : figureAt(certificate, radius);
      return figure === null ? [] : [{ x: radius, figure: { value: figure.value, low: null, high: null } }];
    }),
  }));
  return {
    kind: "chart",
    id: `certain-compared-${key}`,
    title: `Certified ${what} by budget, of each certificate`,
    description: describeSeries(series, (radius) => countOf(radius, "unit")),
    caption: `One split. Each line is of a model of its own: at each budget the ${isError ? "lowest" : "highest"} line is of the one that ${isError ? "lets least happen" : "keeps most"}.`,
    shape: "lines",
    x: unitAxis(first, certified),
    y: isError ? { name: what, range: [0, null] } : { name: what, range: [0, 1], leastSpan: 0.2 },
    series,
  };
}

function unitAxis(certificate: CertificateResult, certified: Certified): Chart["x"] {
  const { unit } = certificate;
  const total = totalOf(certificate, certified);
  const name = unit === "accounts" ? `accounts, of ${countText(total)}` : `${unit.replace("-", " ")}, of ${countOf(total, "row")}`;
  return { name, unit: "count" };
}

/** The first is open, so that the sandwich is seen. */
function ofCertificate(
  certificate: CertificateResult,
  certified: Certified,
  { name, isFirst }: { readonly name: string; readonly isFirst: boolean },
): Block {
  const id = name.replaceAll(/[^\w-]+/g, "-");
  const { made, assumes, sandwich, metric, unit } = certificate;
  const steps = sandwich?.steps ?? [];
  const radii = [...new Set([...tableRadii(certificate), ...steps.map(({ radius }) => radius)])].sort((a, b) => a - b);
  const total = totalOf(certificate, certified);
  return {
    kind: "details",
    id: `certain-${id}`,
    summary: capitalised(name.replaceAll("-", " ").replaceAll(":", ", ")),
    ...(isFirst ? { isOpen: true as const } : {}),
    blocks: [
      ...(metric === "certifiedLoss" ? [] : [sandwichChart(certificate, certified, id)]),
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
            { name: metric === "certifiedAccuracy" || metric === "certifiedPrecision" ? "Certified" : "At most" },
            { name: "Attacked" },
            { name: "Between" },
            { name: "By" },
            { name: "Who" },
          ],
          rows: radii.flatMap((radius): Cell[][] => {
            const found = steps.filter((step) => step.radius === radius && step.attacked !== null);
            const rowOf = (step: SandwichStep | null): Cell[] => [
              radius,
              percentText(Number((radius / total).toPrecision(2))),
              told(figureAt(certificate, radius)),
              step?.attacked ?? "not tried",
              step === null ? "" : Math.abs((step.attacked as number) - step.certified),
              step?.attack ?? "",
              step === null || step.access === null ? "" : accessWords[step.access],
            ];
            return found.length === 0 ? [rowOf(null)] : worstByAccess(found, metric).map(rowOf);
          }),
        },
      ),
    ],
  };
}

/** The strongest of each access, in the order in which they come. */
function worstByAccess(steps: readonly SandwichStep[], metric: CertificateResult["metric"]): SandwichStep[] {
  const harm = ({ attacked }: SandwichStep): number => (metric === "certifiedRmse" ? 1 : -1) * (attacked as number);
  const worst = new Map<SandwichStep["access"], SandwichStep>();
  for (const step of steps) {
    const known = worst.get(step.access);
    if (known === undefined || harm(step) > harm(known)) worst.set(step.access, step);
  }
  return [...worst.values()];
}

function totalOf({ unit }: CertificateResult, { totals }: Certified): number {
  return unit === "accounts" ? (totals.accounts ?? totals.rows) : totals.rows;
}

/** The figure of each metric in words, and which way attackers move it. */
const drawnAs = {
  certifiedAccuracy: { what: "accuracy", isError: false },
  certifiedPrecision: { what: "precision", isError: false },
  certifiedRmse: { what: "RMSE", isError: true },
  certifiedLoss: { what: "loss", isError: true },
} as const;

/** What is certified, and what attacks leave: the truth lies between. */
function sandwichChart(certificate: CertificateResult, certified: Certified, id: string): Chart {
  const { curve, clean, sandwich, metric } = certificate;
  const { what, isError } = drawnAs[metric];
  const last = curve[curve.length - 1].radius;
  const drawn = curve.filter(({ radius }) => radius > 0 && (last <= 12 || radius % Math.ceil(last / 12) === 0));
  const attacked = (sandwich?.steps ?? []).filter((step) => step.attacked !== null);
  const accesses = [...new Set(attacked.map(({ access }) => access))];
  const point = (x: number, value: number) => ({ x, figure: { value, low: null, high: null } });
  const series = [
    {
      name: isError ? "certified: it cannot be more" : "certified: it cannot be less",
      look: "bound" as const,
      points: drawn.flatMap(({ radius, figure }) => (figure === null ? [] : [point(radius, figure.value)])),
    },
    ...accesses.map((access) => ({
      name: `attacked${access === null ? "" : ` by one who ${accessWords[access]}`}: it can be as ${isError ? "high" : "low"}`,
      points: [
        ...worstByRadius(
          attacked.filter((step) => step.access === access),
          isError,
        ),
      ].map(([radius, value]) => point(radius, value)),
    })),
  ];
  return {
    kind: "chart",
    id: `certain-${id}-chart`,
    title: attacked.length === 0 ? `Certified ${what} by budget` : `The sandwich: attacked and certified ${what} by budget`,
    description: describeSeries(series, (radius) => countOf(radius, "unit")),
    caption: `One split. ${attacked.length === 0 ? "No attack was tried on this very model." : `The truth lies between what attacks leave and what is certified: nothing within the budget goes ${isError ? "above the upper" : "below the lower"} line.`}`,
    shape: "lines",
    x: unitAxis(certificate, certified),
    y: isError ? { name: what, range: [0, null] } : { name: what, range: [0, 1], leastSpan: 0.2 },
    series,
    reference: { name: "without poison", value: clean.value },
  };
}

/** The strongest at each radius, by rising radius. */
function worstByRadius(steps: readonly SandwichStep[], isError: boolean): [number, number][] {
  const worst = new Map<number, number>();
  for (const { radius, attacked } of steps) {
    const [known, value] = [worst.get(radius), attacked as number];
    if (known === undefined || (isError ? value > known : value < known)) worst.set(radius, value);
  }
  return [...worst].sort((a, b) => a[0] - b[0]);
}
