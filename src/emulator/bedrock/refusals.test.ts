import {
  type BedrockRuntimeClient,
  type ConverseCommandInput,
  ConverseStreamCommand,
  InvokeModelCommand,
} from "@aws-sdk/client-bedrock-runtime";
import { describe, expect, test } from "vitest";
import { collect, connectedClient, PROTOCOLS, say, startEmulator as start } from "../../../test/support/bedrock.ts";
import { type BedrockEmulator, EmulatedError } from "./index.ts";

describe.each(PROTOCOLS)("refusals over %s", (protocol) => {
  const clientOf = (emulator: BedrockEmulator): BedrockRuntimeClient => connectedClient(emulator, protocol);

  test("a model that is not there, and a request that does not fit, are refused as by Bedrock", async () => {
    const emulator = await start({ models: { known: () => "Hi" } });
    const client = clientOf(emulator);
    const send = (input: Partial<ConverseCommandInput>): Promise<unknown> =>
      client.send(new ConverseStreamCommand({ modelId: "known", messages: say("Hi"), ...input }));
    await expect(send({ modelId: "unknown" })).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      $metadata: { httpStatusCode: 404 },
    });
    const refused = { name: "ValidationException", $metadata: { httpStatusCode: 400 } };
    await expect(send({ messages: [] })).rejects.toMatchObject(refused);
    await expect(send({ messages: say(" ") })).rejects.toMatchObject(refused);
    await expect(send({ messages: [...say("a")!, ...say("b")!] })).rejects.toMatchObject(refused);
    await expect(send({ messages: [{ role: "assistant", content: [{ text: "a" }] }] })).rejects.toMatchObject(refused);
    await expect(send({ inferenceConfig: { maxTokens: 0 } })).rejects.toMatchObject(refused);
    await expect(send({ inferenceConfig: { temperature: 2 } })).rejects.toMatchObject(refused);
    const toolResult = { toolUseId: "stray", content: [{ text: "5" }] };
    await expect(send({ messages: [{ role: "user", content: [{ toolResult }] }] })).rejects.toMatchObject(refused);
    const unknownModel = { name: "ResourceNotFoundException" };
    await expect(client.send(new InvokeModelCommand({ modelId: "no", body: "{}" }))).rejects.toMatchObject(
      unknownModel,
    );
    await expect(client.send(new InvokeModelCommand({ modelId: "known", body: "{" }))).rejects.toMatchObject(refused);
    expect(emulator.calls.every(({ state }) => state === "finished")).toBe(true);
  });

  test("a stand-in may refuse as Bedrock does, before the stream and in it", async () => {
    const emulator = await start({
      models: {
        busy: () => {
          throw new EmulatedError("ThrottlingException", "Too many requests.");
        },
        broken: () => {
          throw new Error("a secret of the stand-in");
        },
        late: async function* () {
          yield { text: "Half an" };
          yield { fault: { exception: "modelStreamErrorException", message: "The model stumbled." } };
        },
      },
    });
    const client = clientOf(emulator);
    const send = (modelId: string) => client.send(new ConverseStreamCommand({ modelId, messages: say("Hi") }));
    const throttled = {
      name: "ThrottlingException",
      message: "Too many requests.",
      $metadata: { httpStatusCode: 429 },
    };
    await expect(send("busy")).rejects.toMatchObject(throttled);
    const failed = {
      name: "InternalServerException",
      message: "The stand-in failed.",
      $metadata: { httpStatusCode: 500 },
    };
    await expect(send("broken")).rejects.toMatchObject(failed);
    const { stream } = await send("late");
    await expect(collect(stream)).rejects.toMatchObject({
      name: "ModelStreamErrorException",
      message: "The model stumbled.",
    });
  });
});
