import { join } from "node:path";
import { type Review, demoMarketplace, generateMarketplace } from "../data/generate-marketplace.ts";
import type { AuditConfig } from "./config/audit-config.ts";
import { checkNewFiles, writeFiles } from "./write/write-files.ts";

export interface DemoFiles {
  /** The reviews, to be trained on. */
  readonly reviewsPath: string;
  /** Which of them belong to the planted campaign; not to be trained on. */
  readonly campaignPath: string;
  /** Folder of the audit. */
  readonly runPath: string;
  readonly reviews: number;
  readonly fakeReviews: number;
}

/** Writes the synthetic marketplace. @throws UsageError where its files are there already or cannot be written */
export function writeDemo(folder: string): DemoFiles {
  const reviews = generateMarketplace(demoMarketplace);
  const fake = reviews.filter((review) => review.isFake);
  const files = { reviewsPath: join(folder, "reviews.csv"), campaignPath: join(folder, "campaign.csv"), runPath: join(folder, "run") };
  checkNewFiles(Object.values(files));
  writeFiles([
    { path: files.reviewsPath, content: csv(["review", "category", "product", "account", "label", "text"], reviews) },
    { path: files.campaignPath, content: csv(["review"], fake) },
  ]);
  return { ...files, reviews: reviews.length, fakeReviews: fake.length };
}

/** How the marketplace is audited: products are tasks, accounts are sources. */
export function demoAudit({ reviewsPath, runPath }: DemoFiles): AuditConfig {
  return {
    data: { path: reviewsPath, labels: ["label"], text: ["text"], task: "product", source: "account", id: "review" },
    budgets: ["1%", "5%", "10%"],
    seeds: 10,
    out: runPath,
  };
}

/** None of the words holds a comma or a quote. */
function csv(columns: readonly (keyof Review)[], reviews: readonly Review[]): string {
  return `${[columns.join(","), ...reviews.map((review) => columns.map((column) => String(review[column])).join(","))].join("\n")}\n`;
}
