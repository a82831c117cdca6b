import { UsageError } from "../../core/errors.ts";

/** Where a queue is. The address itself may hold a password, so that nothing but the connection sees it. */
export interface QueueAddress {
  readonly url: string;
  /** Without user, password and settings: what may be said. */
  readonly shown: string;
  /** The text with whatever is secret taken out. */
  scrub(text: string): string;
}

/** @throws UsageError, without what was given: it may hold a password */
export function parseQueue(text: string): QueueAddress {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new UsageError(
      "--queue must be the address of a PostgreSQL database, as postgres://user@host/database (what was given is not shown: it may hold a password)",
    );
  }
  if (url.protocol !== "postgres:" && url.protocol !== "postgresql:")
    throw new UsageError(`--queue must begin with postgres://, got ${url.protocol}//`);
  const secrets = [url.password, decoded(url.password), url.search.slice(1), ...url.searchParams.values(), text].filter(
    (part) => part.length > 2,
  );
  secrets.sort((a, b) => b.length - a.length);
  const { host, pathname } = url;
  return {
    url: text,
    shown: `postgres://${host}${pathname}`,
    scrub: (message) => secrets.reduce((said, secret) => said.replaceAll(secret, "…"), message),
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
