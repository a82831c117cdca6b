import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { UsageError } from "../../core/errors.ts";
import { readConfigFile } from "../config/config-file.ts";
import { parseExactly, stringifyExactly } from "./exact-json.ts";
import { undoPatch } from "../poison/poison-file.ts";
import { anyNumber } from "./parts.ts";
import { type OwnFile, readOwnFile } from "./read-own-file.ts";
import { trustedRelationFile } from "./trusted-relation-file.ts";

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), "theriac-own-"))));
afterAll(() => rmSync(folder, { recursive: true }));

const kind: OwnFile<unknown> = {
  what: "a thing",
  kinds: ["thing"],
  versions: [2, 3],
  remedy: "make it again",
  maxBytes: 1 << 20,
  schema: z.object({
    kind: z.literal("thing"),
    study: z.object({ budgets: z.array(z.number().gt(0).max(1)), level: z.enum(["low", "high"]), name: z.string().optional() }),
    either: z.union([z.string(), z.object({ id: z.string() })]).optional(),
    scores: z.record(z.string(), anyNumber).optional(),
    count: z.int().min(0).optional(),
  }),
};
const right = { schema: 3, kind: "thing", study: { budgets: [0.1], level: "low" } };

function refusal(content: string | Uint8Array | null, name = "thing.json"): string {
  const path = join(folder, name);
  if (content !== null) writeFileSync(path, content);
  try {
    readOwnFile(path, kind);
  } catch (error) {
    if (error instanceof UsageError) return error.message.replaceAll(folder, "");
    throw error;
  }
  return "no refusal";
}
const of = (change: object): string => JSON.stringify({ ...right, ...change });

describe("an own file", () => {
  it.each([
    ["", "/thing.json is not a thing: it is not JSON: it is empty; make it again"],
    ['{"schema": 3,', "/thing.json is not a thing: it is not JSON: it ends too early; make it again"],
    ['{"schema": 3,\n"kind": x}', "/thing.json is not a thing: it is not JSON (line 2, column 9); make it again"],
    ["[1]", "/thing.json is not a thing: it must be an object, got [1]; make it again"],
    ["null", "/thing.json is not a thing: it must be an object, got null; make it again"],
    [of({ kind: "other" }), '/thing.json is not a thing: its kind must be "thing", got "other"; make it again'],
    ['{"schema":3,"__proto__":{"kind":"thing"}}', '/thing.json is not a thing: its kind must be "thing", got nothing; make it again'],
    [of({ schema: "3" }), '/thing.json is not a thing: its schema must be 2 or 3, got "3"; make it again'],
    [
      of({ schema: 4, theriac: "2.0.0" }),
      "/thing.json was written by a newer version of Theriac (Theriac 2.0.0): a thing has schema 4 there; this version reads 2 and 3; make it again",
    ],
    [
      of({ schema: 1 }),
      "/thing.json was written by an older version of Theriac: a thing has schema 1 there; this version reads 2 and 3; make it again",
    ],
    [
      of({ study: { budgets: [0.1, 0.2, 7], level: "low" } }),
      "/thing.json is not a thing: study.budgets[2] must be a number of at most 1, got 7; make it again",
    ],
    [
      of({ study: { budgets: [0], level: "low" } }),
      "/thing.json is not a thing: study.budgets[0] must be a number of more than 0, got 0; make it again",
    ],
    [of({ study: { budgets: {}, level: "low" } }), "/thing.json is not a thing: study.budgets must be a list, got {}; make it again"],
    [
      of({ study: { budgets: [], level: "mid" } }),
      '/thing.json is not a thing: study.level must be one of low, high, got "mid"; make it again',
    ],
    [of({ study: { level: "low" } }), '/thing.json is not a thing: study needs the key "budgets", a list; make it again'],
    [of({ either: 7 }), "/thing.json is not a thing: either must be a text or an object, got 7; make it again"],
    [of({ either: { id: 7 } }), "/thing.json is not a thing: either.id must be a text, got 7; make it again"],
    [of({ scores: { "a b": "x" } }), '/thing.json is not a thing: scores["a b"] must be a number, got "x"; make it again'],
    [of({ count: 1.5 }), "/thing.json is not a thing: count must be a whole number, got 1.5; make it again"],
    [
      of({ count: 1e300 }),
      "/thing.json is not a thing: count must be a whole number of at most 9007199254740991, got 1e+300; make it again",
    ],
    [of({ study: "x".repeat(500) }), `/thing.json is not a thing: study must be an object, got "${"x".repeat(76)}…; make it again`],
  ])("that holds %.60s is refused with place, finding and what is allowed", (text, message) => {
    expect(refusal(text)).toBe(message);
  });

  it("is used as it stands where it is right, in a byte order mark too", () => {
    expect(refusal(of({ more: { __proto__: 1 } }))).toBe("no refusal");
    expect(refusal(`\uFEFF${of({})}`)).toBe("no refusal");
    const path = join(folder, "thing.json");
    writeFileSync(path, '{"schema":3,"kind":"thing","study":{"budgets":[],"level":"low"},"scores":{"__proto__":1,"n":{"$number":"NaN"}}}');
    const { scores } = readOwnFile(path, kind).value as { scores: object };
    expect([Object.keys(scores), Object.getPrototypeOf(scores)]).toEqual([["__proto__", "n"], Object.prototype]);
  });

  it("that is no text, too large or nested without end is refused", () => {
    expect(refusal(Uint8Array.of(0x7b, 0xff))).toMatch(/not text in UTF-8/);
    expect(refusal(`{"schema":3,"kind":"thing","study":${"[".repeat(100_000)}${"]".repeat(100_000)}}`)).toMatch(
      /nested more than 64 levels deep/,
    );
    expect(refusal(`{"a":${'{"$number":'.repeat(5000)}1${"}".repeat(5001)}`)).toMatch(/nested more than 64 levels deep/);
    truncateSync(join(folder, "thing.json"), 2 ** 21);
    expect(refusal(null)).toBe("/thing.json is too large for a thing: at most 1 MiB are read");
  });

  it("that is no file, or has a name that no file has, is refused", () => {
    mkdirSync(join(folder, "d"));
    symlinkSync("loop", join(folder, "loop"));
    execFileSync("mkfifo", [join(folder, "pipe")]);
    for (const [name, message] of [
      ["none", /^there is no file \/none, which would be a thing$/],
      ["d", /^\/d is a folder, and a thing is a file$/],
      ["thing.json/x", /a part of its path is no folder$/],
      ["a\0b", /\/a\\0b cannot be read: a path holds no NUL character$/],
      ["x".repeat(5000), /^.{100,500}… cannot be read: the name is too long$/],
      ["loop", /links lead in a circle$/],
      ["pipe", /no regular file/],
    ] as const)
      expect(refusal(null, name), name.slice(0, 20)).toMatch(message);
  });

  it.skipIf(process.getuid?.() === 0)("that may not be read is refused", () => {
    writeFileSync(join(folder, "secret"), "{}");
    chmodSync(join(folder, "secret"), 0);
    expect(refusal(null, "secret")).toMatch(/permission denied$/);
  });
});

describe("numbers that JSON lacks", () => {
  it("come back, and what only looks like one stays what it is", () => {
    const numbers = [NaN, Infinity, -Infinity, -0, 1];
    expect(parseExactly(stringifyExactly(numbers))).toEqual(numbers);
    for (const text of ['{"$number":"7"}', '{"$number":{"toString":1}}', '{"$number":null}', '{"$number":["NaN"]}'])
      expect(parseExactly(text)).toEqual(JSON.parse(text));
  });
});

describe("a patch", () => {
  const digest = (name: unknown): object => ({ name, bytes: 0, sha256: "0".repeat(64) });
  const patch = {
    schema: 1,
    kind: "theriac-patch",
    about: {},
    relabel: [],
    edit: [],
    insert: [],
    touched: [],
    keptBytes: 0,
    source: digest("a.csv"),
    copy: digest("b.csv"),
  };

  it.each([
    [
      "a name with NUL",
      { copy: digest("a\0b") },
      /copy\.name must be the name of a file without its folder, of at most 255 bytes, got "a\\u0000b"$/,
    ],
    ["a very long name", { source: digest("x".repeat(300)) }, /source\.name must be the name of a file/],
    ["a name of a folder", { copy: digest("..") }, /copy\.name must be/],
    ["a name elsewhere", { copy: digest("../b.csv") }, /copy\.name must be/],
    [
      "a place out of range",
      { touched: [{ row: 0, start: 2 ** 60, bytes: 1, original: "" }] },
      /touched\[0\]\.start must be a whole number/,
    ],
    [
      "a place before the last",
      {
        touched: [
          { row: 0, start: 5, bytes: 1, original: "" },
          { row: 1, start: 2, bytes: 1, original: "" },
        ],
      },
      /touched\[1\]\.start must be a byte behind the record before it, at 6 or later, got 2/,
    ],
    ["no list of rows", { relabel: { length: 4294967295 } }, /relabel must be a list, got/],
  ])("with %s is refused", async (_, change, message) => {
    const path = join(folder, "x.patch.json");
    writeFileSync(path, JSON.stringify({ ...patch, ...change }));
    await expect(undoPatch(path)).rejects.toThrow(message);
  });
});

describe("a trusted relation", () => {
  it.each([
    [
      {
        tasks: ["a", "a"],
        relation: [
          [1, 0],
          [0, 1],
        ],
      },
      /tasks must be a list in which no task stands twice/,
    ],
    [{ tasks: ["a", "b"], relation: [[1, 0]] }, /relation must be a list of 2 entries, one for each task/],
    [{ tasks: ["a", "b"], relation: [[1, 0], null] }, /relation\[1\] must be a list, got null/],
    [{ tasks: ["a", "b"], relation: [[1], [0, 1]] }, /relation\[0\] must be a list of 2 entries/],
    [{ tasks: ["a"], relation: [["1"]] }, /relation\[0\]\[0\] must be a number( or null)?, got "1"/],
    [{ schema: 9, tasks: ["a"], relation: [[1]] }, /newer version of Theriac/],
  ])("%j is refused", (value, message) => {
    const path = join(folder, "tasks.json");
    writeFileSync(path, JSON.stringify(value));
    expect(() => readOwnFile(path, trustedRelationFile)).toThrow(message);
  });
});

describe("a configuration", () => {
  const bomb =
    "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n";
  it.each([
    ["an alias bomb", "c.yaml", bomb, /c\.yaml is not YAML that a configuration can be: Excessive alias count/],
    ["an unknown alias", "c.yaml", "seeds: *none\n", /Unresolved alias .*: none$/],
    ["a list that holds itself", "c.yaml", "limits: &a [*a]\n", /limits\[0\] must be a text, got a list$/],
    ["deep lists in YAML", "c.yaml", `a: ${"[".repeat(20_000)}`, /nested too deeply for a configuration$/],
    ["deep maps in YAML", "c.yaml", Array.from({ length: 1500 }, (_, i) => `${" ".repeat(i)}a:`).join("\n"), /nested too deeply/],
    ["deep lists in JSON", "c.json", `{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`, /nested more than 64 levels deep$/],
    ["a key of every object", "c.json", '{"__proto__": {"seeds": 1}}', /unknown key "__proto__"/],
    ["a key of every object in YAML", "c.yaml", "__proto__: 1\n", /unknown key "__proto__"/],
    ["a very long key", "c.json", `{"${"k".repeat(1e6)}": 1}`, /unknown key "k{80}…"; allowed here/],
    ["a very long text", "c.json", JSON.stringify({ out: "o".repeat(1e6) }), /out must be a text of at most 4096 characters/],
    ["NUL in a path", "c.json", '{"data": {"path": "a\\u0000b"}}', /data\.path must be a text without a NUL character/],
    ["a number out of range", "c.json", '{"seeds": 1e300}', /seeds must be a whole number of at least 1 and at most 100000, got 1e\+300/],
    ["a huge list", "c.json", JSON.stringify({ budgets: Array(200_000).fill(0.1) }), /budgets must be a list of at most 100000 entries/],
    ["bytes that are no text", "c.yaml", Uint8Array.of(0xff, 0xfe, 0x61), /not text in UTF-8/],
    ["nothing that is JSON", "c.json", '{"a": }', /c\.json is not JSON \(line 1, column 7\)$/],
    [
      "something that throws when it is looked at",
      "c.mjs",
      "export default new Proxy({}, { ownKeys() { throw new Error('no\\nlook') } });",
      /c\.mjs cannot be checked: no look$/,
    ],
    ["a module that throws nothing", "d.mjs", "throw null;", /d\.mjs cannot be run: it threw something that is no error$/],
    ["an object that holds itself", "e.mjs", "const a = {}; a.learner = a; export default { learner: a };", /e\.mjs: /],
    ["a bigint", "f.mjs", "export default { seeds: 3n };", /seeds must be a whole number .*, got 3n$/],
  ])("with %s is refused in one line", async (_, name, content, message) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    const error = await readConfigFile(path).then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(UsageError);
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).not.toContain("\n");
  });
});
