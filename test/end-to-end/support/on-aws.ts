import { join } from "node:path";
import { silentLogger } from "sluice";
import { type AtHome, type AtHomeOptions, startAtHome } from "../../../apps/aws/at-home.ts";
import type { DeploymentOptions, ProofDeployment } from "./deployment.ts";
import { startModel } from "./model.ts";

export interface OnAws extends ProofDeployment {
  readonly home: AtHome;
  /** What the functions have printed so far. */
  readonly output: string;
}

export interface OnAwsOptions extends DeploymentOptions, Partial<Pick<AtHomeOptions, "clock">> {
  /** Of the WebSocket API. */
  readonly quotas?: AtHomeOptions["limits"];
  readonly leaseMs?: number;
}

/** The proof app as Lambda functions behind API Gateway, on DynamoDB: all of it emulated in the test's own process. */
export async function onAws({ clock, quotas, leaseMs, ...options }: OnAwsOptions = {}): Promise<OnAws> {
  const emulator = await startModel();
  let output = "";
  const code = (name: string): string => join(import.meta.dirname, "proof-functions", `${name}.ts`);
  const home = await startAtHome({
    systems: ["proof"],
    code: { handler: code("handler"), http: code("http"), worker: code("worker") },
    environment: {
      PROOF_MODEL: emulator.url,
      PROOF_OPTIONS: JSON.stringify(options, (_key, value: unknown) => (value === Infinity ? Number.MAX_VALUE : value)),
      ...(leaseMs !== undefined && { PROOF_LEASE_MS: String(leaseMs) }),
    },
    authorizer: false,
    pages: (_request, response) => {
      response.writeHead(404, { "Content-Type": "application/json" });
      response.end('{"type":"error","code":"not_found","message":"There is nothing here."}');
    },
    port: 0,
    logger: silentLogger,
    output: (line) => (output += `${line}\n`),
    ...(clock !== undefined && { clock }),
    ...(quotas !== undefined && { limits: quotas }),
  });
  return {
    url: `http://127.0.0.1:${home.port}`,
    wsUrl: `ws://127.0.0.1:${home.port}`,
    port: home.port,
    emulator,
    home,
    get output() {
      return output;
    },
    async [Symbol.asyncDispose]() {
      await home.close();
      await emulator.close();
    },
  };
}
