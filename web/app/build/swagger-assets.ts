import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Plugin } from "vite";

const FILES = [
  "swagger-ui.css",
  "swagger-ui-bundle.js",
  // Its licence asks that these travel with it.
  "swagger-ui-bundle.js.LICENSE.txt",
  "LICENSE",
  "NOTICE",
];

/** The API documentation is served from our own origin, because the page's policy lets no other script run. */
export function swaggerAssets(): Plugin {
  return {
    name: "gatepost-swagger-assets",
    apply: "build",
    async generateBundle() {
      const distribution = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
      for (const file of FILES) {
        this.emitFile({ type: "asset", fileName: `swagger/${file}`, source: await readFile(join(distribution, file)) });
      }
    },
  };
}
