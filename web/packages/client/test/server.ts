import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A real server on the loopback that plays Gatepost's part, as far as a browser can see it. */
export interface TestServer {
  readonly origin: string;
  readonly tokensGivenOut: string[];
  readonly authorizations: (string | undefined)[];
  readonly subprotocols: string[];
  /** Who holds the session cookie; undefined is nobody. */
  person: string | undefined;
  tokenStatus: number;
  tokenLifetimeSeconds: number;
  tokenDelayMs: number;
  /** The access cookie, where the page is in cookie mode; what was handed in for it, and taken back. */
  cookie: string | undefined;
  readonly cookieChanges: ("set" | "cleared")[];
  cookieStatus: number;
  /** What `/api/…` answers for a given Authorization header. */
  api: Handler;
  /** How many WebSocket handshakes to refuse before accepting one. */
  handshakesToRefuse: number;
  /** Called with each opened WebSocket. */
  onSocket: (socket: Duplex) => void;
  close(): Promise<void>;
}

/** The server's clock runs decades late on purpose: only the difference of the two times may count. */
const ISSUED_AT = 1_000_000_000;

export async function startServer(): Promise<TestServer> {
  const sockets = new Set<Duplex>();
  const server = createServer((request, response) => void answer(request, response));
  server.on("upgrade", (request: IncomingMessage, socket: Duplex) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    acceptWebSocket(request, socket, state);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;

  const state: TestServer = {
    origin: `http://127.0.0.1:${port}`,
    tokensGivenOut: [],
    authorizations: [],
    subprotocols: [],
    person: "ada",
    tokenStatus: 200,
    tokenLifetimeSeconds: 900,
    tokenDelayMs: 0,
    cookie: undefined,
    cookieChanges: [],
    cookieStatus: 204,
    api: (_request, response) => json(response, 200, {}),
    handshakesToRefuse: 0,
    onSocket: () => {},
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    switch (request.url) {
      case "/api/auth/token":
        return answerToken(state, response);
      case "/api/auth/sign-in/email":
      case "/api/auth/two-factor/verify-totp":
        return json(response, 200, { redirect: false, token: "session", user: { id: state.person } });
      case "/api/auth/sign-out":
        state.person = undefined;
        return json(response, 200, { success: true });
      case "/api/auth/get-session":
        return json(response, 200, state.person === undefined ? null : sessionOf(state.person));
      case "/api/auth/update-user":
      case "/api/auth/revoke-sessions":
        return json(response, 200, { status: true });
      case "/api/access-cookie":
        return answerAccessCookie(state, request, response);
      default:
        state.authorizations.push(request.headers.authorization);
        return state.api(request, response);
    }
  }
  return state;
}

function sessionOf(person: string): object {
  const user = { id: person, name: person, email: `${person}@example.com`, emailVerified: false };
  return { user, session: { id: "session", userId: person } };
}

function answerAccessCookie(state: TestServer, request: IncomingMessage, response: ServerResponse): void {
  if (state.cookieStatus !== 204) return json(response, state.cookieStatus, {});
  state.cookie = request.method === "POST" ? request.headers.authorization : undefined;
  state.cookieChanges.push(request.method === "POST" ? "set" : "cleared");
  response.writeHead(204).end();
}

/** A 401 with what a gate says of the token (RFC 6750, section 3.1); with no error there was none. */
export function refuse(response: ServerResponse, error?: string): void {
  response.setHeader("WWW-Authenticate", error === undefined ? "Bearer" : `Bearer error="${error}"`);
  json(response, 401, {});
}

export function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

async function answerToken(state: TestServer, response: ServerResponse): Promise<void> {
  const { person } = state;
  await new Promise((resume) => setTimeout(resume, state.tokenDelayMs));
  if (person === undefined) return json(response, 401, { message: "Unauthorized", code: "UNAUTHORIZED" });
  if (state.tokenStatus !== 200) return json(response, state.tokenStatus, {});
  const token = mintToken(person, state.tokenLifetimeSeconds, state.tokensGivenOut.length);
  state.tokensGivenOut.push(token);
  json(response, 200, { token });
}

function mintToken(sub: string, lifetimeSeconds: number, jti: number): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
  const claims = { sub, jti, iat: ISSUED_AT, exp: ISSUED_AT + lifetimeSeconds };
  return `${encode({ alg: "EdDSA" })}.${encode(claims)}.c2lnbmF0dXJl`;
}

function acceptWebSocket(request: IncomingMessage, socket: Duplex, state: TestServer): void {
  state.subprotocols.push(request.headers["sec-websocket-protocol"] ?? "");
  if (state.handshakesToRefuse > 0) {
    state.handshakesToRefuse -= 1;
    socket.end("HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n");
    return;
  }
  const key = `${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
  const accept = createHash("sha1").update(key).digest("base64");
  socket.write(
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
      `Sec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Protocol: gatepost\r\n\r\n`,
  );
  state.onSocket(socket);
}

/** One unmasked, unfragmented text frame (RFC 6455, 5.2), for messages under 126 bytes. */
export function sendText(socket: Duplex, text: string): void {
  socket.write(Buffer.concat([Buffer.from([0x81, Buffer.byteLength(text)]), Buffer.from(text)]));
}

/** The text of one masked frame (RFC 6455, 5.3), for messages under 126 bytes. */
export function readText(frame: Buffer): string {
  const [mask, payload] = [frame.subarray(2, 6), frame.subarray(6)];
  return payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0)).toString();
}
