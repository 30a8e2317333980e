import { defaultServerConditions } from "vite";
import { defineConfig } from "vitest/config";

export default defineConfig({
  // The client's sources, so that nothing has to be built before.
  ssr: { resolve: { conditions: ["@gatepost/source", ...defaultServerConditions] } },
  test: { include: ["packages/*/test/**/*.test.ts", "app/test/**/*.test.ts"] },
});
