import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeMarketplace } from "../rating-marketplace.ts";
import { filesIn, inFolder, theriac } from "./command.ts";

const market = makeMarketplace(3);
/** One row each; every fortieth is rated again later, every sixtieth says that there is no rating. */
const rows = Array.from(market.user, (u, p) => {
  const row = (rating: number, time: number): string => `${market.users[u]},"film ""${market.items[market.item[p]]}""",${rating},${time}`;
  const time = 1.1e9 + 60 * p;
  return [...(p % 40 === 7 ? [row(3, time - 30)] : []), row(p % 60 === 9 ? 0 : market.value[p], time)];
}).flat();
const source = `account,film,stars,when\r\n${rows.join("\r\n")}\r\n`;
const columns = ["--ratings", "--user", "account", "--item", "film", "--rating", "stars", "--not-rated", "0"];

/** Plants accounts by a recipe; their names, and the path of the data. */
async function plant(folder: string, attack = "average-profiles"): Promise<{ planted: string[]; data: string }> {
  writeFileSync(join(folder, "m.csv"), source);
  const { stdout, exitCode } = await theriac(
    folder,
    "attack",
    "m.csv",
    ...columns,
    "--attack",
    attack,
    "--budget",
    "5%",
    "--out",
    "p",
    "--quiet",
  );
  expect(exitCode).toBe(0);
  const [, data] = /^(\S+): \d+ rows inserted/m.exec(stdout) ?? [];
  const { about } = JSON.parse(readFileSync(join(folder, `${data}.patch.json`), "utf8")) as { about: { accounts: string[] } };
  return { planted: about.accounts, data };
}

const recordsIn = (text: string): string[] => text.split(/(?<=\n)/).slice(1);
const accountOf = (record: string): string => record.slice(0, record.indexOf(","));

describe.concurrent("theriac scan --ratings", () => {
  it("finds planted accounts and no genuine one, and clean takes all that they wrote, byte for byte", () =>
    inFolder(async (folder) => {
      const { planted, data } = await plant(folder);
      const { exitCode, stdout } = await theriac(folder, "scan", data, ...columns, "--out", "found", "--json", "--quiet");
      expect(exitCode).toBe(0);
      const document = JSON.parse(stdout);
      const flagged = document.sources.filter((account: { flagged: boolean }) => account.flagged);
      expect(flagged.map(({ name }: { name: string }) => name).sort()).toEqual([...planted].sort());
      for (const { reasons } of flagged)
        expect(reasons.join()).toMatch(/^about \d+ accounts of one kind, it among them, gave "film "i\d+"" the rating 5(?:,about|$)/);
      expect(document).toMatchObject({
        expectedFalseAlarms: expect.any(Number),
        judged: { accounts: market.users.length + planted.length },
        notRun: ["rating-bursts", "rating-order", "rating-rhythm"].map((detector) => expect.objectContaining({ detector })),
      });
      // The flagged accounts and the next 50.
      expect(document.sources).toHaveLength(planted.length + 50);
      expect(new Set(document.rows.map((row: { source: string }) => row.source)).size).toBe(planted.length + 50);
      const all = readFileSync(join(folder, data), "utf8");
      const review = readFileSync(join(folder, "found", "review.csv"), "utf8").split("\n");
      expect(review[0]).toBe("row,group,decision,flagged,score,reasons,account,film,stars,when,line,scan");

      const cleaned = await theriac(folder, "clean", data, "--scan", "found", "--out", "parts", "--json");
      const [{ cleaned: kept, quarantined }] = JSON.parse(cleaned.stdout).files;
      const [stay, gone] = [kept, quarantined].map((name: string) => readFileSync(join(folder, name), "utf8"));
      const isPlanted = (record: string): boolean => planted.includes(accountOf(record));
      expect(recordsIn(gone)).toEqual(recordsIn(all).filter(isPlanted));
      expect(stay).toBe(source);
    }));

  it("takes whole accounts with --top, and single rows by a review", () =>
    inFolder(async (folder) => {
      const { planted, data } = await plant(folder);
      await theriac(folder, "scan", data, ...columns, "--detector", "account-evidence", "--out", "found");
      const records = recordsIn(readFileSync(join(folder, data), "utf8"));
      const top = await theriac(folder, "clean", data, "--scan", "found", "--top", "3", "--out", "three", "--json");
      const gone = recordsIn(readFileSync(join(folder, JSON.parse(top.stdout).files[0].quarantined), "utf8"));
      const accounts = new Set(gone.map(accountOf));
      expect([accounts.size, [...accounts].every((name) => planted.includes(name))]).toEqual([3, true]);
      expect(gone).toEqual(records.filter((record) => accounts.has(accountOf(record))));
      const first = records.findIndex((record) => planted.includes(accountOf(record)));
      writeFileSync(join(folder, "decided.csv"), `row,decision\n${first + 1},keep\n1,remove\n`);
      const decided = await theriac(folder, "clean", data, "--scan", "found", "--review", "decided.csv", "--out", "decided", "--json");
      const count = records.filter((record) => planted.includes(accountOf(record))).length;
      expect(JSON.parse(decided.stdout)).toMatchObject({ quarantined: count, overruled: 2 });
    }));

  it("is the same of JSON lines, whose records clean leaves as they stand", () =>
    inFolder(async (folder) => {
      const { planted, data } = await plant(folder, "bandwagon-profiles");
      const lines = recordsIn(readFileSync(join(folder, data), "utf8")).map((record, i) => {
        const [, account, film, stars, when] = /^(\w+),"((?:[^"]|"")*)",([\d.]+),(\d+)/.exec(record) ?? [];
        return `{"film":"${film.replaceAll('""', "'")}", "account" : "${account}","stars":${stars},"when":${when}}${i % 5 === 0 ? "  \n\n" : "\n"}`;
      });
      writeFileSync(join(folder, "r.jsonl"), lines.join(""));
      await theriac(folder, "scan", "r.jsonl", ...columns, "--detector", "account-evidence", "--out", "found");
      expect((await theriac(folder, "clean", "r.jsonl", "--scan", "found")).exitCode).toBe(0);
      const [stay, gone] = ["cleaned", "quarantined"].map((part) => readFileSync(join(folder, "found", `r.${part}.jsonl`), "utf8"));
      const taken = new Set(gone.match(/(?<="account" : ")\w+/g));
      expect(taken.size).toBeGreaterThanOrEqual(planted.length - 1);
      expect([...taken].every((name) => planted.includes(name))).toBe(true);
      const isTaken = (line: string): boolean => [...taken].some((name) => line.includes(`"${name}"`));
      expect([stay, gone]).toEqual([lines.filter((line) => !isTaken(line)).join(""), lines.filter(isTaken).join("")]);
    }));

  it("tells of accounts, who flags none of genuine ones, and what it cannot see", () =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, "m.csv"), source);
      const { stdout, exitCode } = await theriac(
        folder,
        "scan",
        "m.csv",
        ...columns,
        "--detector",
        "account-evidence,rdma",
        "--out",
        "found",
      );
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/^None of 240 accounts is flagged by the rule of account-evidence\.\n/);
      expect(stdout).toContain("Not seen, whatever the data hold: accounts that work alone");
      expect(stdout).toMatch(/^rdma +ranks only/m);
      const few = await theriac(folder, "scan", "m.csv", ...columns, "--detector", "rdma", "--out", "few");
      expect(few.stdout).toContain("None of 240 accounts is flagged, which says nothing");
      expect(few.stdout).toMatch(/account-evidence.*: not asked for \(--detector\)/);
    }));

  it("says of ratings that are all one value which detectors say nothing", () =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, "m.csv"), `user,item\n${rows.map((row) => row.split(",").slice(0, 2).join(",")).join("\n")}\n`);
      const { stdout, exitCode } = await theriac(folder, "scan", "m.csv", "--ratings", "--rating", "none", "--out", "found", "--quiet");
      expect(exitCode).toBe(0);
      expect(stdout).toContain("rdma: it scores all accounts alike.");
    }));

  it("reads who chose what, and clean takes whole accounts of it: what stays and what goes are the input", () =>
    inFolder(async (folder) => {
      const chosen = rows.map((row) => row.replace(/,[^,]*(?=,[^,]*$)/, ""));
      writeFileSync(join(folder, "m.csv"), `user,item,time\n${chosen.join("\n")}\n`);
      expect((await theriac(folder, "scan", "m.csv", "--ratings", "--out", "found", "--quiet")).exitCode).toBe(0);
      const { exitCode } = await theriac(folder, "clean", "m.csv", "--scan", "found", "--top", "5", "--out", "parts");
      expect(exitCode).toBe(0);
      const [stay, gone] = ["cleaned", "quarantined"].map((part) =>
        recordsIn(readFileSync(join(folder, "parts", `m.${part}.csv`), "utf8")),
      );
      const taken = new Set(gone.map(accountOf));
      expect(taken.size).toBe(5);
      const wrote = (record: string): boolean => taken.has(accountOf(record));
      expect(gone).toEqual(recordsIn(readFileSync(join(folder, "m.csv"), "utf8")).filter(wrote));
      expect(stay.some(wrote)).toBe(false);
      expect(stay.length + gone.length).toBe(chosen.length);
    }));

  it.each([
    [["--label", "stars"], /--label goes with tables, and these data are ratings/],
    [["--learner", "als-explicit"], /--learner goes with tables, and these data are ratings/],
    [["--trusted", "t.json"], /--trusted goes with tables, and these data are ratings/],
    [["--detector", "loss"], /there is no detector "loss"; there are: account-evidence/],
    [["--goal", "promote"], /unknown option '--goal'/],
    [["--fillers", "3"], /unknown option '--fillers'/],
    [["--min-ratings", "3"], /unknown option '--min-ratings'/],
    [["--clip"], /--clip needs --scale/],
  ])("refuses %j and writes nothing", (more, message) =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, "m.csv"), source);
      const { exitCode, stderr } = await theriac(folder, "scan", "m.csv", ...columns, ...more, "--out", "found");
      expect(stderr).toMatch(message);
      expect([exitCode, filesIn(folder)]).toEqual([2, ["m.csv"]]);
    }),
  );

  it("is not cleaned as a table, nor as data that are unknown or others", () =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, "m.csv"), source);
      await theriac(folder, "scan", "m.csv", ...columns, "--detector", "rdma", "--out", "found");
      const path = join(folder, "found", "manifest.json");
      const manifest = JSON.parse(readFileSync(path, "utf8")) as object;
      const refusal = async (): Promise<string> => {
        const { exitCode, stderr } = await theriac(folder, "clean", "m.csv", "--scan", "found", "--out", "parts");
        expect([exitCode, existsSync(join(folder, "parts"))]).toEqual([2, false]);
        return stderr;
      };
      for (const dataKind of ["table", undefined]) {
        writeFileSync(path, JSON.stringify({ ...manifest, dataKind }));
        expect(await refusal()).toMatch(/found\/manifest\.json is not the manifest of a scan: read needs the key "labels"/);
      }
      writeFileSync(path, JSON.stringify({ ...manifest, dataKind: "songs" }));
      expect(await refusal()).toMatch(/is not the manifest of a scan: dataKind must be of a known dataKind, got "songs"/);
      writeFileSync(path, JSON.stringify(manifest));
      writeFileSync(join(folder, "m.csv"), source.replace(",5,", ",4,"));
      expect(await refusal()).toMatch(/m\.csv is not what found scanned: its content differs/);
    }));
});

describe.concurrent("attackers who plan around repairs, and damage that lasts", () => {
  it.each(["--adaptive", "--persistence"])("are of tables alone, and the page that says why is named: %s", (option) =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, "m.csv"), source);
      const { exitCode, stderr } = await theriac(folder, "audit", "m.csv", ...columns, option);
      expect([exitCode, filesIn(folder)]).toEqual([2, ["m.csv"]]);
      expect(stderr).toContain(`${option} goes with tables alone (docs/recommenders.md says why), and these data are ratings`);
      const page = readFileSync(new URL("../../docs/recommenders.md", import.meta.url), "utf8");
      expect(page).toContain(`\`${option}\``);
    }),
  );
});
