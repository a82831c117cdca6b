import { describe, expect, it } from "vitest";
import type { Model } from "../../core/learner.ts";
import { fitRoughly } from "./auto-fraction.ts";

const toleranceGiven = async (learnerParams: unknown, replaced?: Readonly<Record<string, unknown>>): Promise<unknown> => {
  let given: unknown;
  const fit = fitRoughly({
    learnerParams,
    fit(_data, _start, parameters = {}) {
      given = parameters["tolerance"];
      return Promise.resolve({} as Model);
    },
  });
  await fit({} as never, null, replaced);
  return given;
};

describe("trainings by which a strength is chosen", () => {
  it("stop thirty times sooner than the learner is asked to, at a hundredth at the latest", async () => {
    expect(await toleranceGiven({ tolerance: 1e-4 })).toBeCloseTo(3e-3, 12);
    expect(await toleranceGiven({ tolerance: 3e-3 })).toBe(1e-2);
  });

  it("are no stricter than asked, leave what a repair sets, and learners without a tolerance alone", async () => {
    expect(await toleranceGiven({ tolerance: 0.05 })).toBe(0.05);
    expect(await toleranceGiven({ tolerance: 1e-4 }, { tolerance: 1e-7 })).toBe(1e-7);
    expect(await toleranceGiven({ hidden: 8 })).toBeUndefined();
  });
});
