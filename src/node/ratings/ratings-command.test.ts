import { expect, it } from "vitest";
import { makeMarketplace } from "../../../test/rating-marketplace.ts";
import type { RatingsManifest } from "../runs/manifest.ts";
import type { RatingsAuditConfig } from "../config/ratings-audit-config.ts";
import { ratingsCommand } from "./ratings-command.ts";
import { resolveRatingsStudy } from "./resolve-ratings-study.ts";

it("says when there is something that the command for a run again cannot say", () => {
  const ratings = makeMarketplace(1, 60, 40);
  const commandOf = (config: Partial<RatingsAuditConfig>) => {
    const { study } = resolveRatingsStudy({ data: { kind: "ratings", path: "r.csv" }, ...config }, ratings);
    return ratingsCommand({ read: { data: "r.csv" }, study, limits: [], strict: false } as unknown as RatingsManifest);
  };
  expect(commandOf({ seeds: 7 }).command).toContain("--seeds 7");
  expect(commandOf({ seeds: 7 }).notes).toEqual([]);
  const own = commandOf({ learners: [{ id: "als-explicit", params: { rank: 3 } }] });
  expect([own.notes, own.command.includes("--learner als-explicit:rank=3")]).toEqual([[], true]);
  expect(commandOf({ flagFraction: 0.2 }).notes).toHaveLength(1);
});
