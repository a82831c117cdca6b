/** Exit codes; 0, 1 and 3 are those of a verdict. 1 is a broken limit and nothing else; those of signals are 128 and the signal's number. */
export const exitCodes = { brokenLimit: 1, usage: 2, incomplete: 3, unproven: 4, refuted: 5, bug: 70, interrupted: 130 } as const;
