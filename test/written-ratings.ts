import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeRng } from "../src/numeric/random.ts";

/** Ratings in ratings.csv: forty users with two tastes, of whom each rates most of the items that they like and few of the others. */
export function writeRatings(folder: string): void {
  const rng = makeRng(4);
  const lines = ["who,movie,stars,when"];
  for (let user = 0; user < 40; user++)
    for (let item = 0; item < 24; item++) {
      const isLiked = item % 2 === user % 2;
      if (rng.uniform() < (isLiked ? 0.7 : 0.2))
        lines.push(`u${user},m${item},${isLiked ? 4 + rng.integer(2) : 1 + rng.integer(3)},${rng.integer(1000)}`);
    }
  writeFileSync(join(folder, "ratings.csv"), `${lines.join("\n")}\n`);
}
