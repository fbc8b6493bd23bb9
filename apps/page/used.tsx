import type { ReactElement } from "react";
import { type RunView, useView } from "sluice/react";
import { counted } from "sluice/react-ui";

/** Which model answered, whether it was cut off, and what it used: once the answer is complete. */
export function Used({ view }: { readonly view: RunView }): ReactElement | null {
  const { usage, result } = useView(view);
  const { modelId, stopReason } = (result ?? {}) as { readonly modelId?: string; readonly stopReason?: string };
  const facts = [
    modelId,
    stopReason === "max_tokens" ? "cut off at its longest" : undefined,
    usage && `${counted(usage.inputTokens, "token")} read, ${counted(usage.outputTokens, "token")} written`,
  ].filter((fact) => fact !== undefined);
  return facts.length === 0 ? null : <p className="sluice-hint">{facts.join(" · ")}</p>;
}
