import { describe, expect, test } from "vitest";
import { PROTOCOLS, connectedClient, startEmulator } from "../../../test/support/bedrock.ts";
import type { StandInRequest } from "../../emulator/bedrock/index.ts";
import type { ContentPart, ModelMessage, ModelRequest, ToolSpec } from "../../source.ts";
import { readAnswer } from "../../testing/conformance/source/case.ts";
import { bedrock } from "../bedrock.ts";

const ADD: ToolSpec = {
  name: "add",
  description: "Adds numbers.",
  inputSchema: { type: "object", properties: { a: { type: "number" } }, required: ["a"] },
};

/** Every byte there is, so that a wrong encoding shows. */
const BYTES = Uint8Array.from({ length: 256 }, (_, byte) => byte);

function user(...content: readonly ContentPart[]): ModelMessage {
  return { role: "user", content };
}

describe.each(PROTOCOLS)("what the model gets over %s", (protocol) => {
  /** What reached the model, and the request's body. */
  async function sent(
    fields: Partial<ModelRequest>,
  ): Promise<{ prompt?: StandInRequest; body?: unknown; error?: unknown }> {
    let prompt: StandInRequest | undefined;
    const emulator = await startEmulator({
      fallback: (request) => {
        prompt = request;
        return "Yes.";
      },
    });
    const source = bedrock({ modelId: "test", client: connectedClient(emulator, protocol) });
    const signal = new AbortController().signal;
    const { error } = await readAnswer(
      source.stream({ messages: [{ role: "user", content: "Hello" }], signal, ...fields }),
    );
    return { ...(prompt && { prompt, body: emulator.calls[0]?.body }), error };
  }

  test.each(["png", "jpeg", "gif", "webp"] as const)("M8: a %s image arrives byte for byte", async (format) => {
    const messages = [
      user({ type: "text", text: "What is this?" }, { type: "image", mediaType: `image/${format}`, bytes: BYTES }),
    ];
    const { prompt, body, error } = await sent({ messages });
    expect(error).toBeUndefined();
    const image = prompt?.messages[0]?.content[1]?.image;
    expect(image?.format).toBe(format);
    expect(Buffer.from(image!.bytes)).toEqual(Buffer.from(BYTES));
    const source = { bytes: Buffer.from(BYTES).toString("base64") };
    expect(body).toMatchObject({ messages: [{ content: [{ text: "What is this?" }, { image: { format, source } }] }] });
  });

  test("M9: a tool's call goes back as toolUse, its result as toolResult with status", async () => {
    const messages: ModelMessage[] = [
      user({ type: "text", text: "Add." }),
      {
        role: "assistant",
        content: ["t1", "t2", "t3", "t4"].map((id) => ({ type: "tool-call", id, name: "add", input: { a: 1 } })),
      },
      user(
        { type: "tool-result", id: "t1", output: { sum: 5 } },
        { type: "tool-result", id: "t2", output: [5] },
        { type: "tool-result", id: "t3", output: "five" },
        { type: "tool-result", id: "t4", error: "It broke." },
      ),
    ];
    const { prompt, body } = await sent({ messages, tools: [ADD], toolChoice: "auto" });
    expect(prompt?.messages[1]?.content[0]).toEqual({ toolUse: { toolUseId: "t1", name: "add", input: { a: 1 } } });
    expect(prompt?.messages[2]?.content.map(({ toolResult }) => toolResult)).toEqual([
      { toolUseId: "t1", status: "success", content: [{ json: { sum: 5 } }] },
      { toolUseId: "t2", status: "success", content: [{ text: "[5]" }] },
      { toolUseId: "t3", status: "success", content: [{ text: "five" }] },
      { toolUseId: "t4", status: "error", content: [{ text: "It broke." }] },
    ]);
    expect(body).toMatchObject({ toolConfig: { toolChoice: { auto: {} } } });
    expect(prompt?.tools).toEqual([ADD]);
  });

  test.each([
    ["any", { any: true }],
    [{ name: "add" }, { name: "add" }],
  ] as const)("M9: the tool choice %j arrives", async (toolChoice, arrived) => {
    expect((await sent({ tools: [ADD], toolChoice })).prompt?.toolChoice).toEqual(arrived);
  });

  test("M8: messages with tool calls but no tools are bad_request before anything goes upstream", async () => {
    const messages: ModelMessage[] = [
      user({ type: "text", text: "Add." }),
      { role: "assistant", content: [{ type: "tool-call", id: "t1", name: "add", input: {} }] },
      user({ type: "tool-result", id: "t1", output: 5 }),
    ];
    const { prompt, error } = await sent({ messages });
    expect(error).toMatchObject({ code: "bad_request" });
    expect(prompt).toBeUndefined();
  });

  test("M8: an image of another kind is bad_request", async () => {
    const image = { type: "image", mediaType: "image/tiff", bytes: BYTES } as unknown as ContentPart;
    expect(await sent({ messages: [user(image)] })).toMatchObject({ error: { code: "bad_request" } });
  });
});
