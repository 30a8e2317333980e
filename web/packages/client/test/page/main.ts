// The client as a page has it: the tests call it as the page's own code would.
import { createGatepost } from "../../src/index.ts";

const gatepost = createGatepost({ accessCookie: "/api/access-cookie" });
const heard: string[] = [];
gatepost.onSessionEvent((event) => heard.push(event));

Object.assign(globalThis, { gatepost, heard });
