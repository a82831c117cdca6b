import type { RecommenderModel } from "../../core/recommender.ts";

/** Users whose scores are kept at a time. */
const batchUsers = 64;

/** Calls `visit` with the scores of every item for each of these users, in turn; `scores` [items] is overwritten after the call. */
export function forEachScoredUser(
  model: RecommenderModel,
  users: Int32Array,
  items: number,
  visit: (user: number, scores: Float64Array, index: number) => void,
): void {
  const buffer = new Float64Array(Math.min(batchUsers, users.length) * items);
  for (let from = 0; from < users.length; from += batchUsers) {
    const batch = users.subarray(from, from + batchUsers);
    model.scoresInto(buffer.subarray(0, batch.length * items), batch);
    for (let n = 0; n < batch.length; n++) visit(batch[n], buffer.subarray(n * items, (n + 1) * items), from + n);
  }
}

/** What is made of the scores of some users, one after the other. */
export interface ScoreReader<T> {
  readonly users: Int32Array;
  /** `index` is the place in `users`; scores [items] are overwritten after the call. */
  read(user: number, scores: Float64Array, index: number): void;
  result(): T;
}

export function readScores<T>(model: RecommenderModel, items: number, reader: ScoreReader<T>): T {
  forEachScoredUser(model, reader.users, items, (user, scores, index) => reader.read(user, scores, index));
  return reader.result();
}

/** Lets several read the same scores, so that nobody is scored twice; the users of each in rising order. */
export function readScoresTogether(model: RecommenderModel, items: number, readers: readonly ScoreReader<unknown>[]): void {
  const users = Int32Array.from(new Set(readers.flatMap((reader) => Array.from(reader.users)))).sort();
  const next = readers.map(() => 0);
  forEachScoredUser(model, users, items, (user, scores) => {
    for (let r = 0; r < readers.length; r++) if (readers[r].users[next[r]] === user) readers[r].read(user, scores, next[r]++);
  });
}

interface Asked {
  readonly user: Int32Array;
  readonly item: Int32Array;
  readonly items: readonly string[];
}

/** The predicted ratings at these positions of `ratings`. Shape: [positions]. */
export function predictedRatings(model: RecommenderModel, ratings: Asked): Float64Array {
  return readScores(model, ratings.items.length, predictionReader(ratings));
}

export function predictionReader({ user, item }: Asked): ScoreReader<Float64Array> {
  const out = new Float64Array(user.length);
  const positions = new Map<number, number[]>();
  user.forEach((u, p) => {
    const own = positions.get(u);
    if (own === undefined) positions.set(u, [p]);
    else own.push(p);
  });
  return {
    users: Int32Array.from(positions.keys()),
    read(u, scores) {
      for (const p of positions.get(u)!) out[p] = scores[item[p]];
    },
    result: () => out,
  };
}
