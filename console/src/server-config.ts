/** What the page needs of `/config.json`. */
export interface ServerConfig {
  readonly model?: string;
  /** Answers come from rules, not from a model. */
  readonly standIn?: boolean;
  /** Models that the chat may choose from. */
  readonly llmModels?: readonly string[];
}

/** Says plainly who answers, where it is not a model. */
export async function showStandIn(notice: HTMLElement): Promise<void> {
  const config = await readConfig();
  if (config?.standIn !== true) return;
  notice.textContent = "Answers come from a stand-in, not a language model.";
  notice.title = config.model === undefined ? "" : `Model: ${config.model}`;
  notice.hidden = false;
}

/** Undefined where the server does not tell. */
export async function readConfig(): Promise<ServerConfig | undefined> {
  try {
    const response = await fetch("/config.json");
    return response.ok ? ((await response.json()) as ServerConfig) : undefined;
  } catch {
    return undefined;
  }
}
