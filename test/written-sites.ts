import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeRng } from "../src/numeric/random.ts";

/** Readings of four sites in sites.csv, told apart by two rules, of which each is that of two sites. */
export function writeSites(folder: string, rowsEach = 36): void {
  const rng = makeRng(2);
  const rules = { north: [2, 0, 1, 0], east: [0, 2, 0, 1], south: [1.8, 0, 1.2, 0], west: [0, 1.8, 0, 1.2] };
  const lines = Object.entries(rules).flatMap(([site, rule]) =>
    Array.from({ length: rowsEach }, () => {
      const x = rule.map(() => rng.normal());
      const score = rule.reduce((sum, weight, j) => sum + weight * x[j], 0) + 1.2 * rng.normal();
      return [site, score > 0 ? "fault" : "fine", ...x.map((value) => value.toFixed(3))].join(",");
    }),
  );
  writeFileSync(join(folder, "sites.csv"), `${["site,label,a,b,c,d", ...lines].join("\n")}\n`);
}
