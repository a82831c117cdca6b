/** What went wrong, for people. A server that does not answer is one that was ended. */
export function messageOf(error: unknown): string {
  if (error instanceof TypeError) return "The server does not answer: start theriac view again, and open the address that it prints.";
  return error instanceof Error ? error.message : String(error);
}
