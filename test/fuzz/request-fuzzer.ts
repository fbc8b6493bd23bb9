import { connect } from "node:net";
import type { SeededRandom } from "../../src/testing/seeded-random.ts";
import { type HttpAnswer, codeOf, readAnswer, undocumentedAnswer } from "./answers.ts";
import type { Findings } from "./findings.ts";
import { type RudeRequest, someRequest } from "./http-grammar.ts";
import { type KnownStreams, chance } from "./pieces.ts";

const PATIENCE_MS = 15_000;

/** Sends requests, each on a connection of its own, until `budget` is spent; each must be answered. */
export async function fuzzRequests(
  port: number,
  random: SeededRandom,
  budget: { requests: number },
  known: KnownStreams,
  findings: Findings,
): Promise<void> {
  while (budget.requests > 0) {
    budget.requests -= 1;
    const request = someRequest(random, known);
    const outcome = await send(port, request, manner(random, request));
    judge(request, outcome, known, findings);
  }
}

/** How the client goes on once the bytes are out: waits, says that it sends no more, or is gone. */
type Manner = "wait" | "half-close" | "vanish";

function manner(random: SeededRandom, { state }: RudeRequest): Manner {
  if (state === "whole") return chance(random, 0.05) ? "vanish" : "wait";
  if (state === "odd") return "half-close";
  return random.pick(["vanish", "vanish", "half-close", "half-close", "wait"]);
}

interface Outcome {
  readonly answer: HttpAnswer | undefined;
  readonly manner: Manner;
  readonly late: boolean;
}

function send(port: number, { bytes, method }: RudeRequest, manner: Manner): Promise<Outcome> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const received: Buffer[] = [];
    const look = (): HttpAnswer | undefined => readAnswer(Buffer.concat(received), method);
    const finish = (late: boolean): void => {
      clearTimeout(patience);
      resolve({ answer: look(), manner, late });
      socket.destroy();
    };
    const patience = setTimeout(() => finish(true), PATIENCE_MS);
    socket.on("data", (part: Buffer) => {
      received.push(part);
      if (look()?.complete === true) finish(false);
    });
    socket.on("error", () => {});
    socket.on("close", () => finish(false));
    socket.on("connect", () => {
      if (manner === "half-close") socket.end(bytes);
      else socket.write(bytes, () => manner === "vanish" && finish(false));
    });
  });
}

function judge(request: RudeRequest, { answer, manner, late }: Outcome, known: KnownStreams, findings: Findings): void {
  if (manner === "vanish") return findings.count("client gone");
  if (late) return findings.problem(`no answer in time (${request.state})`, request.bytes);
  if (answer === undefined) {
    if (request.state === "whole") return findings.problem("hung up without an answer", request.bytes);
    return findings.count("hung up");
  }
  const wrong = undocumentedAnswer(answer, request.method);
  const code = answer.status < 400 ? undefined : codeOf(answer.body);
  findings.count(code === undefined ? `status ${answer.status}` : `status ${answer.status} ${code}`);
  if (wrong !== undefined)
    findings.problem(wrong, `${request.bytes.toString("latin1").slice(0, 400)} -> ${answer.body.slice(0, 150)}`);
  const streamId = /"streamId":"([\w-]{22})"/.exec(answer.body)?.[1];
  if (streamId !== undefined) known.add(streamId);
}
