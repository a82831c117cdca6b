import type { AskedBudget } from "../study/budgets.ts";
import { basename } from "node:path";
import type { DataPoison } from "../core/poison.ts";
import type { Attackable, CopiedReading, CopyMaker } from "./kinds/attackable.ts";
import type { MadeCopy } from "./poison/patch-file.ts";
import { type PoisonedCopy, checkNames, checkOneFile, checkPoisonedCopy, writeCopy, writePoisonedCopy } from "./poison/poison-file.ts";
import type { OpenedSource } from "./poison/source-file.ts";
import { type Note, notesOf } from "./read/request.ts";

export interface AttackAsked {
  /** Folder of the copy and its patch; made if it is not there. */
  readonly out: string;
  /** What names the copy: the id of the attack, and what it may spend. */
  readonly attack: string;
  readonly budget: AskedBudget;
  readonly onNote?: (note: Note) => void;
  /** How far the attack is, in [0, 1]. */
  readonly onProgress?: (share: number) => void;
}

export interface Attacked extends PoisonedCopy {
  /** What was touched and what could be, in words. */
  readonly told: string;
}

/**
 * Poisons a copy of data of any kind and writes it beside its patch.
 *
 * @throws UsageError where the request is wrong; then nothing was written
 */
export async function attackData<C, Q extends { readonly data: string }, R extends CopiedReading, P = DataPoison>(
  kind: Attackable<C, Q, R, P>,
  config: C,
  { out: outFolder, attack, budget, onNote, onProgress }: AttackAsked,
): Promise<Attacked> {
  kind.checkConfig(config);
  const request = kind.requestOf(config);
  const read = await kind.read(request);
  const tell = (notes: readonly Note[]): void => notes.forEach((note) => onNote?.(note));
  tell(notesOf(read, "warning"));
  const named = { attack, ...(typeof budget === "number" ? { budgetFraction: budget } : { budget }) };
  const source = kind.copies === undefined ? null : await openFor(kind.copies, request, read);
  if (source === null) checkPoisonedCopy({ request, read, outFolder, about: named });
  else checkNames(source, outFolder, named);
  const { poison, about, told, notes } = await kind.makePoison(read, config, onProgress);
  const copy =
    kind.copies === undefined || source === null
      ? await writePoisonedCopy({ request, read, poison: poison as DataPoison, outFolder, about })
      : writeMade(source, outFolder, read, about, kind.copies.copy(source, read, poison));
  tell([...notesOf(read, "info"), ...notes, ...(copy.note === undefined ? [] : [{ level: "info", text: copy.note } as const])]);
  return { ...copy, told };
}

function openFor<R extends CopiedReading, P>(copies: CopyMaker<R, P>, request: { readonly data: string }, read: R): Promise<OpenedSource> {
  checkOneFile({ request, read });
  return copies.open(read);
}

function writeMade(
  source: OpenedSource,
  outFolder: string,
  { files }: CopiedReading,
  about: Readonly<Record<string, unknown>>,
  { copy, touched }: MadeCopy,
): PoisonedCopy {
  const note = source.isConverted
    ? `the poisoned copy of ${basename(files[0].path)} is JSON lines, and undoing the patch gives back its clean records as ${basename(source.path)}`
    : undefined;
  return writeCopy(source, outFolder, {
    ...(note === undefined ? {} : { note }),
    ...{ about, copy, touched, relabel: [], edit: [], insert: [], keptBytes: copy.length },
  });
}
