import type { Duplex } from "node:stream";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createGatepost, NotConnectedError, type Gatepost, type Live } from "../src/index.ts";
import { readText, sendText, startServer, type TestServer } from "./server.ts";

let server: TestServer;
let gatepost: Gatepost;

beforeEach(async () => {
  server = await startServer();
  gatepost = createGatepost({ baseURL: server.origin });
});

afterEach(async () => {
  gatepost.close();
  await server.close();
});

it("offers the token as a subprotocol and hands on messages", async () => {
  const messages: unknown[] = [];
  server.onSocket = (socket) => sendText(socket, '{"type":"ready"}');
  const live = gatepost.openLive("/api/live", { onMessage: (message) => messages.push(message) });
  await vi.waitFor(() => expect(messages).toEqual([{ type: "ready" }]));
  expect(server.subprotocols).toEqual([expect.stringMatching(/^gatepost, ?bearer\./)]);
  expect(server.subprotocols[0]).toContain(server.tokensGivenOut[0]);
  live.close();
});

it("comes back after being lost, with a token that is still good", async () => {
  server.tokenLifetimeSeconds = 1;
  const sockets: Duplex[] = [];
  server.onSocket = (socket) => sockets.push(socket);
  const live = gatepost.openLive("/api/live", { onMessage: () => {} });
  await vi.waitFor(() => expect(sockets).toHaveLength(1));
  await new Promise((resume) => setTimeout(resume, 850));
  sockets[0]?.destroy();
  await vi.waitFor(() => expect(sockets).toHaveLength(2), 2_000);
  expect(server.tokensGivenOut).toHaveLength(2);
  expect(server.subprotocols[1]).toContain(server.tokensGivenOut[1]);
  live.close();
});

it("sends while it is connected, and keeps nothing for another connection", async () => {
  const received: Buffer[] = [];
  server.onSocket = (socket) => socket.on("data", (frame: Buffer) => received.push(frame));
  const live = await new Promise<Live>((connected) => {
    const opening = gatepost.openLive("/api/live", { onMessage: () => {}, onConnection: () => connected(opening) });
    expect(() => opening.send("too early")).toThrow(NotConnectedError);
  });
  live.send({ done: true });
  await vi.waitFor(() => expect(received.map(readText)).toEqual(['{"done":true}']));
  await gatepost.auth.signOut();
  expect(() => live.send("too late")).toThrow(NotConnectedError);
});

it("does not offer a refused token again", async () => {
  server.handshakesToRefuse = 1;
  const live = gatepost.openLive("/api/live", { onMessage: () => {} });
  await vi.waitFor(() => expect(server.subprotocols).toHaveLength(2), 2_000);
  expect(server.subprotocols[0]).toContain(server.tokensGivenOut[0]);
  expect(server.subprotocols[1]).toContain(server.tokensGivenOut[1]);
  live.close();
});

it("stays away after sign-out", async () => {
  server.onSocket = (socket) => sendText(socket, '{"type":"ready"}');
  const connections: boolean[] = [];
  gatepost.openLive("/api/live", { onMessage: () => {}, onConnection: (connected) => connections.push(connected) });
  await vi.waitFor(() => expect(connections).toEqual([true]));
  await gatepost.auth.signOut();
  await new Promise((resume) => setTimeout(resume, 700));
  expect(server.subprotocols).toHaveLength(1);
});

it("offers the token to allowed origins only", () => {
  expect(() => gatepost.openLive("https://elsewhere.example/api/live", { onMessage: () => {} })).toThrow(TypeError);
});
