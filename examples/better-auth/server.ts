// One origin: Better Auth answers below /api/auth, Tasks everything else.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { toNodeHandler } from "better-auth/node";
import { auth } from "./auth.ts";
import { closeDatabase } from "./database.ts";
import { forward, forwardUpgrade, nameThePeer, refuseWith } from "./proxy.ts";
import { refuse, settings } from "./settings.ts";

const MOST_BODY_BYTES = 1024 * 1024;
const STOP_MILLISECONDS = 3_000;
const tasks = new URL(settings.tasksURL);
const answerAuth = toNodeHandler(auth);

/** Better Auth reads a body into memory, however long it is. */
function limitBody(incoming: IncomingMessage, answer: ServerResponse): void {
  let size = 0;
  incoming.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size > MOST_BODY_BYTES) answer.destroy();
  });
}

async function authenticate(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
  if (Number(incoming.headers["content-length"] ?? 0) > MOST_BODY_BYTES)
    return refuseWith(answer, 413, "PAYLOAD_TOO_LARGE", "That is too long");
  limitBody(incoming, answer);
  nameThePeer(incoming);
  try {
    await answerAuth(incoming, answer);
  } catch (error) {
    // A Host or a method that the web's own Request refuses would otherwise end the process.
    console.error(`Better Auth cannot read a request: ${String(error)}`);
    if (answer.headersSent) answer.destroy();
    else refuseWith(answer, 400, "BAD_REQUEST", "That request cannot be read");
  }
}

const isAuth = (path: string): boolean => /^\/api\/auth(?:[/?]|$)/.test(path);

const server = createServer(
  // Of all protocols that a client may offer only this one goes on; h2c, for one, must not.
  { shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === "websocket" },
  (incoming, answer) => {
    const path = incoming.url ?? "";
    if (!path.startsWith("/")) refuseWith(answer, 400, "BAD_REQUEST", "That request cannot be read");
    else if (isAuth(path)) void authenticate(incoming, answer);
    else forward(tasks, incoming, answer);
  },
);

const open = new Set<Socket>();
server.on("upgrade", (incoming, stream, early) => {
  const socket = stream as Socket; // what an http server, unlike a general one, always has
  open.add(socket);
  socket.on("close", () => open.delete(socket));
  if (incoming.url?.startsWith("/")) forwardUpgrade(tasks, incoming, socket, early);
  else socket.end("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
});

let stopping = false;
function stop(): void {
  if (stopping) return;
  stopping = true;
  // Answers under way are finished; what has no end, such as a websocket, is ended.
  server.close(() => void closeDatabase());
  for (const socket of open) socket.end();
  setTimeout(() => {
    server.closeAllConnections();
    for (const socket of open) socket.destroy();
  }, STOP_MILLISECONDS).unref();
}

for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, stop);
server.on("error", (error) => refuse(`Nothing can listen on port ${settings.port}: ${error.message}`));
server.listen(settings.port, "127.0.0.1", () => {
  console.log(`Better Auth answers at ${settings.baseURL}/api/auth, Tasks behind it`);
});
