import type { ReactElement } from "react";
import type { ToolUse } from "../react/index.ts";
import { Icon, type IconName } from "./icon.tsx";
import { JsonText } from "./json-text.tsx";
import { named } from "./words.ts";

const ICONS: Readonly<Record<ToolUse["state"], IconName>> = { running: "working", done: "done", failed: "failed" };

/** The tools that an agent used, each with what went in and what came out. */
export function ToolChips({ tools }: { readonly tools: readonly ToolUse[] }): ReactElement | null {
  if (tools.length === 0) return null;
  return (
    <ul className="sluice-tools" aria-label="Tools">
      {tools.map((tool) => (
        <li key={tool.id}>
          <details className="sluice-tool" data-state={tool.state}>
            <summary>
              <Icon name={ICONS[tool.state]} />
              {named(tool.name)} <span className="sluice-hint">{tool.state}</span>
            </summary>
            <JsonText label="Input" value={tool.input} />
            {tool.output !== undefined && <JsonText label="Output" value={tool.output} />}
            {tool.error !== undefined && <p className="sluice-tool-error">{tool.error}</p>}
          </details>
        </li>
      ))}
    </ul>
  );
}
