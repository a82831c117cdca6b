/**
 * Works for 0 … count − 1, begun in this order, so many of them at once. After an error nothing more is begun.
 *
 * @throws the error of the smallest number, whoever failed first: how many work at once does not tell
 */
export async function forEachAtOnce(count: number, atOnce: number, work: (k: number) => Promise<void>): Promise<void> {
  const failures = new Map<number, unknown>();
  let next = 0;
  const hand = async (): Promise<void> => {
    while (next < count && failures.size === 0) {
      const k = next++;
      try {
        await work(k);
      } catch (error) {
        failures.set(k, error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(Math.max(1, atOnce), count) }, hand));
  if (failures.size > 0) throw failures.get(Math.min(...failures.keys()));
}
