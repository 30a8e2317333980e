import { createGatepost } from "@gatepost/client";
import { observable, useObservable } from "../observable.ts";

export const gatepost = createGatepost();

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

export type Session =
  | { readonly status: "checking" }
  | { readonly status: "unreachable" }
  | { readonly status: "signed-in"; readonly person: Person }
  /** `never`: nobody was here. `left`: they pressed Sign out. `ended`: it ran out, or ended in another tab. */
  | { readonly status: "signed-out"; readonly because: "never" | "left" | "ended" };

const session = observable<Session>({ status: "checking" });
let latestCheck = 0;
let leaving = false;

export const useSession = (): Session => useObservable(session);

gatepost.onSessionEvent((event) => {
  latestCheck += 1;
  if (event === "signed-out") {
    if (session.get().status !== "signed-out")
      session.set({ status: "signed-out", because: leaving ? "left" : "ended" });
  } else {
    // What is on the screen may be somebody else's: take it down before asking whose it is.
    if (session.get().status === "signed-in") session.set({ status: "checking" });
    void checkSession();
  }
});

/** Asks the server who this is. A later check, or a sign-out meanwhile, makes an earlier answer void. */
export async function checkSession(): Promise<void> {
  const check = ++latestCheck;
  const answer = await askWhoThisIs();
  if (check === latestCheck) session.set(answer);
}

async function askWhoThisIs(): Promise<Session> {
  try {
    const { data, error } = await gatepost.auth.getSession();
    if (error) return { status: "unreachable" };
    if (!data) return { status: "signed-out", because: "never" };
    const { id, name, email } = data.user;
    return { status: "signed-in", person: { id, name, email } };
  } catch {
    return { status: "unreachable" };
  }
}

export async function signOut(): Promise<void> {
  leaving = true;
  try {
    const { error } = await gatepost.auth.signOut();
    if (error) throw new Error(error.message ?? "Sign-out was refused.");
  } finally {
    leaving = false;
  }
}
