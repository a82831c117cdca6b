import { describe, expect, it } from "vitest";
import type { View } from "../../core/detector.ts";
import { margin } from "../../detectors/labels/margin.ts";
import { highest } from "../../numeric/orders/ranks.ts";
import { makeRng } from "../../numeric/random.ts";
import type { LearnedMerge } from "./learned-merge.ts";
import { mergedScore } from "./merged-score.ts";

const rows = 500;
const rng = makeRng("views");
const noise = (): Float64Array => Float64Array.from({ length: rows }, () => rng.normal());
const raised = (first: number, last: number, by: number): Float64Array =>
  noise().map((value, row) => value + (row >= first && row < last ? by : 0));
const ranked = (values: Float64Array): Float64Array => {
  const sorted = values.slice().sort();
  return values.map((value) => sorted.indexOf(value) / rows);
};
const witness = (id: string, view: View | null, values: Float64Array, flags = 0) => ({
  method: { ...margin, id, ...(view === null ? {} : { view }) },
  values,
  ranks: ranked(values),
  flagged: flags === 0 ? null : Uint8Array.from(values, (_, row) => (highest(values, flags).includes(row) ? 1 : 0)),
  sureness: 1,
});
const merge: LearnedMerge = {
  weights: new Map([["labels", 1]]),
  far: new Map([["places", 1]]),
  areas: new Map(["labels", "models", "pull", "learner"].map((id) => [id, 0.9])),
  chance: 0.1,
};
const found = (voices: Parameters<typeof mergedScore>[0], first: number, last: number): number =>
  [...highest(mergedScore(voices, rows, merge), last - first)].filter((row) => row >= first && row < last).length / (last - first);

describe("what a learned merge says", () => {
  const labels = witness("labels", null, raised(0, 25, 5));
  const pull = (first: number) => witness("pull", "gradients", raised(first, first + 25, 5));
  const places = witness("places", null, raised(100, 125, 5));

  it("is the ranking of wrong labels, where the neighbours of what pulls hardest doubt it", () => {
    const doubted = witness("neighbours", "neighbours", raised(200, 225, 5));
    expect(found([labels, pull(200), places, doubted], 0, 25)).toBeGreaterThan(0.9);
  });

  it("is that of the pull, where the neighbours of what pulls hardest hold it right", () => {
    const agreed = witness("neighbours", "neighbours", raised(200, 225, -5));
    expect(found([labels, pull(200), places, agreed], 200, 225)).toBeGreaterThan(0.9);
  });

  it("is not that of the pull for as little, where the learner does not tell planted labels", () => {
    const doubted = witness("neighbours", "neighbours", raised(200, 225, 0.2));
    const voices = (id: string) => [labels, pull(200), places, doubted, witness(id, "learner", noise())];
    expect(found(voices("learner"), 200, 225)).toBeGreaterThan(0.9);
    expect(found(voices("blind"), 0, 25)).toBeGreaterThan(0.9);
  });

  it("is that of far rows and the pull, where the rule of the learner flags what several models hold right", () => {
    const learner = witness("learner", "learner", raised(100, 125, 5), 25);
    const doubted = witness("neighbours", "neighbours", raised(100, 125, 5));
    const models = (flags: number) => witness("models", "models", raised(0, 25, 5), flags);
    expect(found([labels, pull(100), places, doubted, learner, models(0)], 100, 125)).toBeGreaterThan(0.9);
    expect(found([labels, pull(100), places, doubted, learner, models(25)], 0, 25)).toBeGreaterThan(0.9);
  });

  it("asks the models where there are no neighbours, as of labels that are numbers", () => {
    expect(found([labels, pull(200), witness("models", "models", raised(200, 225, -5))], 200, 225)).toBeGreaterThan(0.9);
    expect(found([labels, pull(200)], 0, 25)).toBeGreaterThan(0.9);
  });
});
