import type { NumberProfile } from "../profile.ts";

/** Whether whole numbers are days written without separators, such as 20240131. */
export function areCompactDates({ values, allIntegers, distinct, low, high }: NumberProfile): boolean {
  if (!allIntegers || distinct < 10 || low < 19000101 || high > 21001231) return false;
  return values.every((value) => {
    if (Number.isNaN(value)) return true;
    const day = value % 100;
    const month = Math.floor(value / 100) % 100;
    return day >= 1 && day <= 31 && month >= 1 && month <= 12;
  });
}
