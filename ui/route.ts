import { useEffect, useState } from "preact/hooks";

/** Where somebody is, as the address says it after the #: `/PAGE/TARGET?KEY=VALUE`. Every state that can be linked to is in it. */
export interface Route {
  /** "" and "report" = the report. */
  readonly page: string;
  /** A section, a table, a row of a queue. */
  readonly target: string;
  readonly state: URLSearchParams;
}

export function readRoute(hash: string = location.hash): Route {
  const [path, query = ""] = hash.replace(/^#\/?/, "").split(/\?(.*)/s, 2);
  const [page = "", target = ""] = path.split("/", 2).map(decoded);
  return { page, target, state: new URLSearchParams(query) };
}

export function routeText({ page, target, state }: Route): string {
  const query = state.toString();
  return `#/${encodeURIComponent(page)}/${encodeURIComponent(target)}${query === "" ? "" : `?${query}`}`;
}

/** Follows the address. */
export function useRoute(): Route {
  const [route, setRoute] = useState(readRoute);
  useEffect(() => {
    const follow = (): void => setRoute(readRoute());
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  return route;
}

/** A part of the state that the address keeps, and its setter; the empty text is not kept. */
export function useKept(key: string): [string, (value: string) => void] {
  const [value, setValue] = useState(() => readRoute().state.get(key) ?? "");
  useEffect(() => {
    const follow = (): void => setValue(readRoute().state.get(key) ?? "");
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, [key]);
  const keep = (next: string): void => {
    const route = readRoute();
    if (next === "") route.state.delete(key);
    else route.state.set(key, next);
    history.replaceState(null, "", routeText(route));
    setValue(next);
  };
  return [value, keep];
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
