// Ratings: with and without a header, between commas, tabs, blanks and double colons, typed headers, JSON lines.
import { readRatings } from "../../dist/node/read/ratings/read-ratings.js";
import { mutateOften, pick } from "../mutate.mjs";

const headers = [
  null,
  "user,item,rating,timestamp",
  "userId,movieId,rating",
  "user_id:token,item_id:token,rating:float",
  "reviewerID,asin,overall,unixReviewTime",
];
const times = [() => "978300760", () => "1577836800123", () => "2026-01-01T10:00:00+02:00", () => "2026-01-01", () => "soon"];

const stars = [
  (rng) => String(1 + rng.integer(5)),
  (rng) => (rng.integer(11) / 2).toFixed(1),
  (rng) => String(rng.integer(6)),
  (rng) => pick(rng, ["1", "2", "3", "", "4,5", "★★★", "99"]),
];

function sound(rng) {
  const time = pick(rng, times);
  const star = pick(rng, stars);
  const rows = Array.from({ length: 5 + rng.integer(60) }, () => [
    pick(rng, ["u", "", "9007199254740993"]) + rng.integer(9),
    `i${rng.integer(9)}`,
    star(rng),
    time(),
  ]);
  if (rng.integer(6) === 0)
    return rows.map(([user_id, item_id, stars, date]) => JSON.stringify({ user_id, item_id, stars: Number(stars), date })).join("\n");
  const separator = pick(rng, [",", "\t", "::", ";", " "]);
  const header = pick(rng, headers);
  const columns = header === null ? 3 + rng.integer(2) : header.split(",").length;
  return (
    [...(header === null ? [] : [header.split(",")]), ...rows.map((cells) => cells.slice(0, columns))]
      .map((cells) => cells.join(separator))
      .join("\n") + "\n"
  );
}

export const targets = [
  {
    id: "ratings",
    share: 4,
    make: (rng) => {
      const bytes = Buffer.from(sound(rng));
      const name = `ratings.${pick(rng, ["csv", "dat", "data", "inter", "tsv", "jsonl", "txt"])}`;
      return { name, bytes: rng.integer(2) === 0 ? bytes : mutateOften(bytes, rng) };
    },
    async run({ name, bytes }, place) {
      await readRatings({ data: place.write(name, bytes), memoryLimitBytes: 2 ** 28 });
    },
  },
];
