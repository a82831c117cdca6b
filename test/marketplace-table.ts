import type { Table } from "../src/core/table.ts";
import { generateMarketplace } from "../src/data/generate-marketplace.ts";

/** Reviews of the marketplace as a table, products as tasks and accounts as sources. */
export function makeMarketplaceTable(options: Partial<Parameters<typeof generateMarketplace>[0]> = {}): Table {
  const reviews = generateMarketplace({ seed: 1, reviewsPerProduct: 8, fakeAccounts: 2, fakeReviews: 8, ...options });
  const named = (kind: "category" | "text", name: string, values: string[]) => {
    const names = [...new Set(values)].sort();
    return { kind, name, names, codes: Int32Array.from(values, (value) => names.indexOf(value)) };
  };
  return {
    rows: reviews.length,
    columns: [
      named(
        "category",
        "label",
        reviews.map((review) => review.label),
      ),
      named(
        "text",
        "text",
        reviews.map((review) => review.text),
      ),
      named(
        "category",
        "product",
        reviews.map((review) => review.product),
      ),
      named(
        "category",
        "account",
        reviews.map((review) => review.account),
      ),
    ],
    roles: { labels: ["label"], features: ["text"], task: "product", source: "account", id: null },
  };
}
