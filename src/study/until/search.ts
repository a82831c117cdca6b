/** A budget that was tried, and the figure that it brought, turned so that more is nearer to the goal. */
export interface Tried {
  readonly rows: number;
  readonly value: number;
}

export interface SearchInput {
  /** The figure without poison, and the one that is asked for; less than it. */
  readonly start: number;
  readonly bound: number;
  /** Where to look first. */
  readonly guess: number;
  /** The largest budget that may be tried. */
  readonly most: number;
  /** Budgets that are tried once some budget was enough. */
  readonly tries: number;
  valueAt(rows: number): Promise<number>;
}

export interface SearchResult {
  /** Where the figure passes the bound, between two budgets that were tried; null where none that may be tried is enough. */
  readonly rows: number | null;
  readonly tried: readonly Tried[];
}

/** A budget is known well enough where one that is enough is no larger than so many times one that is not. */
const closeEnough = 1.1;
/** From one budget to the next, at most. */
const stride = 4;

/**
 * The smallest budget that is enough, by steps between the largest that was not and the smallest that was. Between two budgets, what the figure gained is taken to grow as a power of the
 * rows (at first as the rows themselves), so that three or four trainings tell it.
 */
export async function searchBudget({ start, bound, guess, most, tries, valueAt }: SearchInput): Promise<SearchResult> {
  const tried: Tried[] = [];
  const aim = bound - start;
  const gainOf = ({ value }: Tried): number => Math.max(value - start, 0.02 * aim);
  let low: Tried | null = null;
  let high: Tried | null = null;
  let rows = clamp(Math.round(guess), 1, most);
  for (let left = tries; ;) {
    const next: Tried = { rows, value: await valueAt(rows) };
    tried.push(next);
    if (next.value >= bound) high = next;
    else low = next;
    if (high === null && rows === most) return { rows: null, tried };
    left--;
    const isKnown =
      high !== null && (high.rows <= 1 || (low !== null && (high.rows <= closeEnough * low.rows || high.rows - low.rows <= 1)));
    if (isKnown || (left <= 0 && high !== null)) return { rows: crossing(), tried };
    const wanted = crossing();
    if (low === null) rows = clamp(Math.round(wanted), Math.ceil(next.rows / stride), Math.max(1, Math.floor(next.rows / 1.2)));
    else if (high === null) rows = Math.min(most, clamp(Math.round(wanted), Math.ceil(1.2 * next.rows), stride * next.rows));
    else rows = clamp(Math.round(wanted), low.rows + 1, high.rows - 1);
    if (low !== null && high !== null) {
      // Not so near to an end that the other would hardly move.
      const a = Math.log(low.rows);
      const b = Math.log(high.rows);
      const inside = clamp(Math.log(rows), a + 0.2 * (b - a), b - 0.2 * (b - a));
      rows = clamp(Math.round(Math.exp(inside)), low.rows + 1, high.rows - 1);
    }
  }

  function crossing(): number {
    const [a, b] = [low, high];
    if (a !== null && b !== null) {
      const share = Math.log(aim / gainOf(a)) / Math.log(gainOf(b) / gainOf(a));
      return Math.exp(Math.log(a.rows) + clamp(share, 0, 1) * Math.log(b.rows / a.rows));
    }
    const only = (a ?? b) as Tried;
    return only.rows * (aim / gainOf(only)) ** (1 / powerOf(tried, gainOf));
  }
}

/** How the gain grows with the rows, by the first and last budgets that were tried, within [0.5, 2]; 1 where there is but one. */
function powerOf(tried: readonly Tried[], gainOf: (tried: Tried) => number): number {
  const sorted = [...tried].sort((a, b) => a.rows - b.rows);
  const [first, last] = [sorted[0], sorted[sorted.length - 1]];
  if (first.rows === last.rows) return 1;
  return clamp(Math.log(gainOf(last) / gainOf(first)) / Math.log(last.rows / first.rows), 0.5, 2);
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
