import { it } from "vitest";
import type { Deployment, ProcessControl } from "./deployment.ts";
import { wholeApp } from "./own-process.ts";

/** A command that serves all systems. */
export interface Command {
  /** As people type it. */
  readonly line: string;
  /** Runs it in a process of its own, with the offline model and these variables. */
  start(environment?: Record<string, string>): Promise<Deployment & ProcessControl>;
  /** What it cannot keep, each with the reason. */
  readonly cannot: Readonly<Partial<Record<Ability, string>>>;
  /** How often a network is cut in one answer. */
  readonly cuts: number;
  /** Those that write a run one after another, where nothing befalls it: each has an epoch of its own (law 4). */
  readonly writers: number;
}

/** What the cases ask of a deployment, and not each one can give. */
export type Ability =
  /** It goes on with its store after a SIGKILL. */
  | "survive SIGKILL"
  /** `/metrics` is Prometheus text. */
  | "tell metrics"
  /** A refused upgrade says how to do better, by WWW-Authenticate. */
  | "challenge";

/** `npm start`: one process on SQLite. */
export const onNode: Command = {
  line: "npm start",
  start: (environment) => wholeApp(environment, "apps/serve.ts"),
  cannot: {},
  cuts: 8,
  writers: 1,
};

/** `npm run start:aws`: Lambda functions behind API Gateway, on DynamoDB and S3, all of them emulated in one process. */
export const onAwsAtHome: Command = {
  line: "npm run start:aws",
  start: (environment) => wholeApp(environment, "apps/aws.ts"),
  cannot: {
    "survive SIGKILL": "the emulated table dies with its process; aws/resume.test.ts ends a worker alone",
    "tell metrics": "the metrics of functions are in CloudWatch",
    challenge: "API Gateway answers a refused upgrade by itself, without that header",
  },
  cuts: 4,
  // The function that takes the request, then the worker.
  writers: 2,
};

/** `it`, or where there is a reason against it a skipped one whose title says the reason. */
export function itUnless(reason: string | undefined): (title: string, run: () => Promise<void>, ms?: number) => void {
  return (title, run, ms) => {
    if (reason === undefined) it(title, run, ms);
    else it.skip(`${title} (skipped: ${reason})`, run, ms);
  };
}
