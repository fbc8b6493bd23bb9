/** Where a system is; relative addresses stand against the page's own. */
export interface SystemAddresses {
  readonly httpUrl: string;
  readonly wsUrl: string;
}

/** What the console needs of `/config.json`. */
export interface ServerConfig {
  /** Each system by its name. WebSocket and HTTP may be at two origins, neither of them the page's. */
  readonly apps?: Readonly<Record<string, SystemAddresses>>;
  readonly model?: string;
  /** Answers come from rules, not from a model. */
  readonly standIn?: boolean;
  /** Models that the chat may choose from. */
  readonly llmModels?: readonly string[];
  /** The operator's side is there. */
  readonly operations?: boolean;
  /** Every request needs a token. */
  readonly authentication?: boolean;
}

/** A network that fails for a moment must not leave the page with addresses that lead nowhere. */
const RETRY_AFTER_MS = [300, 1000, 3000];

let config: Promise<ServerConfig> | undefined;

/** Asked for once, and the same promise each time; empty where the server does not tell. */
export function readConfig(): Promise<ServerConfig> {
  return (config ??= ask());
}

/** The system's addresses as the server tells them, else its path beside the page. */
export function addressesOf({ apps }: ServerConfig, system: string): SystemAddresses {
  const told: Partial<SystemAddresses> | undefined = apps?.[system];
  const { httpUrl, wsUrl } = told ?? {};
  if (!isAddress(httpUrl) || !isAddress(wsUrl)) return { httpUrl: `./${system}`, wsUrl: `./${system}` };
  return { httpUrl, wsUrl };
}

function isAddress(value: unknown): value is string {
  return typeof value === "string" && URL.canParse(value, location.href);
}

async function ask(): Promise<ServerConfig> {
  for (const waitMs of RETRY_AFTER_MS) {
    const response = await answered();
    if (response !== undefined) return configIn(response);
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
  return configIn(await answered());
}

/** Undefined where the server was not reached, or has trouble that may pass. */
async function answered(): Promise<Response | undefined> {
  try {
    const response = await fetch("./config.json");
    return response.status < 500 ? response : undefined;
  } catch {
    return undefined;
  }
}

async function configIn(response: Response | undefined): Promise<ServerConfig> {
  if (response?.ok !== true) return {};
  const value: unknown = await response.json().catch(() => undefined);
  return typeof value === "object" && value !== null ? value : {};
}
