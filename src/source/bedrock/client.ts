import { BedrockRuntimeClient, type BedrockRuntimeClientConfig } from "@aws-sdk/client-bedrock-runtime";

export interface ClientOptions {
  readonly region?: string;
  /** Where Bedrock is, for instance an emulator; default: the SDK's own rules. */
  readonly endpoint?: string;
  /** Default: the SDK's own chain; for an `endpoint` on loopback placeholders, since the real ones have no business there. */
  readonly credentials?: BedrockRuntimeClientConfig["credentials"];
}

/**
 * A client that tries once: trying again is the source's, which stops when it is told to. With an endpoint on loopback it needs
 * no AWS configuration at all, and gives away none.
 */
export function createClient({ region, endpoint, credentials }: ClientOptions): BedrockRuntimeClient {
  return new BedrockRuntimeClient({
    maxAttempts: 1,
    ...(endpoint !== undefined && { endpoint }),
    ...(endpoint !== undefined && credentials === undefined && isLoopback(endpoint) && placeholders()),
    ...(region !== undefined && { region }),
    ...(credentials !== undefined && { credentials }),
  });
}

/** The scheme is named because a bearer token in the environment would be sent otherwise. */
function placeholders(): BedrockRuntimeClientConfig {
  return {
    region: "us-east-1",
    credentials: { accessKeyId: "offline", secretAccessKey: "offline" },
    authSchemePreference: ["sigv4"],
  };
}

function isLoopback(endpoint: string): boolean {
  const { hostname } = new URL(endpoint);
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d+){3}$/.test(hostname);
}
