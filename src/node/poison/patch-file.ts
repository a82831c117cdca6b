import type { CellChange, RawRow } from "../../core/poison.ts";

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
