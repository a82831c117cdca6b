import { expect, it } from "vitest";
import type { CertificateUnit } from "../../core/certificate.ts";
import type { CertificateResult } from "../../study/certify/result.ts";
import { certainSection } from "./certain.ts";

function resultOf(id: string, unit: CertificateUnit, shares: readonly number[]): CertificateResult {
  const figure = (value: number) => ({ value, low: value, high: value });
  return {
    ...{ id, params: {}, unit, costs: { [unit]: 1 }, confidence: null, assumes: ["nothing"], made: "a model" },
    ...{ metric: "certifiedAccuracy", clean: figure(shares[0]), medianRadius: 1, stable: shares },
    curve: shares.map((value, radius) => ({ radius, figure: figure(value) })),
  };
}

const chartsOf = (certificates: readonly CertificateResult[]) =>
  certainSection({ certificates, notRun: [], totals: { rows: 100, accounts: null }, tested: [], majority: 0.5 })!.blocks.filter(
    ({ kind }) => kind === "chart",
  );

it("draws certificates of one unit in one chart, and others by themselves", () => {
  const certificates = [
    resultOf("linear-label-flips", "label-flips", [0.9, 0.8, 0.5]),
    resultOf("deep-partition-aggregation", "insertions", [0.8, 0.7]),
    resultOf("smoothed-label-flips", "label-flips", [0.85, 0.4]),
  ];
  const [chart, ...others] = chartsOf(certificates);
  if (chart?.kind !== "chart") throw new Error("there is no chart");
  expect(others).toEqual([]);
  expect(chart.series.map(({ name, points }) => [name, points.map(({ x, figure }) => [x, figure?.value])])).toEqual([
    [
      "linear-label-flips",
      [
        [0, 0.9],
        [1, 0.8],
        [2, 0.5],
      ],
    ],
    [
      "smoothed-label-flips",
      [
        [0, 0.85],
        [1, 0.4],
      ],
    ],
  ]);
  expect(chart.x.name).toBe("label flips, of 100 rows");
  expect(chartsOf(certificates.slice(0, 2))).toEqual([]);
});
