// Damage done to bytes, text and JSON. Every change is drawn from the stream that is given, so that a number says which input it was.

/** What parsers stumble over. */
const words = [
  ...'\0|\r|\n|\r\n|\t|,|;|"|""|\'|{|}|[|]|:|::|#|%|$|\\|/|../|-|--|=|.|e|E|NaN|Infinity|-Infinity|null|true|1e999|-0|0x10|1e2'.split("|"),
  ...["9007199254740993", "-9223372036854775808", "1.7976931348623157e308", "5e-324", "00", "1_000", "1,5", "1.234,5", "12 kg", "N/A", ""],
  ...["\u00a0", "\u2212", "\u200b", "\u202e", "\ufeff", "\u001b[31m", "😀", "é", "e\u0301", "手机", "=cmd|' /C calc'!A0", "&a", "*a", "<<"],
  ...["__proto__", "constructor", "2026-01-01T10:00:00+02:00", '{"$number":"NaN"}', "[[[[[[[[", "sep=;", "\ud800"],
];

const values = [null, true, false, 0, -1, 0.5, 1e308, 2 ** 53, -(2 ** 31), 4294967296, "", "x", "\0", "../..", [], {}, [[]], { a: 1 }];

/** One of a list. */
export function pick(rng, list) {
  return list[rng.integer(list.length)];
}

/** One to eight changes at any place: bits, bytes, cuts, repeats, words. */
export function mutateBytes(bytes, rng) {
  let out = Buffer.from(bytes);
  for (let left = 1 + rng.integer(8); left > 0; left--) out = changeBytes(out, rng);
  return out;
}

function changeBytes(bytes, rng) {
  const at = bytes.length === 0 ? 0 : rng.integer(bytes.length);
  const to = Math.min(bytes.length, at + 1 + rng.integer(1 + rng.integer(64)));
  switch (rng.integer(8)) {
    case 0:
      if (bytes.length > 0) bytes[at] ^= 1 << rng.integer(8);
      return bytes;
    case 1:
      if (bytes.length > 0) bytes[at] = rng.integer(256);
      return bytes;
    case 2:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(to)]);
    case 3:
      return Buffer.concat([bytes.subarray(0, to), bytes.subarray(at)]);
    case 4:
      return Buffer.concat([bytes.subarray(0, at), Buffer.from(pick(rng, words)), bytes.subarray(at)]);
    case 5:
      return Buffer.concat([bytes.subarray(0, at), Buffer.from(pick(rng, words)), bytes.subarray(to)]);
    case 6:
      return rng.integer(6) === 0 ? bytes.subarray(0, at) : bytes;
    default:
      return swapLines(bytes, rng);
  }
}

function swapLines(bytes, rng) {
  const lines = bytes.toString("latin1").split("\n");
  const [a, b] = [rng.integer(lines.length), rng.integer(lines.length)];
  [lines[a], lines[b]] = [lines[b], lines[a]];
  return Buffer.from(lines.join("\n"), "latin1");
}

/** JSON that is still JSON: somewhere in it something is gone, of another type, doubled, nested or renamed. Now and then only bytes are damaged. */
export function mutateJson(text, rng) {
  if (rng.integer(8) === 0) return mutateBytes(Buffer.from(text), rng);
  if (rng.integer(200) === 0) return Buffer.from(deepen(text, rng));
  let document;
  try {
    document = JSON.parse(text);
  } catch {
    return mutateBytes(Buffer.from(text), rng);
  }
  const box = { document };
  for (let left = 1 + rng.integer(3); left > 0; left--) changeValue(box, rng);
  return Buffer.from(JSON.stringify(box.document) ?? "");
}

/** Nested further than any reader that calls itself can follow. */
function deepen(text, rng) {
  const depth = 10 ** (1 + rng.integer(5));
  return rng.integer(2) === 0 ? `${"[".repeat(depth)}${text}${"]".repeat(depth)}` : `${'{"a":'.repeat(depth)}${text}${"}".repeat(depth)}`;
}

/** Walks down from `box` by chance and changes what it meets there. */
function changeValue(box, rng) {
  let holder = box;
  let key = "document";
  for (;;) {
    const value = holder[key];
    if (value === null || typeof value !== "object") break;
    const keys = Object.keys(value);
    if (keys.length === 0 || (holder !== box && rng.integer(6) === 0)) break;
    holder = value;
    key = pick(rng, keys);
  }
  const value = holder[key];
  switch (rng.integer(9)) {
    case 0:
      if (Array.isArray(holder)) holder.splice(Number(key), 1);
      else delete holder[key];
      return;
    case 1:
    case 2:
      holder[key] = structuredClone(pick(rng, values));
      return;
    case 3:
      holder[key] = [value, value];
      return;
    case 4:
      holder[key] = { [key]: value };
      return;
    case 5:
      if (Array.isArray(holder)) holder.push(structuredClone(value));
      else holder[pick(rng, words)] = value;
      return;
    case 6:
      if (typeof value === "string") holder[key] = mutateBytes(Buffer.from(value), rng).toString("utf8");
      else if (typeof value === "number") holder[key] = value * pick(rng, [-1, 0, 10, 1e10, 1e300, 0.1]) + pick(rng, [0, 1, -1, 0.5]);
      else holder[key] = structuredClone(pick(rng, values));
      return;
    case 7:
      holder[key] = Array.from({ length: rng.integer(300) }, () => value);
      return;
    default:
      holder[key] = typeof value === "string" ? value.repeat(1 + rng.integer(400)) : String(value);
  }
}
