import type { PageDocument } from "../src/report/page/document.ts";

/** The document of the page: in the file itself, or else from the server that gave the page. */
export async function loadDocument(): Promise<PageDocument> {
  const own = document.getElementById("document");
  if (own !== null) return JSON.parse(own.textContent ?? "") as PageDocument;
  return (await ask("page")) as PageDocument;
}

/** Whether a server stands behind the page. */
export function isLive(): boolean {
  return document.getElementById("document") === null;
}

/** What the server answers; the token stands in the address that the server printed. */
export async function ask(path: string, body?: unknown): Promise<unknown> {
  const token = new URLSearchParams(location.search).get("token") ?? "";
  const response = await fetch(`api/${path}`, {
    headers: { "x-theriac-token": token, ...(body === undefined ? {} : { "content-type": "application/json" }) },
    ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
  });
  const answer: unknown = await response.json();
  if (!response.ok) throw new Error((answer as { message?: string }).message ?? `the server answered ${response.status}`);
  return answer;
}
