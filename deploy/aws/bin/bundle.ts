/** Bundles the functions of one system for the SAM template, into `sam/build`: `npm run bundle -- titles`. */
import { join } from "node:path";
import { bundleApp } from "../lib/function-code.ts";
import { APPS } from "../lib/repository.ts";

const app = APPS.find((name) => name === process.argv[2]);
if (app === undefined) throw new Error(`Say which system: ${APPS.join(", ")}.`);
process.stdout.write(`${await bundleApp(app, join(import.meta.dirname, "../sam/build"))}\n`);
