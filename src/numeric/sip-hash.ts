/**
 * SipHash-2-4 (Aumasson & Bernstein 2012, "SipHash: a fast short-input PRF", INDOCRYPT): without the key nobody can tell where an input goes.
 * 64-bit words are kept as halves, low and high.
 */
export interface SipHash {
  /** The hash of the bytes [0, length), as two unsigned halves in `low` and `high`. */
  hash(bytes: Uint8Array, length?: number): void;
  low: number;
  high: number;
}

/** @param key four 32-bit words, lowest first */
export function makeSipHash(key: Uint32Array): SipHash {
  let [v0l, v0h, v1l, v1h, v2l, v2h, v3l, v3h] = [0, 0, 0, 0, 0, 0, 0, 0];

  function round(): void {
    let t: number;
    // v0 += v1; v1 <<<= 13; v1 ^= v0; v0 <<<= 32
    t = (v0l >>> 0) + (v1l >>> 0);
    v0h = (v0h + v1h + (t > 0xffffffff ? 1 : 0)) | 0;
    v0l = t | 0;
    t = (v1l << 13) | (v1h >>> 19);
    v1h = (v1h << 13) | (v1l >>> 19);
    v1l = t ^ v0l;
    v1h ^= v0h;
    t = v0l;
    v0l = v0h;
    v0h = t;
    // v2 += v3; v3 <<<= 16; v3 ^= v2
    t = (v2l >>> 0) + (v3l >>> 0);
    v2h = (v2h + v3h + (t > 0xffffffff ? 1 : 0)) | 0;
    v2l = t | 0;
    t = (v3l << 16) | (v3h >>> 16);
    v3h = (v3h << 16) | (v3l >>> 16);
    v3l = t ^ v2l;
    v3h ^= v2h;
    // v0 += v3; v3 <<<= 21; v3 ^= v0
    t = (v0l >>> 0) + (v3l >>> 0);
    v0h = (v0h + v3h + (t > 0xffffffff ? 1 : 0)) | 0;
    v0l = t | 0;
    t = (v3l << 21) | (v3h >>> 11);
    v3h = (v3h << 21) | (v3l >>> 11);
    v3l = t ^ v0l;
    v3h ^= v0h;
    // v2 += v1; v1 <<<= 17; v1 ^= v2; v2 <<<= 32
    t = (v2l >>> 0) + (v1l >>> 0);
    v2h = (v2h + v1h + (t > 0xffffffff ? 1 : 0)) | 0;
    v2l = t | 0;
    t = (v1l << 17) | (v1h >>> 15);
    v1h = (v1h << 17) | (v1l >>> 15);
    v1l = t ^ v2l;
    v1h ^= v2h;
    t = v2l;
    v2l = v2h;
    v2h = t;
  }

  function take(low: number, high: number): void {
    v3l ^= low;
    v3h ^= high;
    round();
    round();
    v0l ^= low;
    v0h ^= high;
  }

  const word = (bytes: Uint8Array, p: number): number => bytes[p] | (bytes[p + 1] << 8) | (bytes[p + 2] << 16) | (bytes[p + 3] << 24);
  const found: SipHash = {
    low: 0,
    high: 0,
    hash(bytes, length = bytes.length) {
      v0l = key[0] ^ 0x70736575;
      v0h = key[1] ^ 0x736f6d65;
      v1l = key[2] ^ 0x6e646f6d;
      v1h = key[3] ^ 0x646f7261;
      v2l = key[0] ^ 0x6e657261;
      v2h = key[1] ^ 0x6c796765;
      v3l = key[2] ^ 0x79746573;
      v3h = key[3] ^ 0x74656462;
      const whole = length & ~7;
      for (let p = 0; p < whole; p += 8) take(word(bytes, p), word(bytes, p + 4));
      let [low, high] = [0, (length & 255) << 24];
      for (let k = whole; k < length; k++) {
        if (k - whole < 4) low |= bytes[k] << (8 * (k - whole));
        else high |= bytes[k] << (8 * (k - whole - 4));
      }
      take(low, high);
      v2l ^= 0xff;
      for (let k = 0; k < 4; k++) round();
      found.low = (v0l ^ v1l ^ v2l ^ v3l) >>> 0;
      found.high = (v0h ^ v1h ^ v2h ^ v3h) >>> 0;
    },
  };
  return found;
}
