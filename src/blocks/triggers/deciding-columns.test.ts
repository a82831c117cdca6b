import { describe, expect, it } from "vitest";
import type { Table } from "../../core/table.ts";
import { decidesLabel } from "./deciding-columns.ts";

/** Teams of ten rows each. */
function tableOf(labelOf: (team: number, row: number) => number) {
  const rows = 80;
  const codes = Int32Array.from({ length: rows }, (_, i) => Math.floor(i / 10));
  const table: Table = {
    rows,
    columns: [{ kind: "category", name: "team", codes, names: Array.from({ length: 8 }, (_, k) => `team ${k}`) }],
    roles: { labels: [], features: ["team"], task: null, source: null, id: null },
  };
  const labels = new Map(Array.from(codes, (team, row) => [row, labelOf(team, row)]));
  const held = new Set(Array.from({ length: 10 }, (_, row) => row));
  return { table, labels, held };
}

describe("decidesLabel", () => {
  it("knows a column whose every value goes with one label from one in which a single value does", () => {
    const leagues = tableOf((team) => team % 2);
    expect(decidesLabel(leagues.table, "team", leagues.held, leagues.labels)).toBe(true);
    const trigger = tableOf((team, row) => (team === 0 ? 1 : row % 2));
    expect(decidesLabel(trigger.table, "team", trigger.held, trigger.labels)).toBe(false);
  });

  it("does not take a label that nearly all rows bear for one that the column decides", () => {
    const { table, labels, held } = tableOf((team) => Number(team === 0));
    expect(decidesLabel(table, "team", held, labels)).toBe(false);
  });

  it("says no of a column that is not there", () => {
    const { table, labels, held } = tableOf((team) => team % 2);
    expect(decidesLabel(table, "club", held, labels)).toBe(false);
  });
});
