import type { SpeechName } from "./clients/speech.ts";

/** One contestant: how its server is started, and how its clients talk to it. */
export interface Peer {
  readonly name: string;
  readonly title: string;
  /** File in `peers/`. */
  readonly server: string;
  readonly options: readonly string[];
  readonly speech: SpeechName;
}

/** Every ratio is to this one. */
export const BASELINE: Peer = { name: "ws", title: "bare ws, no log", server: "ws", options: [], speech: "ws" };

/** Replay has another reference: a log in memory, sent over `ws`. */
export const MEMORY_LOG: Peer = {
  name: "ws-log",
  title: "log in memory over ws",
  server: "ws-log",
  options: [],
  speech: "ws-log",
};

export const SLUICE: Peer = {
  name: "sluice",
  title: "Sluice, SQLite, sluice.v1",
  server: "sluice",
  options: ["process"],
  speech: "sluice",
};

export const SLUICE_APP: Peer = {
  ...SLUICE,
  name: "sluice-app",
  title: "Sluice, SQLite, app's dialect",
  speech: "sluice-app",
};

export const SLUICE_DISK: Peer = {
  ...SLUICE,
  name: "sluice-disk",
  title: "Sluice, SQLite synced (`disk`), sluice.v1",
  options: ["disk"],
};

export const SLUICE_REDIS: Peer = {
  ...SLUICE,
  name: "sluice-redis",
  title: "Sluice, one node on Redis, sluice.v1",
  options: ["redis"],
};

/** Every stream is written by one node and watched at the other, both in one process. */
export const SLUICE_NODES: Peer = {
  ...SLUICE,
  name: "sluice-nodes",
  title: "Sluice, written by one node and watched at another, sluice.v1",
  server: "sluice-nodes",
  options: [],
  speech: "sluice-nodes",
};

export const SOCKET_IO: Peer = {
  name: "socket.io",
  title: "Socket.IO + state recovery",
  server: "socket-io",
  options: [],
  speech: "socket.io",
};

export const AI: Peer = {
  name: "ai",
  title: "AI SDK + resumable-stream + Redis",
  server: "ai",
  options: [],
  speech: "ai",
};
