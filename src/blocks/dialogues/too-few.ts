/** Groups of three and four in fewer are too much of all to be told from chance. */
export const fewestToTell = 20;

/** What a detector says of so few that its silence means nothing; none where there are enough. `what` is plural. */
export function tooFewNote(count: number, what: string): string[] {
  return count >= fewestToTell ? [] : [`${count} ${what} are too few to tell: that nothing is found here says nothing`];
}
