import { openSync, closeSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { NumericalError, StorageError, UsageError } from "../core/errors.ts";
import { exitCodes } from "./exit-codes.ts";

/** What went wrong, for people, and the exit code that says so to programs. */
export interface Fault {
  readonly exitCode: number;
  /** One line: what happened, and what to do about it. */
  readonly message: string;
  /** Where it happened, for whoever mends Theriac; null where Theriac is not at fault. */
  readonly stack: readonly string[] | null;
}

/** What the machine may run out of: how it says so, by code or in words (those of the system in messages of libraries), and what helps. */
const shortages: readonly { readonly codes: readonly string[]; readonly words: RegExp; readonly what: string }[] = [
  {
    codes: ["EMFILE", "ENFILE"],
    words: /too many open files/i,
    what: "the system gives no more file handles: raise the limit, as with ulimit -n 1024, and try again",
  },
  {
    codes: ["ENOSPC", "EDQUOT"],
    words: /no space left on device|disk quota exceeded/i,
    what: "the disk is full: make room and try again; an audit goes on with --resume",
  },
  {
    codes: ["ENOMEM", "ERR_MEMORY_ALLOCATION_FAILED", "ERR_WORKER_OUT_OF_MEMORY"],
    words:
      /cannot allocate memory|could not allocate memory|out of memory|array buffer allocation failed|failed to map segment|failed to allocate|std::bad_alloc/i,
    what: "the machine gives no more memory: raise the limit, as with ulimit -v unlimited (the kernels need address space), run fewer --jobs, or take less data",
  },
  {
    codes: ["EAGAIN", "ERR_WORKER_INIT_FAILED"],
    words: /resource temporarily unavailable|thread constructor failed|worker initialization failure/i,
    what: "the system gives no more threads or processes: try fewer --jobs, or raise the limit, as with ulimit -u 1024",
  },
  {
    codes: ["ERR_STRING_TOO_LONG", "ERR_BUFFER_TOO_LARGE", "ERR_FS_FILE_TOO_LARGE"],
    words: /invalid string length|(?:map|set) maximum size exceeded|cannot create a string longer than/i,
    what: "the data are larger than Node can hold at once: take fewer rows or columns",
  },
  {
    codes: ["EIO", "ENXIO", "ESTALE", "EREMOTEIO"],
    words: /input\/output error/i,
    what: "a device fails: look after the disk or the connection to it",
  },
];

/** Errors of the file system that are about the path that was asked for. */
const pathCodes: Readonly<Record<string, string>> = {
  EACCES: "permission is denied",
  EPERM: "it is not permitted",
  EROFS: "the file system can only be read",
  ENOENT: "there is no such file or folder",
  ENOTDIR: "a part of the path is no folder",
  EISDIR: "it is a folder",
  EEXIST: "it exists already",
  ENOTEMPTY: "the folder is not empty",
  ENAMETOOLONG: "the name is too long",
  ELOOP: "its links go round in a circle",
  EXDEV: "it lies on another file system",
  EBUSY: "it is in use",
  ETXTBSY: "it is in use",
  EFBIG: "the file would be too large",
};

const missingCodes = [
  "ERR_MODULE_NOT_FOUND",
  "MODULE_NOT_FOUND",
  "ERR_DLOPEN_FAILED",
  "ERR_PACKAGE_PATH_NOT_EXPORTED",
  "ERR_INVALID_PACKAGE_CONFIG",
];
const here = fileURLToPath(new URL("../..", import.meta.url));

/** Sorts whatever was thrown. Never throws. */
export function faultOf(error: unknown): Fault {
  if (!(error instanceof Error)) return bugOf(new Error(`something was thrown that is no error: ${String(error)}`));
  const { message, code, path } = error as NodeJS.ErrnoException;
  if (error instanceof UsageError) {
    // A file that cannot be read for want of the machine is no wrong request.
    const isShort = shortages.some(({ codes }) => codes.some((candidate) => new RegExp(`\\b${candidate}\\b`).test(message)));
    return { exitCode: isShort ? exitCodes.incomplete : exitCodes.usage, message, stack: null };
  }
  if (error instanceof NumericalError || error instanceof StorageError) return { exitCode: exitCodes.incomplete, message, stack: null };
  const shortage =
    shortages.find(({ codes, words }) => (code !== undefined && codes.includes(code)) || words.test(message)) ?? shortageNow();
  if (shortage !== undefined) return { exitCode: exitCodes.incomplete, message: `${shortage.what} (${firstLine(message)})`, stack: null };
  if (code !== undefined && (missingCodes.includes(code) || (path !== undefined && path.startsWith(here))))
    return brokenInstallation(message);
  if (code !== undefined && path !== undefined && pathCodes[code] !== undefined)
    return { exitCode: exitCodes.usage, message: `${path} cannot be ${verbOf(error)}: ${pathCodes[code]} (${code})`, stack: null };
  return bugOf(error);
}

/** What the machine is out of, though the error does not say so: without handles a package looks as if it were not there. */
function shortageNow(): (typeof shortages)[number] | undefined {
  try {
    closeSync(openSync(fileURLToPath(import.meta.url), "r"));
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return shortages.find(({ codes }) => codes.includes(code ?? ""));
  }
}

function brokenInstallation(message: string): Fault {
  return {
    exitCode: exitCodes.bug,
    message: `a part of Theriac cannot be loaded (${firstLine(message)}): install it again, with npm install in the folder that holds it`,
    stack: null,
  };
}

function bugOf(error: Error): Fault {
  const stack = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return { exitCode: exitCodes.bug, message: `${error.name}: ${error.message}`, stack };
}

function verbOf(error: NodeJS.ErrnoException): string {
  const reads = ["scandir", "stat", "lstat", "read", "readlink", "realpath", "access", "opendir"];
  if (error.syscall === "open") return "opened";
  return reads.includes(error.syscall ?? "") ? "read" : "written";
}

function firstLine(text: string): string {
  return text.split(/[\r\n]/, 1)[0].replace(/[.:\s]+$/, "");
}
