import { describe, expect, it } from "vitest";
import type { Attack, AttackInput } from "../../core/attack.ts";
import { noDataPoison, type DataPoison } from "../../core/poison.ts";
import { findTableBreach } from "../../core/guard/table.ts";
import { sourcesOf } from "../../core/sources.ts";
import type { Table } from "../../core/table.ts";
import { type Access, type Budget, mayTouch } from "../../core/threat.ts";
import { makeRng } from "../../numeric/random.ts";
import { measureCount, seedBudget } from "./budget.ts";
import { poisonWithin, refusesAccounts } from "./poison-within.ts";

/** Account k of 20 has k rows, the last two of them a hundred each, and three rows are nobody's. */
const owners = [...Array.from({ length: 20 }, (_, k) => Array<number>(k < 18 ? k + 1 : 100).fill(k)).flat(), -1, -1, -1];
const table: Table = {
  rows: owners.length,
  columns: [
    { kind: "number", name: "x", values: Float64Array.from(owners, (_, i) => i) },
    { kind: "category", name: "label", codes: Int32Array.from(owners, (_, i) => i % 2), names: ["no", "yes"] },
    { kind: "category", name: "who", codes: Int32Array.from(owners), names: Array.from({ length: 20 }, (_, k) => `user${k + 1}`) },
  ],
  roles: { labels: ["label"], features: ["x"], task: null, source: "who", id: null },
};
const clean = { table, rows: Int32Array.from(owners.keys()) };
const reach = { attackTasks: null, targetTasks: null };

function budgetOfAccounts(count: number): Budget {
  const counted = { count, unit: "accounts" as const };
  return seedBudget([{ ...counted, ...measureCount(counted, clean, reach) }], measureCount(counted, clean, reach).fraction, owners.length);
}

/** Takes all it may, from this row on. */
function greedy(access: Access, from: number): Attack {
  return {
    threat: { access, goal: "availability", knowledge: "none" },
    poison({ budget, reach: own }: AttackInput): Promise<DataPoison> {
      if (access === "inject")
        return Promise.resolve({
          ...noDataPoison,
          insert: Array.from({ length: budget.rows }, () => ({ kind: "raw", cells: { x: 1, label: "no", who: "user1" } }) as const),
        });
      const open = owners.flatMap((_, row) => (mayTouch(own, row, 0) ? [row] : []));
      const order = [...open.filter((row) => row >= from), ...open.filter((row) => row < from)];
      const flipped = order.slice(0, budget.rows).map((row) => {
        const [before, after] = row % 2 === 0 ? ["no", "yes"] : ["yes", "no"];
        return { row, column: "label", before, after };
      });
      return Promise.resolve({ ...noDataPoison, relabel: flipped });
    },
  } as unknown as Attack;
}

async function poisonOf(access: Access, accounts: number, from = 0, rowsEach?: number): Promise<DataPoison> {
  const whole = budgetOfAccounts(accounts);
  const budget = rowsEach === undefined ? whole : { ...whole, rows: accounts * rowsEach, sources: { accounts, rowsEach } };
  const input = { clean, budget, reach } as unknown as AttackInput;
  const attack = greedy(access, from);
  const poison = await poisonWithin(attack, input, { rng: makeRng(1), params: {} }, makeRng("accounts"));
  expect(findTableBreach({ poison, threat: attack.threat, budget, reach, clean })).toBeNull();
  return poison as DataPoison;
}

describe("a budget in accounts", () => {
  it("gives each as many rows as 95 of 100 honest ones have", () => {
    // Of 20 accounts the 19th: a hundred rows.
    expect(measureCount({ count: 2, unit: "accounts" }, clean, reach)).toEqual({ fraction: 200 / owners.length, rowsEach: 100 });
    expect(measureCount({ count: 50, unit: "rows" }, clean, reach)).toEqual({ fraction: 50 / owners.length });
    const few = { table, rows: clean.rows.filter((row) => owners[row] < 18) };
    expect(measureCount({ count: 1, unit: "accounts" }, few, reach).rowsEach).toBe(18);
  });

  it("is refused beyond what there is, and where nobody knows whose a row is", () => {
    expect(() => measureCount({ count: 400, unit: "rows" }, clean, reach)).toThrow(
      `a budget of 400rows is more than the ${owners.length} clean training rows within reach`,
    );
    expect(() => measureCount({ count: 9, unit: "accounts" }, clean, reach)).toThrow("with up to 100 rows each, is more than");
    const nobodys = { ...clean, table: { ...table, roles: { ...table.roles, source: null } } };
    expect(() => measureCount({ count: 1, unit: "accounts" }, nobodys, reach)).toThrow("name it with --source, or count rows, as in 1row");
  });

  it("lets rows of the largest accounts be changed alone, those of fewer accounts among those of more", async () => {
    const touched = async (accounts: number): Promise<number[]> =>
      (await poisonOf("modify-labels", accounts)).relabel.map(({ row }) => row);
    const [one, two, three] = [await touched(1), await touched(2), await touched(3)];
    expect([one.length, two.length, three.length]).toEqual([100, 200, 218]);
    expect(two).toEqual(expect.arrayContaining(one));
    expect(three).toEqual(expect.arrayContaining(two));
    expect(new Set(two.map((row) => owners[row]))).toEqual(new Set([18, 19]));
  });

  it("captures, of accounts that may poison as many rows, those of which the attack wants more, and takes the wanted rows first", async () => {
    const rowsOf = (account: number): number[] => [...owners.keys()].filter((row) => owners[row] === account);
    const touched = async (from: number, rowsEach?: number): Promise<number[]> =>
      (await poisonOf("modify-labels", 1, from, rowsEach)).relabel.map(({ row }) => row);
    for (const account of [18, 19]) expect(new Set(await touched(rowsOf(account)[0]))).toEqual(new Set(rowsOf(account)));
    // A tenth of the 371 known rows are 37: as many of account 18 as it may poison are among them.
    const some = await touched(rowsOf(18)[50], 20);
    expect(some).toHaveLength(20);
    expect(some.every((row) => rowsOf(18).slice(50, 87).includes(row))).toBe(true);
  });

  it("deals what is inserted evenly to accounts that nobody has", async () => {
    const names = (await poisonOf("inject", 3)).insert.map((row) => (row.kind === "raw" ? row.cells["who"] : null));
    expect(new Set(names)).toEqual(new Set(["user21", "user22", "user23"]));
    for (const name of new Set(names)) expect(names.filter((other) => other === name)).toHaveLength(100);
  });

  it("is nothing for who touches no account's rows", () => {
    const threat = { goal: "availability", knowledge: "none" } as const;
    expect(refusesAccounts({ access: "logic", ...threat }, table)).toContain("no account's row");
    expect(refusesAccounts({ access: "upstream", ...threat }, table)).not.toBeNull();
    expect(refusesAccounts({ access: "inject", ...threat }, { ...table, roles: { ...table.roles, task: "who" } })).toContain("new task");
    expect(refusesAccounts({ access: "inject", ...threat }, table)).toBeNull();
  });

  it("is what the guard holds every patch to", () => {
    const breach = (poison: Partial<DataPoison>, access: Access, sources = { accounts: 1, rowsEach: 2 }): string | null =>
      findTableBreach({
        poison: { ...noDataPoison, ...poison },
        threat: { access, goal: "availability", knowledge: "none" },
        budget: { fraction: 0.5, rows: 20, sources },
        ...{ reach, clean },
      });
    const flip = (row: number): DataPoison["relabel"][number] => ({
      ...{ row, column: "label", before: row % 2 === 0 ? "no" : "yes", after: row % 2 === 0 ? "yes" : "no" },
    });
    const rowsOf = (account: number): number[] => [...owners.keys()].filter((row) => owners[row] === account);
    const [a, b, c] = rowsOf(10);
    expect(breach({ relabel: [a, b].map(flip) }, "modify-labels")).toBeNull();
    expect(breach({ relabel: [a, b, c].map(flip) }, "modify-labels")).toBe(
      'account "user11" has 3 poisoned rows, where 2 each are allowed',
    );
    expect(breach({ relabel: [a, rowsOf(3)[0]].map(flip) }, "modify-labels")).toContain("enters through 2 accounts where the budget is 1");
    expect(breach({ relabel: [owners.length - 1].map(flip) }, "modify-labels")).toBe(`row ${owners.length} is of no known account`);
    const insert = (who: string | null): DataPoison["insert"][number] => ({ kind: "raw", cells: { x: 1, label: "no", who } });
    expect(breach({ insert: [insert("new"), insert("new")] }, "inject")).toBeNull();
    expect(breach({ insert: [insert("new"), insert("other")] }, "inject")).toContain("2 accounts");
    expect(breach({ insert: [insert("user3")] }, "inject")).toContain("somebody else");
    expect(breach({ insert: [insert(null)] }, "inject")).toContain("no account");
    expect(sourcesOf(table)?.nameOf(a)).toBe("user11");
  });
});
