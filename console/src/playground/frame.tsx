import { type ReactElement, useCallback, useSyncExternalStore } from "react";
import type { SystemName } from "../routing.ts";
import { type ServerConfig, addressesOf } from "../server-config.ts";
import { useSetting } from "../setting.ts";
import { token, transport } from "../settings.ts";
import { useShortcut } from "../shell/use-shortcut.ts";
import { playgroundOf } from "./playground.ts";
import { SystemPage } from "./system-pages.tsx";
import { WireBar } from "./wire-bar.tsx";

export interface FrameProps {
  readonly system: SystemName;
  readonly config: ServerConfig;
}

/** A system's page, and the wire under it to play with. */
export function Frame({ system, config }: FrameProps): ReactElement {
  const way = useSetting(transport);
  const addresses = addressesOf(config, system);
  const playground = playgroundOf({ system, addresses, transport: way, token: useSetting(token) });
  const state = useSyncExternalStore(playground.subscribe, () => playground.state);
  const cancel = useCallback(() => playground.cancel(), [playground]);
  useShortcut("Escape", cancel, { inFields: true });
  return (
    <>
      <SystemPage key={way} system={system} client={playground.client} config={config} />
      <WireBar playground={playground} state={state} />
    </>
  );
}
