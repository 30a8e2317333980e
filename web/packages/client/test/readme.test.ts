import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build, type Rolldown } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packedProject, PACKAGE, type PackedProject } from "./packed-project.ts";

const PACKING_MS = 120_000;
const BUILDING_MS = 60_000;
const README = readFileSync(join(PACKAGE, "README.md"), "utf8");
const NEXT = `declare module "next/navigation" {
  export function useRouter(): { push(href: string): void; replace(href: string): void };
}`;
const VITE_PAGE = `<!doctype html><html lang="en"><script type="module" src="/src/main.tsx"></script></html>`;

const FRONT_ENDS = new Map([
  ["React with Vite", "react"],
  ["Next.js", "next"],
  ["Plain JavaScript", "plain"],
]);

interface Snippet {
  readonly file: string;
  readonly code: string;
}

/** The titled blocks below a heading. */
function snippetsOf(section: string): Snippet[] {
  const blocks = section.matchAll(/^```\w+ title="(?<file>[^"]+)"\n(?<code>.*?)^```$/gms);
  return [...blocks].map(({ groups }) => ({ file: groups?.["file"] ?? "", code: groups?.["code"] ?? "" }));
}

const sections = new Map(README.split(/^## /m).map((section) => [section.split("\n", 1).join(), snippetsOf(section)]));

async function built(root: string, configFile: string | false): Promise<Record<string, string>> {
  const output = await build({ root, configFile, logLevel: "error", build: { write: false } });
  const files = (output as Rolldown.RolldownOutput).output; // One build, which does not watch, has one output.
  return Object.fromEntries(
    files.map((file) => [file.fileName.split(".").at(-1), String("code" in file ? file.code : file.source)]),
  );
}

let project: PackedProject;

beforeAll(() => {
  project = packedProject();
  for (const [heading, snippets] of sections) {
    const folder = `readme/${FRONT_ENDS.get(heading) ?? "others"}`;
    for (const { file, code } of snippets) project.write(`${folder}/${file}`, code);
  }
  const notes = sections.get("React with Vite")?.find(({ file }) => file === "src/notes.tsx");
  project.write("readme/next/app/notes.tsx", `"use client";\n${notes?.code}`);
  project.write("readme/next/next.d.ts", NEXT);
  project.write("readme/react/index.html", VITE_PAGE);
}, PACKING_MS);
afterAll(() => project.remove());

describe("the README", () => {
  it(
    "shows code whose types are right",
    () => {
      const options = { module: "ESNext", moduleResolution: "bundler", jsx: "react-jsx", types: ["vite/client"] };
      expect(project.typeCheck("readme", options)).toBe("");
    },
    BUILDING_MS,
  );

  it(
    "shows JavaScript that calls what is there",
    () => {
      const options = { module: "ESNext", moduleResolution: "bundler", allowJs: true, checkJs: true, strict: false };
      expect(project.typeCheck("readme/plain", options)).toBe("");
    },
    BUILDING_MS,
  );

  it(
    "shows a page of React's that Vite builds, with every colour said",
    async () => {
      const root = join(project.directory, "readme/react");
      const { js, css } = await built(root, join(root, "vite.config.ts"));
      expect(js).toContain("Notes of");
      const used = new Set(css?.match(/(?<=var\()--[\w-]+/g));
      expect(used).toContain("--gatepost-accent");
      expect([...used].filter((name) => !css?.includes(`${name}:`))).toEqual([]);
    },
    BUILDING_MS,
  );

  it(
    "shows a page without React that Vite builds",
    async () => {
      const { js, html } = await built(join(project.directory, "readme/plain"), false);
      expect(js).toContain("/api/notes");
      expect(html).toContain('<form id="sign-in"');
    },
    BUILDING_MS,
  );
});
