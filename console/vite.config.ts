import { defaultClientConditions, defineConfig } from "vite";

/** Builds the page into the package, with relative addresses, so that any host may serve it from any folder. */
export default defineConfig({
  root: import.meta.dirname,
  base: "./",
  resolve: { conditions: ["sluice-source", ...defaultClientConditions] },
  build: {
    outDir: "../dist/console",
    emptyOutDir: true,
    target: "es2023",
    // The content security policy allows no inlined scripts, and needs none.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
});
