import type { PageDocument } from "../src/report/page/document.ts";

/** The document of the page: in the file itself, or else from the server that gave the page. */
export async function loadDocument(): Promise<PageDocument> {
  const own = document.getElementById("document");
  if (own !== null) return JSON.parse(own.textContent ?? "") as PageDocument;
  const run = new URLSearchParams(location.search).get("run") ?? "";
  return (await ask(`runs/${encodeURIComponent(run)}/page`)) as PageDocument;
}

/** Whether a server stands behind the page. */
export function isLive(): boolean {
  return document.getElementById("document") === null;
}

/** What the server answers; the cookie of its page holds the token. */
export async function ask(path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(
    `api/${path}`,
    body === undefined ? {} : { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) },
  );
  const answer: unknown = await response.json();
  if (!response.ok) throw new Error((answer as { message?: string }).message ?? `the server answered ${response.status}`);
  return answer;
}
