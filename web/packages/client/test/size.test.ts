import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";
import { expect, it } from "vitest";
import { PACKAGE } from "./packed-project.ts";

/** What a page loads of an entry, minified; what it takes from elsewhere stays outside. */
async function bundle(entry: string): Promise<string> {
  const bundled = await rolldown({ input: join(PACKAGE, "src", entry), external: /^(better-auth|react)/ });
  const { output } = await bundled.generate({ format: "esm", minify: true });
  return output.map((part) => ("code" in part ? part.code : "")).join("");
}

it.each([
  ["index.ts", 4_000],
  ["axios.ts", 200],
  ["tanstack-query.ts", 500],
])("%s is under %i bytes, compressed", async (entry, limit) => {
  expect(gzipSync(await bundle(entry), { level: 9 }).byteLength).toBeLessThan(limit);
});
