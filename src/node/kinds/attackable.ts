import type { DataPoison } from "../../core/poison.ts";
import type { MadeCopy } from "../poison/patch-file.ts";
import type { OpenedSource } from "../poison/source-file.ts";
import type { PoisonOfFile } from "../poison/poison-of-file.ts";
import type { Copied } from "../poison/source-file.ts";
import type { Note } from "../read/request.ts";

/** What was read of data that may be copied: their cells, and what was noticed. */
export interface CopiedReading extends Copied {
  readonly notes: readonly Note[];
}

/** How a poisoned copy is made where it is not made cell by cell. */
export interface CopyMaker<R, P> {
  /** The file that a copy is written of. @throws UsageError where none can be */
  open(read: R): Promise<OpenedSource>;
  copy(source: OpenedSource, read: R, poison: P): MadeCopy;
}

/** Data whose file can be poisoned. `C` is what can be asked for, `Q` what is to be read, `R` what reading gives, `P` what an attacker does. */
export interface Attackable<C, Q extends { readonly data: string }, R extends CopiedReading, P = DataPoison> {
  /** What can be held against the catalogue before any data are read. @throws UsageError */
  checkConfig(config: C): void;
  requestOf(config: C): Q;
  read(request: Q): Promise<R>;
  /**
   * @param progress how far the attack is, in [0, 1]
   * @throws UsageError where such an attack leaves no file to write
   */
  makePoison(read: R, config: C, progress?: (share: number) => void): Promise<PoisonOfFile<P>>;
  readonly copies?: CopyMaker<R, P>;
}
