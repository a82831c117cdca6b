import type { ComponentChildren, ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { PageDocument } from "../src/report/page/document.ts";
import type { RunList } from "../src/server/api.ts";
import { LivePage } from "./live/live-page.tsx";
import { StartPage } from "./live/start-page.tsx";
import { Page } from "./page.tsx";
import { ReviewPage } from "./review/review-page.tsx";
import { useRoute } from "./route.ts";
import { RunsPage } from "./runs/runs-page.tsx";
import { currentRun, loadRuns, pagesOf } from "./server.ts";
import { isLive, loadDocument } from "./source.ts";
import { ThemeButton } from "./theme-button.tsx";

/** Pages besides the report, by the first part of the address behind the #. All need a server. */
const pages: Readonly<Record<string, ComponentType>> = { runs: RunsPage, review: ReviewPage, live: LivePage, start: StartPage };

export function App() {
  return isLive() ? <LiveApp /> : <ReportApp links={[]} />;
}

/** What a server gives: its runs, and the pages of the one that the address names. */
function LiveApp() {
  const route = useRoute();
  const [list, setList] = useState<RunList | null>(null);
  const run = currentRun();
  useEffect(() => {
    loadRuns().then(setList, () => {});
  }, []);
  const own = list?.runs.find(({ id }) => id === run);
  const links = [
    ...(list === null || list.canStart ? [{ page: "runs", name: "Runs" }] : []),
    ...(list?.canStart === true ? [{ page: "start", name: "Start a study" }] : []),
    ...(own === undefined ? [] : pagesOf(own)),
  ];
  // A run is opened at its first page.
  const page = route.page !== "" ? route.page : run === null ? "runs" : own === undefined ? "" : pagesOf(own)[0]!.page;
  const Page = pages[page];
  if (Page === undefined) return page === "" ? <Frame links={links} page="" /> : <ReportApp links={links} />;
  return (
    <Frame links={links} page={page}>
      <Page key={run} />
    </Frame>
  );
}

interface Link {
  readonly page: string;
  readonly name: string;
}

function Frame({
  links,
  page,
  children,
}: {
  readonly links: readonly Link[];
  readonly page: string;
  readonly children?: ComponentChildren;
}) {
  return (
    <>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <div class="bar">
        {links.length > 0 && (
          <nav aria-label="Pages">
            {links.map(({ page: id, name }) => (
              <a key={id} href={`#/${id}`} aria-current={page === id ? "page" : undefined}>
                {name}
              </a>
            ))}
          </nav>
        )}
        <ThemeButton />
      </div>
      {children}
    </>
  );
}

function ReportApp({ links }: { readonly links: readonly Link[] }) {
  const route = useRoute();
  const [loaded, setLoaded] = useState<PageDocument | Error | null>(null);
  useEffect(() => {
    loadDocument().then(setLoaded, (error: unknown) => setLoaded(error instanceof Error ? error : new Error(String(error))));
  }, []);
  return (
    <Frame links={links} page="report">
      {loaded instanceof Error ? (
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
    </Frame>
  );
}
