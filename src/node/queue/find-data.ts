import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, isAbsolute, join, resolve, sep } from "node:path";
import { UsageError } from "../../core/errors.ts";
import type { AuditKind } from "../kinds/audit-kind.ts";
import { type BegunStudy, readAgain } from "../kinds/read-again.ts";
import type { SourceFile } from "../read/request.ts";
import { digestOfFile } from "../read/digest-of-file.ts";

/**
 * Reads the data of a study on a machine where they may lie elsewhere.
 *
 * @param folder where files of the right content are looked for, whatever they are called; undefined = they lie where the study was begun with them
 * @throws UsageError where they are not there, or are not what the study was begun with
 */
export async function readHere<I>(
  kind: AuditKind<any, any, any, I>,
  whose: string,
  begun: BegunStudy,
  folder: string | undefined,
): Promise<I> {
  if (folder === undefined) return readAgain(kind, whose, begun);
  if (!existsSync(folder) || !statSync(folder).isDirectory()) throw new UsageError(`--data ${folder} is not a folder`);
  const { read } = begun;
  // Of a folder of images one digest is taken for all of them.
  if (isOfImages(begun)) {
    const own = inFolder(folder, basename(read.data), whose);
    return readAgain(kind, whose, { ...begun, read: { ...read, data: resolve(existsSync(own) ? own : folder) } });
  }
  const files = [...new Map(begun.data.files.map((file) => [placeOf(file, begun), file])).entries()];
  const found = await findByDigest(
    folder,
    files.map(([, file]) => file),
  );
  // The same tree as there, of links: endings, folders, patterns and what lies beside what mean what they meant.
  const tree = mkdtempSync(join(tmpdir(), "theriac-"));
  const inTree = (path: string): string => inFolder(tree, path.replace(/^[A-Za-z]:/, ""), whose);
  try {
    for (const [place, file] of files) {
      const target = found.get(file.sha256);
      if (target === undefined)
        throw new UsageError(
          `${whose}: no file in ${folder} has the content of ${basename(file.path)} (${file.bytes} bytes, sha256 ${file.sha256})`,
        );
      const link = inTree(place);
      try {
        mkdirSync(dirname(link), { recursive: true });
        symlinkSync(resolve(target), link);
      } catch {
        throw new UsageError(`${whose}: ${JSON.stringify(place)} cannot be a path of data beside the others`);
      }
    }
    const { labelFile } = read as { readonly labelFile?: string };
    const moved = { ...read, data: inTree(read.data), ...(labelFile === undefined ? {} : { labelFile: inTree(resolve(labelFile)) }) };
    return await readAgain(kind, whose, { ...begun, read: moved });
  } catch (error) {
    if (error instanceof UsageError) throw new UsageError(error.message.replaceAll(tree, ""));
    throw error;
  } finally {
    rmSync(tree, { recursive: true, force: true });
  }
}

/** A manifest may come from anywhere. @throws UsageError where a path of it leads out of a folder */
export function inFolder(folder: string, path: string, whose: string): string {
  const whole = join(folder, path);
  if (!resolve(whole).startsWith(resolve(folder) + sep)) throw new UsageError(`${whose}: ${JSON.stringify(path)} is no path of data`);
  return whole;
}

function isOfImages({ identity, read }: BegunStudy): boolean {
  const { dialect } = identity as { readonly dialect?: { readonly format?: string } };
  return dialect?.format === "images" || (read as { readonly format?: string }).format === "images";
}

/** Absolute, where the study was begun. */
function placeOf({ path }: SourceFile, { read, data }: BegunStudy): string {
  if (isAbsolute(path)) return path;
  return data.files.length === 1 && basename(read.data) === basename(path) ? read.data : join(read.data, basename(path));
}

/** Files of this content in a folder and those in it, by their digest; only files of the right length are looked into. */
async function findByDigest(folder: string, wanted: readonly SourceFile[]): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const lengths = new Set(wanted.map(({ bytes }) => bytes));
  const digests = new Set(wanted.map(({ sha256 }) => sha256));
  for (const name of readdirSync(folder, { recursive: true }).map(String).sort()) {
    if (found.size === digests.size) break;
    const path = join(folder, name);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat?.isFile() !== true || !lengths.has(stat.size)) continue;
    const digest = await digestOfFile(path);
    if (digests.has(digest)) found.set(digest, path);
  }
  return found;
}
