import { setTimeout as pause } from "node:timers/promises";

const RETRY_MS = 20;

/** Reads the event stream, and after each cut asks for what follows the characters that it has. */
export async function recoverAi(port: number): Promise<string> {
  const url = `http://127.0.0.1:${port}/${crypto.randomUUID()}`;
  let text = "";
  let known = false;
  while (!text.includes("[DONE]")) {
    try {
      const response: Response = known
        ? await fetch(`${url}?skip=${text.length}`)
        : await fetch(url, { method: "POST" });
      if (response.status === 204) return text;
      known = response.ok;
      const decoder = new TextDecoder();
      for await (const bytes of response.body!) text += decoder.decode(bytes, { stream: true });
    } catch {
      known = true;
      await pause(RETRY_MS);
    }
  }
  return text;
}
