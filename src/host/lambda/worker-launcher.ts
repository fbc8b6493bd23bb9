import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import type { Job, Launcher } from "../../launcher.ts";

/** Hands jobs to the worker function by asynchronous invocation, at most 1 MB of JSON each. */
export function workerLauncher(functionName: string, client: LambdaClient = new LambdaClient({})): Launcher {
  return {
    async launch(job: Job) {
      await client.send(
        new InvokeCommand({ FunctionName: functionName, InvocationType: "Event", Payload: JSON.stringify(job) }),
      );
    },
  };
}
