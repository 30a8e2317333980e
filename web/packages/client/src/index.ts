export { NotConnectedError, RedirectRefusedError, SessionChangedError, TokenUnavailableError } from "./errors.ts";
export { createGatepost, type Gatepost, type GatepostOptions } from "./gatepost.ts";
export type { Live, LiveHandlers } from "./live.ts";
export { safeReturnPath } from "./return-path.ts";
export type { SessionEvent } from "./session-events.ts";
export type { Session, SessionStore, User } from "./session.ts";
