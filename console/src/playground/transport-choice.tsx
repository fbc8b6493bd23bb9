import type { ReactElement } from "react";
import { useSetting } from "../setting.ts";
import { transport } from "../settings.ts";
import { TRANSPORT_NAMES } from "./transports.ts";

/** By which way the client goes to the server. */
export function TransportChoice(): ReactElement {
  const chosen = useSetting(transport);
  return (
    <label className="mr-2 flex items-center gap-2 text-soft">
      Transport
      <select
        className="rounded-md border border-line bg-surface px-2 py-1 text-ink"
        value={chosen ?? ""}
        onChange={({ target }) => transport.set(target.value === "" ? undefined : target.value)}
      >
        <option value="">Automatic</option>
        {Object.entries(TRANSPORT_NAMES).map(([value, name]) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
