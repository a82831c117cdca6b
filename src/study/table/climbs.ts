import type { Findings } from "../../core/attack.ts";
import { NumericalError } from "../../core/errors.ts";

/** What attacks found on the same rows, by attack and budget. */
export interface Climbs {
  /**
   * What is made of the last of these budgets, where an attack goes on from each to the next; what it found before is not made again. Where a smaller budget fails, the next goes on from what was found before it.
   *
   * @param key of the attack with its parameters
   * @param fractions ascending, one at least
   */
  up<P>(key: string, fractions: readonly number[], make: (fraction: number, findings: Findings) => Promise<P>): Promise<P>;
}

export function rememberClimbs(): Climbs {
  const found = new Map<string, unknown>();
  return {
    async up(key, fractions, make) {
      const below = fractions.slice(0, -1);
      const known = below.findLastIndex((fraction) => found.has(`${key} ${fraction}`));
      let before: unknown = known < 0 ? null : found.get(`${key} ${below[known]}`);
      const climb = async (fraction: number): ReturnType<typeof make> => {
        let kept = before;
        const made = await make(fraction, { before, keep: (what) => (kept = what) });
        found.set(`${key} ${fraction}`, kept);
        before = kept;
        return made;
      };
      for (const fraction of below.slice(known + 1)) {
        try {
          await climb(fraction);
        } catch (error) {
          if (!(error instanceof NumericalError)) throw error;
        }
      }
      return climb(fractions[fractions.length - 1]);
    },
  };
}
