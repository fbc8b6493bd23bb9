import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defaultClientConditions, defineConfig } from "vite";

/** Builds the console into the package, with relative addresses, so that any host may serve it from any folder. */
export default defineConfig({
  root: import.meta.dirname,
  base: "./",
  plugins: [react(), tailwindcss()],
  resolve: { conditions: ["sluice-source", ...defaultClientConditions] },
  build: {
    outDir: "../dist/console",
    emptyOutDir: true,
    target: "es2023",
    // As they are written: `light-dark()` and nesting are known to the browsers that know ES2023's neighbours.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    // The content security policy allows no inlined scripts, and needs none.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
});
