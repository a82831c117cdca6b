import type { RunEntry, RunList } from "../src/server/api.ts";
import { ask } from "./source.ts";

/** The run that the address names, before the #: links within a page need not repeat it. */
export function currentRun(): string | null {
  return new URLSearchParams(location.search).get("run");
}

/** The address of a page of a run. */
export function runAddress(run: string, page: string): string {
  return `?run=${encodeURIComponent(run)}#/${page}`;
}

/** The cookie knows the token; in the address it would be kept by the browser's history. */
export function forgetToken(): void {
  const search = new URLSearchParams(location.search);
  if (!search.has("token")) return;
  search.delete("token");
  const rest = search.toString();
  history.replaceState(null, "", `${location.pathname}${rest === "" ? "" : `?${rest}`}${location.hash}`);
}

export async function loadRuns(): Promise<RunList> {
  return (await ask("runs")) as RunList;
}

/** What is sent is JSON; the cookie says who sends it. */
export async function send<T>(path: string, body: unknown): Promise<T> {
  return (await ask(path, body)) as T;
}

/** Follows what the server tells; a lost connection is taken up again by the browser. @returns what ends it */
export function follow(
  path: string,
  hear: Readonly<Record<string, (data: any) => void>>,
  onState: (isConnected: boolean) => void,
): () => void {
  const source = new EventSource(`api/${path}`);
  source.onopen = () => onState(true);
  source.onerror = () => onState(false);
  for (const [name, tell] of Object.entries(hear))
    source.addEventListener(name, (event) => tell(JSON.parse((event as MessageEvent<string>).data)));
  return () => source.close();
}

/** `30 Nov 2026, 14:05`, in the time of whoever looks. */
export function timeText(at: string | null): string {
  return at === null ? "–" : new Date(at).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
}

export const kindNames: Readonly<Record<string, string>> = {
  audit: "audit",
  "ratings-audit": "audit of ratings",
  tasks: "tasks",
  scan: "scan",
};

export function pagesOf({ kind }: Pick<RunEntry, "kind">): readonly { readonly page: string; readonly name: string }[] {
  const report = { page: "report", name: "Report" };
  return kind === "scan" ? [{ page: "review", name: "Review" }, report] : [report, { page: "live", name: "Trials" }];
}
