import type { Limits } from "sluice";
import type { TestAPI } from "vitest";
import type { BedrockEmulator } from "sluice/emulator/bedrock";

/** A running system as the cases see it. Cases ask for the least of these that they need. */
export interface Deployment extends AsyncDisposable {
  /** Like `http://127.0.0.1:4000`. */
  readonly url: string;
  /** Like `ws://127.0.0.1:4000`. */
  readonly wsUrl: string;
  /** The port on 127.0.0.1 where a proxy can stand in front of it. */
  readonly port: number;
}

/** A deployment of the proof app (proof-app.ts), mounted at `/proof`. */
export interface ProofDeployment extends Deployment {
  /** The model behind the route `ask`. */
  readonly emulator: BedrockEmulator;
}

/** What may be done to a server that is a process of its own. */
export interface ProcessControl {
  /** What the server wrote to standard output and standard error so far. */
  readonly output: string;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
  /** SIGTERM; resolves with the exit code when the process is gone. */
  terminate(): Promise<number | null>;
  /** Starts the server again on the same store and the same port. */
  restart(): Promise<void>;
}

export interface DeploymentOptions {
  readonly limits?: Partial<Limits>;
  readonly origins?: readonly string[];
}

/** Cases that a deployment does not share, by title, each with its reason. */
export type Exempt = Readonly<Record<string, string>>;

/** Registers a case, or skips it with the deployment's reason in its title. */
export function caseOf(it: TestAPI, exempt: Exempt, title: string, run: () => Promise<void>): void {
  const reason = exempt[title];
  if (reason === undefined) it(title, run);
  else it.skip(`${title} [skipped: ${reason}]`, run);
}

export type MakeProof = (options?: DeploymentOptions) => Promise<ProofDeployment>;
export type MakeProofProcess = (options?: DeploymentOptions) => Promise<ProofDeployment & ProcessControl>;
