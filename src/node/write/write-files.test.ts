import { spawnSync } from "node:child_process";
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { StorageError, UsageError } from "../../core/errors.ts";
import { hostMark } from "./owner.ts";
import { writeFailure } from "./write-failure.ts";
import { writeFiles } from "./write-files.ts";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "theriac-write-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const gone = spawnSync(process.execPath, ["-e", ""]).pid;
const stale = (ending = ""): string => join(folder, `.theriac-${hostMark(hostname())}-${gone}--0123456789abcdef${ending}`);
const two = () => [
  { path: join(folder, "a.txt"), content: "a" },
  { path: join(folder, "b.txt"), content: ["b", Buffer.from("c")] },
];

function thrownBy(work: () => unknown): unknown {
  try {
    work();
    return null;
  } catch (error) {
    return error;
  }
}

describe("a set of files", () => {
  it.each([true, false])("is written whole, into a new folder too, and leaves nothing else behind (hard links: %s)", (hasLinks) => {
    const inside = join(folder, "new", "deep");
    writeFiles(
      [
        { path: join(inside, "a.txt"), content: "a" },
        { path: join(inside, "key.pem"), content: "k", mode: 0o600 },
      ],
      { hasLinks },
    );
    expect(readdirSync(inside)).toEqual(["a.txt", "key.pem"]);
    expect(readFileSync(join(inside, "a.txt"), "utf8")).toBe("a");
    expect(statSync(join(inside, "key.pem")).mode & 0o777).toBe(0o600);
  });

  it.each([true, false])(
    "is not written at all where one name is taken, be it by a folder or a link to nowhere (hard links: %s)",
    (hasLinks) => {
      symlinkSync(join(folder, "nowhere"), join(folder, "b.txt"));
      const error = thrownBy(() => writeFiles(two(), { hasLinks }));
      expect(error).toBeInstanceOf(UsageError);
      expect(readdirSync(folder)).toEqual(["b.txt"]);
      expect(lstatSync(join(folder, "b.txt")).isSymbolicLink()).toBe(true);
      rmSync(join(folder, "b.txt"));
      mkdirSync(join(folder, "b.txt"));
      expect(thrownBy(() => writeFiles(two(), { hasLinks }))).toBeInstanceOf(UsageError);
      expect(readdirSync(folder)).toEqual(["b.txt"]);
    },
  );

  it("of which a killed process put some in place is taken back, and the same set can be written", () => {
    mkdirSync(stale());
    for (const { path } of two()) writeFileSync(join(stale(), path.slice(folder.length + 1)), "old");
    linkSync(join(stale(), "a.txt"), join(folder, "a.txt"));
    writeFiles(two());
    expect(readdirSync(folder)).toEqual(["a.txt", "b.txt"]);
    expect([readFileSync(join(folder, "a.txt"), "utf8"), readFileSync(join(folder, "b.txt"), "utf8")]).toEqual(["a", "bc"]);
  });

  it("that was whole when its process was killed stays, and blocks the same command", () => {
    writeFiles(two());
    mkdirSync(stale(".done"));
    linkSync(join(folder, "a.txt"), join(stale(".done"), "a.txt"));
    expect(thrownBy(() => writeFiles(two()))).toMatchObject({ message: expect.stringContaining("exists already") });
    expect(readdirSync(folder)).toEqual(["a.txt", "b.txt"]);
  });

  it("of other content under the same name is not what a killed process put there", () => {
    mkdirSync(stale());
    writeFileSync(join(stale(), "a.txt"), "a");
    writeFileSync(join(folder, "a.txt"), "a");
    writeFiles([two()[1]]);
    expect(readdirSync(folder)).toEqual(["a.txt", "b.txt"]);
  });

  it("leaves what a living process, or one of another machine, is writing", () => {
    const others = [`.theriac-${hostMark(hostname())}-${process.ppid}--0123456789abcdef`, `.theriac-00000000-1--0123456789abcdef`];
    for (const name of others) mkdirSync(join(folder, name));
    writeFiles(two());
    for (const name of others) expect(existsSync(join(folder, name))).toBe(true);
  });

  it.each([
    ["below a regular file", () => (writeFileSync(join(folder, "file"), ""), join(folder, "file", "x", "a.txt"))],
    ["with a name that is too long", () => join(folder, "n".repeat(300))],
    ["in a folder whose name is too long", () => join(folder, "n".repeat(300), "a.txt")],
    ["with a NUL in its name", () => join(folder, "a\u0000b")],
    [
      "through a link that leads in a circle",
      () => (symlinkSync(join(folder, "loop"), join(folder, "loop")), join(folder, "loop", "a.txt")),
    ],
  ])("is refused in one line %s", (_, path) => {
    const error = thrownBy(() => writeFiles([{ path: path(), content: "a" }]));
    expect(error).toBeInstanceOf(UsageError);
    expect((error as Error).message).toMatch(/cannot be written: [^\n]+$/);
    expect(readdirSync(folder).filter((name) => name.startsWith("."))).toEqual([]);
  });
});

describe("an error of writing", () => {
  const errno = (code: string): Error => Object.assign(new Error(`${code}: what the system said, open '/x'`), { code, syscall: "open" });

  it.each(["EACCES", "EROFS", "EISDIR", "ENAMETOOLONG", "ENOTDIR", "EPERM", "EEXIST", "ELOOP", "ESOMETHING"])(
    "%s blames the place",
    (code) => {
      expect(writeFailure("p", errno(code))).toBeInstanceOf(UsageError);
      expect(writeFailure("p", errno(code), { isOnTheWay: true })).toBeInstanceOf(StorageError);
    },
  );

  it.each(["ENOSPC", "EDQUOT", "EFBIG", "EIO", "EMFILE", "ENFILE", "ENOMEM", "ESTALE"])(
    "%s blames the machine, and says what helps",
    (code) => {
      const error = writeFailure("p", errno(code)) as Error;
      expect(error).toBeInstanceOf(StorageError);
      expect(error.message).toMatch(/^p cannot be written: .+; nothing half written is left, so .+ and give the same command again$/);
    },
  );

  it("is given back as it is where it is none", () => {
    for (const error of [new TypeError("a bug"), new UsageError("known"), "text"]) expect(writeFailure("p", error)).toBe(error);
  });
});
