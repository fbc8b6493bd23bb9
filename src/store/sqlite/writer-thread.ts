import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { openEngines } from "./engines.ts";
import { Groups } from "./groups.ts";
import type { Answer, Call } from "./thread.ts";

// The writer thread: takes all calls that wait, does them as one group, and answers after the sync.

const port = parentPort!;
const engines = openEngines((workerData as { path: string }).path, "disk");
const groups = new Groups(engines);

port.on("message", (first: Call) => {
  const calls = [first];
  for (let next = receiveMessageOnPort(port); next; next = receiveMessageOnPort(port)) calls.push(next.message as Call);
  const closing = calls.find(({ method }) => method === "close");
  const answers = groups.run(calls.filter((call) => call !== closing));
  if (closing !== undefined) engines.database.close();
  port.postMessage(closing === undefined ? answers : [...answers, { id: closing.id } satisfies Answer]);
  if (closing === undefined) groups.tidy();
});
port.postMessage([{ id: 0 } satisfies Answer]);
