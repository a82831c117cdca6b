import type { z } from "zod";
import type { PlanOf } from "../../study/kind.ts";

/** What a run folder has to know of the kind of data that its study is of. */
export interface RunKind {
  /** As manifests have it. */
  readonly id: string;
  /** What is held against a manifest and its patches when they are read back. */
  readonly schemas: { readonly read: z.ZodType; readonly data: z.ZodType; readonly study: z.ZodType; readonly poison: z.ZodType };
  readonly study: { readonly plan: PlanOf<any> };
}

/** @throws Error where a manifest was read with other kinds than these */
export function kindIn<K extends RunKind>(kinds: readonly K[], id: string): K {
  const kind = kinds.find((one) => one.id === id);
  if (kind === undefined) throw new Error(`there is no kind "${id}"`);
  return kind;
}
