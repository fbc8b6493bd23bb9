import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Deployment, DeploymentOptions, ProcessControl, ProofDeployment } from "./deployment.ts";
import { startModel } from "./model.ts";
import { temporaryFolder } from "./one-process.ts";

const ROOT = join(import.meta.dirname, "../../..");
/** Credentials and settings of whoever runs the tests have no business in a server under test. */
const FOREIGN = /^(AWS_|OTEL_|SLUICE_|PORT$|HOST$|LOG_LEVEL$)/;

/** None outlives the tests, also where one of them hangs. */
const children = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of children) child.kill("SIGKILL");
});

export interface ServerProcess extends ProcessControl {
  readonly port: number;
}

/** Runs a script that serves and tells its address on standard output. */
export async function startServer(script: string, environment: Record<string, string>): Promise<ServerProcess> {
  const inherited = Object.entries(process.env).filter(([name]) => !FOREIGN.test(name));
  let child: ChildProcess;
  let output = "";
  let port = 0;
  const start = async (): Promise<void> => {
    const env = { ...Object.fromEntries(inherited), ...environment, PORT: String(port) };
    const server = spawn(process.execPath, ["--conditions=sluice-source", join(ROOT, script)], { env, cwd: ROOT });
    child = server;
    children.add(server);
    server.once("close", () => children.delete(server));
    const { promise: listening, resolve, reject } = Promise.withResolvers<number>();
    let printed = "";
    server.stdout.on("data", (bytes: Buffer) => {
      output += bytes.toString("utf8");
      printed += bytes.toString("utf8");
      const address = /http:\/\/127\.0\.0\.1:(\d+)/.exec(printed);
      if (address !== null) resolve(Number(address[1]));
    });
    server.stderr.on("data", (bytes: Buffer) => (output += bytes.toString("utf8")));
    server.once("close", (code, signal) => reject(new Error(`${script} ended with ${code ?? signal}:\n${output}`)));
    port = await listening;
  };
  const stop = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const closed = once(child, "close");
    child.kill(signal);
    await closed;
    return child.exitCode;
  };
  await start();
  return {
    get output() {
      return output;
    },
    port,
    kill: async () => void (await stop("SIGKILL")),
    terminate: () => stop("SIGTERM"),
    restart: start,
  };
}

/** The addresses of a server and what may be done to it, in one object. */
export function deploymentOf(server: ServerProcess, cleanUp: () => Promise<void>): Deployment & ProcessControl {
  return {
    url: `http://127.0.0.1:${server.port}`,
    wsUrl: `ws://127.0.0.1:${server.port}`,
    port: server.port,
    get output() {
      return server.output;
    },
    kill: server.kill,
    terminate: server.terminate,
    restart: server.restart,
    async [Symbol.asyncDispose]() {
      await server.kill();
      await cleanUp();
    },
  };
}

/** The proof app in a process of its own; the model stays here, where the test can see its calls. */
export async function ownProcess(options: DeploymentOptions = {}): Promise<ProofDeployment & ProcessControl> {
  const folder = await temporaryFolder();
  const emulator = await startModel();
  const server = await startServer("test/end-to-end/support/proof-server.ts", {
    PROOF_STORE: join(folder.path, "sluice.db"),
    PROOF_MODEL: emulator.url,
    PROOF_OPTIONS: JSON.stringify(options),
  });
  const deployment = deploymentOf(server, async () => {
    await emulator.close();
    await folder.remove();
  });
  return Object.defineProperty(deployment, "emulator", { value: emulator }) as ProofDeployment & ProcessControl;
}

/** All systems, offline, with a model as fast as the client takes it unless the environment says otherwise. */
export async function wholeApp(
  environment: Record<string, string> = {},
  script: "apps/serve.ts" | "apps/aws.ts" = "apps/serve.ts",
): Promise<Deployment & ProcessControl> {
  const folder = await temporaryFolder();
  const server = await startServer(script, {
    SLUICE_STORE: `sqlite:${join(folder.path, "sluice.db")}`,
    SLUICE_MODEL: "offline",
    SLUICE_OFFLINE_PACE: "max",
    ...environment,
  });
  return deploymentOf(server, folder.remove);
}
