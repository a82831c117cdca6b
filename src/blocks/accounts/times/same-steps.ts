import { type Ratings, startsByUser } from "../../../core/ratings.ts";
import { orderBy } from "../../../numeric/orders/ranks.ts";
import { medianOf } from "../../../numeric/statistics/robust-spread.ts";
import type { Ballot, Voters } from "../vote-kinds.ts";
import type { TimedGroup } from "./timed-groups.ts";

/** Ballots of more accounts, and accounts of more ratings, are passed over: what keeps the cost linear. */
const [fewest, mostVoters, mostRatings] = [3, 320, 200];

/** Steps from one item straight to the next, account by account. Shapes: starts [users + 1], from, to, step [steps taken], taken [steps]. */
interface Steps {
  readonly starts: Int32Array;
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly step: Int32Array;
  /** Accounts that took a step. */
  readonly taken: Int32Array;
}

/**
 * For each ballot, which of its accounts go from item to item as others of it do. Of accounts that rated both of two items, one in as many as it has ratings goes straight from the one to the other
 * if the order is chance; where others than the ballot's accounts do so more often (of as many as would have rated both if items were chosen apart), that is what a site shows. A step counts as the share of those that could
 * have taken it and did; k steps against λ are k log (k / λ) − k + λ nats. Ratings of one time are no steps. Takes a few steps a rating of a ballot's accounts.
 */
export function sameSteps(ratings: Ratings, ballots: readonly Ballot[]): TimedGroup[] {
  const { item, items, users, time } = ratings;
  if (time === null) return [];
  const starts = startsByUser(ratings);
  const steps = stepsOf(ratings, starts);
  const raters = new Float64Array(items.length);
  for (const i of item) raters[i]++;
  const inside = new Int32Array(steps.taken.length);
  const words = Math.ceil(mostVoters / 32);
  const masks = new Int32Array(items.length * words);
  const counted: (Voters & { readonly own: Float64Array; readonly due: Float64Array })[] = [];
  for (const { item: target, value, accounts: all } of ballots) {
    const accounts = all.filter((u) => starts[u + 1] - starts[u] <= mostRatings && steps.starts[u + 1] > steps.starts[u]);
    if (accounts.length < fewest || accounts.length > mostVoters) continue;
    const width = Math.ceil(accounts.length / 32);
    let each = 0;
    accounts.forEach((u, j) => {
      each += 1 / (starts[u + 1] - starts[u]) / accounts.length;
      for (let p = starts[u]; p < starts[u + 1]; p++) masks[item[p] * words + (j >> 5)] |= 1 << (j & 31);
      for (let k = steps.starts[u]; k < steps.starts[u + 1]; k++) inside[steps.step[k]]++;
    });
    const own = new Float64Array(accounts.length);
    const due = new Float64Array(accounts.length);
    for (let j = 0; j < accounts.length; j++) {
      const u = accounts[j];
      for (let k = steps.starts[u]; k < steps.starts[u + 1]; k++) {
        const a = steps.from[k];
        const b = steps.to[k];
        let both = -1;
        let restA = raters[a];
        let restB = raters[b];
        for (let w = 0; w < width; w++) {
          both += bits(masks[a * words + w] & masks[b * words + w]);
          restA -= bits(masks[a * words + w]);
          restB -= bits(masks[b * words + w]);
        }
        const apart = Math.max(1, (restA * restB) / Math.max(1, users.length - accounts.length));
        if (both <= 0) continue;
        const outside = steps.taken[steps.step[k]] - inside[steps.step[k]];
        const rate = Math.min(1, Math.max(each, outside / apart));
        due[j] += rate;
        own[j] += (inside[steps.step[k]] - 1) / both;
      }
    }
    for (const u of accounts) {
      for (let p = starts[u]; p < starts[u + 1]; p++) masks.fill(0, item[p] * words, item[p] * words + width);
      for (let k = steps.starts[u]; k < steps.starts[u + 1]; k++) inside[steps.step[k]] = 0;
    }
    counted.push({ item: target, value, accounts, own, due });
  }
  // A site that shows all items in one order makes all accounts go alike.
  const usual = Math.max(1, medianOf(Float64Array.from(counted, ({ own, due }) => sumOf(own) / Math.max(0.1, sumOf(due)))));
  return counted.flatMap(({ item: target, value, accounts, own, due }) => {
    const members = [...accounts.keys()].filter((j) => own[j] >= 2 && own[j] > 2 * usual * due[j]);
    if (members.length < fewest) return [];
    const met = members.reduce((sum, j) => sum + own[j], 0);
    const chance = usual * members.reduce((sum, j) => sum + due[j], 0);
    const gain = met * Math.log(met / Math.max(0.1, chance)) - met + chance;
    const who = Int32Array.from(members, (j) => accounts[j]);
    return [{ item: target, value, accounts: who, how: "steps" as const, gain, chance: Math.min(1, chance / met) }];
  });
}

const sumOf = (values: Float64Array): number => values.reduce((sum, v) => sum + v, 0);

/** How many bits are set. */
function bits(word: number): number {
  let v = word - ((word >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

function stepsOf({ time, item, users, items }: Ratings, starts: Int32Array): Steps {
  const numbers = new Map<number, number>();
  const out = { starts: new Int32Array(users.length + 1), from: new Int32Array(item.length), to: new Int32Array(item.length) };
  const step = new Int32Array(item.length);
  const taken: number[] = [];
  let count = 0;
  for (let u = 0; u < users.length; u++) {
    const order = orderBy(time!.subarray(starts[u], starts[u + 1]));
    for (let k = 1; k < order.length; k++) {
      const before = starts[u] + order[k - 1];
      const after = starts[u] + order[k];
      if (time![before] === time![after]) continue;
      const key = item[before] * items.length + item[after];
      const number = numbers.get(key) ?? numbers.size;
      numbers.set(key, number);
      taken[number] = (taken[number] ?? 0) + 1;
      out.from[count] = item[before];
      out.to[count] = item[after];
      step[count++] = number;
    }
    out.starts[u + 1] = count;
  }
  return { ...out, step, taken: Int32Array.from(taken) };
}
