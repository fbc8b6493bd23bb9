import { spawnSync } from "node:child_process";
import { beforeEach, expect, it, vi } from "vitest";
import { commandsFor } from "./commands.ts";

const addresses = { httpUrl: "./titles", wsUrl: "./titles" };
const asked = { route: "stream", input: { projectId: "p", userInput: `It's "so" \\ $HOME \`id\`\nnew` } };

beforeEach(() => {
  vi.stubGlobal("location", { href: "http://127.0.0.1:8787/#/titles" });
});

/** What a shell makes of a command: the arguments that the program gets. */
function argumentsOf(command: string): string[] {
  const script = `curl() { printf '%s\\0' "$@"; }; wscat() { curl "$@"; }; ${command}`;
  const { stdout } = spawnSync("sh", ["-c", script], { encoding: "utf8", env: { SLUICE_TOKEN: "abc" } });
  return stdout.split("\0").slice(0, -1);
}

it("gives a request to a shell so that no character of it means anything there", () => {
  const { curl, wscat } = commandsFor(asked, { addresses, withToken: false });
  const sent = argumentsOf(curl!);
  expect(sent.slice(0, 2)).toEqual(["-N", "http://127.0.0.1:8787/titles/stream"]);
  expect(JSON.parse(sent.at(-1)!)).toEqual(asked.input);
  const said = argumentsOf(wscat!);
  expect(said.slice(0, 2)).toEqual(["-c", "ws://127.0.0.1:8787/titles"]);
  expect(JSON.parse(said.at(-1)!)).toEqual({ action: "stream", ...asked.input });
});

it("names the variable that holds the token, never the token", () => {
  const { curl, wscat, TypeScript } = commandsFor(asked, { addresses, withToken: true });
  expect(argumentsOf(curl!)).toContain("Authorization: Bearer abc");
  expect(argumentsOf(wscat!)).toContain("Authorization: Bearer abc");
  expect(TypeScript).toContain("token: process.env.SLUICE_TOKEN!");
});

it("follows a stream that is there already, and names two addresses where there are two", () => {
  const apart = { httpUrl: "https://pages.example/titles", wsUrl: "wss://sockets.example/titles" };
  const { curl, wscat, TypeScript } = commandsFor({ streamId: "s1" }, { addresses: apart, withToken: false });
  expect(argumentsOf(curl!)).toContain("https://pages.example/titles/streams/s1");
  expect(argumentsOf(wscat!)).toEqual([
    "-c",
    "wss://sockets.example/titles",
    "-w",
    "60",
    "-x",
    '{"action":"resume","streamId":"s1"}',
  ]);
  expect(TypeScript).toContain('wsUrl: "wss://sockets.example/titles", httpUrl: "https://pages.example/titles"');
});
