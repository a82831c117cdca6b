import { z } from "zod";
import type { CellChange, RawRow } from "../../core/poison.ts";
import { count, plainName, sha256 } from "../schemas/parts.ts";
import type { OwnFile } from "../schemas/read-own-file.ts";
import { cellChange, rawRow } from "../schemas/run-poison-file.ts";

export interface NamedDigest {
  /** Without its folder: the patch lies beside the copy. */
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** A record that was rewritten: where it stands in the copy, and what stood there. */
export interface TouchedRecord {
  /** Data row, from 0. */
  readonly row: number;
  /** Byte offset and length in the copy. */
  readonly start: number;
  readonly bytes: number;
  readonly original: string;
}

/** The bytes of a poisoned copy, and what undoes them. */
export interface MadeCopy {
  readonly copy: Buffer;
  readonly touched: readonly TouchedRecord[];
}

export interface PatchFile {
  readonly schema: 1;
  readonly kind: "theriac-patch";
  readonly source: NamedDigest;
  readonly copy: NamedDigest;
  /** What is worth knowing about the copy, where there is something. */
  readonly note?: string;
  readonly about: Readonly<Record<string, unknown>>;
  readonly relabel: readonly CellChange[];
  readonly edit: readonly CellChange[];
  readonly insert: readonly RawRow[];
  readonly touched: readonly TouchedRecord[];
  /** Bytes of the copy before the inserted rows. */
  readonly keptBytes: number;
}

const digest = z.object({ name: plainName, bytes: count, sha256 });
const touched = z.object({ row: count, start: count, bytes: count, original: z.string() });

export const patchFile: OwnFile<PatchFile> = {
  what: "a patch that Theriac can undo",
  kinds: ["theriac-patch"],
  versions: [1],
  schema: z
    .object({
      schema: z.literal(1),
      kind: z.literal("theriac-patch"),
      source: digest,
      copy: digest,
      note: z.string().optional(),
      about: z.record(z.string(), z.unknown()),
      relabel: z.array(cellChange),
      edit: z.array(cellChange),
      insert: z.array(rawRow),
      touched: z.array(touched),
      keptBytes: count,
    })
    .superRefine(({ touched: records, keptBytes, copy }, context) => {
      const refuse = (path: (string | number)[], message: string): void => context.addIssue({ code: "custom", path, message });
      let last = 0;
      records.forEach(({ start, bytes }, i) => {
        if (start < last) refuse(["touched", i, "start"], `a byte behind the record before it, at ${last} or later`);
        last = start + bytes;
      });
      if (last > keptBytes) refuse(["keptBytes"], `at least ${last}, where the last touched record ends`);
      if (keptBytes > copy.bytes) refuse(["keptBytes"], `at most ${copy.bytes}, the bytes of the copy`);
    }),
};
