/** How a raw client opens a stream at each peer: what it sends first, and what it sends on which answer. */
export interface Speech {
  /** The HTTP request that begins it. */
  readonly request: string;
  /** Each waits for its text in what has come since the step before. */
  readonly steps: readonly Step[];
  /** The last steps that a connection without a stream leaves out. */
  readonly streamSteps: number;
  /** How often a stream says each chunk: Sluice's last frame says the whole text again. */
  readonly copies: number;
}

export interface Step {
  readonly after: string;
  readonly send?: string;
}

export type SpeechName = "ws" | "ws-log" | "sluice" | "sluice-app" | "sluice-nodes" | "socket.io" | "ai";

const UPGRADED = "\r\n\r\n";
const STARTED = '"type":"start"';

const go = '{"action":"go"}';

const sluice = {
  request: upgrade("/bench", "sluice.v1"),
  steps: [{ after: UPGRADED, send: go }, { after: STARTED }],
  streamSteps: 1,
  copies: 2,
};

export const SPEECHES: Readonly<Record<SpeechName, Speech>> = {
  ws: { request: upgrade("/"), steps: sluice.steps, streamSteps: 1, copies: 1 },
  "ws-log": { request: upgrade("/"), steps: [{ after: UPGRADED, send: go }], streamSteps: 1, copies: 1 },
  sluice,
  "sluice-app": { ...sluice, request: upgrade("/bench") },
  "sluice-nodes": {
    ...sluice,
    request: upgrade("/bench?user=STREAM", "sluice.v1"),
    steps: [{ after: UPGRADED, send: '{"action":"go","requestId":"r"}' }, { after: STARTED }],
  },
  "socket.io": {
    request: upgrade("/socket.io/?EIO=4&transport=websocket"),
    steps: [{ after: UPGRADED, send: "40" }, { after: '40{"sid"', send: '42["go"]' }, { after: STARTED }],
    streamSteps: 1,
    copies: 1,
  },
  ai: {
    request: "POST /STREAM HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n",
    steps: [{ after: STARTED }],
    streamSteps: 0,
    copies: 1,
  },
};

/** The handshake of RFC 6455. */
export function upgrade(path: string, subprotocol?: string): string {
  const protocol = subprotocol === undefined ? "" : `Sec-WebSocket-Protocol: ${subprotocol}\r\n`;
  return (
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
    `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${protocol}\r\n`
  );
}

/** The same speech for a connection that opens no stream of its own, where the peer has such a thing. */
export function idleSpeech(speech: Speech): Speech {
  if (speech.streamSteps === 0) return speech;
  const steps = speech.steps.slice(0, -speech.streamSteps);
  const { after } = steps.at(-1)!;
  return { ...speech, steps: [...steps.slice(0, -1), { after }] };
}
