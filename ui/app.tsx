import { type ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { PageDocument } from "../src/report/page/document.ts";
import { Page } from "./page.tsx";
import { useRoute } from "./route.ts";
import { isLive, loadDocument } from "./source.ts";
import { ThemeButton } from "./theme-button.tsx";

/** Pages besides the report, by the first part of the address behind the #; those that need a server are listed only where there is one. */
const pages: Readonly<Record<string, { readonly name: string; readonly needsServer: boolean; readonly Page: ComponentType }>> = {};

export function App() {
  const route = useRoute();
  const [loaded, setLoaded] = useState<PageDocument | Error | null>(null);
  const other = pages[route.page];
  useEffect(() => {
    if (other !== undefined || loaded !== null) return;
    loadDocument().then(setLoaded, (error: unknown) => setLoaded(error instanceof Error ? error : new Error(String(error))));
  }, [other, loaded]);
  const listed = Object.entries(pages).filter(([, page]) => isLive() || !page.needsServer);
  return (
    <>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <div class="bar">
        {listed.length > 0 && (
          <nav aria-label="Pages">
            <a href="#/" aria-current={route.page === "" ? "page" : undefined}>
              Report
            </a>
            {listed.map(([id, { name }]) => (
              <a key={id} href={`#/${id}`} aria-current={route.page === id ? "page" : undefined}>
                {name}
              </a>
            ))}
          </nav>
        )}
        <ThemeButton />
      </div>
      {other !== undefined ? (
        <other.Page />
      ) : loaded instanceof Error ? (
        <main id="main">
          <p role="alert">{loaded.message}</p>
        </main>
      ) : loaded === null ? (
        <main id="main" aria-busy="true">
          <p class="small">Loading …</p>
        </main>
      ) : (
        <Page document={loaded} target={route.target} />
      )}
    </>
  );
}
