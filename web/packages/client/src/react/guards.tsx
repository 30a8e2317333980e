import { Fragment, useEffect, type ReactNode } from "react";
import type { User } from "../session.ts";
import { useQuery } from "./address.ts";
import { placeAfter, withNext } from "./paths.ts";
import { useSession, useSurroundings } from "./provider.tsx";
import { Unreachable } from "./unreachable.tsx";

interface ForAPerson {
  readonly children: ReactNode | ((user: User) => ReactNode);
}

interface Waiting {
  /** While it is not known who this is, and on the way elsewhere. */
  readonly fallback?: ReactNode;
  /** When the server could not be asked. */
  readonly unreachable?: ((tryAgain: () => void) => ReactNode) | undefined;
}

/** Shown to a person. When that is somebody else all of a sudden, everything in here starts anew. */
export function SignedIn({ children }: ForAPerson) {
  const session = useSession();
  if (session.status !== "signed-in") return null;
  const { user } = session;
  // The key throws away all that was kept below for the person before.
  return <Fragment key={user.id}>{typeof children === "function" ? children(user) : children}</Fragment>;
}

export function SignedOut({ children }: { readonly children: ReactNode }) {
  return useSession().status === "signed-out" ? children : null;
}

/** Leads nobody further than to sign in, and back here afterwards. */
export function RequireUser({ children, fallback = null, unreachable }: ForAPerson & Waiting) {
  const session = useSession();
  const { paths, navigate } = useSurroundings();
  const reason = session.status === "signed-out" ? session.because : undefined;

  useEffect(() => {
    if (!reason) return;
    const here = window.location.pathname + window.location.search;
    // Who pressed Sign out is done here.
    navigate(reason === "left" ? paths.signIn : withNext(paths.signIn, here, paths), { replace: true });
  }, [reason, navigate, paths]);

  if (session.status === "unreachable") return <OutOfReach unreachable={unreachable} />;
  if (session.status !== "signed-in") return fallback;
  return <SignedIn>{children}</SignedIn>;
}

/** For the doors: who is in already, or comes in by them, is led to where `?next=` says. */
export function OnlySignedOut({ children, fallback = null, unreachable }: { readonly children: ReactNode } & Waiting) {
  const { status } = useSession();
  const { paths, navigate } = useSurroundings();
  const place = placeAfter(useQuery()?.get("next"), paths);

  useEffect(() => {
    if (status === "signed-in") navigate(place, { replace: true });
  }, [status, place, navigate]);

  if (status === "unreachable") return <OutOfReach unreachable={unreachable} />;
  return status === "signed-out" ? children : fallback;
}

function OutOfReach({ unreachable }: Pick<Waiting, "unreachable">) {
  const { gatepost } = useSurroundings();
  const tryAgain = () => void gatepost.session.check();
  return unreachable ? unreachable(tryAgain) : <Unreachable onTryAgain={tryAgain} />;
}
