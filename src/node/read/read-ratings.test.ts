import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, describe, expect, it } from "vitest";
import { UsageError } from "../../core/errors.ts";
import { detectScale } from "./detect-scale.ts";
import { type RatingsRequest, type RatingsResult, readRatings } from "./read-ratings.ts";

const folder = mkdtempSync(join(tmpdir(), "theriac-ratings-"));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

function write(content: string, ending = "csv"): string {
  const path = join(folder, `ratings${++files}.${ending}`);
  writeFileSync(path, content);
  return path;
}

async function refusal(request: RatingsRequest): Promise<string> {
  try {
    await readRatings(request);
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    expect((error as UsageError).message).not.toContain("\n");
    return (error as UsageError).message;
  }
  throw new Error("nothing was refused");
}

const texts = ({ notes }: RatingsResult): string => notes.map(({ text }) => text).join("\n");
/** `user item value` of every rating. */
const rows = ({ ratings }: RatingsResult): string[] =>
  Array.from(ratings.user, (u, p) => `${ratings.users[u]} ${ratings.items[ratings.item[p]]} ${ratings.value[p]}`);

describe("reading ratings", () => {
  it("finds the columns by name and sorts by user, then item", async () => {
    const result = await readRatings({ data: write("userId,movieId,rating,timestamp\n2,10,4,9\n1,10,3,8\n1,2,5,7\n") });
    expect(rows(result)).toEqual(["1 2 5", "1 10 3", "2 10 4"]);
    expect([...result.ratings.time!]).toEqual([7, 8, 9]);
    expect(result.ratings.scale).toEqual({ low: 3, high: 5, step: 1 });
    expect(texts(result)).toContain('user: column "userId"');
    expect(texts(result)).toContain("ratings go from 3 to 5 by 1");
    expect(result.files).toMatchObject([{ rows: 3 }]);
  });

  it("takes u.data and ratings.dat by their shape", async () => {
    const tab = await readRatings({ data: write("196\t242\t3\t881250949\n186\t302\t3.5\t891717742\n", "data") });
    expect(rows(tab)).toEqual(["186 302 3.5", "196 242 3"]);
    const colons = await readRatings({ data: write("1::1193::5::978300760\n1::661::3::978302109\n", "dat") });
    expect(rows(colons)).toEqual(["1 661 3", "1 1193 5"]);
    expect([...colons.ratings.time!]).toEqual([978302109, 978300760]);
  });

  it("takes positions without a header and a delimiter that is named", async () => {
    const data = write("4 b x a\n5 c x a\n", "txt");
    const result = await readRatings({ data, header: false, delimiter: " ", user: "4", item: "2", rating: "1" });
    expect(rows(result)).toEqual(["a b 4", "a c 5"]);
    expect(result.ratings.time).toBeNull();
  });

  it("reads JSON lines, and typed headers", async () => {
    const jsonl = await readRatings({ data: write('{"user":"a","item":"x","stars":2}\n{"user":"b","item":"x","stars":1}\n', "jsonl") });
    expect(rows(jsonl)).toEqual(["a x 2", "b x 1"]);
    const typed = await readRatings({ data: write("user_id:token\titem_id:token\trating:float\n1\t2\t3\n2\t2\t4\n", "tsv") });
    expect(rows(typed)).toEqual(["1 2 3", "2 2 4"]);
  });

  it("keeps the latest of several ratings of an item by a user, the last where there is no time", async () => {
    const timed = await readRatings({ data: write("user,item,rating,time\na,x,5,2\na,x,1,1\nb,x,3,1\n") });
    expect(rows(timed)).toEqual(["a x 5", "b x 3"]);
    expect(texts(timed)).toContain("1 ratings of an item that the user rated again are left out; the latest is kept");
    const untimed = await readRatings({ data: write("user,item,rating\na,x,5\na,x,1\nb,x,3\n") });
    expect(rows(untimed)).toEqual(["a x 1", "b x 3"]);
    expect(texts(untimed)).toContain("the last is kept");
    expect(texts(untimed)).toContain("2 of 2 users have a single rating");
  });

  it("reads Parquet, several files at once, and gzip", async () => {
    const path = join(folder, "typed.parquet");
    const sql = `COPY (SELECT * FROM (VALUES (9007199254740993, 'x', 4.5::FLOAT, TIMESTAMP '1970-01-01 00:01:00'), (9007199254740992, 'x', 1::FLOAT,
      TIMESTAMP '1970-01-01 00:00:01')) AS t(user_id, item_id, stars, "when")) TO '${path}' (FORMAT parquet)`;
    const connection = await (await DuckDBInstance.create(":memory:")).connect();
    await connection.run(sql);
    connection.closeSync();
    const result = await readRatings({ data: path, time: "when" });
    expect(rows(result)).toEqual(["9007199254740992 x 1", "9007199254740993 x 4.5"]);
    expect([...result.ratings.time!]).toEqual([1, 60]);

    writeFileSync(join(folder, "part-1.csv"), "user,item,rating\na,x,1\n");
    writeFileSync(join(folder, "part-2.csv"), "user,item,rating\na,y,2\na,z,lots\n");
    expect(await refusal({ data: join(folder, "part-*.csv") })).toContain('part-2.csv: row 2 (line 3), column "rating" is "lots"');
    writeFileSync(join(folder, "zipped.csv.gz"), gzipSync("user,item,rating\na,x,1\na,y,2\n"));
    expect(rows(await readRatings({ data: join(folder, "zipped.csv.gz") }))).toEqual(["a x 1", "a y 2"]);
  });

  it("keeps users apart whose names differ only as texts", async () => {
    expect(rows(await readRatings({ data: write("user,item,rating\n007,x,5\n7,x,1\n") })).sort()).toEqual(["007 x 5", "7 x 1"]);
  });

  it("reads dates as seconds", async () => {
    const { ratings } = await readRatings({ data: write("user,item,rating,date\na,x,5,1970-01-02\na,y,4,1970-01-01 00:00:05\n") });
    expect([...ratings.time!]).toEqual([86_400, 5]);
  });

  it("does without a time that it guessed and cannot read, and says so", async () => {
    const data = write("user,item,rating,date\na,x,5,soon\na,y,4,1970-01-01\n");
    const result = await readRatings({ data });
    expect(result.ratings.time).toBeNull();
    expect(texts(result)).toContain("ratings have no time");
    expect(await refusal({ data, time: "date" })).toContain('row 1 (line 2), column "date" is neither a number nor a date');
  });

  it("warns where all ratings are one value", async () => {
    const result = await readRatings({ data: write("user,item,rating\na,x,1\nb,x,1\n") });
    expect(result.ratings.scale).toEqual({ low: 1, high: 1, step: 0 });
    expect(texts(result)).toContain("all ratings are 1");
  });

  it("refuses with file, row and column what it cannot use", async () => {
    const word = write("user,item,rating\na,x,5\na,y,good\n");
    expect(await refusal({ data: word })).toBe(`${word}: row 2 (line 3), column "rating" is "good"; a rating must be a finite number`);
    const nobody = write("user,item,rating\na,x,5\n,y,4\n");
    expect(await refusal({ data: nobody })).toBe(`${nobody}: row 2 (line 3), column "user" is empty; every rating has a user and an item`);
    const off = write("user,item,rating\na,x,5\nb,y,7\n");
    expect(await refusal({ data: off, scale: { low: 1, high: 5, step: 1 } })).toBe(
      `${off}: row 2 (line 3), column "rating" is 7, which is not on the scale 1 to 5 by 1 (--clip moves what lies beyond to its ends)`,
    );
    expect(await refusal({ data: off, scale: { low: 5, high: 1 } })).toContain("--scale must be");
    expect(await refusal({ data: off, user: "usr" })).toContain('did you mean "user"');
    expect(await refusal({ data: off, user: "9" })).toContain("positions go from 1 to 3");
    expect(await refusal({ data: off, user: "item", item: "item" })).toContain('column "item" is named by');
    expect(await refusal({ data: write("a,b,c\n1,2,3\n") })).toContain("is named like the user: say which one with --user");
    expect(await refusal({ data: write("user,item,rating\n") })).toContain("a header and no data rows");
    expect(await refusal({ data: write("") })).toContain("is empty");
    expect(await refusal({ data: join(folder, "none.csv") })).toContain("there is no file");
  });
});

describe("detecting a scale", () => {
  it("takes the smallest distance as the step where all ratings stand on it, else their last decimal", () => {
    expect(detectScale([5, 1, 2])).toEqual({ low: 1, high: 5, step: 1 });
    expect(detectScale([0.5, 1, 4])).toEqual({ low: 0.5, high: 4, step: 0.5 });
    expect(detectScale([0, 0.3, 0.8])).toEqual({ low: 0, high: 0.8, step: 0.1 });
    expect(detectScale([-10, -9.97, 10])).toEqual({ low: -10, high: 10, step: 0.01 });
  });
});
