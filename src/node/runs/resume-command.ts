/** What goes on with a run. @param kind as its manifest has it */
export function resumeCommand(kind: unknown, path: string): string {
  return `theriac ${kind === "tasks" ? "tasks" : "audit"} --resume ${path}`;
}
