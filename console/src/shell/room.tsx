import { type ReactElement, lazy } from "react";
import { Frame } from "../playground/frame.tsx";
import type { Place } from "../routing.ts";
import type { ServerConfig } from "../server-config.ts";
import { useSetting } from "../setting.ts";
import { token } from "../settings.ts";
import { StreamPage } from "../viewer/stream-page.tsx";
import { Nothing } from "./nothing.tsx";

/** The charts are only fetched by those who operate. */
const OperationsPages = lazy(async () => {
  const { OperationsPages } = await import("../operations/index.tsx");
  return { default: OperationsPages };
});

export interface RoomProps {
  readonly place: Place;
  readonly config: ServerConfig;
}

/** The page that the address names; with another token it begins anew. */
export function Room({ place, config }: RoomProps): ReactElement {
  const identity = useSetting(token);
  switch (place.page) {
    case "system":
      return <Frame key={`${place.system} ${identity}`} system={place.system} config={config} />;
    case "stream":
      return <StreamPage key={`${place.streamId} ${identity}`} {...place} config={config} />;
    case "operations":
      return <OperationsPages key={identity} path={place.path} />;
    case "unknown":
      return <Nothing />;
  }
}
