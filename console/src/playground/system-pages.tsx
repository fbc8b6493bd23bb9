import type { ReactElement } from "react";
import type { Client } from "sluice/client";
import { ImagesPage } from "../../../apps/images/page.tsx";
import type { Gateways } from "../../../apps/index.ts";
import { ChatPage } from "../../../apps/llm/page.tsx";
import { PredictionsPage } from "../../../apps/predictions/page.tsx";
import { RealEstatePage } from "../../../apps/realestate/page.tsx";
import { TitlesPage } from "../../../apps/titles/page.tsx";
import type { SystemName } from "../routing.ts";
import type { ServerConfig } from "../server-config.ts";

export interface SystemPageProps {
  readonly system: SystemName;
  readonly client: Client;
  readonly config: ServerConfig;
}

/** The system's own page: it needs its client, and knows nothing of the playground around it. */
export function SystemPage({ system, client, config }: SystemPageProps): ReactElement {
  switch (system) {
    case "titles":
      return <TitlesPage client={typed<"titles">(client)} />;
    case "images":
      return <ImagesPage client={typed<"images">(client)} />;
    case "llm":
      return <ChatPage client={typed<"llm">(client)} models={config.llmModels ?? []} />;
    case "realestate":
      return <RealEstatePage client={typed<"realestate">(client)} />;
    case "predictions":
      return <PredictionsPage client={typed<"predictions">(client)} />;
  }
}

/** The server's address says which system it is; a type cannot. */
function typed<Name extends SystemName>(client: Client): Client<Gateways[Name]> {
  return client as unknown as Client<Gateways[Name]>;
}
