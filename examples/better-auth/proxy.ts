// A reverse proxy to one server, and to no other: what the request says never chooses where it goes.
import { type ClientRequest, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { pipeline } from "node:stream";

// Fields of one connection, not of the message (RFC 9110, section 7.6.1).
const HOP_BY_HOP = ["connection", "keep-alive", "proxy-connection", "te", "transfer-encoding", "upgrade"];
// What a proxy says of the client. Whoever sends one of these here is that client.
const FORWARDED = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-port"];
const CLAIMS = [...FORWARDED, "x-forwarded-prefix", "x-forwarded-proto", "x-real-ip"];
// Never removed on the client's word in Connection: they say how long the message is and whose.
const KEPT = ["content-length", "host"];

type Fields = string[]; // name, value, name, value … as in `rawHeaders`

function without(fields: readonly string[], removed: ReadonlySet<string>): Fields {
  const kept: Fields = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [name = "", value = ""] = fields.slice(at, at + 2);
    if (!removed.has(name.toLowerCase())) kept.push(name, value);
  }
  return kept;
}

function endToEnd(message: IncomingMessage): Fields {
  const named = (message.headers.connection ?? "").toLowerCase().split(",");
  const hop = new Set([...HOP_BY_HOP, ...named.map((name) => name.trim())]);
  return without(message.rawHeaders, hop.difference(new Set(KEPT)));
}

function outgoing(incoming: IncomingMessage): Fields {
  // `Expect` has been answered by this server.
  const fields = without(endToEnd(incoming), new Set([...CLAIMS, "expect"]));
  fields.push("X-Forwarded-For", incoming.socket.remoteAddress ?? "unknown");
  // The length of a body without Content-Length is told by its framing on each connection.
  if (incoming.headers["transfer-encoding"] !== undefined) fields.push("Transfer-Encoding", "chunked");
  return fields;
}

/** Remove what a client says of itself as if it were a proxy, and say who it is. */
export function nameThePeer(incoming: IncomingMessage): void {
  for (const name of CLAIMS) delete incoming.headers[name];
  incoming.headers["x-forwarded-for"] = incoming.socket.remoteAddress ?? "unknown";
}

function send(target: URL, incoming: IncomingMessage, fields: Fields): ClientRequest {
  const { method, url: path } = incoming;
  const { hostname, port } = target;
  // A connection each: one that is kept can be closed by the other side just as it is used again.
  return request({ hostname, port, method, path, headers: fields, agent: false });
}

/** Answer with JSON, as the API would. */
export function refuseWith(answer: ServerResponse, status: number, code: string, message: string): void {
  const body = JSON.stringify({ message, code });
  answer.writeHead(status, { "Content-Type": "application/json", "Cache-Control": "no-store" });
  answer.end(body);
}

/** Pass a request on, and its answer back, piece by piece as they come. */
export function forward(target: URL, incoming: IncomingMessage, answer: ServerResponse): void {
  const onward = send(target, incoming, outgoing(incoming));
  onward.on("response", (response) => {
    answer.writeHead(response.statusCode ?? 502, response.statusMessage, endToEnd(response));
    answer.flushHeaders(); // a stream of events may have nothing to say for a while
    // An answer that breaks off there breaks off here: the connection is closed, not ended.
    pipeline(response, answer, () => undefined);
  });
  onward.on("error", (error) => {
    if (answer.headersSent || answer.destroyed) return void answer.destroy();
    console.error(`${target.origin} does not answer: ${error.message}`);
    refuseWith(answer, 502, "BAD_GATEWAY", "Tasks is not running at the moment");
  });
  answer.on("close", () => onward.destroy());
  incoming.on("error", () => onward.destroy());
  incoming.pipe(onward);
}

function head(message: IncomingMessage, fields: Fields): string {
  const lines = [`HTTP/1.1 ${message.statusCode ?? 502} ${message.statusMessage ?? ""}`];
  for (let at = 0; at < fields.length; at += 2) lines.push(`${fields[at]}: ${fields[at + 1]}`);
  return `${lines.join("\r\n")}\r\n\r\n`;
}

/** Pass a websocket's handshake on, and join both connections when it has been agreed to. */
export function forwardUpgrade(target: URL, incoming: IncomingMessage, socket: Socket, early: Buffer): void {
  const fields = [...outgoing(incoming), "Connection", "Upgrade", "Upgrade", "websocket"];
  const onward = send(target, incoming, fields);
  onward.on("upgrade", (response, upstream, first) => {
    const agreed = [...endToEnd(response), "Connection", "Upgrade", "Upgrade", "websocket"];
    socket.write(head(response, agreed), "latin1");
    socket.write(first);
    upstream.write(early);
    // Whichever side goes takes the other with it.
    pipeline(socket, upstream, socket, () => undefined);
  });
  onward.on("response", (response) => {
    // Refused: an ordinary answer, whose end is the end of the connection.
    socket.write(head(response, [...endToEnd(response), "Connection", "close"]), "latin1");
    pipeline(response, socket, () => undefined);
  });
  onward.on("error", (error) => {
    console.error(`${target.origin} does not answer: ${error.message}`);
    socket.end("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  });
  socket.on("error", () => onward.destroy());
  socket.on("close", () => onward.destroy());
  onward.end();
}
