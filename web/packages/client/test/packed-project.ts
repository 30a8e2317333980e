import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export const PACKAGE = dirname(import.meta.dirname);
const WORKSPACE = dirname(dirname(PACKAGE));
const WORKSPACE_MODULES = join(WORKSPACE, "node_modules");
const TSC = join(WORKSPACE_MODULES, "typescript", "bin", "tsc");

/** A project of a user's: the package from its archive, and beside it what the workspace has installed. */
export interface PackedProject {
  readonly directory: string;
  /** The package as it is installed. */
  readonly installed: string;
  write(file: string, text: string): void;
  /** What `tsc` says of the files below a folder; nothing when they are right. */
  typeCheck(folder: string, compilerOptions: object): string;
  remove(): void;
}

export function packedProject(): PackedProject {
  const directory = mkdtempSync(join(tmpdir(), "gatepost-client-"));
  const modules = join(directory, "node_modules");
  const installed = join(modules, "@gatepost", "client");
  mkdirSync(installed, { recursive: true });
  execFileSync("tar", ["-xzf", pack(directory), "-C", installed, "--strip-components=1"]);
  for (const name of readdirSync(WORKSPACE_MODULES)) {
    if (name !== "@gatepost" && !name.startsWith(".")) symlinkSync(join(WORKSPACE_MODULES, name), join(modules, name));
  }
  const write = (file: string, text: string) => {
    const path = join(directory, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };
  write("package.json", JSON.stringify({ type: "module", private: true }));

  return {
    directory,
    installed,
    write,
    typeCheck(folder, compilerOptions) {
      write(`${folder}/tsconfig.json`, JSON.stringify({ compilerOptions: { ...STRICT, ...compilerOptions } }));
      try {
        execFileSync(process.execPath, [TSC, "-p", folder], { cwd: directory, encoding: "utf8" });
        return "";
      } catch (error) {
        return error instanceof Error && "stdout" in error ? String(error.stdout) : String(error);
      }
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

// Not the libraries, as `tsc --init` has it: Better Auth's own types want those of Node and Bun.
const STRICT = { strict: true, skipLibCheck: true, noEmit: true, target: "ES2023", lib: ["ES2023", "DOM"], types: [] };

/** Packs a copy, since another test may pack at the same time; returns where the archive is. */
function pack(directory: string): string {
  const copy = join(directory, "web", "packages", "client");
  cpSync(join(WORKSPACE, "tsconfig.base.json"), join(directory, "web", "tsconfig.base.json"));
  cpSync(PACKAGE, copy, { recursive: true, filter: (path) => path !== join(PACKAGE, "dist") });
  symlinkSync(WORKSPACE_MODULES, join(directory, "web", "node_modules"));
  // The workspace lets no package run scripts; this one's own builds it.
  execFileSync("npm", ["pack", "--silent", "--ignore-scripts=false", "--pack-destination", directory], { cwd: copy });
  const [archive = ""] = readdirSync(directory).filter((name) => name.endsWith(".tgz"));
  return join(directory, archive);
}
