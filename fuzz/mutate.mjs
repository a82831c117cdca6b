// Damage done to bytes, text and JSON. Every change is drawn from the stream that is given, so that a number says which input it was.

/** JSON texts that a place in a file is replaced by. Some are valid JSON that no reader expects, some are not JSON at all. */
const replacements = [
  "null",
  "true",
  "false",
  "0",
  "-0",
  "-1",
  "1.5",
  "1e308",
  "-1e308",
  "1e999",
  "1e-320",
  "2147483648",
  "4294967296",
  "9007199254740993",
  "1000000000000",
  '""',
  '" "',
  '"x"',
  '"0"',
  '"NaN"',
  '"a\\u0000b"',
  '"\\ud800"',
  '"\\u001b[31mred"',
  '"../../../../etc/passwd"',
  '"/etc/passwd"',
  '"https://example.org/x"',
  '"__proto__"',
  '"constructor"',
  "[]",
  "[[]]",
  "[null]",
  "[1,2,3]",
  '["x"]',
  "{}",
  '{"__proto__":{"x":1}}',
  '{"__proto__":null}',
  '{"constructor":{"prototype":{"x":1}}}',
  '{"toString":1,"valueOf":2,"hasOwnProperty":3}',
  '{"length":4294967295}',
  '{"id":"__proto__","params":{}}',
  '{"$number":"NaN"}',
  '{"$number":"Infinity"}',
  '{"$number":"-0"}',
  '{"$number":{"toString":1}}',
  '{"$number":null,"more":1}',
  "NaN",
  "undefined",
  "",
];

/** Texts that are made when they are needed, since they are long. */
const longReplacements = [
  () => `"${"a".repeat(5000)}"`,
  () => `"${"a/".repeat(3000)}"`,
  () => "[".repeat(20_000) + "]".repeat(20_000),
  () => '{"a":'.repeat(20_000) + "1" + "}".repeat(20_000),
  () => `[${"[],".repeat(3000)}0]`,
  () => `[${"0,".repeat(20_000)}0]`,
  () => `{${Array.from({ length: 2000 }, (_, i) => `"k${i}":${i}`).join(",")}}`,
  () => "9".repeat(400),
];

/** Stands for raw text in a tree until it is written. */
const token = "@@raw@@";

/**
 * The same document with one thing changed somewhere: a value of another type, size or depth, an entry that is missing, doubled or moved, a key that is
 * renamed to one of every object's members, or the text itself cut, flipped or nested. A text that is no JSON is changed as text. The same `rng` gives the
 * same text.
 */
export function mutateJson(text, rng) {
  if (rng.uniform() < 0.15) return textOf(mutateBytes(new TextEncoder().encode(text), rng));
  let root;
  try {
    root = JSON.parse(text);
  } catch {
    return textOf(mutateBytes(new TextEncoder().encode(text), rng));
  }
  const box = [root];
  const { holder, key } = pickPlace(box, rng);
  const raw = mutatePlace(holder, key, box, rng);
  return box[0] === undefined ? "" : JSON.stringify(box[0]).replace(`"${token}"`, () => raw);
}

/** The same bytes with up to `most` changes. */
export function mutateOften(bytes, rng, most = 6) {
  let out = bytes;
  for (let left = 1 + rng.integer(most); left > 0; left--) out = mutateBytes(out, rng);
  return out;
}

/** The same for a file of one JSON document a line: one line changed, missing, doubled, moved or cut. */
export function mutateLines(text, rng) {
  const lines = text.split("\n");
  const at = rng.integer(lines.length);
  switch (rng.integer(8)) {
    case 0:
      lines.splice(at, 1);
      break;
    case 1:
      lines.splice(at, 0, lines[rng.integer(lines.length)]);
      break;
    case 2:
      lines.splice(rng.integer(lines.length), 0, ...lines.splice(at, 1));
      break;
    case 3:
      return text.slice(0, rng.integer(text.length + 1));
    default:
      lines[at] = mutateJson(lines[at], rng);
  }
  return lines.join("\n");
}

/** The same bytes, cut, flipped, doubled, without a part, or with other bytes put in. The same `rng` gives the same bytes. */
export function mutateBytes(bytes, rng) {
  const at = rng.integer(bytes.length + 1);
  const to = Math.min(bytes.length, at + 1 + rng.integer(64));
  const [before, part, after] = [bytes.subarray(0, at), bytes.subarray(at, to), bytes.subarray(to)];
  switch (rng.integer(8)) {
    case 0:
      return before.slice();
    case 1:
      return bytes.slice(at);
    case 2:
      return join(before, after);
    case 3:
      return join(before, part, part, after);
    case 4: {
      const out = bytes.slice();
      for (let k = 1 + rng.integer(4); k > 0 && out.length > 0; k--) out[rng.integer(out.length)] ^= 1 << rng.integer(8);
      return out;
    }
    case 5:
      return join(
        before,
        Uint8Array.from({ length: 1 + rng.integer(8) }, () => rng.integer(256)),
        bytes.subarray(at),
      );
    case 6:
      return join(before, new TextEncoder().encode(pick(rng, oddTexts)), bytes.subarray(at));
    default:
      return join(before, Uint8Array.from(pick(rng, oddBytes)), bytes.subarray(at));
  }
}

const oddTexts = [
  "\u0000",
  "\uFEFF",
  "\n",
  "\r\n",
  "\n\n",
  '"',
  "\\",
  ",",
  "{",
  "}",
  "[",
  "]",
  "/",
  "../",
  "&a [*a,*a]",
  "*b",
  "__proto__",
  "\u2028",
  "\u001b[2J",
  "1e999",
  "-",
  ...'\t|\r|;|""|\'|:|::|#|%|$|--|=|.|e|NaN|-Infinity|null|true|-0|0x10|1e2|00|1_000|1,5|1.234,5|12 kg|N/A|sep=;|<<'.split("|"),
  ...["9007199254740993", "-9223372036854775808", "1.7976931348623157e308", "5e-324", "2026-01-01T10:00:00+02:00"],
  ...["\u00a0", "\u2212", "\u200b", "\u202e", "😀", "é", "e\u0301", "手机", "=cmd|' /C calc'!A0"],
  "[".repeat(20_000),
];

const oddBytes = [[0xff, 0xfe], [0xc3], [0xed, 0xa0, 0x80], [0xf8, 0x88, 0x80, 0x80, 0x80], [0x1f, 0x8b]];

/** Returns the text that stands for the token, where it put one in. */
function mutatePlace(holder, key, box, rng) {
  const value = holder[key];
  switch (rng.integer(10)) {
    case 0:
      if (Array.isArray(holder)) holder.splice(Number(key), 1);
      else delete holder[key];
      return "";
    case 1:
      if (Array.isArray(holder)) holder.splice(Number(key), 0, value);
      else define(holder, pick(rng, oddKeys), value);
      return "";
    case 2: {
      // What stands elsewhere in the document: right in itself and wrong here.
      const other = pickPlace(box, rng);
      const found = other.holder[other.key] ?? null;
      define(holder, key, JSON.parse(JSON.stringify(found)));
      return "";
    }
    case 3:
      if (Array.isArray(holder)) holder.reverse();
      else {
        delete holder[key];
        define(holder, pick(rng, oddKeys), value);
      }
      return "";
    case 4:
      define(holder, key, token);
      return pick(rng, longReplacements)();
    case 5:
      define(holder, key, oddNumberOrText(value, rng));
      return "";
    default:
      define(holder, key, token);
      return pick(rng, replacements);
  }
}

const oddKeys = ["__proto__", "constructor", "toString", "", "length", "schema", "kind", "\u0000", "0", "-1"];

/** Near to what stands there, so that it passes as one of its kind more often. */
function oddNumberOrText(value, rng) {
  if (typeof value === "number") return [value + 1, value - 1, -value, value * 1e6, value + 0.5, value / 3][rng.integer(6)];
  if (typeof value === "string") {
    const at = rng.integer(value.length + 1);
    return `${value.slice(0, at)}${pick(rng, ["", "x", "0", " ", "/", "\u0000", "é", "\n"])}${value.slice(at + rng.integer(3))}`;
  }
  return Array.isArray(value) ? [...value, ...value] : [value];
}

/** Own members alone, so that "__proto__" is a key as any other. */
function define(holder, key, value) {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}

/** Walks down from the root and stops somewhere, so that shallow places are met about as often as deep ones. */
function pickPlace(box, rng) {
  let holder = box;
  let key = 0;
  for (;;) {
    const value = holder[key];
    if (typeof value !== "object" || value === null || rng.uniform() < 0.12) return { holder, key };
    const keys = Object.keys(value);
    if (keys.length === 0) return { holder, key };
    const chosen = keys[rng.integer(keys.length)];
    holder = value;
    key = Array.isArray(value) ? Number(chosen) : chosen;
  }
}

/** One of a list. */
export function pick(rng, list) {
  return list[rng.integer(list.length)];
}

function join(...parts) {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function textOf(bytes) {
  return new TextDecoder().decode(bytes);
}
