import { afterEach, beforeEach, expect, it } from "vitest";
import { createGatepost, type Gatepost, type SessionEvent } from "../src/index.ts";
import { json, refuse, startServer, type TestServer } from "./server.ts";

let server: TestServer;
const opened: Gatepost[] = [];

beforeEach(async () => {
  server = await startServer();
});

afterEach(async () => {
  for (const gatepost of opened.splice(0)) gatepost.close();
  await server.close();
});

/** Each is as good as a tab: a memory of its own, and the locks and channels of the origin. */
function openTab(): Gatepost {
  const gatepost = createGatepost({ baseURL: server.origin, accessCookie: "/api/access-cookie" });
  opened.push(gatepost);
  return gatepost;
}

const later = (ms: number) => new Promise((resume) => setTimeout(resume, ms));

it("hands the token in once, and sends it with no request", async () => {
  const tab = openTab();
  await tab.fetch("/api/tasks");
  await tab.fetch("/api/tasks");
  expect(server.cookie).toBe(`Bearer ${server.tokensGivenOut[0]}`);
  expect(server.cookieChanges).toEqual(["set"]);
  expect(server.authorizations).toEqual([undefined, undefined]);
});

it("renews once for every tab that is open", async () => {
  const tabs = [openTab(), openTab(), openTab()];
  server.tokenDelayMs = 30;
  await Promise.all(tabs.flatMap((tab) => ["/api/a", "/api/b"].map((path) => tab.fetch(path))));
  expect(server.tokensGivenOut).toHaveLength(1);
  expect(server.authorizations).toHaveLength(6);
});

it.each([["an expired cookie", undefined], ["a refused one", "invalid_token"]])("sets a new cookie after %s", async (_, error) => {
  const tab = openTab();
  await tab.fetch("/api/tasks");
  let refusals = 1;
  server.api = (_request, response) => (refusals-- > 0 ? refuse(response, error) : json(response, 200, {}));
  expect((await tab.fetch("/api/tasks")).status).toBe(200);
  expect(server.cookieChanges).toEqual(["set", "set"]);
});

it("clears the cookie at sign-out, and before the next person's is set", async () => {
  const tab = openTab();
  await tab.fetch("/api/tasks");
  await tab.signOut();
  server.person = "eve";
  await tab.auth.signIn.email({ email: "eve@example.com", password: "long enough" });
  await tab.fetch("/api/tasks");
  expect(server.cookieChanges).toEqual(["set", "cleared", "set"]);
});

it("goes to nobody when the cookie's route refuses", async () => {
  server.cookieStatus = 403;
  await expect(openTab().fetch("/api/tasks")).rejects.toThrow("cannot give out a token");
  expect(server.authorizations).toEqual([]);
});

it("tells a tab that the cookie is now somebody else's", async () => {
  const [ofAda, other] = [openTab(), openTab()];
  const events: SessionEvent[] = [];
  await ofAda.fetch("/api/tasks");
  ofAda.onSessionEvent((event) => events.push(event));
  server.person = "eve";
  other.close();
  await openTab().fetch("/api/tasks");
  await later(50);
  expect(events).toEqual(["user-changed"]);
});

it("offers a websocket no token", async () => {
  const opened = new Promise<void>((resolve) => (server.onSocket = () => resolve()));
  const live = openTab().openLive("/api/live", { onMessage: () => {} });
  await opened;
  live.close();
  expect(server.subprotocols).toEqual(["gatepost"]);
});
