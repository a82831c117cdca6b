import { z } from "zod";
import type { OwnFile } from "./read-own-file.ts";

/** The part of what `theriac tasks --json` prints that `scan --trusted` goes by. Shape: relation [tasks][tasks]. */
export interface TrustedDocument {
  readonly tasks: readonly string[];
  readonly relation: readonly (readonly (number | null)[])[];
}

const correlation = z.number().min(-1.000001).max(1.000001).nullable();

export const trustedRelationFile: OwnFile<TrustedDocument> = {
  what: "a relation of tasks",
  versions: [1, 2],
  mayLackVersion: true,
  remedy: "theriac tasks --json writes such a file",
  mayBePipe: true,
  schema: z
    .object({ tasks: z.array(z.string()).min(1), relation: z.array(z.array(correlation)) })
    .superRefine(({ tasks, relation }, context) => {
      const refuse = (path: (string | number)[], message: string): void => context.addIssue({ code: "custom", path, message });
      if (new Set(tasks).size < tasks.length) refuse(["tasks"], "a list in which no task stands twice");
      const length = `a list of ${tasks.length} entries, one for each task`;
      if (relation.length !== tasks.length) refuse(["relation"], length);
      relation.forEach((row, i) => {
        if (row.length !== tasks.length) refuse(["relation", i], length);
      });
    }),
};
