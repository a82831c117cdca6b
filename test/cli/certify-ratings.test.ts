import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeMarketplace } from "../rating-marketplace.ts";
import { filesIn, inFolder, theriac } from "./command.ts";

const market = makeMarketplace(3);

function writeMarket(folder: string): void {
  const lines = Array.from(
    market.value,
    (value, p) => `${market.users[market.user[p]]},${market.items[market.item[p]]},${value},${(p * 7919) % 1000}`,
  );
  writeFileSync(join(folder, "m.csv"), ["account,film,stars,when", ...lines, ""].join("\n"));
}

const asked = ["certify", "m.csv", "--user", "account", "--item", "film", "--rating", "stars"];

describe.concurrent("theriac certify of ratings", () => {
  it("tells what no accounts can do, as text and as JSON, and the same from the same seed", () =>
    inFolder(async (folder) => {
      writeMarket(folder);
      const [text, json, again, other] = [
        await theriac(folder, ...asked, "--quiet"),
        await theriac(folder, ...asked, "--json", "--quiet", "--out", "a"),
        await theriac(folder, ...asked, "--json", "--quiet", "--out", "b"),
        await theriac(folder, ...asked, "--json", "--quiet", "--seed", "1"),
      ];
      expect([text.exitCode, json.exitCode, json.stderr]).toEqual([0, 0, ""]);
      expect(text.stdout).toMatch(/whoever has (?:one account|up to \d+ accounts) leaves at least 0\.\d+, whatever they rate\./);
      expect(text.stdout).toMatch(
        /To bring an unpopular item into the first 10 of half of the users who have not rated it takes at least \d+ accounts/,
      );
      expect(again.stdout).toBe(json.stdout);
      expect(other.stdout).not.toBe(json.stdout);
      const document = JSON.parse(json.stdout);
      expect(document).toMatchObject({
        schema: 2,
        verdict: { outcome: "not-judged" },
        heldOut: { by: "chance" },
        users: { certified: 240 },
      });
      const [certificate] = document.certificates;
      expect(certificate).toMatchObject({ id: "user-partitions", unit: "accounts", costs: { accounts: 1 }, confidence: null });
      const values: number[] = certificate.curve.map(({ certifiedPrecision }: any) => certifiedPrecision.value);
      expect(certificate.curve.map(({ radius }: any) => radius)).toEqual(values.map((_, radius) => radius));
      expect(values[0]).toBe(certificate.clean.precision.value);
      expect(values[0]).toBeGreaterThan(0.15);
      expect(values[1]).toBeGreaterThan(0.1);
      for (let r = 1; r < values.length; r++) expect(values[r]).toBeLessThanOrEqual(values[r - 1]);
      expect(certificate.targeted.map(({ group }: any) => group)).toEqual(["unpopular", "middling"]);
      for (const { reach } of certificate.targeted) expect(reach.at(-1)).toMatchObject({ share: 0.5, median: expect.any(Number) });
      expect(filesIn(join(folder, "a"))).toEqual(["certificates.json", "targets.csv"]);
      expect(JSON.parse(readFileSync(join(folder, "a", "certificates.json"), "utf8")).certificates).toEqual(document.certificates);
      const targets = readFileSync(join(folder, "a", "targets.csv"), "utf8")
        .trim()
        .split("\n");
      expect(targets).toHaveLength(1 + certificate.targeted.reduce((sum: number, { items }: any) => sum + items, 0));
      const before = filesIn(folder);
      expect(await theriac(folder, ...asked, "--out", "a")).toMatchObject({
        exitCode: 2,
        stderr: expect.stringMatching(/holds certificates already/),
      });
      expect(filesIn(folder)).toEqual(before);
    }));

  it("decides the exit code by limits", () =>
    inFolder(async (folder) => {
      writeMarket(folder);
      const codes = [];
      for (const limit of [">= 0.01", ">= 0.9"])
        codes.push((await theriac(folder, ...asked, "--quiet", "--limit", `certifiedPrecision@1accounts ${limit}`)).exitCode);
      codes.push((await theriac(folder, ...asked, "--quiet", "--limit", "certifiedPrecision@0.5% >= 0.01")).exitCode);
      codes.push((await theriac(folder, ...asked, "--quiet", "--limit", "certifiedAccuracy@1accounts >= 0.01")).exitCode);
      expect(codes).toEqual([0, 1, 0, 2]);
    }));

  it("holds back the last ratings where a time is named, and looks at the targets that are", () =>
    inFolder(async (folder) => {
      writeMarket(folder);
      const { exitCode, stdout } = await theriac(
        folder,
        ...asked,
        "--time",
        "when",
        "--target",
        "i3",
        "--target",
        "i3",
        "--json",
        "--quiet",
      );
      expect(exitCode).toBe(0);
      const { heldOut, certificates } = JSON.parse(stdout);
      expect(heldOut.by).toBe("time");
      expect(certificates[0].targeted).toMatchObject([{ group: "named", items: 1 }]);
    }));

  it("computes the sampled certificate when it is named, with its confidence", () =>
    inFolder(async (folder) => {
      writeMarket(folder);
      const { exitCode, stdout } = await theriac(folder, ...asked, "--certificate", "pore:samples=300:risk=0.01", "--quiet");
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/All of that holds with confidence 99 %\./);
    }));

  it.each([
    ["an unknown item", ["--target", "i300"], /--target: there is no item "i300" among the 177 of m\.csv \(did you mean "i100"\?\)/],
    ["an unknown certificate", ["--certificate", "user-partition"], /did you mean "user-partitions"/],
    ["a certificate of tables", ["--certificate", "deep-partition-aggregation"], /deep-partition-aggregation/],
    ["a parameter out of range", ["--certificate", "user-partitions:partitions=0"], /user-partitions\.partitions must be/],
    ["samples of more users than there are", ["--certificate", "pore:sampled=241"], /pore\.sampled must be at most the 240 users, got 241/],
    ["an option of tables", ["--label", "stars"], /--label goes with tables, and these data are ratings/],
    ["an attack", ["--attack", "average-profiles"], /--attack goes with tables, and these data are ratings/],
    ["a limit that is none", ["--limit", "certifiedPrecision"], /--limit must look like/],
    ["a share that holds nothing back", ["--test-fraction", "0.001"], /no user has so many ratings that a share of 0\.001 of them is one/],
  ])("refuses %s in one line and writes nothing", (_, args, message) =>
    inFolder(async (folder) => {
      writeMarket(folder);
      const before = filesIn(folder);
      const { exitCode, stdout, stderr } = await theriac(folder, ...asked, ...args, "--out", "o", "--quiet");
      expect([exitCode, stdout, stderr.trim().split("\n").at(-1)]).toEqual([2, "", expect.stringMatching(message)]);
      expect(filesIn(folder)).toEqual(before);
    }),
  );

  it("stands in audits: unasked where it is cheap, on the page and in limits, for the targets of the study", () =>
    inFolder(async (folder) => {
      writeMarket(folder);
      const audit = ["audit", "m.csv", "--user", "account", "--item", "film", "--rating", "stars", "--learner", "item-knn"];
      const small = [
        ...audit,
        "--attack",
        "average-profiles",
        "--budget",
        "1%",
        "--seeds",
        "1",
        "--detector",
        "none",
        "--repair",
        "none",
        "--quiet",
      ];
      const limit = (bound: string) => ["--limit", `certifiedPrecision@5accounts >= ${bound}`];
      const first = await theriac(folder, ...small, ...limit("0.01"), "--target", "i3", "--out", "run");
      expect([first.exitCode, first.stderr]).toEqual([0, ""]);
      expect(first.stdout).toMatch(/What is certain\n- Precision of the first 10 without poison is 0\.\d+/);
      expect(first.stdout).toMatch(/certifiedPrecision@5accounts >= 0\.01 holds: user-partitions certifies/);
      const page = readFileSync(join(folder, "run", "report.html"), "utf8");
      expect(page).toContain("What is certain");
      expect(page).toContain("Certified precision by budget");
      const { certificates, top } = JSON.parse((await theriac(folder, "check", "run", "--json")).stdout);
      expect([top, certificates[0].id, certificates[0].unit]).toEqual([10, "user-partitions", "accounts"]);
      expect(certificates[0].targeted).toMatchObject([{ group: "named", items: 1 }]);
      expect((await theriac(folder, "check", "run", ...limit("0.9"))).exitCode).toBe(1);
      rmSync(join(folder, "run", "certificates.json"));
      expect((await theriac(folder, "check", "run")).exitCode).toBe(3);
      const again = await theriac(folder, "audit", "--resume", "run");
      expect([again.exitCode, again.stdout]).toEqual([0, expect.stringMatching(/What is certain/)]);
      const none = await theriac(folder, ...small, "--certificate", "none", ...limit("0.01"));
      expect([none.exitCode, none.stderr]).toEqual([2, expect.stringMatching(/nothing is certified here/)]);
    }));

  it("lists its certificates among the others", () =>
    inFolder(async (folder) => {
      const { stdout } = await theriac(folder, "list", "certificates");
      for (const id of ["user-partitions", "pore"]) expect(stdout).toContain(`  ${id} (data: ratings)`);
    }));
});
