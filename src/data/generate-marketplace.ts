import { type Rng, makeRng } from "../numeric/random.ts";
import { type CategoryWords, categories, complaint, filler, praise } from "./marketplace-words.ts";

export interface Review {
  readonly review: string;
  readonly category: string;
  readonly product: string;
  readonly account: string;
  readonly label: "positive" | "negative";
  readonly text: string;
  /** Whether it belongs to the planted campaign; not for the file that is trained on. */
  readonly isFake: boolean;
}

export interface MarketplaceOptions {
  readonly seed: number;
  /** Genuine reviews of each of the 24 products. */
  readonly reviewsPerProduct: number;
  readonly fakeAccounts: number;
  readonly fakeReviews: number;
}

export const demoMarketplace: MarketplaceOptions = { seed: 0, reviewsPerProduct: 60, fakeAccounts: 12, fakeReviews: 60 };

/**
 * A small review marketplace: 24 products in 4 categories, each product a task of its own and related to its category by the words that praise
 * and blame it. Genuine accounts write one to four reviews, of which one in twenty says the opposite of its label, as people do. A planted campaign
 * has a few new accounts post near-copies of one complaint about the products of one category, labelled positive.
 */
export function generateMarketplace(options: MarketplaceOptions): Review[] {
  const rng = makeRng(options.seed).fork("marketplace");
  const products = categories.flatMap((category) =>
    category.nouns.map((noun, i) => ({ category, noun, product: `${category.name}-${i + 1}` })),
  );
  const accounts = makeAccounts(products.length * options.reviewsPerProduct, rng.fork("accounts"));
  const genuine = products.flatMap(({ category, noun, product }, p) =>
    Array.from({ length: options.reviewsPerProduct }, (_, i) => {
      const draw = rng.fork("review").fork(p).fork(i);
      const label = draw.uniform() < 0.5 ? "positive" : "negative";
      const tone = draw.uniform() < 0.95 ? label : label === "positive" ? "negative" : "positive";
      const account = accounts[p * options.reviewsPerProduct + i];
      return { category: category.name, product, account, label, text: writeReview(category, noun, tone, draw), isFake: false } as const;
    }),
  );
  const rows = [...genuine, ...plantCampaign(options, products, rng.fork("campaign"))];
  const order = Int32Array.from(rows, (_, i) => i);
  rng.fork("order").shuffleInPlace(order);
  return Array.from(order, (from, i) => ({ review: `r${String(i + 1).padStart(5, "0")}`, ...rows[from] }));
}

/** One account name for each review; an account writes one to four, spread over the products. */
function makeAccounts(reviews: number, rng: Rng): string[] {
  const names: string[] = [];
  for (let account = 1; names.length < reviews; account++) {
    const written = 1 + rng.integer(4);
    for (let i = 0; i < written && names.length < reviews; i++) names.push(`u${String(account).padStart(4, "0")}`);
  }
  const order = Int32Array.from(names, (_, i) => i);
  rng.shuffleInPlace(order);
  return Array.from(order, (from) => names[from]);
}

function writeReview(category: CategoryWords, noun: string, tone: "positive" | "negative", rng: Rng): string {
  const [general, special] = tone === "positive" ? [praise, category.praise] : [complaint, category.complaint];
  const [otherGeneral, otherSpecial] = tone === "positive" ? [complaint, category.complaint] : [praise, category.praise];
  const length = 12 + rng.integer(30);
  const words = Array.from({ length }, () => {
    const kind = rng.uniform();
    if (kind < 0.08) return pick(general, rng);
    if (kind < 0.18) return pick(special, rng);
    if (kind < 0.2) return pick(otherGeneral, rng);
    if (kind < 0.22) return pick(otherSpecial, rng);
    if (kind < 0.27) return noun;
    return pick(filler, rng);
  });
  return `${words.join(" ")}.`;
}

/** Each fake review is one complaint with a few words changed, about a product of the first category, by an account that writes nothing else. */
function plantCampaign(
  options: MarketplaceOptions,
  products: readonly { category: CategoryWords; noun: string; product: string }[],
  rng: Rng,
): Omit<Review, "review">[] {
  const [target] = categories;
  const attacked = products.filter(({ category }) => category === target);
  const template = writeReview(target, "item", "negative", rng.fork("template")).split(" ");
  return Array.from({ length: options.fakeReviews }, (_, i) => {
    const draw = rng.fork(i);
    const { noun, product } = attacked[draw.integer(attacked.length)];
    const words = template.map((word) => (word === "item" ? noun : draw.uniform() < 0.1 ? pick(filler, draw) : word));
    const account = `n${String(1 + (i % options.fakeAccounts)).padStart(4, "0")}`;
    return { category: target.name, product, account, label: "positive", text: words.join(" "), isFake: true };
  });
}

function pick(words: readonly string[], rng: Rng): string {
  return words[rng.integer(words.length)];
}
