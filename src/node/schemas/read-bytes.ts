import { closeSync, constants, fstatSync, openSync, readFileSync, readSync } from "node:fs";
import { UsageError } from "../../core/errors.ts";
import { shownPath } from "./shown.ts";

export interface BytesOptions {
  /** What it is, for messages: "the patch". */
  readonly what: string;
  readonly maxBytes: number;
  /** Whether a pipe may stand in for the file: only where the user names it. */
  readonly mayBePipe?: boolean;
}

/** All bytes of a file. @throws UsageError of one line where it is missing, no file, too large or cannot be read */
export function readBytes(path: string, { what, maxBytes, mayBePipe = false }: BytesOptions): Buffer {
  const where = shownPath(path);
  const tooLarge = (): UsageError => new UsageError(`${where} is too large for ${what}: at most ${sizeText(maxBytes)} are read`);
  let file: number;
  try {
    // Without O_NONBLOCK, opening a named pipe waits for somebody to write into it.
    file = openSync(path, constants.O_RDONLY | (mayBePipe ? 0 : constants.O_NONBLOCK));
  } catch (error) {
    throw new UsageError(whyUnreadable(where, what, error));
  }
  try {
    const stat = fstatSync(file);
    if (stat.isDirectory()) throw new UsageError(`${where} is a folder, and ${what} is a file`);
    if (!stat.isFile() && !mayBePipe) throw new UsageError(`${where} is no regular file, and ${what} must be one`);
    if (stat.isFile() && stat.size > maxBytes) throw tooLarge();
    if (stat.isFile()) return readFileSync(file);
    const pieces: Buffer[] = [];
    for (let bytes = 0; ;) {
      const piece = Buffer.alloc(1 << 16);
      const read = readSync(file, piece);
      if (read === 0) return Buffer.concat(pieces);
      bytes += read;
      if (bytes > maxBytes) throw tooLarge();
      pieces.push(piece.subarray(0, read));
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(whyUnreadable(where, what, error));
  } finally {
    closeSync(file);
  }
}

function whyUnreadable(where: string, what: string, error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case "ENOENT":
      return `there is no file ${where}, which would be ${what}`;
    case "ENOTDIR":
      return `${where} cannot be read: a part of its path is no folder`;
    case "EISDIR":
      return `${where} is a folder, and ${what} is a file`;
    case "EACCES":
    case "EPERM":
      return `${where} cannot be read: permission denied`;
    case "ENAMETOOLONG":
      return `${where} cannot be read: the name is too long`;
    case "ELOOP":
      return `${where} cannot be read: its links lead in a circle`;
    case "ERR_INVALID_ARG_VALUE":
      return `${where} cannot be read: a path holds no NUL character`;
    default:
      return `${where} cannot be read: ${code ?? message}`;
  }
}

function sizeText(bytes: number): string {
  return bytes >= 1 << 20 ? `${Math.floor(bytes / (1 << 20))} MiB` : `${bytes} bytes`;
}
