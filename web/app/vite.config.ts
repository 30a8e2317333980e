import react from "@vitejs/plugin-react";
import { defaultClientConditions, defineConfig } from "vite";
import { swaggerAssets } from "./build/swagger-assets.ts";

const BACKEND = "http://127.0.0.1:8000";

export default defineConfig({
  plugins: [react(), swaggerAssets()],
  // The client's sources, so that nothing has to be built before.
  resolve: { conditions: ["@gatepost/source", ...defaultClientConditions] },
  build: {
    outDir: "../../examples/tasks/gatepost_tasks/page",
    emptyOutDir: true,
    // The policy allows no font or style from a data: URL.
    assetsInlineLimit: 0,
    license: { fileName: "licenses.md" },
  },
  server: {
    proxy: { "/api": { target: BACKEND, ws: true } },
  },
});
