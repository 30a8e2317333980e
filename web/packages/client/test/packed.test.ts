import { execFileSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packedProject, PACKAGE, type PackedProject } from "./packed-project.ts";

const PACKING_MS = 120_000;
const TYPES_MS = 60_000;

const CONSUMER = `
import { createGatepost, safeReturnPath, type Gatepost, type Session } from "@gatepost/client";
import { sendThroughGatepost } from "@gatepost/client/axios";
import { GatepostProvider, useUser } from "@gatepost/client/react";
import { clearOnSessionEvent, defaultOptions } from "@gatepost/client/tanstack-query";
import { QueryClient } from "@tanstack/query-core";
import axios, { type AxiosInstance } from "axios";
import { twoFactorClient } from "better-auth/client/plugins";
import { createElement } from "react";

export const gatepost = createGatepost({ baseURL: "https://api.example.com", plugins: [twoFactorClient()] });
export const plain: Gatepost = gatepost;
export const session: Session = gatepost.session.get();
export const api: AxiosInstance = sendThroughGatepost(axios.create(), gatepost);
export const stop: () => void = clearOnSessionEvent(new QueryClient({ defaultOptions }), gatepost);
export const page = createElement(GatepostProvider, { gatepost, children: useUser.name + safeReturnPath("/") });

// What is any would take these.
// @ts-expect-error
export const status: "nobody" = session.status;
// @ts-expect-error
gatepost.auth.signIn.email({ email: 1 });
// @ts-expect-error
gatepost.auth.twoFactor.noSuchThing();
// @ts-expect-error
createElement(GatepostProvider, { gatepost: 1, children: null });
// @ts-expect-error
sendThroughGatepost(gatepost, gatepost);
`;

const RUNNING = `
import { createGatepost } from "@gatepost/client";
import { sendThroughGatepost } from "@gatepost/client/axios";
import { GatepostProvider, SignedIn } from "@gatepost/client/react";
import { defaultOptions } from "@gatepost/client/tanstack-query";
import { createElement } from "react";
import { renderToString } from "react-dom/server";

const gatepost = createGatepost();
const inside = createElement(SignedIn, null, "for a person");
console.log(JSON.stringify({
  rendered: renderToString(createElement(GatepostProvider, { gatepost }, "for all", inside)),
  session: gatepost.session.get(),
  adapters: [typeof sendThroughGatepost, typeof defaultOptions],
}));
`;

let project: PackedProject;

beforeAll(() => void (project = packedProject()), PACKING_MS);
afterAll(() => project.remove());

describe("the packed package", () => {
  it("has every file that its exports name, and no source that they do not", () => {
    const { exports } = JSON.parse(readFileSync(join(project.installed, "package.json"), "utf8"));
    const targets = Object.values<string | Record<string, string>>(exports).flatMap((entry) =>
      typeof entry === "string" ? [entry] : [entry["types"] ?? [], entry["default"] ?? []].flat(),
    );
    const files = globSync("**/*.*", { cwd: project.installed }).map((file) => `./${file}`);
    expect(files).toEqual(expect.arrayContaining(targets));
    expect(files.filter((file) => /(?<!\.d)\.tsx?$|\.map$/.test(file))).toEqual([]);
  });

  it("carries the licence of the repository", () => {
    const licence = readFileSync(join(PACKAGE, "..", "..", "..", "LICENSE"), "utf8");
    expect(readFileSync(join(project.installed, "LICENSE"), "utf8")).toBe(licence);
  });

  it.each([
    ["bundler", { module: "ESNext", moduleResolution: "bundler" }],
    ["nodenext", { module: "NodeNext", moduleResolution: "NodeNext" }],
  ])(
    "has types that are right under %s",
    (name, resolution) => {
      project.write(`${name}/consumer.ts`, CONSUMER);
      expect(project.typeCheck(name, resolution)).toBe("");
    },
    TYPES_MS,
  );

  it("can be loaded where there is no browser, and renders for nobody there", () => {
    project.write("running.js", RUNNING);
    const said = execFileSync(process.execPath, ["running.js"], { cwd: project.directory, encoding: "utf8" });
    expect(JSON.parse(said)).toEqual({
      rendered: "for all",
      session: { status: "checking" },
      adapters: ["function", "object"],
    });
  });
});
