import { setTimeout as pause } from "node:timers/promises";
import { WebSocket } from "ws";
import { numberedText } from "../../src/testing/numbered-tokens.ts";
import type { Findings } from "./findings.ts";

const EVERY_MS = 1000;
const PATIENCE_MS = 10_000;
const RUN = { count: 200, everyMs: 1, padding: 20 };

/** A well-behaved client beside the others: a run every second, whose text must be exact. Gives how many it completed. */
export async function bystander(port: number, stop: AbortSignal, findings: Findings): Promise<number> {
  const expected = numberedText(RUN.count, RUN.padding);
  let done = 0;
  for (let turn = 0; !stop.aborted; turn += 1) {
    const begun = performance.now();
    try {
      const text = await (turn % 2 === 0 ? overWebSocket(port) : overRest(port));
      if (text !== expected) findings.problem("a bystander's text is not exact", text);
      done += 1;
    } catch (thrown) {
      findings.problem("a bystander's run failed", String(thrown));
    }
    const left = EVERY_MS - (performance.now() - begun);
    await pause(Math.max(0, left), undefined, { signal: stop }).catch(() => {});
  }
  return done;
}

async function overRest(port: number): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}/fuzz/tokens`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(RUN),
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  return ((await answer.json()) as { content: string }).content;
}

function overWebSocket(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const ws = new WebSocket(`ws://127.0.0.1:${port}/fuzz`);
    const patience = setTimeout(() => ws.terminate(), PATIENCE_MS);
    let text = "";
    ws.on("open", () => ws.send(JSON.stringify({ action: "tokens", ...RUN })));
    ws.on("message", (data: Buffer) => {
      const frame = JSON.parse(data.toString("utf8")) as { type: string; content: string };
      if (frame.type === "chunk") text += frame.content;
      if (frame.type === "complete") {
        resolve(text);
        ws.close();
      }
    });
    ws.on("error", reject);
    ws.on("close", (code) => {
      clearTimeout(patience);
      reject(new Error(`closed with ${code} after ${text.length} characters`));
    });
  });
}
