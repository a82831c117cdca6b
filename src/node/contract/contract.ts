import { isDeepStrictEqual } from "node:util";
import { UsageError } from "../../core/errors.ts";
import type { MethodInfo } from "../../core/method.ts";
import { type Rng, makeRng } from "../../numeric/random.ts";

export interface ContractOptions {
  /** Small random data sets that are tried; default: 20. */
  readonly runs?: number;
  /** The same seed draws the same data; default: 0. */
  readonly seed?: number;
}

/** A method does something else than it declares. The message says what, and on which data. */
export class ContractBreach extends Error {
  override readonly name = "ContractBreach";
}

/** @throws ContractBreach with the sentence unless `holds` */
export function hold(holds: boolean, sentence: string): asserts holds {
  if (!holds) throw new ContractBreach(sentence);
}

/** @throws ContractBreach unless both are the same, whatever they are made of */
export function holdEqual(found: unknown, wanted: unknown, sentence: string): void {
  hold(isDeepStrictEqual(found, wanted), sentence);
}

/** What a method says of itself. @throws ContractBreach */
export function checkInfo({ id, title, summary, source, params }: MethodInfo, id_ = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/): void {
  hold(typeof id === "string" && id_.test(id), `the id must be words in small letters joined by hyphens, got ${JSON.stringify(id)}`);
  hold(typeof title === "string" && /\S/.test(title), `${id}: the title must not be empty`);
  hold(typeof summary === "string" && /^[A-Z].*\.$/.test(summary), `${id}: the summary must be a sentence, with its full stop`);
  hold(typeof source?.cite === "string" && /\S/.test(source.cite), `${id}: source.cite must say where it comes from`);
  hold(source.url === null || typeof source.url === "string", `${id}: source.url must be an address or null`);
  hold(typeof params === "object" && params !== null, `${id}: params must describe each parameter, {} where there are none`);
}

/**
 * Tries a method on cases drawn at random until so many of them suit it.
 *
 * @param draw null = the case does not suit the method
 * @param describe what the case was, for the message
 * @throws ContractBreach by `attempt`, with the case; UsageError where no case suits the method at all
 */
export async function tryOnMany<T>(
  id: string,
  { runs = 20, seed = 0 }: ContractOptions,
  draw: (rng: Rng) => T | null,
  describe: (drawn: T) => unknown,
  attempt: (drawn: T, rng: Rng) => Promise<void>,
): Promise<void> {
  const most = 50 * runs;
  let tried = 0;
  for (let i = 0; i < most && tried < runs; i++) {
    const rng = makeRng(seed).fork("contract").fork(id).fork(i);
    const drawn = draw(rng.fork("case"));
    if (drawn === null) continue;
    tried++;
    try {
      await attempt(drawn, rng.fork("attempt"));
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const said = error instanceof ContractBreach ? error.message : `it threw ${error.name}: ${error.message}`;
      throw new ContractBreach(`${id}: ${said}; on ${JSON.stringify(describe(drawn))}`, { cause: error });
    }
  }
  if (tried === 0) throw new UsageError(`${id}: none of ${most} small data sets suits it, so nothing could be held against its contract`);
}
