/** The command that makes runs of a kind. @param kind as a manifest has it */
export function commandOfKind(kind: unknown): "tasks" | "audit" {
  return kind === "tasks" ? "tasks" : "audit";
}

/** What goes on with a run. @param kind as its manifest has it */
export function resumeCommand(kind: unknown, path: string): string {
  return `theriac ${commandOfKind(kind)} --resume ${path}`;
}
