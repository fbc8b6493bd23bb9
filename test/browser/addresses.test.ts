import type { Browser } from "playwright-core";
import { jwt } from "sluice/auth/jwt";
import type { Server } from "sluice/node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readEnvironment } from "../../apps/environment.ts";
import { llmModels } from "../../apps/llm/models.ts";
import { type Sources, openSources } from "../../apps/sources.ts";
import { AUDIENCE, ISSUER, SECRET, token } from "../end-to-end/support/tokens.ts";
import { BuiltPage } from "./built-page.ts";
import { launchChromium } from "./chromium.ts";
import { serveSystems } from "./serve-systems.ts";
import { PagesElsewhere } from "./pages-elsewhere.ts";
import { PAGES, TITLES_PAGE } from "./system-pages.ts";
import { Visit, type VisitParts } from "./visit.ts";

const SYSTEMS = [TITLES_PAGE, ...PAGES].map(({ system }) => system);
const features = { standIn: true, llmModels: llmModels(readEnvironment({})) };

let built: BuiltPage;
let browser: Browser;
let sources: Sources;
let elsewhere: PagesElsewhere;
let server: Server;
beforeAll(async () => {
  built = await BuiltPage.make();
  browser = await launchChromium();
  sources = await openSources({ kind: "offline", pace: { tokensPerSecond: 400, firstTokenMs: 0 } });
  elsewhere = await PagesElsewhere.from(built.folder);
  server = await serveSystems(built.folder, sources.of, { origins: [elsewhere.url] });
  const ws = server.url.replace("http:", "ws:");
  elsewhere.connect = [server.url, ws];
  const addresses = (system: string): object => ({ httpUrl: `${server.url}/${system}/`, wsUrl: `${ws}/${system}` });
  elsewhere.config = { apps: Object.fromEntries(SYSTEMS.map((system) => [system, addresses(system)])), ...features };
});
afterAll(async () => {
  await browser.close();
  await server.close();
  await elsewhere[Symbol.asyncDispose]();
  await sources[Symbol.asyncDispose]();
  await built[Symbol.asyncDispose]();
});

describe("pages served from elsewhere, with the addresses that /config.json tells", { timeout: 30_000 }, () => {
  const visit = (system: string): Promise<Visit> => Visit.to({ browser, url: elsewhere.url, system, api: server.url });

  test.each([TITLES_PAGE, ...PAGES])("the page of $system answers", async ({ system, fill, check }) => {
    await using there = await visit(system);
    await there.page.getByText("Answers come from a stand-in").waitFor();
    await fill(there.page);
    await there.send();
    await there.state("complete");
    await check(there.page);
    await there.expectStored();
  });

  test("prompt cards are kept", async () => {
    await using there = await visit("titles");
    const { page } = there;
    await page.getByText("Prompt cards").first().click();
    await page.getByRole("button", { name: "Add a card" }).click();
    await page.getByLabel("Card name").fill("Tone");
    await page.getByLabel("Card text").fill("Dry wit.");
    await page.getByRole("button", { name: "Save cards" }).click();
    await page.getByText("Saved.").waitFor();
    const { cards } = (await (await fetch(`${server.url}/titles/projects/demo/cards`)).json()) as { cards: unknown };
    expect(cards).toEqual([{ name: "Tone", text: "Dry wit." }]);
  });

  test("a prediction is saved, listed and deleted", async () => {
    await using there = await visit("predictions");
    const { page } = there;
    await PAGES.find(({ system }) => system === "predictions")!.fill(page);
    await there.send();
    await page.getByRole("button", { name: "Save this call" }).click();
    await page.getByRole("button", { name: /^Delete: It will snow/ }).waitFor();
    await page.getByRole("button", { name: /^Delete: It will snow/ }).click();
    await page.getByText("Nothing saved yet.").waitFor();
  });
});

describe("a page whose /config.json", () => {
  const visit = (prepare: NonNullable<VisitParts["prepare"]>, system = "titles"): Promise<Visit> =>
    Visit.to({ browser, url: server.url, system, prepare });

  test("is slow: the page says so, also after a reload, and shows the answer again when it is told", async () => {
    let gate = Promise.withResolvers<void>();
    await using there = await visit((context) =>
      context.route("**/config.json", (route) => gate.promise.then(() => route.continue())),
    );
    const { page } = there;
    await page.getByText("Asking the server where its systems are").waitFor();
    await page.getByRole("link", { name: "Titles" }).waitFor();
    gate.resolve();
    await TITLES_PAGE.fill(page);
    await there.send();
    await there.state("complete");
    gate = Promise.withResolvers();
    await page.reload();
    await page.getByText("Asking the server where its systems are").waitFor();
    gate.resolve();
    await there.state("complete");
    await there.expectStored();
  });

  test("is not to be had: it takes the page's own origin", async () => {
    await using there = await visit((context) =>
      context.route("**/config.json", (route) => route.fulfill({ status: 404, body: "nothing" })),
    );
    await TITLES_PAGE.fill(there.page);
    await there.send();
    await there.state("complete");
    await there.expectStored();
  });

  test.each([{ wsUrl: 7 }, { httpUrl: "/elsewhere" }, { httpUrl: "http://:", wsUrl: "wss://:" }])(
    "says nothing that is of use (%j): it takes the page's own origin",
    async (titles) => {
      await using there = await visit((context) =>
        context.route("**/config.json", (route) => route.fulfill({ json: { apps: { titles } } })),
      );
      await TITLES_PAGE.fill(there.page);
      await there.send();
      await there.state("complete");
      await there.expectStored();
    },
  );

  test("fails at first, as a network does: it is asked for again", async () => {
    let asked = 0;
    await using there = await visit((context) =>
      context.route("**/config.json", (route) => {
        asked += 1;
        if (asked === 1) return route.abort("connectionreset");
        return asked === 2 ? route.fulfill({ status: 503 }) : route.continue();
      }),
    );
    await there.page.getByText("Answers come from a stand-in").waitFor();
    expect(asked).toBe(3);
  });
});

test("law 9: where a token is needed the page asks for one, and its streams are that user's", async () => {
  await using closed = await serveSystems(built.folder, sources.of, {
    authorize: jwt({ secret: SECRET, issuer: ISSUER, audience: AUDIENCE }),
  });
  await using there = await Visit.to({ browser, url: closed.url, system: "realestate" });
  const { page } = there;
  await page.getByLabel("Question").fill("How far must a house stand from the street?");
  await there.send();
  await there.state("error");
  await page.getByText("unauthorized").waitFor();
  const mine = await token("ann");
  await page.getByLabel("Token").fill(mine);
  await page.keyboard.press("Enter");
  // What was refused stays so, and is still there to be asked again.
  await there.send();
  await there.state("complete");
  await page.reload();
  await there.state("complete");
  const list = await fetch(`${closed.url}/realestate/streams`, { headers: { Authorization: `Bearer ${mine}` } });
  expect(((await list.json()) as { items: object[] }).items).toHaveLength(1);
  const [tab] = await Promise.all([page.waitForEvent("popup"), page.getByRole("link", { name: "Second tab" }).click()]);
  await tab.locator('.sluice-status[data-status="complete"]').waitFor();
  // Without the token it is refused, and told what helps.
  await tab.getByRole("button", { name: "Forget it" }).click();
  await tab.getByText("put it into the field “Token”").waitFor();
});

test("a system's page that fails says so, and the other systems' pages go on", async () => {
  await using there = await Visit.to({
    browser,
    url: server.url,
    system: "llm",
    prepare: (context) => context.route("**/config.json", (route) => route.fulfill({ json: { llmModels: [{}, {}] } })),
    expected: /Minified React error #31/,
  });
  await there.page.getByRole("heading", { name: "This page did not load" }).waitFor();
  await there.page.getByRole("link", { name: "Titles" }).click();
  await there.page.getByRole("heading", { name: "Titles for your article" }).waitFor();
});

test("a page whose code does not arrive says so, and the others go on", async () => {
  await using there = await Visit.to({
    browser,
    url: server.url,
    system: "operations",
    prepare: (context) => context.route(/operations-.*\.js$/, (route) => route.abort()),
    expected: /Failed to fetch dynamically imported module/,
  });
  await there.page.getByRole("heading", { name: "This page did not load" }).waitFor();
  await there.page.getByRole("link", { name: "Titles" }).click();
  await there.page.getByRole("heading", { name: "Titles for your article" }).waitFor();
});
