import type { Block } from "../../src/report/page/document.ts";
import { ChartView } from "./chart.tsx";
import { HeatMapView } from "./heat-map.tsx";
import { DetailsView, CodeView, FactsView, FiguresView, OutcomeView, SentencesView } from "./plain.tsx";
import { TableView } from "./table.tsx";

export function BlockView({ block }: { readonly block: Block }) {
  switch (block.kind) {
    case "outcome":
      return <OutcomeView {...block} />;
    case "sentences":
      return <SentencesView {...block} />;
    case "figures":
      return <FiguresView {...block} />;
    case "facts":
      return <FactsView {...block} />;
    case "table":
      return <TableView table={block} />;
    case "chart":
      return <ChartView chart={block} />;
    case "heat-map":
      return <HeatMapView map={block} />;
    case "code":
      return <CodeView {...block} />;
    case "details":
      return <DetailsView {...block} />;
  }
}
