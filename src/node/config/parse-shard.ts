import { UsageError } from "../../core/errors.ts";
import type { Shard } from "../../study/shard.ts";

const most = 100_000;

/** `2/8` is the second of eight. @throws UsageError */
export function parseShard(text: string): Shard {
  const [, index, of] = /^\s*(\d{1,6})\s*\/\s*(\d{1,6})\s*$/.exec(text) ?? [];
  const shard = { index: Number(index), of: Number(of) };
  if (shard.index >= 1 && shard.index <= shard.of && shard.of <= most) return shard;
  throw new UsageError(`--shard must be a part and how many there are, as 2/8 for the second of eight, got "${text}"`);
}
