import type { Gateways } from "../../apps/index.ts";
import { ChatFace } from "./chat-face.ts";
import { byId } from "./element.ts";
import { ImageChoice } from "./image-choice.ts";
import { question } from "./question.ts";
import { fetchFrom } from "./server-config.ts";
import { SystemPage } from "./system-page.ts";

interface Request {
  readonly uploadId: string;
  readonly prompt?: string;
  /** The file's name, for the page alone. */
  readonly name: string;
}

const prompt = byId("prompt", HTMLTextAreaElement);
const choice = new ImageChoice();

const page = new SystemPage<Gateways["images"], Request>({
  system: "images",
  ask: (client, { name: _name, ...input }, requestId) => client.run("processImage", input, { requestId }),
  face: () => new ChatFace(),
  question: (input) => question(saidIn(input), false),
  said: saidIn,
  async read() {
    const { file } = choice;
    if (file === undefined) {
      choice.tell("Choose an image first.");
      return undefined;
    }
    const uploadId = await upload(file);
    const text = prompt.value.trim();
    return uploadId === undefined ? undefined : { uploadId, name: file.name, ...(text !== "" && { prompt: text }) };
  },
});
prompt.value = page.kept.turns.at(-1)?.input.prompt ?? "";

function saidIn({ name, prompt: text }: Request): string {
  return text === undefined ? name : `${name}: ${text}`;
}

/** The image goes by HTTP, since a message on the WebSocket has 32 KB at most; undefined where it was refused. */
async function upload(file: File): Promise<string | undefined> {
  choice.tell("Uploading…");
  try {
    const response = await fetchFrom("images", "/uploads", {
      method: "POST",
      headers: { "Content-Type": file.type },
      body: file,
    });
    const answer = (await response.json()) as { uploadId?: string; message?: string; width?: number; height?: number };
    choice.tell(
      response.ok ? `${file.name} · ${answer.width} × ${answer.height} pixels` : (answer.message ?? "Refused."),
    );
    return answer.uploadId;
  } catch {
    choice.tell("The server was not reached. Try again.");
    return undefined;
  }
}
