import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ratingAdapters } from "../../src/node/command/rating-adapters.ts";
import { makeRng } from "../../src/numeric/random.ts";
import { inFolder, theriac } from "../cli/command.ts";

/** Three groups of users, each with items of its own. */
function writeRatings(folder: string): void {
  const rng = makeRng("groups");
  const lines: string[] = [];
  for (let user = 0; user < 90; user++) {
    const items = new Set(Array.from({ length: 14 }, () => (rng.uniform() < 0.8 ? 20 * (user % 3) + rng.integer(20) : rng.integer(60))));
    for (const item of items)
      lines.push([`u${user}`, `i${item}`, item % 3 === user % 3 ? 5 : 1 + rng.integer(5), 1000 + lines.length].join());
  }
  writeFileSync(join(folder, "ratings.csv"), `user,item,rating,time\n${lines.join("\n")}\n`);
}

const study = ["--ratings", "--attack", "average-profiles", "--budget", "10%", "--seeds", "1", "--detector", "none", "--repair", "none"];
const adapter = ratingAdapters.node!;

describe("a recommending command", () => {
  it("as theriac init writes it is audited as it is; of lists alone places beyond them are not told", () =>
    inFolder(async (folder) => {
      expect(await theriac(folder, "init", "--learner", "node", "--ratings")).toMatchObject({ exitCode: 0, stdout: `${adapter.file}\n` });
      writeRatings(folder);
      writeFileSync(
        join(folder, "lists.mjs"),
        adapter.text.replace(
          "items.filter((item) => !rated.has(item))",
          "items.filter((item) => !rated.has(item)).sort((a, b) => (scores.get(b) ?? 0) - (scores.get(a) ?? 0)).slice(0, task.top)",
        ),
      );
      const metricsOf = async (file: string): Promise<Map<string, number>> => {
        const asked = ["audit", "ratings.csv", ...study, "--learner", "command:format=jsonl", "--json", "--quiet"];
        const { exitCode, stdout, stderr } = await theriac(folder, ...asked, "--", "node", file);
        expect(exitCode, stderr).toBe(0);
        const document = JSON.parse(stdout);
        expect(document.doubts[0].repeated).toEqual({ answers: 90, changed: 0 });
        return new Map(document.summary.map((entry: any) => [`${entry.attack} ${entry.metric}`, entry.figure.value]));
      };
      const [whole, lists] = [await metricsOf(adapter.file), await metricsOf("lists.mjs")];
      expect(whole.get("average-profiles hitRateAt10")).toBeGreaterThan(whole.get("null hitRateAt10")!);
      expect(lists.get("average-profiles hitRateAt10")).toBe(whole.get("average-profiles hitRateAt10"));
      expect([whole.has("average-profiles medianRank"), lists.has("average-profiles medianRank")]).toEqual([true, false]);
      expect([whole.has("average-profiles predictionShift"), lists.has("average-profiles predictionShift")]).toEqual([true, false]);
    }));

  it.each([
    ["lists too few", "items.slice(0, 5)", "a list of recommendations has 10"],
    ["lists one twice", "[...items, items[0]]", "is scored twice"],
    ["lists what there is not", '[...items, "nothing"]', 'there is no item \\\\"nothing'],
    ["learns nothing", "items", "does not learn from the ratings"],
  ])("that %s is a failed trial with its reason", (_, listed, reason) =>
    inFolder(async (folder) => {
      writeRatings(folder);
      writeFileSync(
        join(folder, "bad.mjs"),
        `import { readFileSync, writeFileSync } from "node:fs";
const read = (path) => readFileSync(path, "utf8").trimEnd().split("\\n").slice(1);
const [users, items] = [read(process.env.THERIAC_TEST), read(process.env.THERIAC_ITEMS)];
const lines = users.flatMap((user) => (${listed}).map((item, k) => [user, item, -k].join()));
writeFileSync(process.env.THERIAC_PREDICTIONS, ["user,item,score", ...lines].join("\\n"));
`,
      );
      const asked = ["audit", "ratings.csv", ...study, "--learner", "command", "--json", "--quiet"];
      const { exitCode, stdout } = await theriac(folder, ...asked, "--", "node", "bad.mjs");
      expect(exitCode).toBe(3);
      expect(JSON.stringify(JSON.parse(stdout).failures)).toMatch(new RegExp(reason));
    }),
  );
});
