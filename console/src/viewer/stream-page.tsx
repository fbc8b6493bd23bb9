import type { ReactElement } from "react";
import { ConnectionStatus } from "sluice/react-ui";
import { playgroundOf } from "../playground/playground.ts";
import { SYSTEMS } from "../routing.ts";
import { type ServerConfig, addressesOf } from "../server-config.ts";
import { useSetting } from "../setting.ts";
import { token, transport } from "../settings.ts";
import { PLACE_NAMES } from "../shell/place-names.ts";
import { Viewed } from "./viewed.tsx";

export interface StreamPageProps {
  readonly app: string;
  readonly streamId: string;
  readonly config: ServerConfig;
}

/** One stream, for whoever has its address: what its first viewer sees, live or as it was. */
export function StreamPage({ app, streamId, config }: StreamPageProps): ReactElement {
  const addresses = addressesOf(config, app);
  const playground = playgroundOf({
    system: app,
    addresses,
    transport: useSetting(transport),
    token: useSetting(token),
  });
  const system = SYSTEMS.find((name) => name === app);
  return (
    <div className="mx-auto flex w-full max-w-3xl flex-col gap-5 px-gutter py-8">
      <header className="flex flex-wrap items-end justify-between gap-3">
        <div className="min-w-0">
          <h1 className="text-3xl font-semibold tracking-tight">One answer</h1>
          <p className="mt-2 text-soft wrap-anywhere">
            Stream <code className="font-mono text-[0.8125rem]">{streamId}</code> of{" "}
            {system === undefined ? (
              app
            ) : (
              <a className="link" href={`#/${system}`}>
                {PLACE_NAMES[system]}
              </a>
            )}
          </p>
        </div>
        <ConnectionStatus client={playground.client} />
      </header>
      <Viewed client={playground.client} streamId={streamId} withToken={config.authentication === true} />
    </div>
  );
}
