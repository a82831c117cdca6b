import { liarShares } from "./cohorts.ts";
import { lieShares, lnMixed, posterior } from "./lie-shares.ts";

/** What rows say of habits, once for all cohorts. */
export interface HabitTerms {
  /** ln of how much likelier each label is where such a share of the rows bears any wrong label, ln(1 + s (e^nats − 1)). Shape: [examples, lie shares]. */
  readonly terms: Float64Array;
  /** The same where such a share bears this very label, ln(1 + s (1 − p) / p), p being its chance; (1 − p) / p is e^nats for each of the other labels. Shape: [examples, lie shares]. */
  readonly towards: Float64Array;
  readonly nats: Float64Array;
  /** Class of each label; null for a real one. Shape: [examples]. */
  readonly y: Float64Array | null;
  readonly classes: number;
}

export interface SharedLies {
  /** ln of the mean, over habits and shares of liars, of how much likelier they make all labels of the cohort than honesty. */
  readonly nats: number;
  /** Chance that each row is a lie, if the cohort is not honest. Shapes: each [rows of the account]. */
  readonly lies: readonly Float64Array[];
}

/** @param nats ln of (1 − p) / p of each label by p, its chance, shared among the other labels; 0 where a row says nothing. Shape: [examples] */
export function habitTerms(nats: Float64Array, y: Float64Array | null, classes: number): HabitTerms {
  const terms = new Float64Array(nats.length * lieShares.length);
  const towards = new Float64Array(y === null ? 0 : terms.length);
  for (let i = 0, q = 0; i < nats.length; i++)
    for (const share of lieShares) {
      if (y !== null) towards[q] = Math.log1p(share * (classes - 1) * Math.exp(nats[i]));
      terms[q++] = lnMixed(nats[i], share);
    }
  return { terms, towards, nats, y, classes };
}

/** ln of the share of rows in which such a liar says what is true. */
const lnTrue = lieShares.map((share) => Math.log1p(-share));

/** More classes are not told apart by what lies say. */
const mostDirections = 8;

/**
 * Accounts of a campaign lie alike: half of the weight is on habits that all liars of the cohort share (how often they lie; in any way, or half of that by giving one label
 * whatever is true), the other half on liars who have each a habit of their own. Who gives label k in a share s of the rows whatever is true makes it 1 + s (1 − p) / p times as likely
 * where it stands, and every other label 1 − s times. All are likelihood ratios, with mean 1 where all are honest and models are right.
 *
 * @param accounts examples of each account
 */
export function sharedLies(accounts: readonly Int32Array[], habits: HabitTerms): SharedLies {
  const { y, classes } = habits;
  const directions = y === null || classes > mostDirections ? [-1] : [-1, ...Array.from({ length: classes }, (_, k) => k)];
  const per = lieShares.length;
  const count = directions.length * per;
  /** ln of the ratio of each account by each shared habit, and by its own in the last place. Shape: [accounts, count + 1]. */
  const ratios = new Float64Array(accounts.length * (count + 1));
  accounts.forEach((rows, a) => {
    const at = a * (count + 1);
    for (const i of rows)
      for (let d = 0; d < directions.length; d++) {
        const isOther = d > 0 && y![i] !== directions[d];
        const terms = d > 0 ? habits.towards : habits.terms;
        for (let h = 0; h < per; h++) ratios[at + d * per + h] += isOther ? lnTrue[h] : terms[i * per + h];
      }
    ratios[at + count] = logMeanExp(ratios.subarray(at, at + per));
  });
  const weightOf = (h: number): number => {
    if (h === count) return 0.5;
    if (directions.length === 1) return 0.5 / per;
    return h < per ? 0.25 / per : 0.25 / (count - per);
  };
  const strengths = new Float64Array((count + 1) * liarShares.length);
  for (let h = 0; h <= count; h++)
    liarShares.forEach((share, s) => {
      let sum = Math.log(weightOf(h) / liarShares.length);
      for (let a = 0; a < accounts.length; a++) sum += lnMixed(ratios[a * (count + 1) + h], share);
      strengths[h * liarShares.length + s] = sum;
    });
  const nats = logMeanExp(strengths) + Math.log(strengths.length);
  const lies = accounts.map((rows) => new Float64Array(rows.length));
  strengths.forEach((strength, q) => {
    const chance = Math.exp(strength - nats);
    if (chance < 1e-4) return;
    const h = Math.floor(q / liarShares.length);
    const share = liarShares[q % liarShares.length];
    accounts.forEach((rows, a) => {
      const own = ratios.subarray(a * (count + 1), (a + 1) * (count + 1));
      const isLiar = chance * posterior(own[h], share);
      for (let r = 0; r < rows.length; r++) lies[a][r] += isLiar * lieOf(rows[r], h, own);
    });
  });
  return { nats, lies };

  /** Chance that this row of a liar with habit h is a lie. */
  function lieOf(i: number, h: number, own: Float64Array): number {
    const share = lieShares[h % per];
    if (h < per && h < count) return posterior(habits.nats[i], share);
    if (h < count) return y![i] === directions[Math.floor(h / per)] ? -Math.expm1(-habits.towards[i * per + (h % per)]) : 0;
    let sum = 0;
    for (let k = 0; k < per; k++) sum += (Math.exp(own[k] - own[count]) / per) * posterior(habits.nats[i], lieShares[k]);
    return sum;
  }
}

function logMeanExp(values: Float64Array): number {
  let top = -Infinity;
  for (const value of values) top = Math.max(top, value);
  let sum = 0;
  for (const value of values) sum += Math.exp(value - top);
  return top + Math.log(sum / values.length);
}
