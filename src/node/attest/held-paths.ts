import { existsSync, realpathSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { UsageError } from "../../core/errors.ts";
import { findFiles } from "../read/find/find-files.ts";
import type { ReadRequest } from "../read/request.ts";
import { standardInput } from "../read/find/standard-input.ts";
import { shownPath } from "../schemas/shown.ts";

/**
 * What is to be read for a statement: the data that the user names, else those that the statement names, if they lie in the folder of the attestation or
 * in the one that the command is run in. A file must not send its reader through the file system.
 *
 * @throws UsageError where the data lie elsewhere
 */
export function heldRequest(read: ReadRequest, attestation: string, data: string | undefined): ReadRequest {
  // How much memory may be used is for the reader's machine to say.
  const { memoryLimitBytes: _, labelFile, ...asked } = read;
  const at = data ?? placeOf(read.data, attestation);
  const labels = labelFile === undefined ? {} : { labelFile: join(dirname(at), basename(labelFile)) };
  return { ...asked, ...labels, data: at };
}

function placeOf(data: string, attestation: string): string {
  const roots = [process.cwd(), dirname(attestation)].map((folder) => realpathSync(resolve(folder)));
  const refuse = (): never => {
    throw new UsageError(`${shownPath(attestation)} names data outside of its folder and of this one: say where they are here with --data`);
  };
  if (data.trim() === "" || data === standardInput || /^[a-z][a-z0-9+.-]*:\/\//i.test(data)) refuse();
  const candidates = isAbsolute(data) ? [data] : [data, join(dirname(attestation), data)];
  const held = candidates.filter((path) => roots.some((root) => isWithin(root, resolve(path))));
  if (held.length === 0) refuse();
  const found = held.find((path) => existsSync(path)) ?? held[0];
  // Links and patterns may lead out again.
  const isFile = existsSync(found) || /[*?[{]/.test(found);
  const paths = isFile ? findFiles(found).paths : [];
  if (!paths.every((path) => roots.some((root) => isWithin(root, realpathSync(path))))) refuse();
  return found;
}

/** A file beside the attestation. @throws UsageError where it is a link to somewhere else */
export function fileBeside(attestation: string, name: string): string {
  const path = join(dirname(attestation), name);
  if (existsSync(path) && !isWithin(realpathSync(dirname(resolve(attestation))), realpathSync(path)))
    throw new UsageError(`${shownPath(path)} is a link that leads out of the folder of the attestation: name the model with --model`);
  return path;
}

function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
