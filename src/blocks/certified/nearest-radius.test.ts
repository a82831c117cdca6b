import { describe, expect, it } from "vitest";
import { hasVectors, theVectors, vectorsOf } from "../../../test/certificate-vectors.ts";
import { makeTally, radiusByTrial } from "../../../test/smallest-attack.ts";
import { makeRng } from "../../numeric/random.ts";
import { firstLargest } from "./certified-answers.ts";
import { type NearestRadii, nearestRadii, withinDistanceRadii } from "./nearest-radius.ts";

type Operation = Exclude<keyof NearestRadii, "answers">;

const operations: readonly Operation[] = ["insert", "delete", "insertOrDelete", "change", "flip"];
const rng = makeRng("nearest");

/** Training labels, nearest first, are a string of digits; every place and class is tried. */
function* moves(state: string, operation: Operation, classes: number): Generator<string> {
  const n = state.length;
  const deleted = function* (): Generator<string> {
    for (let j = 0; j < n; j++) yield state.slice(0, j) + state.slice(j + 1);
  };
  const inserted = function* (into: string): Generator<string> {
    for (let j = 0; j <= into.length; j++) for (let c = 0; c < classes; c++) yield `${into.slice(0, j)}${c}${into.slice(j)}`;
  };
  if (operation === "insert" || operation === "insertOrDelete" || operation === "change") yield* inserted(state);
  if (operation === "delete" || operation === "insertOrDelete" || operation === "change") yield* deleted();
  if (operation === "change") for (const rest of deleted()) yield* inserted(rest);
  if (operation === "flip")
    for (let j = 0; j < n; j++) for (let c = 0; c < classes; c++) yield `${state.slice(0, j)}${c}${state.slice(j + 1)}`;
}

function vote(state: string, neighbours: number, classes: number): number {
  const votes = new Int32Array(classes);
  for (let j = 0; j < Math.min(neighbours, state.length); j++) votes[Number(state[j])]++;
  return firstLargest(votes, 0, classes);
}

describe("k nearest neighbours", () => {
  it.each<[Operation, number, number]>([
    ["insert", 3, 250],
    ["delete", 6, 800],
    ["insertOrDelete", 2, 400],
    ["change", 2, 120],
    ["flip", 3, 400],
  ])("has the exact radius under %s up to %i rows", (operation, cap, problems) => {
    const tally = makeTally();
    for (let problem = 0; problem < problems; problem++) {
      const classes = 2 + (problem % 2);
      const neighbours = 1 + rng.integer(5);
      const n = 3 + rng.integer(4);
      // Mostly one class, so that radii are not all zero.
      const state = Array.from({ length: n }, () => (rng.uniform() < 0.6 ? problem % classes : rng.integer(classes))).join("");
      const labels = Int32Array.from(state, Number);
      const claimed = nearestRadii(labels, n, { neighbours, classes })[operation][0];
      const trueRadius = radiusByTrial(
        state,
        (s) => moves(s, operation, classes),
        (s) => vote(s, neighbours, classes),
        cap,
      );
      tally.add(Math.min(cap, claimed), trueRadius);
    }
    expect(tally).toMatchObject({ problems, violated: 0, loose: 0 });
    expect(tally.true).toBeGreaterThan(problems / 5);
  });

  it("has lower bounds where the labels of the farther rows are not given, and the same radii where 2k of them are", () => {
    for (let problem = 0; problem < 500; problem++) {
      const [classes, n, neighbours] = [2 + (problem % 3), 40, 1 + rng.integer(9)];
      const labels = Int32Array.from({ length: n }, () => (rng.uniform() < 0.6 ? problem % classes : rng.integer(classes)));
      const whole = nearestRadii(labels, n, { neighbours, classes });
      for (const depth of [neighbours, 2 * neighbours]) {
        const part = nearestRadii(labels.slice(0, depth), depth, { neighbours, classes, trainRows: n });
        for (const operation of operations) {
          expect(part[operation][0]).toBeLessThanOrEqual(whole[operation][0]);
          if (operation === "insert" || operation === "change" || operation === "flip")
            expect(part[operation][0]).toBe(whole[operation][0]);
        }
        if (depth === 2 * neighbours) expect(part.insertOrDelete[0]).toBe(whole.insertOrDelete[0]);
      }
    }
  });

  it("gives a batch what it gives each row alone", () => {
    const labels = Int32Array.from({ length: 20 * 12 }, () => rng.integer(3));
    const batch = nearestRadii(labels, 12, { neighbours: 5, classes: 3 });
    for (let i = 0; i < 20; i++) {
      const alone = nearestRadii(labels.slice(i * 12, (i + 1) * 12), 12, { neighbours: 5, classes: 3 });
      for (const operation of operations) expect(batch[operation][i]).toBe(alone[operation][0]);
    }
  });

  it.skipIf(!hasVectors)(`agrees with ${theVectors}`, () => {
    for (const { labels, k, classes, ...expected } of vectorsOf("knn")) {
      const radii = nearestRadii(Int32Array.from(labels), labels.length, { neighbours: k, classes });
      const found = {
        answer: radii.answers[0],
        insert: radii.insert[0],
        delete: radii.delete[0],
        insertOrDelete: radii.insertOrDelete[0],
        change: radii.change[0],
      };
      // Where the vectors stop, ">=4" and the like.
      if (typeof expected.delete === "string") {
        expect(found.delete).toBeGreaterThanOrEqual(Number(expected.delete.slice(2)));
        expected.delete = found.delete;
      }
      expect(found).toEqual(expected);
    }
  });
});

describe("all rows within a distance", () => {
  /** "101|20": labels within the distance | labels beyond it. */
  function* ballMoves(state: string, operation: Operation, classes: number): Generator<string> {
    const [inside, outside] = state.split("|");
    const sorted = (text: string): string => [...text].sort().join("");
    const without = (text: string, j: number): string => text.slice(0, j) + text.slice(j + 1);
    const mayDelete = operation === "delete" || operation === "insertOrDelete" || operation === "change";
    const mayInsert = operation === "insert" || operation === "insertOrDelete";
    if (mayInsert) for (let c = 0; c < classes; c++) yield `${sorted(inside + c)}|${outside}`;
    if (mayDelete) for (let j = 0; j < inside.length; j++) yield `${without(inside, j)}|${outside}`;
    for (let c = 0; c < classes; c++) {
      if (operation === "flip" || operation === "change")
        for (let j = 0; j < inside.length; j++) yield `${sorted(without(inside, j) + c)}|${outside}`;
      if (operation === "change") for (let j = 0; j < outside.length; j++) yield `${sorted(inside + c)}|${without(outside, j)}`;
    }
  }

  it.each(operations)("has the exact radius under %s", (operation) => {
    const tally = makeTally();
    for (let problem = 0; problem < 400; problem++) {
      const classes = 2 + (problem % 2);
      const emptyClass = rng.integer(classes);
      const inside = Array.from({ length: rng.integer(6) }, () => (rng.uniform() < 0.6 ? problem % classes : rng.integer(classes)))
        .sort()
        .join("");
      const votes = new Int32Array(classes);
      for (const label of inside) votes[Number(label)]++;
      const answerOf = (state: string): number => (state.startsWith("|") ? emptyClass : vote(state.split("|")[0], 99, classes));
      const trueRadius = radiusByTrial(`${inside}|00`, (s) => ballMoves(s, operation, classes), answerOf, 4);
      tally.add(Math.min(4, withinDistanceRadii(votes, classes, emptyClass)[operation][0]), trueRadius);
    }
    expect(tally).toMatchObject({ problems: 400, violated: 0, loose: 0 });
  });
});
