import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { FUNCTIONS, bundle } from "../lib/bundle.ts";
import { APPS, appBundle } from "../lib/repository.ts";
import { FIXTURES } from "./template.ts";

const folder = mkdtempSync(join(tmpdir(), "sluice-bundle-"));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a bundle", () => {
  test("is a file that Node loads with nothing beside it, CommonJS inside and all", async () => {
    const made = await bundle({ entry: join(FIXTURES, "entry.ts"), folder: join(folder, "alone") });
    expect(readdirSync(made)).toEqual(["index.mjs"]);
    const { handler } = (await import(pathToFileURL(join(made, "index.mjs")).href)) as { handler(): Promise<unknown> };
    expect(await handler()).toEqual({ statusCode: 200, body: "a/b" });
  });

  test("has in files of their own what is loaded only when it is needed", async () => {
    const made = await bundle({ entry: join(FIXTURES, "lazy-entry.ts"), folder: join(folder, "lazy") });
    expect(readFileSync(join(made, "index.mjs"), "utf8")).not.toContain("when it was needed");
    const { handler } = (await import(pathToFileURL(join(made, "index.mjs")).href)) as { handler(): Promise<unknown> };
    expect(await handler()).toBe("loaded when it was needed");
  });

  test("has beside it what the code reads at run time, and nothing of a former one", async () => {
    const options = { entry: join(FIXTURES, "entry.ts"), folder: join(folder, "beside") };
    await bundle({ ...options, beside: { pages: join(FIXTURES, "pages") } });
    expect(existsSync(join(options.folder, "pages/index.html"))).toBe(true);
    await bundle(options);
    expect(readdirSync(options.folder)).toEqual(["index.mjs"]);
  });

  test("puts the module of one system in the place of `#systems`", async () => {
    const made = await bundle({
      entry: join(FIXTURES, "systems-entry.mjs"),
      folder: join(folder, "alias"),
      alias: { "#systems": join(FIXTURES, "systems-titles.mjs") },
    });
    const { handler } = (await import(pathToFileURL(join(made, "index.mjs")).href)) as { handler(): Promise<unknown> };
    expect(await handler()).toBe("titles");
  });

  test.each(APPS)("of %s has that system only, and realestate's documents where it needs them", (app) => {
    for (const name of FUNCTIONS) {
      const { entry, alias, beside, folder: own } = appBundle(app, name, folder);
      expect(own).toBe(join(folder, name));
      expect(existsSync(entry)).toBe(true);
      expect(readFileSync(alias!["#systems"]!, "utf8")).toContain(`return { ${app}`);
      expect(Object.keys(beside!)).toEqual(app === "realestate" ? ["documents"] : []);
      for (const path of Object.values(beside!)) expect(existsSync(path)).toBe(true);
    }
  });
});
