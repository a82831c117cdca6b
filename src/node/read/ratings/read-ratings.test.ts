import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, describe, expect, it } from "vitest";
import { UsageError } from "../../../core/errors.ts";
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
  it.each([
    ["stars by a word", ["1 star", "4 stars"], [1, 4]],
    ["shares", ["20%", "80 %"], [20, 80]],
    ["a number out of another", ["1/5", "4.5/5"], [1, 4.5]],
    ["a number out of another in words", ["1 out of 5", "4 out of 5"], [1, 4]],
    ["signs", ["★☆☆☆☆", "★★★★☆"], [1, 4]],
  ])("reads %s as numbers and says so", async (_, [low, high], values) => {
    const result = await readRatings({ data: write(`user,item,rating\na,x,${low}\na,y,${high}\nb,x,${high}\n`) });
    expect([...result.ratings.value]).toEqual([values[0], values[1], values[1]]);
    expect(texts(result)).toContain(`ratings are not written as plain numbers: "${low}" is read as ${values[0]}`);
  });

  it("refuses numbers out of different ones", async () => {
    expect(await refusal({ data: write("user,item,rating\na,x,1/5\na,y,4/10\nb,x,3/5\n") })).toContain("must be a finite number");
  });

  it("says of a rating far from all others", async () => {
    const content = `user,item,rating\n${Array.from({ length: 40 }, (_, i) => `${i % 8},${i},${i === 7 ? 45 : 1 + (i % 5)}\n`).join("")}`;
    expect(texts(await readRatings({ data: write(content) }))).toMatch(
      /1 of 40 ratings is 45 and all others are from 1 to 5 \(the first: .*row 8/,
    );
    expect(texts(await readRatings({ data: write(content.replace("45", "5")) }))).not.toContain("all others");
  });

  it.each<[readonly number[], boolean]>([
    [[1, 3, 270, 13], true],
    [[0, 40, 100, 55], false],
    [[1, 2.5, 270, 13], false],
    [[-10, 3, 270, 13], false],
  ])("doubts that %j are ratings, as counts of plays are not: %s", async (values, isDoubted) => {
    const data = write(`user,item,rating\n${values.map((value, k) => `u${k % 3},i${k},${value}\n`).join("")}`);
    expect(texts(await readRatings({ data })).includes("it may count something, such as plays")).toBe(isDoubted);
    expect(texts(await readRatings({ data, rating: "none" }))).not.toContain("it may count");
  });

  it("keeps to the k-core where it is asked to", async () => {
    const data = write("user,item,rating\nu1,i1,5\nu1,i2,4\nu2,i1,3\nu2,i2,1\nu3,i1,2\nu3,i9,2\n");
    const read = await readRatings({ data, minRatings: 2 });
    expect(rows(read)).toEqual(["u1 i1 5", "u1 i2 4", "u2 i1 3", "u2 i2 1"]);
    expect(read.leftOut).toEqual({ users: 1, items: 1, ratings: 2 });
    expect(read.ratings.scale).toEqual({ low: 1, high: 5, step: 1 });
    expect(texts(read)).toContain("1 user and 1 item with fewer than 2 ratings are left out with 2 ratings");
    expect(await refusal({ data, minRatings: 3 })).toContain("--min-ratings 3 leaves nothing");
    expect(texts(await readRatings({ data, minRatings: 1 }))).toContain("left nobody out");
  });

  it("doubts places under which there are fewer users than ratings", async () => {
    const lines = Array.from({ length: 100 }, (_, i) => `${1 + (i % 5)},${i % 30},${(i * 7) % 25}\n`).join("");
    expect(texts(await readRatings({ data: write(lines) }))).toContain("users may be taken for ratings");
  });

  it("says of users and items that are one but for their spelling", async () => {
    const result = await readRatings({ data: write("user,item,rating\n01,x,5\n1,y,4\n2,X,3\n") });
    expect(texts(result)).toMatch(/"user" has users that differ only by .*: "01" \(1\), "1" \(1\)/);
    expect(texts(result)).toMatch(/"item" has items that differ only by .*: "x" \(1\), "X" \(1\)/);
  });

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

/** A rating of item i by user u at each of these times. */
const timed = (times: readonly (string | number)[]): string =>
  `user,item,rating,time\n${times.map((time, p) => `u${p},x,${1 + (p % 5)},${time}\n`).join("")}`;
const timesOf = async (times: readonly (string | number)[]): Promise<number[]> =>
  Array.from((await readRatings({ data: write(timed(times)) })).ratings.time ?? []);
const saidOf = async (content: string, more: Partial<RatingsRequest> = {}): Promise<string> =>
  texts(await readRatings({ data: write(content), ...more }));
const warningsOf = async (content: string, more: Partial<RatingsRequest> = {}): Promise<string> =>
  (await readRatings({ data: write(content), ...more })).notes
    .filter(({ level }) => level === "warning")
    .map(({ text }) => text)
    .join("\n");

describe("times of ratings", () => {
  it("are read with their zones, and as UTC without, which is said", async () => {
    expect(await timesOf(["2026-01-01T10:00:00+02:00", "2026-01-01T10:00:00-0500", "2026-01-01T10:00:00Z"])).toEqual([
      1767254400, 1767279600, 1767261600,
    ]);
    expect(await saidOf(timed(["2026-01-01T10:00:00", "2026-01-02 10:00"]))).toContain("times name no zone and are taken as UTC");
    expect(await warningsOf(timed(["2026-01-01T10:00:00Z", "2026-01-02 10:00:00"]))).toContain("others do not, which are taken as UTC");
  });

  it.each([
    ["seconds", 1],
    ["milliseconds", 1e3],
    ["microseconds", 1e6],
    ["nanoseconds", 1e9],
  ])("in %s become seconds, which is said", async (name, perSecond) => {
    const content = timed([978300760 * perSecond, 978302109 * perSecond]);
    expect([...(await readRatings({ data: write(content) })).ratings.time!]).toEqual([978300760, 978302109]);
    expect(await saidOf(content)).toContain(`times are ${name} since 1970 by their size, 2000-12-31 to 2000-12-31`);
  });

  it("of several units are each read in its own, with a warning that names a row", async () => {
    const content = timed([978300760, 978302109, 978300760000]);
    expect([...(await readRatings({ data: write(content) })).ratings.time!]).toEqual([978300760, 978302109, 978300760]);
    expect(await warningsOf(content)).toMatch(/2 in seconds, 1 in milliseconds \(.*row 3 \(line 4\)/);
  });

  it("that are dates in other forms are read", async () => {
    const day = (month: number, date: number): number => Date.UTC(2014, month - 1, date) / 1000;
    expect(await timesOf(["20140731", "20140801"])).toEqual([day(7, 31), day(8, 1)]);
    expect(await timesOf(["31/07/2014", "01/08/2014"])).toEqual([day(7, 31), day(8, 1)]);
    expect(await timesOf(["07/31/2014", "08/01/2014"])).toEqual([day(7, 31), day(8, 1)]);
    expect(await timesOf(['"07 31, 2014"', '"08 1, 2014"'])).toEqual([day(7, 31), day(8, 1)]);
    expect(await timesOf(["31 Jul 2014", "1 Aug 2014"])).toEqual([day(7, 31), day(8, 1)]);
    expect(await saidOf(timed(["31/07/2014", "01/08/2014"]))).toContain("dates such as 31/07/2014 are read as day, month, year");
  });

  it("that cannot be told are not guessed: the ratings have none, with the reason, or are refused where the column was named", async () => {
    const open = write(timed(["01/02/2014", "03/04/2014"]));
    expect((await readRatings({ data: open })).ratings.time).toBeNull();
    expect(texts(await readRatings({ data: open }))).toContain('in "01/02/2014" and all others either number could be the day');
    expect(await refusal({ data: open, time: "time" })).toContain("write dates as 2024-01-31");
    const data = write(timed(["2014-01-01", "2014-02-30", "soon"]));
    expect(await refusal({ data, time: "time" })).toMatch(/row 2 \(line 3\), column "time" is neither .* got "2014-02-30", as 1 more cell/);
  });

  it("of 0 or −1 among others are warned of", async () => {
    expect(await warningsOf(timed([978300760, 0, -1]))).toMatch(/2 of 3 times are 0 or −1.*row 2 \(line 3\)/);
  });
});

/** Ratings by ten users of as many items as there are values. */
const valued = (values: readonly (string | number)[]): string =>
  `user,item,rating\n${Array.from({ length: 10 }, (_, u) => values.map((value, i) => `u${u},i${i},${value}\n`).join("")).join("")}`;

describe("ratings that may say that there is none", () => {
  it.each([
    ["0 where all others are whole and 1 or more", [0, 1, 2, 3, 4, 5], 0],
    ["−1 beside 1 to 10", [-1, 1, 2, 5, 7, 10], -1],
    ["99 beyond a scale of −10 to 10", [-10, -2.5, 0.03, 9.9, 99], 99],
    ["9 beyond 1 to 5", [1, 2, 3, 4, 5, 9], 9],
  ])("%s are warned of with count, row and what to do, and can be left out or kept", async (_, values, suspect) => {
    const content = valued(values);
    const row = values.indexOf(suspect) + 1;
    const warning = await warningsOf(content);
    expect(warning).toContain(`10 of ${10 * values.length} ratings are ${suspect} and all others are`);
    expect(warning).toContain(`row ${row} (line ${row + 1})`);
    expect(warning).toContain(`leave them out with --not-rated ${suspect}`);
    const { ratings, notes } = await readRatings({ data: write(content), notRated: [suspect] });
    expect(ratings.value.length).toBe(10 * (values.length - 1));
    expect(ratings.value).not.toContain(suspect);
    expect(notes.map(({ text }) => text).join("\n")).toContain(
      `10 of ${10 * values.length} ratings are ${suspect}, which was said to mean "not rated", and left out`,
    );
    const scale = { low: Math.min(...values), high: Math.max(...values) };
    expect(await warningsOf(content, { scale })).not.toContain("not rated");
  });

  it.each([
    ["0.5 to 5 with 0", [0, 0.5, 1, 2.5, 5]],
    ["0 and 1", [0, 1]],
    ["−1, 0 and 1", [-1, 0, 1]],
    ["−2 to 2", [-2, -1, 0, 1, 2]],
    ["1 to 5", [1, 2, 3, 4, 5]],
    ["1 to 10", [1, 4, 8, 9, 10]],
  ])("are not suspected in %s", async (_, values) => expect(await warningsOf(valued(values))).not.toContain("not rated"));

  it("are refused where cells are empty, or left out on request, and users who rated nothing else with them", async () => {
    const data = write("user,item,rating\na,x,5\nb,y,\na,z,NA\na,w,4\n");
    expect(await refusal({ data })).toMatch(/row 2 \(line 3\), column "rating" is empty; .*; 1 more cell .*; --not-rated empty leaves/);
    const result = await readRatings({ data, notRated: ["empty"] });
    expect(rows(result)).toEqual(["a w 4", "a x 5"]);
    expect(result.ratings.users).toEqual(["a"]);
    expect(texts(result)).toMatch(/2 of 4 ratings are empty, .* left out \(the first: .*row 2 \(line 3\)\)/);
    expect(await refusal({ data: write("user,item,rating\na,x,\nb,y,\n"), notRated: ["empty"] })).toContain("holds no rating");
    const signs = write("user,item,rating\na,x,5\na,z,?\na,w,4\n");
    expect(await refusal({ data: signs })).toContain('is "?"; a rating must be a finite number; --not-rated "?" leaves such rows out');
    expect(rows(await readRatings({ data: signs, notRated: ["?"] }))).toEqual(["a w 4", "a x 5"]);
  });
});

describe("what stands in a cell of a rating", () => {
  it("may have a decimal comma, which is said", async () => {
    const result = await readRatings({ data: write("user;item;rating\na;x;4,5\nb;x;3\n") });
    expect(rows(result)).toEqual(["a x 4.5", "b x 3"]);
    expect(texts(result)).toContain('ratings are written with a decimal comma: "4,5" is read as 4.5');
  });

  it.each(["4 stars", "★★★★", "4/5", "1,000", "inf"])("is refused with row, line and count where it is %s", async (cell) => {
    const data = write(`user,item,rating\na,x,5\na,y,"${cell}"\na,z,"${cell}"\n`);
    expect(await refusal({ data })).toBe(
      `${data}: row 2 (line 3), column "rating" is "${cell}"; a rating must be a finite number; 1 more cell is no number either`,
    );
  });
});

describe("columns of ratings", () => {
  it.each([
    ["reviewerID,asin,overall,unixReviewTime", { user: "reviewerID", item: "asin", rating: "overall" }],
    ["user_id,business_id,stars,date", { user: "user_id", item: "business_id", rating: "stars" }],
    ["User-ID,ISBN,Book-Rating,x", { user: "User-ID", item: "ISBN", rating: "Book-Rating" }],
    ["rating,asin,parent_asin,user_id", { user: "user_id", item: "parent_asin", rating: "rating" }],
    ["account,product,stars,x", { user: "account", item: "product", rating: "stars" }],
    [
      "review_profilename,beer_beerid,review_overall,brewery",
      { user: "review_profilename", item: "beer_beerid", rating: "review_overall" },
    ],
    ["user_id:token,item_id:token,rating:float,timestamp:float", { user: "user_id", item: "item_id", rating: "rating", time: "timestamp" }],
  ])("are guessed by name in %s", async (header, expected) => {
    const said = await saidOf(`${header}\n1,2,5,1369699200\n3,2,4,1369699201\n`);
    for (const [role, column] of Object.entries(expected)) expect(said).toContain(`${role}: column "${column}`);
  });

  it("are guessed by place where there is no header: Amazon's files, and those with the time before the rating", async () => {
    const amazon = await readRatings({ data: write("A39H,0205616461,5.0,1369699200\nA3JM,0558925278,3.0,1355443200\n") });
    expect(rows(amazon)).toEqual(["A39H 0205616461 5", "A3JM 0558925278 3"]);
    const swapped = await readRatings({ data: write("A39H,0205616461,1369699200,5.0\nA3JM,0558925278,1355443200,3.0\n") });
    expect(rows(swapped)).toEqual(["A39H 0205616461 5", "A3JM 0558925278 3"]);
    expect([...swapped.ratings.time!]).toEqual([1369699200, 1355443200]);
    expect(texts(swapped)).toContain("by their places (override with");
  });

  it("may lack one of ratings: then who chose what is all there is, with a warning or by agreement", async () => {
    const data = write("user,item,timestamp\na,x,1369699200\na,x,1369699300\nb,y,1369699200\n");
    const result = await readRatings({ data });
    expect(rows(result)).toEqual(["a x 1", "b y 1"]);
    expect(result.ratings.scale).toEqual({ low: 1, high: 1, step: 0 });
    expect(result.notes.filter(({ level }) => level === "warning").map(({ text }) => text)).toEqual([
      "there is no column of ratings: each row counts as liking, and all that is learned from is who chose what (name one with --rating, or agree with --rating none)",
      expect.stringMatching(/^1 rows repeat an item that the user chose before and are left out; the latest is kept/),
    ]);
    const agreed = await readRatings({ data, rating: "none" });
    expect(agreed.notes.some(({ text, level }) => level === "warning" && text.includes("no column of ratings"))).toBe(false);
    const bare = await readRatings({ data: write("1 2\n1 3\n2 3\n".replaceAll(" ", "\t"), "data") });
    expect(rows(bare)).toEqual(["1 2 1", "1 3 1", "2 3 1"]);
    const three = await readRatings({ data: write("a,x,1369699200\nb,y,1369699300\n") });
    expect([...three.ratings.time!]).toEqual([1369699200, 1369699300]);
    expect(await refusal({ data: write("user,artist,weight\na,x,13\nb,y,2\n") })).toContain(
      "is named like the rating: say which one with --rating, or --rating none where all that counts is who chose what",
    );
  });
});

describe("layouts of ratings", () => {
  it("of RecBole, MovieLens' folds and spaces are read by their endings", async () => {
    const inter = await readRatings({ data: write("user_id:token\titem_id:token\trating:float\n1\t2\t3\n2\t2\t4\n", "inter") });
    expect(rows(inter)).toEqual(["1 2 3", "2 2 4"]);
    const base = await readRatings({ data: write("1\t1\t5\t874965758\n1\t2\t3\t876893171\n", "base") });
    expect(rows(base)).toEqual(["1 1 5", "1 2 3"]);
  });

  it("that are matrices of users and items, or Netflix's, are refused with what to do", async () => {
    const matrix = `user,Toy Story,Heat,Casino,Sabrina\n${Array.from({ length: 8 }, (_, u) => `u${u},${u % 5},,3,4.5\n`).join("")}`;
    expect(await refusal({ data: write(matrix) })).toMatch(/looks like a matrix .* a column for each item \(5 columns.*one a line/);
    const jester = Array.from({ length: 8 }, (_, u) => Array.from({ length: 12 }, (_, i) => (i === u ? 99 : i - 4.25)).join(",")).join(
      "\n",
    );
    expect(await refusal({ data: write(`${jester}\n`) })).toContain("looks like a matrix");
    expect(await refusal({ data: write("1:\n1488844,3,2005-09-06\n822109,5,2005-05-13\n", "txt") })).toContain("as Netflix did");
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
