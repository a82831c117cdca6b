import { describe, expect, it } from "vitest";
import { NumericalError, StorageError, UsageError } from "../core/errors.ts";
import { faultOf } from "./fault.ts";

const system = (code: string, message: string, more: object = {}): Error => Object.assign(new Error(message), { code, ...more });

describe("what was thrown", () => {
  it.each([
    ["a wrong request", new UsageError("--seeds: no"), 2, /^--seeds: no$/],
    ["numbers that gave out", new NumericalError("no solution"), 3, /^no solution$/],
    ["a full disk under a run", new StorageError("run: the disk is full"), 3, /^run: the disk is full$/],
    [
      "a file that cannot be read for want of handles",
      new UsageError("a.csv cannot be read: EMFILE: too many open files"),
      3,
      /^a.csv cannot be read/,
    ],
    ["too few handles", system("EMFILE", "EMFILE: too many open files, open 'a'"), 3, /ulimit -n/],
    ["too few handles, in words of a library", new Error('IO Error: Cannot open file "a": Too many open files'), 3, /ulimit -n/],
    ["a full disk", system("ENOSPC", "ENOSPC: no space left on device, write"), 3, /disk is full/],
    ["a full disk, in words of a library", new Error("IO Error: Could not write file: No space left on device"), 3, /disk is full/],
    ["a quota", system("EDQUOT", "EDQUOT: disk quota exceeded"), 3, /disk is full/],
    ["no memory for WebAssembly", new RangeError("WebAssembly.Memory(): could not allocate memory"), 3, /ulimit -v/],
    ["no memory for an array", new RangeError("Array buffer allocation failed"), 3, /memory/],
    ["no memory in a worker", system("ERR_WORKER_OUT_OF_MEMORY", "Worker terminated due to reaching memory limit"), 3, /memory/],
    ["no memory, in words of a library", new Error("Out of Memory Error: failed to allocate data of size 1 GiB"), 3, /memory/],
    ["a library that cannot be mapped", system("ERR_DLOPEN_FAILED", "duckdb.node: failed to map segment from shared object"), 3, /memory/],
    ["no more threads", system("EAGAIN", "uv_thread_create: resource temporarily unavailable"), 3, /--jobs/],
    ["a failing disk", system("EIO", "EIO: i/o error, read"), 3, /device/],
    ["a text too long", new RangeError("Invalid string length"), 3, /larger than Node can hold/],
    [
      "a folder that may not be written",
      system("EACCES", "EACCES: permission denied, mkdir '/x/y'", { path: "/x/y", syscall: "mkdir" }),
      2,
      /^\/x\/y cannot be written: permission is denied \(EACCES\)$/,
    ],
    [
      "a file system that can only be read",
      system("EROFS", "EROFS", { path: "/x", syscall: "open" }),
      2,
      /^\/x cannot be opened: the file system can only be read/,
    ],
    [
      "a folder that is not there",
      system("ENOENT", "ENOENT", { path: "/x", syscall: "scandir" }),
      2,
      /^\/x cannot be read: there is no such file/,
    ],
    [
      "a package that is not there",
      system("ERR_MODULE_NOT_FOUND", "Cannot find package 'yaml' imported from x"),
      70,
      /yaml.*install it again/,
    ],
    ["a library for another system", system("ERR_DLOPEN_FAILED", "GLIBC_2.38 not found"), 70, /GLIBC_2.38 not found.*install it again/],
  ])("is told in one line: %s", (_what, error, exitCode, message) => {
    expect(faultOf(error)).toEqual({ exitCode, message: expect.stringMatching(message), stack: null });
  });

  it.each([
    new TypeError("x is not a function"),
    new RangeError("Maximum call stack size exceeded"),
    "a text",
    null,
    7,
    { message: "no error" },
  ])("is a fault of Theriac, with a stack, if nobody knows it: %s", (error) => {
    const fault = faultOf(error);
    expect(fault.exitCode).toBe(70);
    expect(fault.stack?.every((line) => /^\s+at /.test(line))).toBe(true);
  });
});
