import {
  type BedrockRuntimeClient,
  ConverseStreamCommand,
  type ConverseStreamCommandInput,
} from "@aws-sdk/client-bedrock-runtime";
import { SluiceError } from "../../protocol/errors.ts";
import type { ProgressEvent } from "../../protocol/events.ts";
import type { ModelAnswer } from "../../source.ts";
import type { Upstream } from "../upstream/upstream.ts";
import { IncomingAnswer } from "./incoming-answer.ts";
import { takeBody } from "./raw-response.ts";

export type ConverseInput = ConverseStreamCommandInput & { readonly modelId: string };

/** One request by ConverseStream. */
export class ConverseCall implements Upstream {
  readonly #client: BedrockRuntimeClient;
  readonly #input: ConverseInput;
  #incoming: IncomingAnswer | undefined;

  constructor(client: BedrockRuntimeClient, input: ConverseInput) {
    this.#client = client;
    this.#input = input;
  }

  async open(signal: AbortSignal): Promise<void> {
    const command = new ConverseStreamCommand(this.#input);
    takeBody(command, (body) => {
      // The client's own middleware may ask twice: the last answer counts.
      this.#incoming?.stop();
      this.#incoming = new IncomingAnswer(body);
      if (signal.aborted) this.#incoming.stop();
    });
    await this.#client.send(command, { abortSignal: signal });
    if (this.#incoming === undefined) throw new SluiceError("upstream_error", "The model gave no stream.");
  }

  async next(): Promise<readonly ProgressEvent[] | undefined> {
    return this.#incoming?.next();
  }

  answer(): ModelAnswer | undefined {
    const reader = this.#incoming?.reader;
    return reader?.complete ? reader.answer(this.#input.modelId) : undefined;
  }

  stop(): void {
    this.#incoming?.stop();
  }
}
