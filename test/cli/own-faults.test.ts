import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { recordsIn } from "../run-contents.ts";
import { inFolder, theriac, writeReviews } from "./command.ts";

const attack = (id: string, poison: string): string => `{
  kind: "attack", data: "table", id: "${id}", title: "T", summary: "Goes wrong.", source: { cite: "here, 2026", url: null }, params: {},
  threat: { access: "modify-labels", goal: "availability", knowledge: "none" }, targets: ["classes"],
  ${poison},
}`;
const faults = {
  boom: ["async poison() { return undefined.rows; }", /^attack boom of m\.mjs threw TypeError: Cannot read/],
  bang: ["poison() { throw 'no error'; }", /^attack bang of m\.mjs threw what is no error: no error/],
  nothing: ["async poison() { return null; }", /^attack nothing of m\.mjs gave no patch: the document must be an object, got null/],
  odd: [
    "async poison() { return { kind: 'data', relabel: [{ row: 'x' }], edit: [], insert: [] }; }",
    /^attack odd of m\.mjs gave no patch: /,
  ],
} as const;

describe("faults of one's own methods", () => {
  it("fail their trials and no others, say whose they are, and end a shard with 3 too", () =>
    inFolder(async (folder) => {
      writeReviews(folder);
      writeFileSync(join(folder, "m.mjs"), `export default [${Object.entries(faults).map(([id, [poison]]) => attack(id, poison))}];`);
      const names = ["label-flip", ...Object.keys(faults)].join();
      const few = ["--budget", "5%", "--seeds", "1", "--repair", "none", "--detector", "none", "--certificate", "none"];
      const asked = ["audit", "reviews.csv", "--label", "stars", "--methods", "m.mjs", "--attack", names, ...few];
      const { exitCode, stderr } = await theriac(folder, ...asked, "--quiet", "--out", "run");
      expect([exitCode, stderr]).toEqual([3, expect.not.stringContaining("fault of Theriac")]);
      const records = recordsIn(join(folder, "run")) as { attack: string | null; status: string; error?: string }[];
      expect(records).toHaveLength(6);
      for (const { attack: id, status, error } of records) {
        const [, said] = id !== null && Object.hasOwn(faults, id) ? faults[id as keyof typeof faults] : [];
        expect([id, status]).toEqual([id, said === undefined ? "ok" : "failed"]);
        if (said !== undefined) expect(error).toMatch(said);
      }
      const shard = await theriac(folder, ...asked, "--shard", "1/1", "--out", "part");
      expect([shard.exitCode, shard.stderr]).toEqual([3, expect.stringMatching(/4 trials failed/)]);
    }));
});
