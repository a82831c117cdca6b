import { StorageError, UsageError } from "../../core/errors.ts";

/** What the place named is to blame for. */
const ofThePlace: Readonly<Record<string, string>> = {
  EACCES: "there is no permission to write there",
  EPERM: "it is not permitted to write there",
  EROFS: "the file system is read-only",
  ENOENT: "its folder is not there and cannot be made",
  ENOTDIR: "a file is in the way of its folder",
  EISDIR: "a folder of that name is in the way",
  EEXIST: "something of that name is there already, and nothing is written over",
  ENOTEMPTY: "a folder of that name is in the way, and it is not empty",
  ENAMETOOLONG: "the name is too long",
  ELOOP: "it is a link, and links are not followed",
  EINVAL: "the file system does not take such a name",
  EILSEQ: "the file system does not take such a name",
  EXDEV: "it lies on another file system",
  EBUSY: "it is in use",
  ETXTBSY: "it is in use",
  ERR_INVALID_ARG_VALUE: "the name holds a character that no name may hold",
};

/** What the machine is to blame for, and what helps. */
const ofTheMachine: Readonly<Record<string, readonly [why: string, remedy: string]>> = {
  ENOSPC: ["the disk is full", "make room"],
  EDQUOT: ["the disk quota is used up", "make room"],
  EFBIG: ["the file would become larger than is allowed here", "raise the limit (ulimit -f)"],
  EIO: ["the disk reports an error", "look after the disk"],
  EMFILE: ["too many files are open", "raise the limit (ulimit -n)"],
  ENFILE: ["too many files are open on this machine", "wait until there are fewer"],
  ENOMEM: ["there is no memory left", "make room in memory"],
  ENODEV: ["the file system is gone", "bring it back"],
  ENXIO: ["the file system is gone", "bring it back"],
  ESTALE: ["the file system is gone", "bring it back"],
  ENOTCONN: ["the file system is gone", "bring it back"],
};

export interface FailureWords {
  /** What became of what was written. */
  readonly kept?: string;
  /** How to go on once the remedy has helped. */
  readonly next?: string;
  /** The place was written before, so that it is the machine that gave out, whatever the reason. */
  readonly isOnTheWay?: boolean;
  /** Of the option that named the place. */
  readonly option?: string;
}

/**
 * The error to throw where a write failed: UsageError where the place named cannot be written, StorageError where the machine gave out. What is no
 * error of the file system is given back as it is.
 */
export function writeFailure(path: string, error: unknown, words: FailureWords = {}): unknown {
  const { option, kept = "nothing half written is left", next = "give the same command again", isOnTheWay = false } = words;
  const { code, message } = error as NodeJS.ErrnoException;
  if (!(error instanceof Error) || typeof code !== "string") return error;
  const what = `${option === undefined ? "" : `${option} `}${path} cannot be written`;
  const machine = ofTheMachine[code];
  if (machine !== undefined) {
    const [why, remedy] = machine;
    return new StorageError(`${what}: ${why}; ${kept}, so ${remedy} and ${next}`);
  }
  const isOfFiles = "syscall" in error || code in ofThePlace;
  if (!isOfFiles) return error;
  const why = ofThePlace[code] ?? message;
  return isOnTheWay ? new StorageError(`${what}: ${why}; ${kept}, so see to that and ${next}`) : new UsageError(`${what}: ${why}`);
}
