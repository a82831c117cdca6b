import type { Rng } from "../numeric/random.ts";

/** The share of the names that must be numbers, behind one prefix, for new ones to be the next numbers. */
const nearlyAll = 0.95;

/**
 * Names that nobody has and that look like the others: the next numbers where users are numbered, else letters and digits in the places of some genuine name's.
 *
 * @param isRefused names that would not be read as such
 */
export function freshAccounts(users: readonly string[], count: number, rng: Rng, isRefused: (name: string) => boolean): string[] {
  const known = new Set(users.map(plain));
  return nextNumbers(users, known, count) ?? Array.from({ length: count }, () => likeAnother(users, known, rng, isRefused));
}

/** Names that differ in case alone are taken for one by people. */
const plain = (name: string): string => name.trim().toLowerCase();

function nextNumbers(users: readonly string[], known: ReadonlySet<string>, count: number): string[] | null {
  const groups = new Map<string, string[]>();
  for (const name of users) {
    const [, prefix, digits] = /^(.*?)(\d+)$/s.exec(name) ?? [];
    if (digits === undefined) continue;
    const group = groups.get(prefix);
    if (group === undefined) groups.set(prefix, [digits]);
    else group.push(digits);
  }
  const [most] = [...groups].sort((a, b) => b[1].length - a[1].length);
  if (most === undefined || most[1].length < nearlyAll * users.length) return null;
  const [prefix, numbers] = most;
  const width = numbers.some((digits) => digits.length > 1 && digits.startsWith("0")) ? Math.max(...lengthsOf(numbers)) : 0;
  let next = numbers.reduce((highest, digits) => (BigInt(digits) > highest ? BigInt(digits) : highest), 0n);
  const names: string[] = [];
  while (names.length < count) {
    const name = `${prefix}${String(++next).padStart(width, "0")}`;
    if (!known.has(plain(name))) names.push(name);
  }
  return names;
}

function lengthsOf(numbers: readonly string[]): number[] {
  return [...new Set(numbers.map(({ length }) => length))];
}

const kinds = ["abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"];

function likeAnother(users: readonly string[], known: Set<string>, rng: Rng, isRefused: (name: string) => boolean): string {
  for (let tries = 1; ; tries++) {
    const shape = users[rng.integer(users.length)];
    const drawn = Array.from(shape, (sign) => {
      const kind = kinds.find((signs) => signs.includes(sign));
      return kind === undefined ? sign : kind[rng.integer(kind.length)];
    }).join("");
    // Where such names are all taken, longer ones are not.
    const name = drawn + Array.from({ length: Math.floor(tries / 100) }, () => kinds[0][rng.integer(26)]).join("");
    if (known.has(plain(name)) || isRefused(name)) continue;
    known.add(plain(name));
    return name;
  }
}
