// Builds dist/: the modules and their types by tsc, style sheets as they are.
import { execFileSync } from "node:child_process";
import { cpSync, globSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const here = import.meta.dirname;
const typescript = dirname(createRequire(import.meta.url).resolve("typescript/package.json"));

rmSync(join(here, "dist"), { recursive: true, force: true });
execFileSync(process.execPath, [join(typescript, "bin", "tsc"), "-p", "tsconfig.build.json"], {
  cwd: here,
  stdio: "inherit",
});
for (const sheet of globSync("**/*.css", { cwd: join(here, "src") })) {
  cpSync(join(here, "src", sheet), join(here, "dist", sheet));
}
