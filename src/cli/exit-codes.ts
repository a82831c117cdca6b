/** Exit codes beside those of a verdict (0, 1 and 3). 1 is a broken limit and nothing else; those of signals are 128 and the signal's number. */
export const exitCodes = { usage: 2, incomplete: 3, bug: 70, interrupted: 130 } as const;

/** Told in the help of every command that judges. */
export const exitCodeHelp =
  "0 pass or not judged, 1 a limit was broken, 2 the request was wrong, 3 trials failed or the machine gave out, 70 a fault of Theriac, 130 stopped with Ctrl-C";
