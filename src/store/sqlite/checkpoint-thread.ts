import { DatabaseSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";

// The checkpointing thread: PASSIVE waits for no reader and stops no writer.

const port = parentPort!;
const database = new DatabaseSync((workerData as { path: string }).path, { timeout: 0 });
const checkpoint = database.prepare("PRAGMA wal_checkpoint(PASSIVE)");

port.on("message", () => port.postMessage(checkpoint.get()));
