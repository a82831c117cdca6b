import { z } from "zod";
import type { RatingsHarm } from "../../study/ratings/harm.ts";
import { anyNumber, count, fraction } from "./parts.ts";
import type { OwnFile } from "./read-own-file.ts";

const texts = z.array(z.string());
const orNull = anyNumber.nullable();
const matrix = z.array(z.array(anyNumber));

const user = z.object({
  user: z.string(),
  ratings: count,
  listedBefore: anyNumber,
  listedAfter: anyNumber,
  rankBefore: anyNumber,
  rankAfter: anyNumber,
  shift: anyNumber,
});

const group = z.object({
  fewestRatings: count,
  mostRatings: count,
  users: count,
  hitRateBefore: anyNumber,
  hitRateAfter: anyNumber,
  meanRankBefore: anyNumber,
  meanRankAfter: anyNumber,
  shift: anyNumber,
});

const path = z.object({
  account: count,
  item: z.string(),
  user: z.string(),
  target: z.string(),
  pathLift: anyNumber,
  itemLift: anyNumber,
  lift: anyNumber,
});

const traced = z.object({
  share: orNull,
  correlation: orNull,
  accounts: z.array(count),
  users: texts,
  vulnerability: matrix,
  byGroup: matrix,
  paths: z.array(path),
});

const harm = z
  .object({
    engine: z.string(),
    attack: z.string(),
    budgetFraction: fraction,
    seed: count,
    goal: z.enum(["promote", "demote", "availability"]),
    targets: texts,
    accounts: count,
    users: z.array(user),
    groups: z.array(group),
    traced: traced.nullable(),
  })
  .superRefine(({ groups, traced: found }, context) => {
    if (found === null) return;
    const sized = (name: "vulnerability" | "byGroup", columns: number): void => {
      const rows = found[name];
      const place = rows.length !== found.accounts.length ? -1 : rows.findIndex((row) => row.length !== columns);
      if (rows.length === found.accounts.length && place < 0) return;
      context.addIssue({
        code: "custom",
        path: ["traced", name],
        message: `a matrix of ${found.accounts.length} rows of ${columns} numbers`,
      });
    };
    sized("vulnerability", found.users.length);
    sized("byGroup", groups.length);
  });

export const harmFile: OwnFile<{ readonly harm: readonly RatingsHarm[] }> = {
  what: "what an audit found of who is hurt",
  versions: [1],
  schema: z.object({ schema: z.literal(1), harm: z.array(harm) }),
};
