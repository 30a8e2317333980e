import { afterEach, beforeEach, expect, it } from "vitest";
import { createGatepost, type Gatepost, type SessionEvent } from "../src/index.ts";
import { startServer, type TestServer } from "./server.ts";

let server: TestServer;
let gatepost: Gatepost;
let shown: string[];

beforeEach(async () => {
  server = await startServer();
  gatepost = createGatepost({ baseURL: server.origin });
  shown = [];
  gatepost.session.subscribe(() => shown.push(inShort(gatepost)));
});

afterEach(async () => {
  gatepost.close();
  await server.close();
});

function inShort({ session }: Gatepost): string {
  const now = session.get();
  if (now.status === "signed-in") return now.user.name;
  return now.status === "signed-out" ? now.because : now.status;
}

const credentials = { email: "eve@example.com", password: "long enough" };

it("says who is here, once the server has said so", async () => {
  expect(inShort(gatepost)).toBe("checking");
  await gatepost.session.check();
  expect(gatepost.session.get()).toEqual({
    status: "signed-in",
    user: { id: "ada", name: "ada", email: "ada@example.com", emailVerified: false },
  });
});

it("shows nobody when the server cannot say", async () => {
  await server.close();
  await gatepost.session.check();
  expect(inShort(gatepost)).toBe("unreachable");
});

it("takes the person down before it asks who the next one is", async () => {
  await gatepost.session.check();
  server.person = "eve";
  await gatepost.auth.signIn.email(credentials);
  await expect.poll(() => shown).toEqual(["ada", "checking", "eve"]);
});

it("tells a person who left from one whose session ended", async () => {
  await gatepost.session.check();
  await gatepost.signOut();
  server.person = "ada";
  await gatepost.auth.signIn.email(credentials);
  await expect.poll(() => shown.at(-1)).toBe("ada");
  server.person = undefined;
  await gatepost.session.check();
  expect(shown).toEqual(["ada", "left", "checking", "ada", "ended"]);
});

it("looks again after what may have ended the session or renamed its person", async () => {
  const events: SessionEvent[] = [];
  gatepost.onSessionEvent((event) => events.push(event));
  await gatepost.session.check();
  await gatepost.auth.updateUser({ name: "Ada" });
  await expect.poll(() => shown).toEqual(["ada", "ada"]);
  server.person = undefined;
  await gatepost.auth.revokeSessions();
  await expect.poll(() => events).toEqual(["signed-out"]);
  expect(inShort(gatepost)).toBe("ended");
});

it("keeps the person while the server is away, and rejects a sign-out that did not happen", async () => {
  await gatepost.session.check();
  await server.close();
  await expect(gatepost.signOut()).rejects.toThrow();
  await gatepost.session.check();
  expect(inShort(gatepost)).toBe("ada");
});

it("notices that the session is somebody else's by now", async () => {
  const events: SessionEvent[] = [];
  gatepost.onSessionEvent((event) => events.push(event));
  await gatepost.session.check();
  await gatepost.fetch("/api/tasks");
  server.person = "eve";
  await gatepost.session.check();
  await expect.poll(() => shown).toEqual(["ada", "checking", "eve"]);
  expect(events).toEqual(["user-changed"]);
  await gatepost.fetch("/api/tasks");
  expect(server.tokensGivenOut).toHaveLength(2);
});
