import { expect, it } from "vitest";
import type { Certified } from "../../study/certify/result.ts";
import { radiusOf } from "./certified-limits.ts";
import { parseLimit } from "./limits.ts";
import { verdictOfCertified } from "./verdict.ts";

const figure = (value: number, low = value - 0.02, high = value + 0.02) => ({ value, low, high });
const certified: Certified = {
  certificates: [
    {
      ...{ id: "votes", params: {}, unit: "insertions", costs: { insertions: 1, edits: 2 }, confidence: null, assumes: [], made: "" },
      ...{ metric: "certifiedAccuracy", clean: figure(0.9) },
      curve: [0.9, 0.8, 0.7, 0].map((value, radius) => ({ radius, figure: figure(value) })),
    },
  ],
  notRun: [],
  ...{ totals: { rows: 1000, accounts: null }, tested: [], majority: 0.5 },
};
const judge = (text: string) => verdictOfCertified(certified, [parseLimit(text)]);

it("turns shares and counts into radii of what a certificate counts, and nothing else", () => {
  const { totals } = certified;
  const metric = "certifiedAccuracy" as const;
  const votes = { metric, unit: "insertions", costs: { insertions: 1 } } as const;
  expect(radiusOf(0.002, votes, totals)).toBe(2);
  expect(radiusOf("3rows", votes, totals)).toBe(3);
  expect(radiusOf("3accounts", votes, totals)).toBe(null);
  expect(radiusOf(0.01, { metric, unit: "accounts", costs: { accounts: 1 } }, { rows: 1000, accounts: 200 })).toBe(null);
  expect(radiusOf(0.01, { metric: "certifiedPrecision", unit: "accounts", costs: { accounts: 1 } }, { rows: 1000, accounts: 200 })).toBe(2);
  expect(radiusOf("3rows", { metric, unit: "label-flips", costs: { "label-flips": 1 } }, totals)).toBe(null);
});

it("holds, breaks and leaves open by the interval, and by the certificate that there is", () => {
  expect(judge("certifiedAccuracy@2rows >= 0.6").outcome).toBe("pass");
  expect(judge("certifiedAccuracy@2rows >= 0.7").outcome).toBe("inconclusive");
  expect(judge("certifiedAccuracy@2rows >= 0.8").outcome).toBe("fail");
  expect(judge("certifiedAccuracy@0.2% >= 0.6").outcome).toBe("pass");
  expect(judge("certifiedAccuracy@5% >= 0.1").outcome).toBe("fail");
  expect(judge("certifiedAccuracy@2accounts >= 0.1").outcome).toBe("incomplete");
  expect(judge("certifiedRmse@2rows <= 3").outcome).toBe("incomplete");
  expect(judge("accuracyDrop@5% <= 0.1").outcome).toBe("incomplete");
  expect(verdictOfCertified(certified, []).outcome).toBe("not-judged");
});
