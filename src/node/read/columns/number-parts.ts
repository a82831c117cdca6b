/** A cell taken apart that may be a number with signs, separators and a unit. */
export interface NumberParts {
  readonly isNegative: boolean;
  /** A sign of money before the digits; empty = none. */
  readonly prefix: string;
  /** Digits with their separators, in ASCII. */
  readonly digits: string;
  /** Such as `e-3`; empty = none. */
  readonly exponent: string;
  /** What stands behind the digits; empty = none. */
  readonly unit: string;
  /** A blank stands before the unit. */
  readonly isApart: boolean;
}

const money = String.raw`(?:US|A|C|R|HK|NZ)?\$|[€£¥₹₽₩₺₫฿₪]|(?:USD|EUR|GBP|CHF|JPY|INR|CNY|AUD|CAD|Rs\.?)`;
const pattern = new RegExp(
  String.raw`^(\()? ?([+-])? ?(${money})? ?([+-])?(\d(?:[\d.,' ]*\d)?[.,]?|[.,]\d+)([eE][+-]?\d+)?( ?)([\p{L}%‰°µΩ$€£¥₹₽₩₺][\p{L}%°²³/.^0-9 -]{0,14})? ?(\))?$`,
  "u",
);

/** Units that may stand directly behind a number; other words need a blank before them. */
const unitsAttached = new Set(
  (
    "% ‰ ° °c °f c f k v a w b m g l s h d y t kg mg µg ug lb lbs oz ton tons km cm mm nm mi ft in yd ms us ns sec secs min mins hr hrs hour hours day " +
    "days yr yrs kw kwh mw mah ma mv kv gb mb kb tb px pt em hz khz mhz ghz ml dl cl bpm rpm mph kph kmh km/h m/s m2 m² m3 m³ km2 km² sqft hp pa hpa " +
    "kpa mpa bar psi mmhg mg/dl mmol/l cal kcal j kj n nm ppm db bn mn $ € £ ¥ ₹ ₽ ₩ ₺ usd eur gbp chf jpy inr kn cc x pp bps"
  ).split(" "),
);

export function splitNumber(cell: string): NumberParts | null {
  if (cell.length > 48 || !/\p{Nd}/u.test(cell)) return null;
  const match = pattern.exec(withoutQuotes(plainCharacters(cell).trim()));
  if (match === null) return null;
  const [, open, sign, prefix = "", inner, digits, exponent = "", gap, unit = "", close] = match;
  if ((open === undefined) !== (close === undefined) || (sign !== undefined && inner !== undefined)) return null;
  const trimmed = unit.trim();
  const isApart = gap !== "";
  if (trimmed !== "" && !isApart && !unitsAttached.has(trimmed.toLowerCase())) return null;
  const isNegative = (sign ?? inner) === "-" || open !== undefined;
  return { isNegative, prefix, digits, exponent, unit: trimmed, isApart };
}

/** `'5'` and `"5"` are 5, and so is the `'5` of a spreadsheet. */
function withoutQuotes(text: string): string {
  const match = /^(["'])(.*)\1$/.exec(text);
  if (match !== null) return match[2].trim();
  return /^'[^']*$/.test(text) ? text.slice(1) : text;
}

/** Digits of every script that has ten in a row from here on. */
const zeros = [0x660, 0x6f0, 0x966, 0x9e6, 0xa66, 0xae6, 0xe50, 0xed0, 0xf20, 0xff10];
const others: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ["\u00a0\u1680\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t", " "],
    ["\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\u061c", ""],
    ["\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d", "-"],
    ["\u2018\u2019\u02bc\u00b4\uff07", "'"],
    ["\u201c\u201d", '"'],
    ["\u066b\uff0e", "."],
    ["\u066c\uff0c", ","],
    ["\u066a\uff05", "%"],
    ["\uff0b", "+"],
    ["\uff04", "$"],
    ["\uff08", "("],
    ["\uff09", ")"],
    ["\u03bc", "µ"],
  ].flatMap(([from, to]) => [...from].map((character) => [character, to])),
);

/** Blanks, signs and digits of any script as their plain ones. */
function plainCharacters(text: string): string {
  // eslint-disable-next-line no-control-regex
  if (/^[\u0020-\u007e]*$/.test(text)) return text;
  return Array.from(text, (character) => {
    const code = character.codePointAt(0) as number;
    const zero = zeros.find((first) => code >= first && code < first + 10);
    return zero === undefined ? (others[character] ?? character) : String(code - zero);
  }).join("");
}
