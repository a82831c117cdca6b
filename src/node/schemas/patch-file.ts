import { z } from "zod";
import type { PatchFile } from "../poison/patch-file.ts";
import { count, plainName, sha256 } from "./parts.ts";
import type { OwnFile } from "./read-own-file.ts";
import { cellChange, rawRow } from "./run-poison-file.ts";

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
