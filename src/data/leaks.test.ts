import { describe, expect, it } from "vitest";
import type { Column, Table } from "../core/table.ts";
import { findLeaks } from "./leaks.ts";

const rows = 400;
const number = (name: string, of: (i: number) => number): Column => ({
  kind: "number",
  name,
  values: Float64Array.from({ length: rows }, (_, i) => of(i)),
});
const category = (name: string, names: string[], of: (i: number) => number): Column => ({
  kind: "category",
  name,
  names,
  codes: Int32Array.from({ length: rows }, (_, i) => of(i)),
});

function leaksOf(label: Column, ...features: Column[]) {
  const roles = { labels: [label.name], features: features.map(({ name }) => name), task: null, source: null, id: null };
  const table: Table = { rows, columns: [label, ...features], roles };
  return findLeaks(table).map(({ feature, score }) => [feature, Number(score.toFixed(3))]);
}

/** A scramble of i in [0, 1). */
const noise = (i: number): number => ((i * 7919) % 997) / 997;

describe("leaks", () => {
  const label = category("label", ["no", "yes"], (i) => Number(noise(i) > 0.5));

  it("are numbers that rank two classes almost perfectly, either way round", () => {
    expect(
      leaksOf(
        label,
        number("up", noise),
        number("down", (i) => 1 - noise(i)),
        number("other", (i) => noise(i * 3 + 1)),
      ),
    ).toEqual([
      ["up", 1],
      ["down", 1],
    ]);
  });

  it("count ties as half: a constant ranks nothing", () => {
    expect(
      leaksOf(
        label,
        number("same", () => 3),
      ),
    ).toEqual([]);
  });

  it("are categories and few-valued numbers that a lookup turns into the class", () => {
    const three = category("label", ["a", "b", "c"], (i) => i % 3);
    expect(
      leaksOf(
        three,
        number("code", (i) => [7, 1, 4][i % 3]),
        category("word", ["x", "y"], (i) => i % 2),
      ),
    ).toEqual([["code", 1]]);
    expect(
      leaksOf(
        label,
        category("word", ["x", "y"], (i) => Number(noise(i) <= 0.5)),
      ),
    ).toEqual([["word", 1]]);
  });

  it("are no identifiers, whose values occur once, and no majorities", () => {
    const names = Array.from({ length: rows }, (_, i) => `id${i}`);
    expect(
      leaksOf(
        label,
        category("id", names, (i) => i),
      ),
    ).toEqual([]);
    const rare = category("label", ["no", "yes"], (i) => Number(i % 200 === 7));
    expect(
      leaksOf(
        rare,
        category("word", ["x", "y"], (i) => i % 2),
      ),
    ).toEqual([]);
  });

  it("are features in a line with a real label", () => {
    const real = number("label", noise);
    expect(
      leaksOf(
        real,
        number("twice", (i) => 5 - 2 * noise(i)),
        number("square", (i) => (noise(i) - 0.5) ** 2),
      ),
    ).toEqual([["twice", 1]]);
  });

  it("ask that half of the labelled rows have the feature", () => {
    expect(
      leaksOf(
        label,
        number("sparse", (i) => (i % 3 === 0 ? noise(i) : NaN)),
      ),
    ).toEqual([]);
  });
});
