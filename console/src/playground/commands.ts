import type { SystemAddresses } from "../server-config.ts";
import type { Asked } from "./asked.ts";

/** What a command needs to know beside the request. */
export interface CommandContext {
  readonly addresses: SystemAddresses;
  /** The server wants a token; the command takes it from the variable `SLUICE_TOKEN`. */
  readonly withToken: boolean;
}

/** The same request for other programs, by their names. */
export function commandsFor(asked: Asked, context: CommandContext): Readonly<Record<string, string>> {
  return {
    curl: curl(asked, context),
    wscat: wscat(asked, context),
    TypeScript: typeScript(asked, context),
  };
}

function curl(asked: Asked, { addresses, withToken }: CommandContext): string {
  const base = absolute(addresses.httpUrl);
  const headers = ["Accept: text/event-stream"];
  if (asked.streamId !== undefined) {
    return joined(`curl -N ${quoted(`${base}/streams/${asked.streamId}`)}`, options(headers, withToken));
  }
  const body = `--data ${quoted(JSON.stringify(asked.input))}`;
  const sent = options(["Content-Type: application/json", ...headers], withToken);
  return joined(`curl -N ${quoted(`${base}/${asked.route}`)}`, [...sent, body]);
}

function wscat(asked: Asked, { addresses, withToken }: CommandContext): string {
  const url = absolute(addresses.wsUrl).replace(/^http/, "ws");
  const message =
    asked.streamId === undefined
      ? { action: asked.route, ...asked.input }
      : { action: "resume", streamId: asked.streamId };
  // It waits for the answer so many seconds.
  const rest = ["-w 60", `-x ${quoted(JSON.stringify(message))}`];
  return joined(`wscat -c ${quoted(url)}`, [...options([], withToken), ...rest]);
}

function typeScript(asked: Asked, { addresses, withToken }: CommandContext): string {
  const { httpUrl, wsUrl } = addresses;
  const where =
    absolute(httpUrl) === absolute(wsUrl)
      ? `url: ${JSON.stringify(absolute(httpUrl))}`
      : `wsUrl: ${JSON.stringify(absolute(wsUrl))}, httpUrl: ${JSON.stringify(absolute(httpUrl))}`;
  const token = withToken ? ", token: process.env.SLUICE_TOKEN!" : "";
  const begun =
    asked.streamId === undefined
      ? `client.run(${JSON.stringify(asked.route)}, ${JSON.stringify(asked.input, undefined, 2)})`
      : `client.follow(${JSON.stringify(asked.streamId)})`;
  return [
    'import { createClient } from "sluice/client";',
    "",
    `const client = createClient({ ${where}${token} });`,
    `const run = ${begun};`,
    "for await (const event of run) console.log(event);",
    "client.close();",
  ].join("\n");
}

function options(headers: readonly string[], withToken: boolean): string[] {
  const sent = headers.map((header) => `-H ${quoted(header)}`);
  return withToken ? [...sent, '-H "Authorization: Bearer $SLUICE_TOKEN"'] : sent;
}

function joined(command: string, parts: readonly string[]): string {
  return [command, ...parts].join(" \\\n  ");
}

/** For a shell: within single quotes only a single quote means anything. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function absolute(address: string): string {
  return new URL(address, location.href).href.replace(/\/+$/, "");
}
