/** The client process: does one task, and tells its figures. */
import { count } from "./count.ts";
import { idle } from "./idle.ts";
import { recover } from "./recover.ts";
import { replay } from "./replay.ts";
import type { Figures, Task } from "./task.ts";
import { time } from "./time.ts";

const works: Record<Task["work"], (task: Task) => Promise<Figures>> = { count, time, idle, replay, recover };

process.on("disconnect", () => process.exit());
const task = JSON.parse(process.argv[2]!) as Task;
process.send!(await works[task.work](task));
