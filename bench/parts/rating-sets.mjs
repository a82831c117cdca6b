// Genuine ratings: MovieLens-100K, FilmTrust without the accounts that were planted in it, and generated ones: dense, and sparse as review sites are.
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { makeRng } from "../../dist/numeric/random.js";

const root = process.env.THERIAC_DATA ?? resolve(import.meta.dirname, "../../../shared/data");

/** Ratings by name; null where a file is absent. */
export function ratingSet(name, seed = 1) {
  if (name === "ml-100k") return movieLens();
  if (name === "filmtrust") return filmTrust(false);
  if (name === "generated") return generated({ users: 600, items: 400, least: 10, activity: 2.6, seed });
  if (name === "sparse") return generated({ users: 1500, items: 2500, least: 1, activity: 1.1, seed });
  throw new Error(`there is no set ${name}`);
}

function movieLens() {
  const path = `${root}/ml-100k/ml-100k.inter`;
  if (!existsSync(path)) return null;
  const rows = linesOf(path).slice(1);
  return ratingsOf(
    rows.map(([u, i, v, t]) => [u, i, Number(v), Number(t)]),
    { low: 1, high: 5, step: 1 },
  );
}

function filmTrust(withFakes) {
  const folder = `${root}/filmtrust-average`;
  if (!existsSync(folder)) return null;
  const fake = new Set(
    linesOf(`${folder}/labels.txt`)
      .filter(([, label]) => label === "1")
      .map(([user]) => user),
  );
  const rows = linesOf(`${folder}/ratings.txt`).filter(([user]) => withFakes || !fake.has(user));
  return ratingsOf(
    rows.map(([u, i, v]) => [u, i, Math.min(4, Number(v))]),
    { low: 0.5, high: 4, step: 0.5 },
  );
}

function linesOf(path) {
  return readFileSync(path, "utf8")
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/));
}

function ratingsOf(rows, scale) {
  const cells = new Map(rows.map((row) => [`${row[0]} ${row[1]}`, row]));
  const users = [...new Set(rows.map(([u]) => u))];
  const items = [...new Set(rows.map(([, i]) => i))];
  const [userAt, itemAt] = [users, items].map((names) => new Map(names.map((name, k) => [name, k])));
  const places = [...cells.values()].map(([u, i, v, t]) => [userAt.get(u), itemAt.get(i), v, t]).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  return {
    user: Int32Array.from(places, ([u]) => u),
    item: Int32Array.from(places, ([, i]) => i),
    value: Float64Array.from(places, ([, , v]) => v),
    time: places.every(([, , , t]) => t !== undefined) ? Float64Array.from(places, ([, , , t]) => t) : null,
    users,
    items,
    scale,
  };
}

/** The ratings that a random share of the users gave a random share of the items; who is left without any is gone. */
export function partOf(ratings, ofUsers, ofItems, rng) {
  const chosen = (names, share, label) => new Set(rng.fork(label).sample(names.length, Math.round(share * names.length)));
  const [users, items] = [chosen(ratings.users, ofUsers, "users"), chosen(ratings.items, ofItems, "items")];
  const rows = [];
  ratings.user.forEach((u, p) => {
    if (users.has(u) && items.has(ratings.item[p]))
      rows.push([ratings.users[u], ratings.items[ratings.item[p]], ratings.value[p], ratings.time?.[p]]);
  });
  return ratingsOf(rows, ratings.scale);
}

/** Tastes of rank 4, popularity by a power law, lengths log-normal. */
function generated({ users, items, least, activity, seed }) {
  const rng = makeRng(`rating sets/${seed}`);
  const rank = 4;
  const normals = (label, count) => {
    const stream = rng.fork(label);
    return Float64Array.from({ length: count }, () => stream.normal());
  };
  const [taste, kind, quality, leniency] = [
    normals("taste", users * rank),
    normals("kind", items * rank),
    normals("quality", items),
    normals("leniency", users),
  ];
  const rows = [];
  for (let u = 0; u < users; u++) {
    const r = rng.fork("user").fork(u);
    const count = Math.min(items >> 1, Math.round(least + Math.exp(activity + 0.8 * r.normal())));
    const wish = Array.from({ length: items }, (_, i) => {
      let match = 0;
      for (let k = 0; k < rank; k++) match += taste[u * rank + k] * kind[i * rank + k];
      return { i, match, urge: 0.6 * match - 0.9 * Math.log(i + 5) - Math.log(-Math.log(r.uniform() + 1e-12)) };
    });
    for (const { i, match } of wish.sort((a, b) => b.urge - a.urge).slice(0, count)) {
      const v = 3.6 + 0.4 * quality[i] + 0.4 * leniency[u] + 0.3 * match + 0.8 * r.normal();
      rows.push([`u${u}`, `i${i}`, Math.min(5, Math.max(1, Math.round(v)))]);
    }
  }
  return ratingsOf(rows, { low: 1, high: 5, step: 1 });
}
