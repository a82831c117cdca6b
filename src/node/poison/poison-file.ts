import { existsSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { UsageError } from "../../core/errors.ts";
import { type CellChange, type DataPoison, type RawRow, isRaw } from "../../core/poison.ts";
import type { Cell } from "../../core/table.ts";
import { type PatchFile, type TouchedRecord, patchFile } from "./patch-file.ts";
import type { Rewriter } from "../read/rewrite/rewriter.ts";
import { readers } from "../read/readers.ts";
import { type Copied, type Source, digest, openSource, rewriterFor } from "./source-file.ts";
import type { Dialect, ReadRequest } from "../read/request.ts";
import { readCount } from "../../study/budgets.ts";
import { readBytes } from "../schemas/read-bytes.ts";
import { readOwnFile } from "../schemas/read-own-file.ts";
import { checkNewFiles, writeFiles } from "../write/write-files.ts";

export interface PoisonedCopyInput {
  readonly request: Pick<ReadRequest, "data">;
  readonly read: Copied;
  readonly poison: DataPoison;
  /** Made if it is not there. */
  readonly outFolder: string;
  /** `attack` and `budgetFraction`, or `budget` where it is a count, name the copy; parameters, seed and the like are kept in the patch. */
  readonly about: Readonly<Record<string, unknown>>;
}

export interface PoisonedCopy {
  readonly copyPath: string;
  readonly patchPath: string;
  /** Of the clean data, which undoing gives back. */
  readonly sourceSha256: string;
  /** Where the copy is not written as the source is. */
  readonly note?: string;
}

/**
 * Before poison is made, which takes its time: whether a copy of such data can be written there at all.
 *
 * @throws UsageError for several source files, a packed one, one that cannot be copied or has changed, and where the names are taken
 */
export function checkPoisonedCopy({ request, read, outFolder, about }: Omit<PoisonedCopyInput, "poison">): void {
  checkOneFile({ request, read });
  checkNames(openSource(read).source, outFolder, about);
}

/** @throws UsageError for several source files, and a packed one */
export function checkOneFile({ request, read }: Pick<PoisonedCopyInput, "request" | "read">): void {
  if (read.files.length !== 1)
    throw new UsageError(`${request.data} is ${read.files.length} files; a poisoned copy is written of one: name one file`);
  if (read.dialect.compression !== "none")
    throw new UsageError(`${read.files[0].path} is packed: unpack it to write a poisoned copy of it`);
}

/** @throws UsageError where the names of a copy and its patch are taken */
export function checkNames({ path }: Pick<Source, "path">, outFolder: string, about: PoisonedCopyInput["about"]): void {
  const names = nameCopy(basename(path), about);
  checkNewFiles([join(outFolder, names.copy), join(outFolder, names.patch)]);
}

/**
 * Writes the poisoned data beside its patch. Records that the poison does not touch are copied byte for byte; nothing that exists is written over.
 * Throws UsageError for poison that lives in feature space, several source files, a packed source, or one that changed since it was read.
 */
export async function writePoisonedCopy(input: PoisonedCopyInput): Promise<PoisonedCopy> {
  const { read, poison, outFolder, about } = input;
  if (!isRaw(poison)) throw new UsageError("this patch lives in feature space: it can be trained on but not written to a file");
  checkPoisonedCopy(input);
  const { source, dialect, isConverted } = openSource(read);
  const note = isConverted
    ? `${basename(read.files[0].path)} is ${readers[read.dialect.format].title}: its poisoned copy is ${dialect.format === "csv" ? "CSV" : readers[dialect.format].title}, and undoing the patch gives back the clean table as ${basename(source.path)}`
    : undefined;
  const rewriter = rewriterFor(source.path, source.bytes, dialect);
  if (rewriter.records.length !== read.table.rows) throw new Error(`${rewriter.records.length} records for ${read.table.rows} rows`);
  const changes = [...poison.relabel, ...poison.edit] as CellChange[];
  const rows = poison.insert as readonly RawRow[];
  const { kept, touched } = rewriteRecords(source.bytes, rewriter, changes);
  const added = renderRows(source.bytes, rows, rewriter, dialect);
  return writeCopy(source, outFolder, {
    about,
    copy: Buffer.concat([kept, added]),
    ...(note === undefined ? {} : { note }),
    relabel: poison.relabel,
    edit: poison.edit as readonly CellChange[],
    insert: rows,
    touched,
    keptBytes: kept.length,
  });
}

/** Writes a copy and the patch that undoes it, both or none. */
export function writeCopy(
  source: Source,
  outFolder: string,
  made: Pick<PatchFile, "note" | "about" | "relabel" | "edit" | "insert" | "touched" | "keptBytes"> & { readonly copy: Buffer },
): PoisonedCopy {
  const { copy, note, ...rest } = made;
  const names = nameCopy(basename(source.path), rest.about);
  const [copyPath, patchPath] = [join(outFolder, names.copy), join(outFolder, names.patch)];
  const patch: PatchFile = {
    schema: 1,
    kind: "theriac-patch",
    source: { name: basename(source.path), bytes: source.bytes.length, sha256: digest(source.bytes) },
    copy: { name: names.copy, bytes: copy.length, sha256: digest(copy) },
    ...(note === undefined ? {} : { note }),
    ...rest,
  };
  // The patch first: a poisoned copy never lies there without what undoes it.
  writeFiles([
    { path: patchPath, content: `${JSON.stringify(patch)}\n` },
    { path: copyPath, content: copy },
  ]);
  return { copyPath, patchPath, sourceSha256: patch.source.sha256, ...(note === undefined ? {} : { note }) };
}

export interface UndoOptions {
  /** What to write; a new file beside the patch by default. */
  readonly out?: string;
  /** SHA-256 of the clean data, or of the patch file, as it was noted when the copy was made. */
  readonly sha256?: string;
}

export interface Undone {
  readonly restoredPath: string;
  /** Of what was restored. */
  readonly sha256: string;
  /** Whose word that this is the clean data is. */
  readonly heldAgainst: "the digest given for the data" | "the digest given for the patch" | "the patch alone";
}

/**
 * Takes a patch back: writes the source again, byte for byte, from the copy that lies beside the patch. Whoever can change copy and patch can make
 * them agree on other bytes, so a digest that was noted elsewhere says more than theirs.
 */
export async function undoPatch(patchPath: string, options: UndoOptions = {}): Promise<Undone> {
  const patch = readOwnFile(patchPath, patchFile).value;
  const given = options.sha256?.trim().toLowerCase();
  if (given !== undefined && !/^[0-9a-f]{64}$/.test(given))
    throw new UsageError(`--sha256 must be 64 hexadecimal digits, got ${JSON.stringify(options.sha256)}`);
  const copyPath = join(dirname(patchPath), patch.copy.name);
  if (!existsSync(copyPath)) throw new UsageError(`the poisoned copy ${patch.copy.name} is not beside its patch ${patchPath}`);
  const copy = readBytes(copyPath, { what: "the poisoned copy", maxBytes: 2 ** 31 - 1 });
  if (digest(copy) !== patch.copy.sha256) {
    throw new UsageError(
      `${copyPath} is not the file that the patch was written with: it was changed since, so it cannot be undone exactly`,
    );
  }
  const pieces: Buffer[] = [];
  let at = 0;
  for (const { start, bytes, original } of patch.touched) {
    pieces.push(copy.subarray(at, start), Buffer.from(original));
    at = start + bytes;
  }
  pieces.push(copy.subarray(at, patch.keptBytes));
  const source = Buffer.concat(pieces);
  if (digest(source) !== patch.source.sha256)
    throw new UsageError(`${patchPath} does not give back its source: the patch was changed by hand`);
  const heldAgainst =
    given === undefined
      ? "the patch alone"
      : given === patch.source.sha256
        ? "the digest given for the data"
        : given === digest(readBytes(patchPath, { what: "the patch", maxBytes: 2 ** 31 - 1 }))
          ? "the digest given for the patch"
          : null;
  if (heldAgainst === null)
    throw new UsageError(
      `--sha256 is neither that of the data that ${patchPath} gives back (${patch.source.sha256}) nor that of the patch: this is another patch, or it was changed`,
    );
  const ending = extname(patch.source.name);
  const restoredPath = options.out ?? join(dirname(patchPath), `${basename(patch.source.name, ending)}.restored${ending}`);
  writeFiles([{ path: restoredPath, content: source }]);
  return { restoredPath, sha256: patch.source.sha256, heldAgainst };
}

function rewriteRecords(
  bytes: Buffer,
  rewriter: Rewriter,
  changes: readonly CellChange[],
): { kept: Buffer; touched: readonly TouchedRecord[] } {
  const byRow = new Map<number, Map<string, Cell>>();
  for (const { row, column, after } of changes) {
    let cells = byRow.get(row);
    if (cells === undefined) byRow.set(row, (cells = new Map()));
    cells.set(column, after);
  }
  const pieces: Buffer[] = [];
  const touched: TouchedRecord[] = [];
  let at = 0;
  let written = 0;
  for (const row of [...byRow.keys()].sort((a, b) => a - b)) {
    const record = rewriter.records[row];
    const before = bytes.subarray(at, record.start);
    const after = Buffer.from(rewriter.rewrite(record, byRow.get(row) ?? new Map<string, Cell>()));
    pieces.push(before, after);
    written += before.length;
    touched.push({ row, start: written, bytes: after.length, original: bytes.toString("utf8", record.start, record.end) });
    written += after.length;
    at = record.end;
  }
  pieces.push(bytes.subarray(at));
  return { kept: Buffer.concat(pieces), touched };
}

/** The inserted rows as bytes to append; the file ends in a newline afterwards only if it did before. */
function renderRows(bytes: Buffer, rows: readonly RawRow[], rewriter: Rewriter, dialect: Dialect): Buffer {
  if (rows.length === 0) return Buffer.alloc(0);
  const text = rows.map((row) => rewriter.render(row.cells)).join(dialect.newline);
  const endsInNewline = bytes[bytes.length - 1] === (dialect.newline === "\r" ? 0x0d : 0x0a);
  return Buffer.from(endsInNewline ? text + dialect.newline : dialect.newline + text);
}

function nameCopy(source: string, about: Readonly<Record<string, unknown>>): { copy: string; patch: string } {
  const { attack, budgetFraction, budget } = about;
  if (typeof attack !== "string" || !/^[a-z0-9][a-z0-9.-]*$/i.test(attack)) throw new Error("about.attack must be the id of an attack");
  if (budget === undefined && !(typeof budgetFraction === "number" && Number.isFinite(budgetFraction)))
    throw new Error("about.budgetFraction must be a fraction");
  if (budget !== undefined && !(typeof budget === "string" && readCount(budget) !== null)) throw new Error("about.budget must be a count");
  const spent = budget ?? `${Number(((budgetFraction as number) * 100).toPrecision(6))}pct`;
  const ending = extname(source);
  const copy = `${basename(source, ending)}.poisoned-${attack}-${spent}${ending}`;
  return { copy, patch: `${copy}.patch.json` };
}
