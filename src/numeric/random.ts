/**
 * Random streams that are split by name.
 *
 * A stream is fixed by its path of labels alone ("study/seed=3/split"), never by how many numbers anybody drew before. Its 128-bit key is
 * hashed from the path (MurmurHash3 x86_128, Appleby, public domain) and seeds xoshiro128** (Blackman & Vigna 2021, "Scrambled linear
 * pseudorandom number generators", ACM TOMS 47(4)).
 */
export interface Rng {
  /** A stream of its own for this name; calling it twice gives the same stream. */
  fork(label: string | number): Rng;
  /** Uniform in [0, 1) with 53 random bits. */
  uniform(): number;
  /** Uniform integer in [0, limit); limit in [1, 2^32]. */
  integer(limit: number): number;
  /** Standard normal. */
  normal(): number;
  /** `count` distinct integers of [0, limit) in random order; a smaller count gives a prefix of a larger one. */
  sample(limit: number, count: number): Int32Array;
  /** Shuffles in place. */
  shuffleInPlace(values: Int32Array): void;
}

export function makeRng(seed: string | number): Rng {
  return rngOfKey(hash128(new Uint32Array(4), String(seed)));
}

function rngOfKey(key: Uint32Array): Rng {
  let s0 = key[0] | 0;
  let s1 = key[1] | 0;
  let s2 = key[2] | 0;
  let s3 = key[3] | 0;
  if ((s0 | s1 | s2 | s3) === 0) s0 = 1;

  function next(): number {
    const m = Math.imul(s1, 5);
    const result = Math.imul((m << 7) | (m >>> 25), 9) >>> 0;
    const t = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= t;
    s3 = (s3 << 11) | (s3 >>> 21);
    return result;
  }

  function uniform(): number {
    const high = next() >>> 5;
    const low = next() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  function integer(limit: number): number {
    const unbiased = 4294967296 - (4294967296 % limit);
    let draw = next();
    while (draw >= unbiased) draw = next();
    return draw % limit;
  }

  /** Marsaglia's polar method; the second value is dropped so that a stream has no hidden state. */
  function normal(): number {
    for (;;) {
      const a = 2 * uniform() - 1;
      const b = 2 * uniform() - 1;
      const r = a * a + b * b;
      if (r > 0 && r < 1) return a * Math.sqrt((-2 * Math.log(r)) / r);
    }
  }

  /** Fisher–Yates from the front, on a sparse array when few are wanted. */
  function sample(limit: number, count: number): Int32Array {
    const out = new Int32Array(count);
    const moved = new Map<number, number>();
    for (let i = 0; i < count; i++) {
      const j = i + integer(limit - i);
      out[i] = moved.get(j) ?? j;
      moved.set(j, moved.get(i) ?? i);
    }
    return out;
  }

  function shuffleInPlace(values: Int32Array): void {
    for (let i = values.length - 1; i > 0; i--) {
      const j = integer(i + 1);
      const kept = values[i];
      values[i] = values[j];
      values[j] = kept;
    }
  }

  return { fork: (label) => rngOfKey(hash128(key, String(label))), uniform, integer, normal, sample, shuffleInPlace };
}

/** MurmurHash3 x86_128 over the UTF-16 units of `text`, started from a 128-bit key. Shapes: key [4], result [4]. */
function hash128(key: Uint32Array, text: string): Uint32Array {
  const C = [0x239b961b, 0xab0e9789, 0x38b34ae5, 0xa1e38b93];
  const h = Uint32Array.from(key);
  const blocks = Math.ceil(text.length / 8);
  for (let block = 0; block < blocks; block++) {
    for (let lane = 0; lane < 4; lane++) {
      const at = block * 8 + lane * 2;
      const low = at < text.length ? text.charCodeAt(at) : 0;
      const high = at + 1 < text.length ? text.charCodeAt(at + 1) : 0;
      let k = Math.imul(low | (high << 16), C[lane]);
      k = (k << (15 + lane)) | (k >>> (17 - lane));
      h[lane] ^= Math.imul(k, C[(lane + 1) % 4]);
      h[lane] = (h[lane] << (19 - 2 * lane)) | (h[lane] >>> (13 + 2 * lane));
      h[lane] = (Math.imul(h[lane] + h[(lane + 1) % 4], 5) + 0x561ccd1b) >>> 0;
    }
  }
  for (let lane = 0; lane < 4; lane++) h[lane] ^= text.length;
  mix(h);
  for (let lane = 0; lane < 4; lane++) h[lane] = avalanche(h[lane]);
  mix(h);
  return h;
}

function mix(h: Uint32Array): void {
  h[0] += h[1] + h[2] + h[3];
  h[1] += h[0];
  h[2] += h[0];
  h[3] += h[0];
}

function avalanche(value: number): number {
  let h = value;
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
