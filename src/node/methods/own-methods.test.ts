import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { catalog } from "../../catalog.ts";
import type { Attack } from "../../core/attack.ts";
import { UsageError } from "../../core/errors.ts";
import { checkAttack } from "../contract/check-attack.ts";
import { ContractBreach } from "../contract/contract.ts";
import { methodsIn, modulesOf, useMethods } from "./own-methods.ts";

const folder = mkdtempSync(join(tmpdir(), "theriac-methods-"));
afterAll(() => rmSync(folder, { recursive: true }));

const whole = `{ kind: "attack", id: "ID", title: "T", summary: "Does nothing.", source: { cite: "here, 2026", url: null }, params: {}, data: "table",
  targets: ["classes"], threat: { access: "modify-labels", goal: "availability", knowledge: "none" },
  async poison() { return { kind: "data", relabel: [], edit: [], insert: [] }; } }`;
let modules = 0;
function write(text: string): string {
  const path = join(folder, `m${modules++}.mjs`);
  writeFileSync(path, text);
  return path;
}

describe("methods of one's own", () => {
  it("join the catalog, once, and are found again by what a plan names", async () => {
    const path = write(`export const a = ${whole.replace("ID", "own-one")}; export default [a];`);
    await useMethods([path]);
    await useMethods([path]);
    expect(catalog.attacks.filter(({ id }) => id === "own-one")).toHaveLength(1);
    const plan = { attacks: [{ id: "own-one", params: {} }], learner: { id: "logistic" }, seeds: 3 };
    expect(methodsIn(plan)).toEqual([{ id: "own-one" }, { id: "logistic" }]);
    expect(modulesOf(methodsIn(plan)).map((module) => module.path)).toEqual([path]);
    expect(modulesOf([{ id: "logistic" }])).toEqual([]);
    writeFileSync(path, "export const b = 1;");
    await expect(useMethods([path])).rejects.toThrow(/has changed since this process loaded it/);
  });

  it.each([
    ["export const a = 1;", /exports no method/],
    ["export const a = ;", /cannot be run/],
    [`export const a = { kind: "spell", id: "x" };`, /kind must be one of attack, .*, got "spell"/],
    [`export const a = ${whole.replace("ID", "Not Kebab")};`, /the id must be words in small letters/],
    [`export const a = ${whole.replace("ID", "label-flip")};`, /there is already another attack called "label-flip"/],
    [
      `export const a = ${whole.replace("ID", "own-two").replace("async poison()", "async poisson()")};`,
      /attack own-two has no function poison/,
    ],
    [
      `export const a = ${whole.replace("ID", "own-three").replace('data: "table"', 'data: "ratings"')};`,
      /work on tables, and own-three is for ratings/,
    ],
    [
      `export const a = ${whole.replace("ID", "own-four")}; export const b = ${whole.replace("ID", "own-four")};`,
      /there is already another attack called "own-four"/,
    ],
  ])("are refused with the reason: %s", async (text, reason) => {
    const before = catalog.attacks.length;
    const refused = useMethods([write(text)]);
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow(reason);
    expect(catalog.attacks.length).toBe(before);
  });

  it("that do what they do not declare are told so, with the data", async () => {
    const greedy: Attack = {
      ...catalog.attacks.find(({ id }) => id === "label-flip")!,
      id: "greedy",
      poison: async (input, options) => {
        const made = await catalog.attacks
          .find(({ id }) => id === "label-flip")!
          .poison({ ...input, budget: { ...input.budget, rows: 99 } }, options);
        return made;
      },
    };
    const checked = checkAttack(greedy, { runs: 10 });
    await expect(checked).rejects.toThrow(ContractBreach);
    await expect(checked).rejects.toThrow(/^greedy: .*the guard refuses its poison: .*; on \{"shape":/);
  });
});
