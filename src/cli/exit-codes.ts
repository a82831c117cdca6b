/** Exit codes beside those of a verdict (0, 1 and 3). */
export const exitCodes = { usage: 2, incomplete: 3, unproven: 4, bug: 70, interrupted: 130 } as const;
