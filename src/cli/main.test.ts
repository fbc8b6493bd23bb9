import { type AddressInfo, type Server, createServer } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Command } from "./test-support/command.ts";

const EXAMPLE = "examples/websocket-echo/handler.ts";

describe("what `sluice` cannot do ends with one sentence and exit code 2", () => {
  it.each<[string, string[], string]>([
    ["no command", [], "Name a command, as `sluice --help` says."],
    ["another command", ["fly"], 'There is no command "fly"; there is: emulate.'],
    ["no route", ["emulate"], "Name a handler or a --route, as `sluice emulate --help` says."],
    ["another option", ["emulate", EXAMPLE, "--fly"], "Unknown option '--fly'."],
    ["an option without its value", ["emulate", EXAMPLE, "--port"], "Option '--port <value>' argument missing."],
    ["two handlers", ["emulate", EXAMPLE, "b.ts"], 'There can be one handler alone, and "b.ts" is another.'],
    ["a file that is not there", ["emulate", "none.ts"], 'There is no file "none.ts".'],
    ["an empty export", ["emulate", `${EXAMPLE}#`], `A handler is path[#export], not "${EXAMPLE}#".`],
    ["a bad route", ["emulate", "--route", "a"], '--route takes KEY=HANDLER[#export], not "a".'],
    ["a reserved key", ["emulate", "--route", `$a=${EXAMPLE}`], 'A route key may not start with $: "$a".'],
    [
      "a route given twice",
      ["emulate", "--route", `a=${EXAMPLE}`, "--route", `a=${EXAMPLE}`],
      'The route "a" is given twice.',
    ],
    [
      "a two-way route that there is not",
      ["emulate", EXAMPLE, "--two-way", "a"],
      '--two-way names the route "a", which there is not.',
    ],
    [
      "an identity source alone",
      ["emulate", EXAMPLE, "--identity-source", "a"],
      "--identity-source belongs to --authorizer, which is missing.",
    ],
    [
      "another identity source",
      ["emulate", EXAMPLE, "--authorizer", EXAMPLE, "--identity-source", "a"],
      '"a" is no identity source of a WebSocket API.',
    ],
    [
      "an authorizer without $connect",
      ["emulate", "--route", `a=${EXAMPLE}`, "--authorizer", EXAMPLE],
      "An authorizer needs a $connect route: it belongs to it.",
    ],
    ["a bad port", ["emulate", EXAMPLE, "--port", "70000"], '--port takes a number from 0 to 65535, not "70000".'],
    ["a bad stage", ["emulate", EXAMPLE, "--stage", "a/b"], '--stage takes letters, digits, - and _, not "a/b".'],
    ["a bad time", ["emulate", EXAMPLE, "--idle", "10"], '--idle takes a duration like 30s, 10m or 2h, not "10".'],
  ])("%s", async (_, args, sentence) => {
    await using command = new Command(args);
    expect([await command.ended(), command.lines]).toEqual([2, [sentence]]);
  });

  describe("a port that is taken", () => {
    let server: Server;
    beforeAll(async () => {
      server = createServer();
      await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
    });
    afterAll(() => void server.close());

    it("is named", async () => {
      const { port } = server.address() as AddressInfo;
      await using command = new Command(["emulate", EXAMPLE, "--port", `${port}`]);
      expect([await command.ended(), command.lines]).toEqual([
        2,
        [`Port ${port} is in use; name another with --port.`],
      ]);
    });
  });
});

it.each([["--help"], ["emulate", "--help"]])("%s %s says how, and ends well", async (...args) => {
  await using command = new Command(args.filter((arg) => arg !== undefined));
  expect([await command.ended(), command.lines[0]]).toEqual([0, "Usage: sluice emulate [HANDLER[#export]] [options]"]);
});
