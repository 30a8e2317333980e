import type { ServerResponse } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  createGatepost,
  RedirectRefusedError,
  SessionChangedError,
  type Gatepost,
  type SessionEvent,
} from "../src/index.ts";
import { json, refuse, startServer, type TestServer } from "./server.ts";

let server: TestServer;
let gatepost: Gatepost;
let events: SessionEvent[];

beforeEach(async () => {
  server = await startServer();
  gatepost = createGatepost({ baseURL: server.origin });
  events = [];
  gatepost.onSessionEvent((event) => events.push(event));
});

afterEach(async () => {
  gatepost.close();
  await server.close();
});

const answerFirst = (first: (response: ServerResponse) => void) => {
  let calls = 0;
  server.api = (_request, response) => (calls++ === 0 ? first(response) : json(response, 200, {}));
};
const refuseFirst = (error?: string) => answerFirst((response) => refuse(response, error));
const later = (ms: number) => new Promise((resume) => setTimeout(resume, ms));

describe("attaching the token", () => {
  it("sends the token to its own origin", async () => {
    await gatepost.fetch("/api/tasks");
    expect(server.authorizations).toEqual([`Bearer ${server.tokensGivenOut[0]}`]);
  });

  it("sends nothing to an origin that is not allowed", async () => {
    const stranger = await startServer();
    await gatepost.fetch(`${stranger.origin}/api/tasks`);
    expect(stranger.authorizations).toEqual([undefined]);
    await stranger.close();
  });

  it("refuses a redirect before anything is sent to where it leads", async () => {
    const stranger = await startServer();
    server.api = (_request, response) => response.writeHead(307, { location: `${stranger.origin}/steal` }).end();
    await expect(gatepost.fetch("/api/tasks")).rejects.toBeInstanceOf(RedirectRefusedError);
    expect(stranger.authorizations).toEqual([]);
    await stranger.close();
  });

  it("asks without a token when nobody is signed in, for public routes", async () => {
    server.person = undefined;
    await gatepost.fetch("/api/health");
    expect(server.authorizations).toEqual([undefined]);
  });
});

describe("renewing the token", () => {
  it("shares one refresh among requests made at once", async () => {
    server.tokenDelayMs = 20;
    await Promise.all([1, 2, 3, 4].map(() => gatepost.fetch("/api/tasks")));
    expect(server.tokensGivenOut).toHaveLength(1);
  });

  it("renews before expiry, by the lifetime in the token and not by the date", async () => {
    server.tokenLifetimeSeconds = 1;
    await gatepost.fetch("/api/tasks");
    await gatepost.fetch("/api/tasks");
    expect(server.tokensGivenOut).toHaveLength(1);
    await later(850);
    await gatepost.fetch("/api/tasks");
    expect(server.tokensGivenOut).toHaveLength(2);
  });

  it("goes on with a token near its end when the server cannot renew it", async () => {
    server.tokenLifetimeSeconds = 1;
    await gatepost.fetch("/api/tasks");
    await later(850);
    server.tokenStatus = 503;
    expect((await gatepost.fetch("/api/tasks")).status).toBe(200);
    expect(events).toEqual([]);
  });
});

describe("after a refusal", () => {
  it("retries a 401 once with a new token", async () => {
    refuseFirst("invalid_token");
    expect((await gatepost.fetch("/api/tasks", { method: "POST", body: "{}" })).status).toBe(200);
    expect(server.authorizations).toEqual(server.tokensGivenOut.map((token) => `Bearer ${token}`));
    expect(server.authorizations).toHaveLength(2);
  });

  it("gives up after the second 401", async () => {
    server.api = (_request, response) => refuse(response, "invalid_token");
    expect((await gatepost.fetch("/api/tasks")).status).toBe(401);
    expect(server.authorizations).toHaveLength(2);
  });

  it("shares one refresh among requests refused together", async () => {
    const refused = new Set<string>();
    await gatepost.fetch("/api/tasks");
    server.api = (request, response) => {
      const first = request.headers.authorization === `Bearer ${server.tokensGivenOut[0]}`;
      if (first) refused.add(request.url ?? "");
      if (first) refuse(response, "invalid_token");
      else json(response, 200, {});
    };
    const responses = await Promise.all(["/api/a", "/api/b", "/api/c"].map((path) => gatepost.fetch(path)));
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(refused.size).toBe(3);
    expect(server.tokensGivenOut).toHaveLength(2);
  });

  it.each(["insufficient_user_authentication", "invalid_request", undefined])(
    "does not refresh after a 401 that another token would not cure: %s",
    async (error) => {
      refuseFirst(error);
      expect((await gatepost.fetch("/api/tasks")).status).toBe(401);
      expect(server.tokensGivenOut).toHaveLength(1);
    },
  );

  it("does not refresh after a 403", async () => {
    answerFirst((response) => json(response, 403, {}));
    expect((await gatepost.fetch("/api/tasks")).status).toBe(403);
    expect(server.tokensGivenOut).toHaveLength(1);
  });

  it("does not refresh after a network error", async () => {
    server.api = (request) => request.socket.destroy();
    await expect(gatepost.fetch("/api/tasks")).rejects.toBeInstanceOf(TypeError);
    expect(server.tokensGivenOut).toHaveLength(1);
  });

  it("does not send a stream a second time", async () => {
    refuseFirst("invalid_token");
    const body = new Blob(["{}"]).stream();
    const init: RequestInit & { duplex: "half" } = { method: "POST", body, duplex: "half" };
    expect((await gatepost.fetch("/api/tasks", init)).status).toBe(401);
    expect(server.authorizations).toHaveLength(1);
  });
});

describe("the end of a session", () => {
  it("says signed-out when the server gives out no more tokens, and returns the refusal", async () => {
    await gatepost.fetch("/api/tasks");
    server.api = (_request, response) => refuse(response, "invalid_token");
    server.person = undefined;
    expect((await gatepost.fetch("/api/tasks")).status).toBe(401);
    expect(events).toEqual(["signed-out"]);
  });

  it("keeps the session when the token endpoint fails", async () => {
    server.tokenStatus = 503;
    await expect(gatepost.fetch("/api/tasks")).rejects.toThrow("cannot give out a token");
    expect(events).toEqual([]);
  });

  it("discards a refresh that comes back after sign-out", async () => {
    server.tokenDelayMs = 60;
    const request = gatepost.fetch("/api/tasks");
    const refused = expect(request).rejects.toBeInstanceOf(SessionChangedError);
    await gatepost.auth.signOut();
    await refused;
    expect(server.authorizations).toEqual([]);
    expect(events).toEqual(["signed-out"]);
  });

  it("withholds an answer that arrives after sign-out", async () => {
    await gatepost.fetch("/api/tasks");
    server.api = (_request, response) => void setTimeout(() => json(response, 200, { title: "private" }), 60);
    const refused = expect(gatepost.fetch("/api/tasks")).rejects.toBeInstanceOf(SessionChangedError);
    await gatepost.auth.signOut();
    await refused;
  });

  it("does not send one person's request in another's name", async () => {
    await gatepost.fetch("/api/tasks");
    server.person = "eve";
    refuseFirst("invalid_token");
    await expect(gatepost.fetch("/api/tasks", { method: "POST", body: "{}" })).rejects.toBeInstanceOf(
      SessionChangedError,
    );
    expect(server.authorizations).toHaveLength(2);
    expect(events).toEqual(["user-changed"]);
  });

  it("forgets the token when somebody signs in", async () => {
    await gatepost.fetch("/api/tasks");
    server.person = "eve";
    await gatepost.auth.signIn.email({ email: "eve@example.com", password: "long enough" });
    await gatepost.fetch("/api/tasks");
    expect(server.tokensGivenOut).toHaveLength(2);
    expect(events).toEqual(["user-changed"]);
  });
});

describe("the other tabs", () => {
  it("hear of a sign-out, and hear nothing else", async () => {
    const channel = new BroadcastChannel("gatepost.session");
    const heard: unknown[] = [];
    channel.onmessage = ({ data }: MessageEvent<unknown>) => heard.push(data);
    await gatepost.fetch("/api/tasks");
    await gatepost.auth.signOut();
    await later(50);
    expect(heard).toEqual(["signed-out"]);
    channel.close();
  });

  it("make this one forget its token", async () => {
    const channel = new BroadcastChannel("gatepost.session");
    await gatepost.fetch("/api/tasks");
    channel.postMessage("signed-out");
    channel.postMessage({ token: "not one of our messages" });
    await later(50);
    await gatepost.fetch("/api/tasks");
    expect(events).toEqual(["signed-out"]);
    expect(server.tokensGivenOut).toHaveLength(2);
    channel.close();
  });
});
