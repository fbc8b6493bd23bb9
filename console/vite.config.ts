import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type Plugin, defaultClientConditions, defineConfig } from "vite";

const ROOT = import.meta.dirname;

/** What all pages share stands once, in `parts/`; a page names it as `<!-- part: masthead -->`. */
const parts: Plugin = {
  name: "parts",
  transformIndexHtml: {
    order: "pre",
    handler: (html, { path }) => markCurrent(included(html), path),
  },
};

function included(html: string): string {
  return html.replaceAll(/^ *<!-- part: (\w+) -->\n/gm, (_marker, name: string) =>
    readFileSync(join(ROOT, "parts", `${name}.html`), "utf8"),
  );
}

/** The link to the page itself says so. */
function markCurrent(html: string, path: string): string {
  const href = path === "/index.html" ? "./" : `.${path}`;
  return html.replace(`<a href="${href}">`, `<a href="${href}" aria-current="page">`);
}

/** Builds the pages into the package, with relative addresses, so that any host may serve them from any folder. */
export default defineConfig({
  root: ROOT,
  base: "./",
  plugins: [parts],
  resolve: { conditions: ["sluice-source", ...defaultClientConditions] },
  build: {
    outDir: "../dist/console",
    emptyOutDir: true,
    target: "es2023",
    // The content security policy allows no inlined scripts, and needs none.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rollupOptions: {
      input: readdirSync(ROOT)
        .filter((name) => name.endsWith(".html"))
        .map((name) => join(ROOT, name)),
    },
  },
});
