import { createGatepost } from "@gatepost/client";

export type { User as Person } from "@gatepost/client";

/** One for the page. Components come by it, and by who is here, through `@gatepost/client/react`. */
export const gatepost = createGatepost();
