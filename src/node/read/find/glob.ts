import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { RE2JS } from "re2js";
import { UsageError } from "../../../core/errors.ts";

/** Whether a name that is no file may be a pattern. */
export function isGlob(text: string): boolean {
  return /[*?[{]/.test(text);
}

/**
 * Files that match, sorted; `*`, `?`, `[…]`, `{a,b}` within a name and `**` over folders. Hidden ones are left out, and `**` follows no links, so that none
 * leads in a circle.
 *
 * @throws UsageError for a pattern that is not sound
 */
export function matchGlob(pattern: string): string[] {
  const parts = pattern.split("/");
  let firstWild = parts.findIndex(isGlob);
  // A folder may bear such a name.
  while (firstWild < parts.length - 1 && existsSync(parts.slice(0, firstWild + 1).join("/"))) firstWild++;
  const root = parts.slice(0, firstWild).join("/");
  const base = root === "" ? (pattern.startsWith("/") ? "/" : ".") : root;
  const rest = parts.slice(firstWild).join("/");
  const matcher = RE2JS.compile(`^(?:${expressionOf(rest, pattern)})$`, RE2JS.DOTALL);
  const deep = rest.includes("**");
  const depth = parts.length - firstWild;
  const out: string[] = [];
  const walk = (folder: string, prefix: string, level: number): void => {
    for (const entry of entriesOf(folder)) {
      if (entry.name.startsWith(".")) continue;
      const path = join(folder, entry.name);
      const kind = entry.isSymbolicLink() ? kindBehind(path) : entry.isDirectory() ? "folder" : entry.isFile() ? "file" : null;
      if (kind === "folder") {
        if (deep ? !entry.isSymbolicLink() : level < depth) walk(path, `${prefix}${entry.name}/`, level + 1);
      } else if (kind === "file" && matcher.matches(prefix + entry.name)) out.push(path);
    }
  };
  if (existsSync(base)) walk(base, "", 1);
  return out.sort();
}

function entriesOf(folder: string): ReturnType<typeof readFolder> {
  try {
    return readFolder(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOTDIR") return [];
    throw new UsageError(`the folder ${folder} cannot be read: ${(error as Error).message}`);
  }
}

const readFolder = (folder: string) => readdirSync(folder, { withFileTypes: true });

function kindBehind(link: string): "file" | "folder" | null {
  try {
    const stat = statSync(link);
    return stat.isDirectory() ? "folder" : stat.isFile() ? "file" : null;
  } catch {
    return null;
  }
}

function expressionOf(glob: string, whole: string): string {
  let out = "";
  for (let i = 0; i < glob.length; i++) {
    const rest = glob.slice(i);
    if (rest.startsWith("**/")) [out, i] = [`${out}(?:.*/)?`, i + 2];
    else if (rest.startsWith("**")) [out, i] = [`${out}.*`, i + 1];
    else if (glob[i] === "*") out += "[^/]*";
    else if (glob[i] === "?") out += "[^/]";
    else if (/^\\[*?[\]{}\\]/.test(rest)) out += RE2JS.quote(glob[++i]);
    else if (glob[i] === "[") {
      const end = glob.indexOf("]", /^\[[!^]?\]/.test(rest) ? i + rest.indexOf("]") + 1 : i);
      if (end < 0) throw unclosed(whole, "[");
      out += classOf(glob.slice(i + 1, end), whole);
      i = end;
    } else if (glob[i] === "{") {
      const end = braceEnd(glob, i);
      if (end < 0) throw unclosed(whole, "{");
      const choices = splitChoices(glob.slice(i + 1, end)).map((choice) => expressionOf(choice, whole));
      out += `(?:${choices.join("|")})`;
      i = end;
    } else out += RE2JS.quote(glob[i]);
  }
  return out;
}

/** What stands between `[` and `]`. */
function classOf(body: string, whole: string): string {
  const isNegated = /^[!^]/.test(body);
  const characters = [...(isNegated ? body.slice(1) : body)];
  let out = "";
  for (let i = 0; i < characters.length; i++) {
    const from = characters[i];
    if (characters[i + 1] !== "-" || i + 2 >= characters.length) {
      out += escapeInClass(from);
      continue;
    }
    const to = characters[i + 2];
    if (from > to) throw new UsageError(`the pattern ${whole} has the range ${from}-${to}, which goes backwards`);
    out += `${escapeInClass(from)}-${escapeInClass(to)}`;
    i += 2;
  }
  if (out === "") throw new UsageError(`the pattern ${whole} has an empty choice []`);
  return isNegated ? `[^/${out}]` : `[${out}]`;
}

function escapeInClass(character: string): string {
  return /[\\\]^[&~-]/.test(character) ? `\\${character}` : character;
}

function unclosed(whole: string, bracket: string): UsageError {
  return new UsageError(`there is no file ${whole}, and as a pattern it opens a ${bracket} that is never closed`);
}

function braceEnd(glob: string, start: number): number {
  for (let i = start, depth = 0; i < glob.length; i++) {
    if (glob[i] === "{") depth++;
    else if (glob[i] === "}" && --depth === 0) return i;
  }
  return -1;
}

/** At the commas that stand in no inner braces. */
function splitChoices(body: string): string[] {
  const out = [""];
  let depth = 0;
  for (const character of body) {
    if (character === "," && depth === 0) {
      out.push("");
      continue;
    }
    depth += character === "{" ? 1 : character === "}" ? -1 : 0;
    out[out.length - 1] += character;
  }
  return out;
}
